import { Fault, Refusal } from '../../../chatops/errors.ts';
import { numberInWords } from '../../../chatops/format.ts';
import type { Cluster } from '../../../ports/catalogue.ts';
import type { AskOptions, ObjectFacts, Objects } from '../../../ports/objects.ts';
import type { Opener } from '../../../ports/opener.ts';
import type { PagesFound } from '../database/page-walker.ts';
import { type Compression, decompress } from '../unpack/decompress.ts';
import { type Examination, examineDatabase } from '../unpack/examine-database.ts';
import { type StoredBytes, watchStored } from '../unpack/stored-bytes.ts';
import { unarchive } from '../unpack/unarchive.ts';
import type { Backup, ForeignForm, OwnBackup } from './backup.ts';
import { differences } from './differences.ts';
import { isUnsound, unsound } from './unsound.ts';

export interface OpenPorts {
  readonly objects: Objects;
  readonly opener: Opener;
}

export interface OpenOptions extends AskOptions {
  /** Told often how many of the stored bytes were read. */
  readonly progress?: (storedBytes: number) => void;
}

/** What was learned of a database while it passed. */
export interface DatabaseFacts {
  /** Without its digest. */
  readonly sizeBytes: number;
  readonly sha256: string;
  /** Whether etcd's own digest stands at its end, and is right. Files copied from a data directory have none. */
  readonly hasDigest: boolean;
  readonly pages: PagesFound;
}

export interface OpenedBackup {
  /**
   * The database file, as etcd's own tool would have saved it, digest included. To be read once; each piece is reused when the next one is
   * asked for. Ends only after everything was found right: what had passed before an error must be thrown away.
   * Throws Fault (port 'backup'; see `isUnsound`) that says what is wrong with the backup, Refusal when this worker's age identity is of
   * another key, and what the store throws.
   */
  readonly bytes: AsyncIterable<Uint8Array>;
  /** What was learned of it. Only after its bytes were read to their end. */
  facts(): DatabaseFacts;
}

/** Archives of the old script hold the database twice, and its log. */
const mostlyCompressed = { db: 1, 'db.gz': 6, 'db.zst': 6, 'tar.gz': 3 } as const;

/** How big the database file is, or may well be where only unpacking it would tell. */
export function expectedBytes(backup: Backup): number {
  if (backup.kind === 'own') return backup.manifest.database.sizeBytes;
  return backup.storedBytes * mostlyCompressed[backup.form];
}

/**
 * Begins to read a backup back from the store, own or foreign: decrypts, decompresses and checks it on the way, in constant memory. Own ones
 * against everything their manifest says; foreign ones against what they carry themselves. Throws as `bytes` does: at once when the object
 * is missing or has another size than it must, or when this worker holds no identity for it.
 */
export async function openBackup(
  ports: OpenPorts,
  cluster: Cluster,
  backup: Backup,
  { signal, progress = () => undefined }: OpenOptions = {},
): Promise<OpenedBackup> {
  const stop = new AbortController();
  const object = await ports.objects.get(backup.dataAt, {
    signal: AbortSignal.any([stop.signal, ...(signal ? [signal] : [])]),
  });
  const learned: { facts?: DatabaseFacts } = {};
  try {
    if (!object) throw unsound('BACKUP_MISSING', `Its data, ${backup.dataAt.key}, is not in the store.`);
    mustHaveItsSize(backup, object.facts);
    const stored = watchStored(object.body, progress);
    const database = examineDatabase(unpacked(ports.opener, cluster, backup, stored.bytes));
    return {
      bytes: checked(database, { cluster, backup, stored, object: object.facts, learned, stop }),
      facts() {
        if (!learned.facts) throw new Error('The backup has not been read to its end');
        return learned.facts;
      },
    };
  } catch (error) {
    stop.abort();
    throw error;
  }
}

/** Foreign files may be written anew between the listing and now: only what ours have is known. */
function mustHaveItsSize(backup: Backup, { sizeBytes }: ObjectFacts): void {
  if (backup.kind === 'foreign' || sizeBytes === backup.manifest.stored.sizeBytes) return;
  throw unsound('BACKUP_STORED', sizes(sizeBytes, backup.manifest.stored.sizeBytes));
}

const sizes = (found: number, named: number): string =>
  `The object has ${numberInWords(found)} bytes where its manifest names ${numberInWords(named)}: it is ${found < named ? 'cut off' : 'longer than what was stored'}.`;

const compressions: Readonly<Record<ForeignForm, Compression>> = {
  db: 'none',
  'db.gz': 'gzip',
  'db.zst': 'zstd',
  'tar.gz': 'gzip',
};

function unpacked(
  opener: Opener,
  { name }: Cluster,
  backup: Backup,
  bytes: AsyncIterable<Uint8Array>,
): AsyncIterable<Uint8Array> {
  if (backup.kind === 'foreign') {
    const plain = decompress(bytes, compressions[backup.form]);
    return backup.form === 'tar.gz' ? unarchive(plain) : plain;
  }
  const { compression, encryption } = backup.manifest.stored;
  return decompress(encryption.kind === 'age' ? opener.decrypt(name, bytes) : bytes, compression);
}

interface Check {
  readonly cluster: Cluster;
  readonly backup: Backup;
  readonly stored: StoredBytes;
  readonly object: ObjectFacts;
  readonly learned: { facts?: DatabaseFacts };
  /** Ends the connection to the store, whatever of it was read. */
  readonly stop: AbortController;
}

async function* checked(database: AsyncGenerator<Uint8Array, Examination>, check: Check): AsyncGenerator<Uint8Array> {
  try {
    const examination = yield* database;
    await judge(examination, check);
  } catch (error) {
    throw check.backup.kind === 'own' ? await rootCause(error, check.backup, check) : error;
  } finally {
    check.stop.abort();
  }
}

async function judge({ sum, pages }: Examination, { backup, stored, object, learned }: Check): Promise<void> {
  const found = await stored.rest();
  mustBeWhole(found.sizeBytes, object);
  const facts = { sizeBytes: sum.databaseBytes, sha256: sum.sha256, hasDigest: sum.digest === 'right', pages };
  if (backup.kind === 'own') mustBeAsStored(found, backup);
  if (sum.digest === 'wrong')
    throw unsound(
      'BACKUP_DATABASE',
      'The database does not match etcd’s own digest at its end: bytes in it were changed.',
    );
  if (sum.digest === 'torn')
    throw unsound(
      'BACKUP_DATABASE',
      `After ${numberInWords(sum.totalBytes)} bytes the database ends where none can: a part of it is missing.`,
    );
  if (backup.kind === 'own') {
    const [difference] = differences(facts, backup.manifest);
    if (difference) throw unsound('BACKUP_MANIFEST', difference);
  }
  learned.facts = facts;
}

/** A store that ends an answer early and says all is well: worth another try. */
function mustBeWhole(readBytes: number, { sizeBytes, key }: ObjectFacts): void {
  if (readBytes === sizeBytes) return;
  throw new Fault(`The store sent ${numberInWords(readBytes)} of the ${numberInWords(sizeBytes)} bytes of ${key}.`, {
    port: 'objects',
    operation: 'get',
    code: 'S3_SHORT_BODY',
    retryable: true,
    next: 'Look at the store if it happens again.',
  });
}

function mustBeAsStored(found: Awaited<ReturnType<StoredBytes['rest']>>, { manifest: { stored } }: OwnBackup): void {
  if (found.sha256 === stored.sha256) return;
  throw unsound(
    'BACKUP_STORED',
    `The object’s bytes are not those that were stored: their SHA-256 is ${short(found.sha256)} where its manifest names ${short(stored.sha256)}.`,
  );
}

/** As much as people compare. */
const short = (sha256: string): string => `${sha256.slice(0, 12)}…`;

/**
 * What cannot be decrypted or decompressed was mostly changed in the store: the rest of the object tells, and that is then what people hear.
 */
async function rootCause(error: unknown, backup: OwnBackup, { cluster, stored, object }: Check): Promise<unknown> {
  const isOfOpener = error instanceof Fault && error.port === 'opener';
  if (!isOfOpener && !isUnsound(error)) return error;
  try {
    const found = await stored.rest();
    mustBeWhole(found.sizeBytes, object);
    mustBeAsStored(found, backup);
  } catch (cause) {
    return cause;
  }
  if (!isOfOpener) return error;
  return error.code === 'AGE_NO_MATCH'
    ? wrongIdentity(cluster, backup)
    : unsound('BACKUP_ENCRYPTION', error.message, error);
}

function wrongIdentity({ name }: Cluster, { id, manifest: { stored } }: OwnBackup): Refusal {
  const { encryption } = stored;
  const recipients = encryption.kind === 'age' ? encryption.recipients : [];
  return new Refusal(
    `The age identity that this worker holds for ${name} does not open ${id}: it was encrypted for ${recipients.join(', ')}.`,
    `Give the worker the identity of one of these, in the variable that clusters.${name}.backup.encryption.identity names.`,
  );
}
