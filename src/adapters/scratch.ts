import { lstat, readdir, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { Refusal } from '../chatops/errors.ts';
import type { Scratch, ScratchPlace, ScratchRequest } from '../ports/scratch.ts';
import { chooseTools, type Tools } from './scratch/choose-tools.ts';
import { codeOf } from './scratch/disk-failed.ts';
import { createFile } from './scratch/file.ts';
import { createPlace, neededBytes } from './scratch/place.ts';
import { createProgramFinder } from './scratch/programs.ts';
import { createRoom } from './scratch/room.ts';
import { fitsSocket } from './scratch/start-etcd.ts';
import { createTurns } from './scratch/turns.ts';
import { makeDirectory, removeDirectory, sweep } from './throw-away.ts';

export interface ScratchSetup {
  /** Where throw-away directories are made. */
  readonly directory: string;
  /** Directories that may hold etcd, etcdutl and etcdctl, the preferred ones first. */
  readonly programs: readonly string[];
  /** How long a database of so many bytes may take to be restored, in milliseconds: several times what a slow disk takes, unless given. */
  readonly restoreLimitMs?: (databaseBytes: number) => number;
  /** How much is free where a directory lies: as the system says, unless given. */
  readonly freeBytes?: (directory: string) => Promise<number>;
}

/** Each takes a disk's room, a processor and as much memory as the database has. */
const mostPlaces = 2;

/** Scratch etcds on this machine's disk, with the programs that it has. */
export function createScratch(setup: ScratchSetup): Scratch {
  const { directory: parent, programs } = setup;
  const finder = createProgramFinder(programs);
  const turns = createTurns(mostPlaces);
  const free = () => (setup.freeBytes ?? freeBytes)(parent).catch(notUsable(parent));
  const room = createRoom({ name: parent, freeBytes: free, usedBytes });

  /** A directory with room for so many bytes. */
  const hold = async (bytes: number, signal: AbortSignal | undefined, leave: DisposableStack) => {
    await sweepFirst(parent);
    const holding = await room.take(bytes, signal);
    leave.defer(holding.giveBack);
    const directory = await directoryIn(parent);
    holding.liesIn(directory);
    return { directory, holding };
  };
  const place = async (tools: Tools, request: ScratchRequest, leave: DisposableStack): Promise<ScratchPlace> => {
    const held = await hold(neededBytes(request.databaseBytes), request.signal, leave);
    return createPlace({ ...setup, ...request, ...held, tools, onClosed: () => leave.dispose() });
  };

  return {
    async open(request) {
      request.signal?.throwIfAborted();
      const tools = chooseTools(await finder.find(request.signal), request.etcdVersion);
      const leave = new DisposableStack();
      leave.defer(await turns.take(request.signal));
      try {
        return await place(tools, request, leave);
      } catch (error) {
        leave.dispose();
        throw error;
      }
    },

    async file(request) {
      request.signal?.throwIfAborted();
      const leave = new DisposableStack();
      try {
        const held = await hold(request.databaseBytes, request.signal, leave);
        return createFile({ ...request, ...held, onClosed: () => leave.dispose() });
      } catch (error) {
        leave.dispose();
        throw error;
      }
    },
  };
}

/** What cannot be swept takes room, which is looked at next. */
const sweepFirst = (parent: string) => sweep(parent, 'scratch', Date.now()).catch(() => undefined);

/** What a directory takes up; what disappears meanwhile takes nothing. */
async function usedBytes(directory: string): Promise<number> {
  const names = await readdir(directory, { recursive: true }).catch(() => []);
  const sizes = names.map((name) => lstat(join(directory, name)).then(({ blocks }) => blocks * blockBytes, nothing));
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

/** In which stat(2) counts, whatever the disk does. */
const blockBytes = 512;
const nothing = () => 0;

const freeBytes = async (parent: string): Promise<number> => {
  const { bavail, bsize } = await statfs(parent);
  return bavail * bsize;
};

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
