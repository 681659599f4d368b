import { rmSync } from 'node:fs';
import { open, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { Fault, Refusal } from '../chatops/errors.ts';
import { bytesInWords } from '../chatops/format.ts';
import type { Scratch, ScratchPlace, ScratchRequest } from '../ports/scratch.ts';
import { chooseTools, remarkOn, type Tools } from './scratch/choose-tools.ts';
import { makeDirectory, removeDirectory, sweep } from './scratch/directories.ts';
import { disableAuth } from './scratch/disable-auth.ts';
import { createProgramFinder } from './scratch/programs.ts';
import { runProgram } from './scratch/run-program.ts';
import { fitsSocket, membership, type RunningEtcd, startEtcd } from './scratch/start-etcd.ts';

export interface ScratchSetup {
  /** Where throw-away directories are made. */
  readonly directory: string;
  /** Directories that may hold etcd, etcdutl and etcdctl, the preferred ones first. */
  readonly programs: readonly string[];
}

/** The file, what is restored from it, and etcd's log of twice 64 MiB with some room. */
const neededBytes = (databaseBytes: number): number => 2 * databaseBytes + 192 * 1024 ** 2;
/** etcd reads the whole file to build its index: so long, and so much longer for each GiB. */
const startLimitMs = (databaseBytes: number): number => 60_000 + 60_000 * (databaseBytes / 1024 ** 3);

/** Scratch etcds on this machine's disk, with the programs that it has. */
export function createScratch({ directory: parent, programs }: ScratchSetup): Scratch {
  const finder = createProgramFinder(programs);
  return {
    async open(request) {
      request.signal?.throwIfAborted();
      const tools = chooseTools(await finder.find(request.signal), request.etcdVersion);
      await sweepFirst(parent);
      await mustHaveRoom(parent, neededBytes(request.databaseBytes));
      const directory = await directoryIn(parent);
      return createPlace(directory, tools, request);
    },
  };
}

/** What cannot be swept takes room, which is looked at next. */
const sweepFirst = (parent: string) => sweep(parent, Date.now()).catch(() => undefined);

async function mustHaveRoom(parent: string, needed: number): Promise<void> {
  const { bavail, bsize } = await statfs(parent).catch(notUsable(parent));
  const free = bavail * bsize;
  if (free >= needed) return;
  throw new Refusal(
    `Trying this backup out takes about ${bytesInWords(needed)} in ${parent}, and ${bytesInWords(free)} are free there.`,
    'Free some, or name a larger disk in salvor.yaml: drill.directory.',
  );
}

async function directoryIn(parent: string): Promise<string> {
  const directory = await makeDirectory(parent).catch(notUsable(parent));
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

function createPlace(directory: string, tools: Tools, { databaseBytes, signal }: ScratchRequest): ScratchPlace {
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
    write: (bytes) => writeFile(file, bytes, signal),
    async restore({ hasDigest }) {
      const words = ['snapshot', 'restore', file, ...membership, ...(hasDigest ? [] : ['--skip-hash-check'])];
      const { code, said } = await runProgram(tools.tool.path, words, { directory, signal });
      if (code !== 0) throw notRestored(tools, said);
      await Promise.all([rm(file), disableAuth(join(directory, 'data', 'member', 'snap', 'db'))]);
    },
    async start() {
      const limitMs = startLimitMs(databaseBytes);
      try {
        running = await startEtcd({ path: tools.etcd.path, directory, limitMs, signal });
        return running.questions;
      } catch (error) {
        signal?.throwIfAborted();
        throw notStarted(tools, error);
      }
    },
    async close() {
      await running?.stop();
      running = undefined;
      process.off('exit', onExit);
      await removeDirectory(directory).catch(() => undefined);
    },
  };
}

async function writeFile(
  file: string,
  bytes: AsyncIterable<Uint8Array>,
  signal: AbortSignal | undefined,
): Promise<void> {
  const handle = await open(file, 'wx', 0o600).catch(diskFailed);
  try {
    for await (const piece of bytes) {
      signal?.throwIfAborted();
      for (let at = 0; at < piece.length; ) {
        const { bytesWritten } = await handle.write(piece, at).catch(diskFailed);
        at += bytesWritten;
      }
    }
  } finally {
    await handle.close();
  }
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

function notRestored({ tool }: Tools, said: string): Fault {
  const lines = said.trim().split('\n');
  const words = lines.findLast((line) => /error/i.test(line)) ?? lines.at(-1) ?? '';
  return new Fault(`${tool.name} ${tool.version.text} did not restore it: ${words.slice(0, 500)}`, {
    port: 'scratch',
    operation: 'restore',
    code: 'SCRATCH_RESTORE',
    retryable: false,
  });
}

function notStarted({ etcd }: Tools, error: unknown): Fault {
  return new Fault(`etcd ${etcd.version.text} did not start on it: ${error instanceof Error ? error.message : error}`, {
    port: 'scratch',
    operation: 'start',
    code: 'SCRATCH_START',
    retryable: false,
    cause: error,
  });
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : String(error);
