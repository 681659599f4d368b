import { rmSync } from 'node:fs';
import { rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { Refusal } from '../chatops/errors.ts';
import { bytesInWords } from '../chatops/format.ts';
import type { Scratch, ScratchPlace, ScratchRequest } from '../ports/scratch.ts';
import { chooseTools, remarkOn, type Tools } from './scratch/choose-tools.ts';
import { makeDirectory, removeDirectory, sweep } from './scratch/directories.ts';
import { disableAuth } from './scratch/disable-auth.ts';
import { codeOf, diskFailed } from './scratch/disk-failed.ts';
import { createProgramFinder } from './scratch/programs.ts';
import { restoreFile } from './scratch/restore-file.ts';
import { fitsSocket, type RunningEtcd, startEtcd } from './scratch/start-etcd.ts';
import { createTurns } from './scratch/turns.ts';
import { writeFile } from './scratch/write-file.ts';

export interface ScratchSetup {
  /** Where throw-away directories are made. */
  readonly directory: string;
  /** Directories that may hold etcd, etcdutl and etcdctl, the preferred ones first. */
  readonly programs: readonly string[];
  /** How long a database of so many bytes may take to be restored, in milliseconds; `restoreLimitMs` unless given. */
  readonly restoreLimitMs?: (databaseBytes: number) => number;
}

/** Each takes a disk's room, a processor and as much memory as the database has. */
const mostPlaces = 2;
/** The file, what is restored from it, and etcd's log of twice 64 MiB with some room. */
const neededBytes = (databaseBytes: number): number => 2 * databaseBytes + 192 * 1024 ** 2;
/** etcd reads the whole file to build its index: so long, and so much longer for each GiB. */
const startLimitMs = (databaseBytes: number): number => 60_000 + 60_000 * (databaseBytes / 1024 ** 3);
/**
 * etcd's tool reads the file, sums it and writes it again: a GiB takes some 10 s, and well below 3 min on a disk of 20 MB/s. Several times
 * that, since a busy disk is no reason to call a backup untried; but not for ever, since one that hangs keeps others from their turn.
 */
const restoreLimitMs = (databaseBytes: number): number =>
  Math.round(5 * 60_000 + 10 * 60_000 * (databaseBytes / 1024 ** 3));

/** Scratch etcds on this machine's disk, with the programs that it has. */
export function createScratch(setup: ScratchSetup): Scratch {
  const { directory: parent, programs } = setup;
  const finder = createProgramFinder(programs);
  const turns = createTurns(mostPlaces);
  return {
    async open(request) {
      request.signal?.throwIfAborted();
      const tools = chooseTools(await finder.find(request.signal), request.etcdVersion);
      const giveBack = await turns.take(request.signal);
      try {
        await sweepFirst(parent);
        await mustHaveRoom(parent, neededBytes(request.databaseBytes));
        return createPlace(setup, await directoryIn(parent), tools, request, giveBack);
      } catch (error) {
        giveBack();
        throw error;
      }
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

function createPlace(
  setup: ScratchSetup,
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
      const limitMs = (setup.restoreLimitMs ?? restoreLimitMs)(databaseBytes);
      await restoreFile({ tool: tools.tool, directory, file, hasDigest, limitMs, signal });
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
