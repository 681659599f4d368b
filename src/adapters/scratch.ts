import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { Fault, Refusal } from '../chatops/errors.ts';
import { bytesInWords } from '../chatops/format.ts';
import type { Scratch, ScratchFile, ScratchPlace, ScratchRequest } from '../ports/scratch.ts';
import { chooseTools, remarkOn, type Tools } from './scratch/choose-tools.ts';
import { disableAuth } from './scratch/disable-auth.ts';
import { createProgramFinder } from './scratch/programs.ts';
import { runProgram } from './scratch/run-program.ts';
import { fitsSocket, membership, type RunningEtcd, startEtcd } from './scratch/start-etcd.ts';
import { createTurns } from './scratch/turns.ts';
import { writeFile } from './scratch/write-file.ts';
import { makeDirectory, removeDirectory, sweep } from './throw-away.ts';

export interface ScratchSetup {
  /** Where throw-away directories are made. */
  readonly directory: string;
  /** Directories that may hold etcd, etcdutl and etcdctl, the preferred ones first. */
  readonly programs: readonly string[];
}

/** Each takes a disk's room, a processor and as much memory as the database has. */
const mostPlaces = 2;
/** The file, what is restored from it, and etcd's log of twice 64 MiB with some room. */
const neededBytes = (databaseBytes: number): number => 2 * databaseBytes + 192 * 1024 ** 2;
/** etcd reads the whole file to build its index: so long, and so much longer for each GiB. */
const startLimitMs = (databaseBytes: number): number => 60_000 + 60_000 * (databaseBytes / 1024 ** 3);

/** Scratch etcds on this machine's disk, with the programs that it has. */
export function createScratch({ directory: parent, programs }: ScratchSetup): Scratch {
  const finder = createProgramFinder(programs);
  const turns = createTurns(mostPlaces);
  return {
    async open(request) {
      request.signal?.throwIfAborted();
      const tools = chooseTools(await finder.find(request.signal), request.etcdVersion);
      const giveBack = await turns.take(request.signal);
      try {
        await sweepFirst(parent);
        await mustHaveRoom(parent, neededBytes(request.databaseBytes), 'Trying this backup out');
        return createPlace(await directoryIn(parent), tools, request, giveBack);
      } catch (error) {
        giveBack();
        throw error;
      }
    },

    async file({ databaseBytes, signal }) {
      signal?.throwIfAborted();
      await sweepFirst(parent);
      await mustHaveRoom(parent, databaseBytes, 'Fetching this backup');
      return createFile(await directoryIn(parent), signal);
    },
  };
}

function createFile(directory: string, signal: AbortSignal | undefined): ScratchFile {
  const path = join(directory, 'snapshot.db');
  const onExit = () => rmSync(directory, { recursive: true, force: true });
  process.once('exit', onExit);
  return {
    path,
    async write(bytes) {
      const hash = createHash('sha256');
      async function* summed() {
        for await (const piece of bytes) {
          hash.update(piece);
          yield piece;
        }
      }
      await writeFile(path, summed(), signal, diskFailed);
      return { sha256: hash.digest('hex') };
    },
    async close() {
      process.off('exit', onExit);
      await removeDirectory(directory).catch(() => undefined);
    },
  };
}

/** What cannot be swept takes room, which is looked at next. */
const sweepFirst = (parent: string) => sweep(parent, 'scratch', Date.now()).catch(() => undefined);

async function mustHaveRoom(parent: string, needed: number, what: string): Promise<void> {
  const { bavail, bsize } = await statfs(parent).catch(notUsable(parent));
  const free = bavail * bsize;
  if (free >= needed) return;
  throw new Refusal(
    `${what} takes about ${bytesInWords(needed)} in ${parent}, and ${bytesInWords(free)} are free there.`,
    'Free some, or name a larger disk in salvor.yaml: drill.directory.',
  );
}

async function directoryIn(parent: string): Promise<string> {
  const directory = await makeDirectory(parent, 'scratch').catch(notUsable(parent));
  if (fitsSocket(directory)) return directory;
  await removeDirectory(directory);
  throw new Refusal(
    `The path ${parent} is too long: sockets in it have no room for their names.`,
    'Name a shorter one in salvor.yaml: drill.directory.',
  );
}

function notUsable(parent: string): (error: unknown) => never {
  return (error) => {
    throw new Refusal(
      `The worker cannot use ${parent} to try backups out: ${codeOf(error)}.`,
      'Name a directory that is there and that it may write to in salvor.yaml: drill.directory.',
    );
  };
}

function createPlace(
  directory: string,
  tools: Tools,
  { databaseBytes, signal }: ScratchRequest,
  onClosed: () => void,
): ScratchPlace {
  const file = join(directory, 'snapshot.db');
  const remark = remarkOn(tools.tool);
  let running: RunningEtcd | undefined;
  // A worker that ends in the middle of it, for whatever reason but a kill.
  const onExit = () => {
    running?.kill();
    rmSync(directory, { recursive: true, force: true });
  };
  process.once('exit', onExit);

  return {
    tool: {
      name: tools.tool.name,
      version: tools.tool.version.text,
      etcdVersion: tools.etcd.version.text,
      ...(remark === undefined ? {} : { remark }),
    },
    write: (bytes) => writeFile(file, bytes, signal, diskFailed),
    async restore({ hasDigest }) {
      const words = ['snapshot', 'restore', file, ...membership, ...(hasDigest ? [] : ['--skip-hash-check'])];
      const { code, said } = await runProgram(tools.tool.path, words, { directory, signal });
      if (code !== 0) throw notRestored(tools, code, said);
      await Promise.all([rm(file), disableAuth(join(directory, 'data', 'member', 'snap', 'db'))]);
    },
    async start() {
      const { path, version } = tools.etcd;
      const limitMs = startLimitMs(databaseBytes);
      running = await startEtcd({ path, version: version.text, directory, limitMs, signal });
      return running.questions;
    },
    async close() {
      await running?.stop();
      running = undefined;
      process.off('exit', onExit);
      await removeDirectory(directory).catch(() => undefined);
      onClosed();
    },
  };
}

function diskFailed(error: unknown): never {
  const why = codeOf(error) === 'ENOSPC' ? 'it is full' : codeOf(error);
  throw new Fault(`The disk on which backups are tried out failed: ${why}.`, {
    port: 'scratch',
    operation: 'write',
    code: 'SCRATCH_DISK',
    retryable: false,
    next: 'Free some of it, or name another one in salvor.yaml: drill.directory.',
    cause: error,
  });
}

/** A full disk, or a tool that the system killed for want of memory, is not about the file. */
function notRestored({ tool }: Tools, code: number | undefined, said: string): Fault {
  if (/no space left|disk quota/i.test(said)) diskFailed(Object.assign(new Error(said), { code: 'ENOSPC' }));
  const lines = said.trim().split('\n');
  const words = lines.findLast((line) => /error/i.test(line)) ?? lines.at(-1) ?? '';
  const isKilled = code === undefined;
  const what = isKilled ? `was ended by the system: ${words}` : `did not restore it: ${words.slice(0, 500)}`;
  return new Fault(`${tool.name} ${tool.version.text} ${what}`, {
    port: 'scratch',
    operation: 'restore',
    code: isKilled ? 'SCRATCH_KILLED' : 'SCRATCH_RESTORE',
    retryable: isKilled,
    ...(isKilled ? { next: 'Look at the memory of the worker.' } : {}),
  });
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : String(error);
