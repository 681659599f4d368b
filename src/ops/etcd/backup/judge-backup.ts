import { Fault, Refusal } from '../../../chatops/errors.ts';
import { numberInWords } from '../../../chatops/format.ts';
import type { Cluster } from '../../../ports/catalogue.ts';
import type { ObjectFacts } from '../../../ports/objects.ts';
import type { Examination } from '../unpack/examine-database.ts';
import type { StoredBytes } from '../unpack/stored-bytes.ts';
import type { Backup, OwnBackup } from './backup.ts';
import { differences } from './differences.ts';
import type { DatabaseFacts } from './open-backup.ts';
import { isUnsound, unsound } from './unsound.ts';

/** A backup that is being read back. */
export interface StoredBackup {
  readonly cluster: Cluster;
  readonly backup: Backup;
  readonly object: ObjectFacts;
  readonly stored: StoredBytes;
}

/** Foreign files may have been written anew since they were listed: only what ours have is known. */
export function mustHaveItsSize(backup: Backup, { sizeBytes }: ObjectFacts): void {
  if (backup.kind === 'foreign' || sizeBytes === backup.manifest.stored.sizeBytes) return;
  const named = backup.manifest.stored.sizeBytes;
  const how = sizeBytes < named ? 'it is cut off' : 'it is longer than what was stored';
  const sentence = `The object has ${numberInWords(sizeBytes)} bytes where its manifest names ${numberInWords(named)}: ${how}.`;
  throw unsound('BACKUP_STORED', sentence);
}

/** What was learned of a database that has passed to its end. Throws Fault (port 'backup') unless everything known of it is right. */
export async function judge({ sum, pages, isDatabase }: Examination, of: StoredBackup): Promise<DatabaseFacts> {
  await mustBeAsStored(of);
  if (!isDatabase) throw unsound('BACKUP_DATABASE', 'It is no database of etcd’s: it does not begin like one.');
  if (sum.digest === 'wrong')
    throw unsound('BACKUP_DATABASE', 'The database does not match etcd’s digest at its end: bytes in it were changed.');
  if (sum.digest === 'torn') {
    const size = numberInWords(sum.totalBytes);
    throw unsound('BACKUP_DATABASE', `The database ends after ${size} bytes, where none can: a part of it is missing.`);
  }
  const facts = { sizeBytes: sum.databaseBytes, sha256: sum.sha256, hasDigest: sum.digest !== 'absent', pages };
  const [difference] = of.backup.kind === 'own' ? differences(facts, of.backup.manifest) : [];
  if (difference !== undefined) throw unsound('BACKUP_MANIFEST', difference);
  return facts;
}

/**
 * What cannot be decrypted or decompressed was mostly changed in the store: the rest of the object tells, and that is then what people hear.
 * Answers the error to throw.
 */
export async function rootCause(error: unknown, of: StoredBackup): Promise<unknown> {
  const isOfOpener = error instanceof Fault && error.port === 'opener';
  if (!isOfOpener && !isUnsound(error)) return error;
  try {
    await mustBeAsStored(of);
  } catch (cause) {
    return cause;
  }
  if (!isOfOpener || of.backup.kind === 'foreign') return error;
  if (error.code === 'AGE_NO_MATCH') return wrongIdentity(of.cluster, of.backup);
  return unsound('BACKUP_ENCRYPTION', error.message, error);
}

/** Reads what is left of an object. Throws Fault (port 'backup') unless its bytes are those that were stored. */
export async function mustBeAsStored({ backup, object, stored }: StoredBackup): Promise<void> {
  const { sizeBytes, sha256 } = await stored.whole();
  if (sizeBytes !== object.sizeBytes) throw notWhole(sizeBytes, object);
  if (backup.kind === 'foreign' || sha256 === backup.manifest.stored.sha256) return;
  const named = backup.manifest.stored.sha256;
  const sentence = `their SHA-256 is ${short(sha256)} where its manifest names ${short(named)}`;
  throw unsound('BACKUP_STORED', `The object’s bytes are not those that were stored: ${sentence}.`);
}

/** As much as people compare. */
const short = (sha256: string): string => `${sha256.slice(0, 12)}…`;

/** A store that ends an answer early and says that all is well: worth another try. */
export function notWhole(readBytes: number, { key, sizeBytes }: ObjectFacts): Fault {
  const sentence = `The store sent ${numberInWords(readBytes)} of the ${numberInWords(sizeBytes)} bytes of ${key}.`;
  const next = 'Look at the store if it happens again.';
  return new Fault(sentence, { port: 'objects', operation: 'get', code: 'S3_SHORT_BODY', retryable: true, next });
}

function wrongIdentity({ name }: Cluster, { id, manifest: { stored } }: OwnBackup): Refusal {
  const recipients = stored.encryption.kind === 'age' ? stored.encryption.recipients : [];
  return new Refusal(
    `The age identity that this worker holds for ${name} does not open ${id}: it was encrypted for ${recipients.join(', ')}.`,
    `Give the worker the identity of one of these, in the variable that clusters.${name}.backup.encryption.identity names.`,
  );
}
