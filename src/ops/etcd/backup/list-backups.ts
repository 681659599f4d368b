import { Fault } from '../../../chatops/errors.ts';
import type { BackupPlace, BackupTarget } from '../../../ports/catalogue.ts';
import type { AskOptions, ObjectFacts, Objects } from '../../../ports/objects.ts';
import { manifestsPrefix, partsOfManifestKey, partsOfVerificationKey, verifiedPrefix } from './backup-layout.ts';
import { beside, nothingBeside, type SideListing } from './beside.ts';
import { type ForeignFile, foreignFiles } from './foreign-files.ts';
import { listManifests, type ManifestFile } from './list-manifests.ts';

/** What listings tell of a backup, without reading a single object. */
export type ListedBackup = (ManifestFile | ForeignFile) & {
  /** At most one that passed and one that failed; the later one counts. */
  readonly verifications: readonly ObjectFacts[];
  readonly isCopied: boolean;
};

export interface ListingOptions extends AskOptions {
  /** Nothing older. */
  readonly since?: Date | undefined;
  /** Told what could not be learned, as sentences. */
  readonly remark?: (sentence: string) => void;
}

/**
 * A cluster's backups as the bucket lists them, newest first, own and foreign ones: a thousand a request, page by page as they are
 * consumed, beside a listing of verifications and one of copies. Whoever stops early has asked for no more. Throws Fault; a second bucket
 * that cannot be listed is only a remark.
 */
export async function* listBackups(
  objects: Objects,
  target: BackupTarget,
  { since, remark = () => undefined, ...ask }: ListingOptions = {},
): AsyncGenerator<ListedBackup> {
  const listing = objects.list(target.bucket, { prefix: verifiedPrefix(target.prefix), ...ask });
  const verifications = beside(listing, (key) => partsOfVerificationKey(key)?.stem);
  const copies = target.copy ? copiesIn(objects, target.copy, remark, ask) : nothingBeside;
  const foreign = await foreignFiles(objects, target, ask);
  for await (const found of merged(listManifests(objects, target, ask), foreign)) {
    if (since && found.takenAt < since) return;
    const copied = found.kind === 'own' ? await copies.at(found.stem) : [];
    yield { ...found, verifications: await verifications.at(found.stem), isCopied: copied.length > 0 };
  }
}

async function* merged(
  own: AsyncIterable<ManifestFile>,
  foreign: readonly ForeignFile[],
): AsyncGenerator<ManifestFile | ForeignFile> {
  let next = 0;
  for await (const manifest of own) {
    for (let file = foreign[next]; file && file.stem < manifest.stem; file = foreign[next]) {
      next += 1;
      yield file;
    }
    yield manifest;
  }
  yield* foreign.slice(next);
}

function copiesIn(
  objects: Objects,
  { bucket, prefix, address }: BackupPlace,
  remark: (sentence: string) => void,
  ask: AskOptions,
): SideListing {
  const listing = objects.list(bucket, { prefix: manifestsPrefix(prefix), ...ask });
  const failed = (why: string) => remark(`Which backups are copied to ${address} is not known: ${why}`);
  return beside(untilFault(listing, failed, ask), (key) => partsOfManifestKey(key)?.stem);
}

async function* untilFault(
  listing: AsyncIterable<ObjectFacts>,
  failed: (why: string) => void,
  { signal }: AskOptions,
): AsyncGenerator<ObjectFacts> {
  try {
    yield* listing;
  } catch (error) {
    if (!(error instanceof Fault) || signal?.aborted) throw error;
    failed(error.message);
  }
}
