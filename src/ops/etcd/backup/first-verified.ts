import type { Cluster } from '../../../ports/catalogue.ts';
import type { AskOptions, ObjectFacts, Objects } from '../../../ports/objects.ts';
import { type Backup, isVerified } from './backup.ts';
import { partsOfVerificationKey } from './backup-layout.ts';
import { hasItsData } from './damaged-data.ts';
import { isFromFuture } from './freshness.ts';
import { type ListedBackup, listBackups } from './list-backups.ts';
import type { Load } from './load-backup.ts';

export interface FirstVerified {
  readonly load: Load;
  /** Whether one that is verified is worth something; any is unless given. */
  isGood?(backup: Backup): Promise<boolean>;
}

/**
 * The first of listed backups that was tried out and found good, or undefined: the newest in the order of a listing. Reads only those of
 * which a result's key says that it passed; what that result says must bear it out. Throws what `load` and `isGood` throw.
 */
export async function firstVerified(
  listing: Iterable<ListedBackup> | AsyncIterable<ListedBackup>,
  { load, isGood = async () => true }: FirstVerified,
): Promise<Backup | undefined> {
  for await (const listed of listing) {
    if (!listed.verifications.some(hasPassed)) continue;
    const { backup } = await load(listed);
    if (backup && isVerified(backup) && (await isGood(backup))) return backup;
  }
  return undefined;
}

/**
 * The newest of all a cluster's backups that is verified and whose data is there, or undefined: of one that lost it nothing is hoped. Those
 * from the future do not count. Throws Fault.
 */
export async function newestVerified(
  objects: Objects,
  cluster: Cluster,
  { load, now }: { readonly load: Load; readonly now: Date },
  ask: AskOptions,
): Promise<Backup | undefined> {
  const listing = notOfFuture(listBackups(objects, cluster.backup, ask), now);
  return firstVerified(listing, { load, isGood: (backup) => hasItsData(objects, backup, ask) });
}

async function* notOfFuture(listing: AsyncIterable<ListedBackup>, now: Date): AsyncGenerator<ListedBackup> {
  for await (const listed of listing) if (!isFromFuture(listed, now)) yield listed;
}

/** Whether a result says so by its key. */
export const hasPassed = ({ key }: ObjectFacts): boolean => partsOfVerificationKey(key)?.passed === true;
