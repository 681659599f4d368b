import type { BackupPlace } from '../../../ports/catalogue.ts';
import type { AskOptions, ObjectFacts, Objects } from '../../../ports/objects.ts';
import { type KeyParts, manifestsPrefix, partsOfManifestKey } from './backup-layout.ts';

/** A manifest as a listing tells of it, unread; it was taken when its key tells, which is when it was asked for. */
export interface ManifestFile extends KeyParts {
  readonly kind: 'own';
  readonly object: ObjectFacts;
}

/**
 * The manifests of a place, newest first, page by page as they are consumed: whoever stops early has asked for no more. What lies among them
 * under keys of another kind is passed over. Throws Fault.
 */
export async function* listManifests(
  objects: Objects,
  { bucket, prefix }: BackupPlace,
  ask: AskOptions,
): AsyncGenerator<ManifestFile> {
  for await (const object of objects.list(bucket, { prefix: manifestsPrefix(prefix), ...ask })) {
    const parts = partsOfManifestKey(object.key);
    if (parts) yield { kind: 'own', ...parts, object };
  }
}
