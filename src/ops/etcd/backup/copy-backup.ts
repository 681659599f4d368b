import type { BackupPlace, Cluster } from '../../../ports/catalogue.ts';
import type { ObjectAt, Objects } from '../../../ports/objects.ts';
import { watchStored } from '../unpack/stored-bytes.ts';
import type { OwnBackup } from './backup.ts';
import { dataKeyBeside, manifestKeyOf } from './backup-layout.ts';
import { mustBeAsStored, mustHaveItsSize } from './judge-backup.ts';
import { type ReadBack, readBack } from './read-back.ts';
import { mostTextBytes, readWhole } from './read-whole.ts';
import { unsound } from './unsound.ts';

export interface CopyOptions {
  readonly signal: AbortSignal;
  /** Bytes copied of how many; called often. */
  readonly progress?: (doneBytes: number, totalBytes: number) => void;
}

/**
 * Copies a backup into a second bucket: its data as a stream, whose SHA-256 is checked on the way, then its manifest, byte for byte, with which the
 * copy exists. On the way nothing is kept: when it fails, no data stays behind. Safe to repeat. What S3 encrypts by itself it encrypts there
 * too; with KMS by the second bucket's own default, since keys belong to a region.
 * Throws Fault (port 'backup', see `isUnsound`) when the original is not what its manifest says, S3_READ_BACK when the second bucket holds
 * something else than was stored, and what the stores throw.
 */
export async function copyBackup(
  objects: Objects,
  cluster: Cluster,
  backup: OwnBackup,
  place: BackupPlace,
  options: CopyOptions,
): Promise<ReadBack> {
  const { signal } = options;
  const dataAt = { bucket: place.bucket, key: dataKeyBeside(place.prefix, backup.dataAt.key) };
  const manifestAt = { bucket: place.bucket, key: manifestKeyOf(place.prefix, backup.stem) };
  const manifest = await bytesOf(objects, backup.manifestAt, signal);
  try {
    const stored = await storeData(objects, cluster, backup, dataAt, options);
    const readBackAs = await readBack(objects, dataAt, stored, { signal });
    await objects.put(manifestAt, manifest, { contentType: 'application/json', signal });
    return readBackAs;
  } catch (error) {
    await undo(objects, dataAt, manifestAt);
    throw error;
  }
}

async function bytesOf(objects: Objects, at: ObjectAt, signal: AbortSignal): Promise<Uint8Array> {
  const found = await readWhole(objects, at, mostTextBytes, { signal });
  if (!found) throw unsound('BACKUP_MISSING', `Its manifest, ${at.key}, is not in the store.`);
  return found;
}

async function storeData(
  objects: Objects,
  cluster: Cluster,
  backup: OwnBackup,
  to: ObjectAt,
  { signal, progress = () => undefined }: CopyOptions,
) {
  const { sizeBytes } = backup.manifest.stored;
  const facts = await objects.head(backup.dataAt, { signal });
  if (facts) mustHaveItsSize(backup, facts);
  const object = facts && (await objects.get(backup.dataAt, { signal }));
  if (!object) throw unsound('BACKUP_MISSING', `Its data, ${backup.dataAt.key}, is not in the store.`);
  const stored = watchStored(object.body, (doneBytes) => progress(doneBytes, sizeBytes));
  const checked = async function* () {
    yield* stored.bytes;
    // Before the end: what is not as it was stored is never completed over there.
    await mustBeAsStored({ cluster, backup, object: object.facts, stored });
  };
  const { encryption } = cluster.backup;
  return objects.store(to, checked(), {
    atMostBytes: sizeBytes,
    contentType: 'application/octet-stream',
    metadata: { cluster: cluster.name, run: backup.manifest.runId },
    ...(encryption.kind === 'sse-s3' ? { encryption: { kind: 'sse-s3' as const } } : {}),
    signal,
  });
}

/** Data that a manifest names stays, whoever wrote it: the answer to our own may have been lost. */
async function undo(objects: Objects, dataAt: ObjectAt, manifestAt: ObjectAt): Promise<void> {
  const soon = { signal: AbortSignal.timeout(15_000) };
  try {
    if (!(await objects.head(manifestAt, soon))) await objects.remove(dataAt, soon);
  } catch {
    // What went wrong before is what people must hear; the next prune finds what is left.
  }
}
