import type { Fault } from '../../../chatops/errors.ts';
import { numberInWords } from '../../../chatops/format.ts';
import type { Cluster } from '../../../ports/catalogue.ts';
import type { AskOptions, Objects } from '../../../ports/objects.ts';
import type { Opener } from '../../../ports/opener.ts';
import { digestBytes } from '../database/database-digest.ts';
import type { PagesFound } from '../database/page-walker.ts';
import { type Compression, decompress } from '../unpack/decompress.ts';
import { type Examination, examineDatabase, passDatabase } from '../unpack/examine-database.ts';
import { readAhead } from '../unpack/read-ahead.ts';
import { watchStored } from '../unpack/stored-bytes.ts';
import { type Archive, unarchive } from '../unpack/unarchive.ts';
import type { Backup, ForeignForm } from './backup.ts';
import { judge, mustHaveItsSize, notWhole, rootCause, type StoredBackup } from './judge-backup.ts';
import { unsound } from './unsound.ts';

export interface OpenPorts {
  readonly objects: Objects;
  readonly opener: Opener;
}

export interface OpenOptions extends AskOptions {
  /** Told often how many of the stored bytes were read. */
  readonly progress?: (storedBytes: number) => void;
  /**
   * The database goes into etcd's own restore next, which sums it, and its keys are counted then. Of an own backup, whose stored bytes are
   * summed in any case, nothing is done twice then: a third less time.
   */
  readonly isRestoredNext?: boolean;
  /** Of an archive: this file, by its whole name in it, and not its snapshot. */
  readonly member?: string | undefined;
}

/** What was learned of a database while it passed. */
export interface DatabaseFacts {
  /** Without its digest. */
  readonly sizeBytes: number;
  readonly sha256: string;
  /**
   * Whether etcd's own digest stands at its end, and is right; with `isRestoredNext` it may be unproven. Files copied from a data directory
   * have none.
   */
  readonly hasDigest: boolean;
  readonly pages: PagesFound;
}

export interface OpenedBackup {
  /**
   * The database file, as etcd's own tool would have saved it, digest included. To be read once, or left by `return`; each piece is reused
   * when the next one is asked for. Ends only after everything was found right: what had passed before an error must be thrown away.
   * Throws Fault (port 'backup'; see `isUnsound`) that says what is wrong with the backup, Refusal when this worker's age identity is of
   * another key or an archive has a layout that is not known, and what the store throws.
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
  { objects, opener }: OpenPorts,
  cluster: Cluster,
  backup: Backup,
  { signal, progress = () => undefined, isRestoredNext = false, member }: OpenOptions = {},
): Promise<OpenedBackup> {
  const stop = new AbortController();
  const either = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal;
  try {
    const object = await mustGet(objects, backup, either);
    mustHaveItsSize(backup, object.facts);
    const stored = watchStored(object.body, progress);
    const again = () => readAhead(anew(objects, backup, either));
    const bytes = readAhead(stored.bytes);
    const plain = noLonger(backup, unpacked(opener, cluster, backup, { bytes, again, member }));
    const database = isRestoredNext && backup.kind === 'own' ? passDatabase(plain) : examineDatabase(plain);
    return checked(database, { cluster, backup, object: object.facts, stored }, stop);
  } catch (error) {
    stop.abort();
    throw error;
  }
}

async function mustGet(objects: Objects, { dataAt }: Backup, signal: AbortSignal) {
  const object = await objects.get(dataAt, { signal });
  if (!object) throw unsound('BACKUP_MISSING', `Its data, ${dataAt.key}, is not in the store.`);
  return object;
}

/** For what cannot be found at the first reading. A store that sends less than it has is told apart here too. */
async function* anew(objects: Objects, backup: Backup, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const { facts, body } = await mustGet(objects, backup, signal);
  let sizeBytes = 0;
  for await (const piece of body) {
    sizeBytes += piece.length;
    yield piece;
  }
  if (sizeBytes !== facts.sizeBytes) throw notWhole(sizeBytes, facts);
}

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
  { bytes, again, member }: Omit<Archive, 'name'>,
): AsyncIterable<Uint8Array> {
  if (backup.kind === 'foreign') {
    const plain = (stored: AsyncIterable<Uint8Array>) => decompress(stored, compressions[backup.form]);
    if (backup.form !== 'tar.gz') return plain(bytes);
    return unarchive({ name: `${backup.id} of ${name}`, bytes: plain(bytes), again: () => plain(again()), member });
  }
  const { compression, encryption } = backup.manifest.stored;
  return decompress(encryption.kind === 'age' ? opener.decrypt(name, bytes) : bytes, compression);
}

/** Room was looked for by what the manifest says: nothing may go on beyond it, also no gigabytes of zeros in a small object. */
async function* noLonger(backup: Backup, bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const named = backup.kind === 'own' ? backup.manifest.database.sizeBytes : Number.POSITIVE_INFINITY;
  let count = 0;
  for await (const piece of bytes) {
    count += piece.length;
    if (count > named + digestBytes) throw longerThan(named);
    yield piece;
  }
}

const longerThan = (bytes: number): Fault =>
  unsound('BACKUP_MANIFEST', `The database is longer than the ${numberInWords(bytes)} bytes that its manifest names.`);

/** `stop` ends the connection to the store, whatever of it was read. */
function checked(
  database: AsyncGenerator<Uint8Array, Examination>,
  of: StoredBackup,
  stop: AbortController,
): OpenedBackup {
  let facts: DatabaseFacts | undefined;
  async function* bytes(): AsyncGenerator<Uint8Array> {
    try {
      facts = await judge(yield* database, of);
    } catch (error) {
      throw await rootCause(error, of);
    } finally {
      stop.abort();
    }
  }
  return {
    bytes: bytes(),
    facts() {
      if (!facts) throw new Error('The backup has not been read to its end');
      return facts;
    },
  };
}
