import type { BackupTarget } from '../../../ports/catalogue.ts';
import type { AskOptions, Objects, Removal } from '../../../ports/objects.ts';
import { dataKeyBeside, dataPrefix, dataSince, partsOfDataKey } from './backup-layout.ts';
import { committedAt } from './commit-backup.ts';
import { listManifests } from './list-manifests.ts';
import { oldestAtWork } from './oldest-at-work.ts';

/** Looked at no further back: a sweep comes with every snapshot. */
const windowMs = 7 * 24 * 60 * 60_000;

/**
 * Removes data objects that no manifest names: what a worker left that was killed between storing and committing, or whose run a later
 * attempt committed. Young ones stay, since their attempt may still be at work. A listing of a week of data, one of as many manifests as it
 * takes to find those of all of it, and one manifest for each run that has more than one object. Answers what became of each; a lock keeps
 * some. Throws Fault.
 */
export async function removeOrphanedData(
  objects: Objects,
  target: BackupTarget,
  now: Date,
  options: AskOptions = {},
): Promise<readonly Removal[]> {
  const since = new Date(now.getTime() - windowMs);
  const byRun = await dataByRun(objects, target, since, options);
  if (byRun.size === 0) return [];
  const settledBefore = await oldestAtWork(objects, target, now, options);
  const isSettled = ({ seenAt }: Data) => seenAt < settledBefore;
  const settled = [...byRun].filter(([, all]) => all.some(isSettled));
  if (settled.length === 0) return [];
  const manifests = await manifestsOf(objects, target, new Set(settled.map(([runId]) => runId)), options);
  const orphans: string[] = [];
  for (const [runId, all] of settled) {
    const manifestKey = manifests.get(runId);
    if (manifestKey !== undefined && all.length === 1) continue;
    const named = manifestKey && (await namedBy(objects, target, manifestKey, options));
    // A manifest that cannot be read may name any of them.
    if (manifestKey !== undefined && named === undefined) continue;
    orphans.push(...all.flatMap((data) => (data.key !== named && isSettled(data) ? [data.key] : [])));
  }
  return orphans.length > 0 ? objects.removeAll(target.bucket, orphans, options) : [];
}

interface Data {
  readonly key: string;
  /** When its attempt was last seen at it, in milliseconds since 1970: by its own clock, in the key, or by the store's. */
  readonly seenAt: number;
}

async function dataByRun(objects: Objects, target: BackupTarget, since: Date, options: AskOptions) {
  const byRun = new Map<string, Data[]>();
  const listed = { prefix: dataPrefix(target.prefix), after: dataSince(target.prefix, since), ...options };
  for await (const { key, modifiedAt } of objects.list(target.bucket, listed)) {
    const parts = partsOfDataKey(key);
    if (!parts) continue;
    const known = byRun.get(parts.id) ?? [];
    byRun.set(parts.id, [...known, { key, seenAt: Math.max(modifiedAt.getTime(), parts.takenAt.getTime()) }]);
  }
  return byRun;
}

/**
 * The manifests of these runs, by run. A manifest's key tells when its run was asked for, which may be days before its data where it waited for
 * a worker: so one that is missed is looked for to the end of the listing.
 */
async function manifestsOf(objects: Objects, target: BackupTarget, runs: ReadonlySet<string>, options: AskOptions) {
  const byRun = new Map<string, string>();
  for await (const { id, object } of listManifests(objects, target, options)) {
    if (runs.has(id)) byRun.set(id, object.key);
    if (byRun.size === runs.size) break;
  }
  return byRun;
}

async function namedBy(
  objects: Objects,
  { bucket, prefix }: BackupTarget,
  key: string,
  { signal }: AskOptions,
): Promise<string | undefined> {
  const manifest = await committedAt(objects, { bucket, key }, signal);
  return manifest && dataKeyBeside(prefix, manifest.stored.key);
}
