import { rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ScratchPlace } from '../../ports/scratch.ts';
import { removeDirectory } from '../throw-away.ts';
import { remarkOn, type Tools } from './choose-tools.ts';
import { disableAuth } from './disable-auth.ts';
import { diskFailed } from './disk-failed.ts';
import { restoreFile } from './restore-file.ts';
import type { Holding } from './room.ts';
import { type RunningEtcd, startEtcd } from './start-etcd.ts';
import { withinRoom } from './within-room.ts';
import { writeFile } from './write-file.ts';

interface PlaceSetup {
  readonly directory: string;
  readonly tools: Tools;
  /** How big the database is expected to be. */
  readonly databaseBytes: number;
  /** Room for `neededBytes` of that. */
  readonly holding: Holding;
  readonly restoreLimitMs?: (databaseBytes: number) => number;
  readonly signal?: AbortSignal;
  /** Called when nothing is left in the place, for each time that it is closed. */
  onClosed(): void;
}

const mebibyte = 1024 ** 2;

/** The file, what is restored from it, and etcd's log of twice 64 MiB with some room. */
export const neededBytes = (databaseBytes: number): number => 2 * databaseBytes + 192 * mebibyte;
/** What a file may be longer than expected without being asked about: its digest may not be counted. */
const unaskedBytes = mebibyte;
/** etcd reads the whole file to build its index: so long, and so much longer for each GiB. */
const startLimitMs = (databaseBytes: number): number => 60_000 + 60_000 * (databaseBytes / 1024 ** 3);
/**
 * etcd's tool reads the file, sums it and writes it again: a GiB takes some 10 s, and well below 3 min on a disk of 20 MB/s. Several times
 * that, since a busy disk is no reason to call a backup untried; but not for ever, since one that hangs keeps others from their turn.
 */
const usualRestoreLimitMs = (databaseBytes: number): number =>
  Math.round(5 * 60_000 + 10 * 60_000 * (databaseBytes / 1024 ** 3));

/** A place in a directory of its own, whose room is held for it. */
export function createPlace(setup: PlaceSetup): ScratchPlace {
  const { directory, tools, holding, signal, restoreLimitMs = usualRestoreLimitMs } = setup;
  const file = join(directory, 'snapshot.db');
  const remark = remarkOn(tools.tool);
  let { databaseBytes } = setup;
  let running: RunningEtcd | undefined;
  // A worker that ends in the middle of it, for whatever reason but a kill.
  const onExit = () => {
    running?.kill();
    rmSync(directory, { recursive: true, force: true });
  };
  process.once('exit', onExit);

  const mustHaveRoom = async (wholeBytes: number) => {
    await holding.growTo(neededBytes(wholeBytes));
    databaseBytes = wholeBytes;
  };

  return {
    tool: {
      name: tools.tool.name,
      version: tools.tool.version.text,
      etcdVersion: tools.etcd.version.text,
      ...(remark === undefined ? {} : { remark }),
    },
    write: (bytes) =>
      writeFile(file, withinRoom(bytes, databaseBytes + unaskedBytes, mustHaveRoom), signal, diskFailed),
    async restore({ hasDigest }) {
      const limitMs = restoreLimitMs(databaseBytes);
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
      setup.onClosed();
    },
  };
}
