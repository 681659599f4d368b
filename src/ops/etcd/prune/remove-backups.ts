import { Refusal } from '../../../chatops/errors.ts';
import { inParallel } from '../../../chatops/in-parallel.ts';
import type { Objects } from '../../../ports/objects.ts';
import type { OwnBackup } from '../backup/backup.ts';
import { manifestKeyOf } from '../backup/backup-layout.ts';
import { lockInWords } from '../backup/retention.ts';
import type { KnownBackup } from './known-backups.ts';
import { copyOfData, lookCloser } from './look-closer.ts';
import type { PrunePlan } from './plan-prune.ts';
import type { DataObject, Leftover } from './survey-bucket.ts';
import { createTally, type Removed, type Stayed, type Tally } from './tally.ts';

export interface PruneHooks {
  readonly signal: AbortSignal;
  /** What former attempts of this run removed. */
  readonly before?: Removed | undefined;
  /**
   * Told all that was removed: before the first batch, after each, and when something goes wrong, where `isAll` says that there is no more.
   * Throws unless this run may go on.
   */
  checkpoint(removed: Removed, isAll: boolean): Promise<void>;
  /** Told the ids of backups right after they have ceased to exist, oldest first, hundreds at a time. */
  gone?(ids: readonly string[]): void;
  /** Backups and leftovers that were dealt with, of how many. */
  progress?(done: number, total: number): void;
}

/** What became of a plan. */
export interface Pruned {
  readonly removed: Removed;
  readonly stayed: readonly Stayed[];
}

/** So many backups are dealt with at once, and may be half removed when a worker dies. */
const batchSize = 250;
const widthOfReading = 16;

/**
 * Does what a confirmed plan says, the oldest backup first. Each is read again right before: what is locked by now, or no backup of this cluster
 * any more, stays. First goes its copy, then its manifest, with which it ceases to exist, then its results and data: so an interruption leaves
 * nothing that looks like a backup and is none, and the next prune finds what is left. What the store keeps is told. Safe to repeat.
 * Throws Fault, Refusal, or the signal's reason.
 */
export async function removeBackups(objects: Objects, plan: PrunePlan, hooks: PruneHooks): Promise<Pruned> {
  const tally = createTally(hooks.before);
  const removing: Removing = { objects, plan, tally, ask: { signal: hooks.signal }, tell: (ids) => hooks.gone?.(ids) };
  try {
    await hooks.checkpoint(tally.removed(), false);
    await removeInBatches(removing, hooks);
    return { removed: tally.removed(), stayed: tally.stayed() };
  } catch (error) {
    // What went wrong is what people must hear.
    await hooks.checkpoint(tally.removed(), true).catch(() => undefined);
    throw error;
  }
}

async function removeInBatches(removing: Removing, hooks: PruneHooks): Promise<void> {
  const { removals, leftovers } = removing.plan;
  let done = 0;
  const each = async <T>(items: readonly T[], remove: (batch: readonly T[]) => Promise<void>) => {
    for (let from = 0; from < items.length; from += batchSize) {
      const batch = items.slice(from, from + batchSize);
      await remove(batch);
      await hooks.checkpoint(removing.tally.removed(), false);
      done += batch.length;
      hooks.progress?.(done, removals.length + leftovers.length);
    }
  };
  await each(removals.toReversed(), (batch) => removeBatch(removing, batch));
  for (const [bucket, left] of Map.groupBy(leftovers, (leftover) => leftover.bucket))
    await each(left, (batch) => removeLeftovers(removing, bucket, batch));
}

interface Removing {
  readonly objects: Objects;
  readonly plan: PrunePlan;
  readonly tally: Tally;
  readonly ask: { readonly signal: AbortSignal };
  tell(ids: readonly string[]): void;
}

interface Doomed {
  readonly known: KnownBackup;
  readonly backup: OwnBackup;
}

async function removeBatch(removing: Removing, batch: readonly KnownBackup[]): Promise<void> {
  await mustStillStand(removing);
  const doomed = await lookAgain(removing, batch);
  const uncopied = await removeCopies(removing, doomed);
  const gone = await removeManifests(removing, uncopied);
  await removeContents(removing, gone);
}

/** Nothing goes for the sake of a backup that is not there any more. */
async function mustStillStand({ objects, plan: { cluster, proven }, ask }: Removing): Promise<void> {
  const [manifest, data] = proven
    ? await Promise.all([objects.head(proven.manifestAt, ask), objects.head(proven.dataAt, ask)])
    : [];
  if (proven && manifest && data?.sizeBytes === proven.storedBytes) return;
  throw new Refusal(`The newest verified backup of ${cluster.name} is not there any more, so nothing else goes.`, [
    'See what there is: ',
    { command: `backups ${cluster.name}` },
  ]);
}

async function lookAgain(
  { objects, plan: { cluster, now }, tally, ask }: Removing,
  batch: readonly KnownBackup[],
): Promise<readonly Doomed[]> {
  const looks = await inParallel(batch, widthOfReading, async (known) => {
    const look = await lookCloser(objects, cluster, known.surveyed, { locks: true }, ask);
    return { known, ...look };
  });
  return looks.flatMap(({ known, backup, lock, unreadable }) => {
    const locked = lock && lockInWords(lock, now);
    if (backup && locked === undefined) return [{ known, backup }];
    tally.stays(known.id, locked ?? unreadable[0]?.why ?? 'its manifest tells nothing');
    return [];
  });
}

/** Answers those of which no copy stands any more: an original whose copy stays would leave a copy that no rule ever reaches. */
async function removeCopies(removing: Removing, doomed: readonly Doomed[]): Promise<readonly Doomed[]> {
  const { plan, tally } = removing;
  const { copy } = plan.cluster.backup;
  const copied = doomed.filter(({ known }) => known.surveyed.listed.isCopied);
  if (!copy || copied.length === 0) return doomed;
  const kept = await removeKeys(
    removing,
    copy.bucket,
    copied.map(({ known }) => manifestKeyOf(copy.prefix, known.stem)),
  );
  const gone = copied.filter(({ known }) => {
    const why = kept.get(manifestKeyOf(copy.prefix, known.stem));
    if (why !== undefined) tally.stays(known.id, `its copy stays: ${why}`);
    return why === undefined;
  });
  tally.add({ copies: gone.length });
  await removeObjects(
    removing,
    copy.bucket,
    gone.map(({ backup }) => ({ key: copyOfData(copy, backup).key, sizeBytes: backup.storedBytes })),
  );
  return doomed.filter((one) => !copied.includes(one) || gone.includes(one));
}

/** Answers those that have ceased to exist. */
async function removeManifests(removing: Removing, doomed: readonly Doomed[]): Promise<readonly Doomed[]> {
  const { plan, tally, tell } = removing;
  const { bucket } = plan.cluster.backup;
  const kept = await removeKeys(
    removing,
    bucket,
    doomed.map(({ backup }) => backup.manifestAt.key),
  );
  const gone = doomed.filter(({ known, backup }) => {
    const why = kept.get(backup.manifestAt.key);
    if (why !== undefined) tally.stays(known.id, why);
    return why === undefined;
  });
  tally.add({ backups: gone.length });
  if (gone.length > 0) tell(gone.map(({ known }) => known.id));
  return gone;
}

async function removeContents(removing: Removing, gone: readonly Doomed[]): Promise<void> {
  const { bucket } = removing.plan.cluster.backup;
  const contents = gone.flatMap(({ known: { surveyed } }) => [...surveyed.listed.verifications, ...surveyed.data]);
  await removeObjects(removing, bucket, contents);
}

async function removeLeftovers(removing: Removing, bucket: string, left: readonly Leftover[]): Promise<void> {
  const removed = await removeObjects(removing, bucket, left);
  removing.tally.add({ leftovers: removed });
}

/** Objects of what has ceased to exist. Answers how many went. */
async function removeObjects(removing: Removing, bucket: string, some: readonly DataObject[]): Promise<number> {
  const { tally } = removing;
  const kept = await removeKeys(
    removing,
    bucket,
    some.map(({ key }) => key),
  );
  for (const [key, why] of kept) tally.stays(key, why);
  const gone = some.filter(({ key }) => !kept.has(key));
  tally.add({ freedBytes: gone.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) });
  return gone.length;
}

/** Why the store keeps a key, for each that it keeps. */
async function removeKeys(
  { objects, ask }: Removing,
  bucket: string,
  keys: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const removals = await objects.removeAll(bucket, keys, ask);
  return new Map(removals.flatMap((removal) => (removal.state === 'kept' ? [[removal.key, removal.why]] : [])));
}
