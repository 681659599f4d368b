import type { BackupPlace, BackupTarget } from '../../../ports/catalogue.ts';
import type { AskOptions, ObjectAt, ObjectFacts, Objects } from '../../../ports/objects.ts';
import { foreignForms } from '../backup/backup.ts';
import {
  dataKeyBeside,
  dataPrefix,
  partsOfDataKey,
  partsOfVerificationKey,
  verifiedPrefix,
} from '../backup/backup-layout.ts';
import { foreignFiles } from '../backup/foreign-files.ts';
import type { ListedBackup } from '../backup/list-backups.ts';
import { listManifests, type ManifestFile } from '../backup/list-manifests.ts';
import { oldestAtWork } from '../backup/oldest-at-work.ts';

/** A backup as listings tell of it, with the objects of its data: of a dead attempt there may be one more, or there may be none left. */
export interface SurveyedBackup {
  readonly listed: ListedBackup;
  readonly data: readonly DataObject[];
  /** Another manifest has its id: whose the data is, and what the other one is worth, nobody can say. */
  readonly isTwofold: boolean;
}

export interface DataObject {
  readonly key: string;
  readonly sizeBytes: number;
}

/** An object of a backup that has no manifest any more, and so does not exist. */
export interface Leftover extends ObjectAt {
  readonly sizeBytes: number;
}

export interface BucketSurvey {
  /** Newest first, own ones and foreign ones. */
  readonly backups: readonly SurveyedBackup[];
  readonly leftovers: readonly Leftover[];
  /** Copies in the second bucket whose originals are gone: perhaps the only backups that are left. */
  readonly loneCopies: number;
}

/**
 * All that lies under a cluster's prefix and in its second bucket, by listings alone: a thousand objects a request. Reads no object. Throws
 * Fault, also where the second bucket cannot be listed.
 */
export async function surveyBucket(
  objects: Objects,
  target: BackupTarget,
  now: Date,
  ask: AskOptions,
): Promise<BucketSurvey> {
  const [settledBefore, manifests, results, data, foreign, copies] = await Promise.all([
    oldestAtWork(objects, target, now, ask),
    manifestsIn(objects, target, ask),
    resultsIn(objects, target, ask),
    dataIn(objects, target, ask),
    foreignFiles(objects, target, ask),
    target.copy ? copiesIn(objects, target, target.copy, now, ask) : noCopies,
  ]);
  const ofId = Map.groupBy(manifests, ({ id }) => id);
  const own = manifests.map((manifest): SurveyedBackup => {
    const { stem, id } = manifest;
    const listed = { ...manifest, verifications: results.get(stem) ?? [], isCopied: copies.manifests.has(stem) };
    const its = (data.get(id) ?? []).map(({ key, sizeBytes }) => ({ key, sizeBytes }));
    return { listed, data: its, isTwofold: (ofId.get(id)?.length ?? 0) > 1 };
  });
  const others = foreign.map((file): SurveyedBackup => {
    const listed = { ...file, verifications: results.get(file.stem) ?? [], isCopied: false };
    return { listed, data: [{ key: file.object.key, sizeBytes: file.object.sizeBytes }], isTwofold: false };
  });
  const stems = new Set(manifests.map(({ stem }) => stem));
  return {
    backups: [...own, ...others].toSorted((a, b) => (a.listed.stem < b.listed.stem ? -1 : 1)),
    leftovers: [
      ...leftData(target, data, new Set(ofId.keys()), settledBefore),
      ...leftResults(target, results, stems, settledBefore),
      ...(target.copy ? leftData(target.copy, copies.data, copies.ids, copies.settledBefore) : []),
    ],
    loneCopies: [...copies.manifests].filter((stem) => !stems.has(stem)).length,
  };
}

const manifestsIn = (objects: Objects, place: BackupPlace, ask: AskOptions): Promise<readonly ManifestFile[]> =>
  Array.fromAsync(listManifests(objects, place, ask));

/** Verifications by the stem of their backup. */
async function resultsIn(objects: Objects, { bucket, prefix }: BackupPlace, ask: AskOptions) {
  const found = new Map<string, readonly ObjectFacts[]>();
  for await (const object of objects.list(bucket, { prefix: verifiedPrefix(prefix), ...ask })) {
    const stem = partsOfVerificationKey(object.key)?.stem;
    if (stem !== undefined) found.set(stem, [...(found.get(stem) ?? []), object]);
  }
  return found;
}

type DataById = ReadonlyMap<string, readonly ObjectFacts[]>;

/** Data by the id of its backup; none that lies deeper, where it may be another cluster's. */
async function dataIn(objects: Objects, { bucket, prefix }: BackupPlace, ask: AskOptions): Promise<DataById> {
  const found = new Map<string, readonly ObjectFacts[]>();
  for await (const object of objects.list(bucket, { prefix: dataPrefix(prefix), ...ask })) {
    const id = object.key === dataKeyBeside(prefix, object.key) ? partsOfDataKey(object.key)?.id : undefined;
    if (id !== undefined) found.set(id, [...(found.get(id) ?? []), object]);
  }
  return found;
}

const noCopies = {
  manifests: new Set<string>(),
  ids: new Set<string>(),
  data: new Map<string, never>(),
  settledBefore: 0,
};

/** The second store has a clock of its own. */
async function copiesIn(objects: Objects, target: BackupTarget, place: BackupPlace, now: Date, ask: AskOptions) {
  const [settledBefore, manifests, data] = await Promise.all([
    oldestAtWork(objects, { ...target, ...place }, now, ask),
    manifestsIn(objects, place, ask),
    dataIn(objects, place, ask),
  ]);
  return {
    settledBefore,
    manifests: new Set(manifests.map(({ stem }) => stem)),
    ids: new Set(manifests.map(({ id }) => id)),
    data,
  };
}

/** By when it was stored as well: a copy may be under way of a backup that is old. */
function leftData(
  { bucket }: BackupPlace,
  data: DataById,
  ids: ReadonlySet<string>,
  settledBefore: number,
): readonly Leftover[] {
  const isSettled = ({ key, modifiedAt }: ObjectFacts) =>
    Math.max(modifiedAt.getTime(), partsOfDataKey(key)?.takenAt.getTime() ?? 0) < settledBefore;
  return [...data]
    .flatMap(([id, all]) => (ids.has(id) ? [] : all.filter(isSettled)))
    .map(({ key, sizeBytes }) => ({ bucket, key, sizeBytes }));
}

/** Not those of foreign files: their prefix may be missing in salvor.yaml for a while. */
function leftResults(
  { bucket }: BackupPlace,
  results: ReadonlyMap<string, readonly ObjectFacts[]>,
  stems: ReadonlySet<string>,
  settledBefore: number,
): readonly Leftover[] {
  const isForeign = (stem: string) => foreignForms.some((form) => stem.endsWith(`.${form}`));
  return [...results]
    .flatMap(([stem, all]) => (stems.has(stem) || isForeign(stem) ? [] : all))
    .filter(({ modifiedAt }) => modifiedAt.getTime() < settledBefore)
    .map(({ key, sizeBytes }) => ({ bucket, key, sizeBytes }));
}
