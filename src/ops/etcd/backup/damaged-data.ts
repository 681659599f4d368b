import { bytesInWords } from '../../../chatops/format.ts';
import type { BackupTarget } from '../../../ports/catalogue.ts';
import type { AskOptions, Objects } from '../../../ports/objects.ts';
import type { Backup } from './backup.ts';
import { dataPrefix, dataSince, partsOfManifestKey } from './backup-layout.ts';

/** A backup whose data is not as its manifest says. */
export interface Damage {
  readonly id: string;
  /** Without a full stop: 'its data is gone'. */
  readonly why: string;
}

/**
 * Backups among `backups` whose data is gone or of another size than was stored, by one listing from the oldest of them on. What the bytes
 * are, only reading them tells. Throws Fault.
 */
export async function findDamagedData(
  objects: Objects,
  { bucket, prefix }: BackupTarget,
  backups: readonly Backup[],
  ask: AskOptions,
): Promise<readonly Damage[]> {
  const own = backups.flatMap((backup) => (backup.kind === 'own' ? [backup] : []));
  const asked = own.flatMap(({ manifestAt }) => partsOfManifestKey(manifestAt.key)?.takenAt ?? []);
  const oldest = asked.toSorted((a, b) => a.getTime() - b.getTime())[0];
  if (!oldest) return [];
  const sizes = new Map<string, number>();
  const listing = objects.list(bucket, { prefix: dataPrefix(prefix), after: dataSince(prefix, oldest), ...ask });
  for await (const { key, sizeBytes } of listing) sizes.set(key, sizeBytes);
  return own.flatMap(({ id, dataAt, storedBytes }) => {
    const sizeBytes = sizes.get(dataAt.key);
    if (sizeBytes === storedBytes) return [];
    const why =
      sizeBytes === undefined
        ? 'its data is gone'
        : `its data is ${sizeInWords(sizeBytes)} where ${sizeInWords(storedBytes)} were stored`;
    return [{ id, why }];
  });
}

/** Whether the data of one backup is there, and of the size that was stored. Throws Fault. */
export async function hasItsData(objects: Objects, { dataAt, storedBytes }: Backup, ask: AskOptions): Promise<boolean> {
  return (await objects.head(dataAt, ask))?.sizeBytes === storedBytes;
}

const sizeInWords = (bytes: number): string =>
  bytes < 1024 ? `${bytes} bytes` : `${bytes} bytes (${bytesInWords(bytes)})`;
