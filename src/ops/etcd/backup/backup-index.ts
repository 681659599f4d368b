import { gunzipSync, gzipSync } from 'node:zlib';
import { z } from 'zod';
import { Fault } from '../../../chatops/errors.ts';
import type { BackupPlace } from '../../../ports/catalogue.ts';
import type { AskOptions, ObjectAt, ObjectFacts, Objects } from '../../../ports/objects.ts';
import { indexKey, partsOfManifestKey, partsOfVerificationKey } from './backup-layout.ts';
import { readText, readWhole } from './read-whole.ts';

const Entry = z.object({ key: z.string(), etag: z.string(), text: z.string() });
type Entry = z.infer<typeof Entry>;
const Index = z.object({ version: z.literal(1), entries: z.array(Entry).readonly() });

/** Reads small objects whole, and remembers them. */
export interface RememberedTexts {
  /** The text of a listed object, or undefined when it is gone. Throws Fault. */
  read(object: ObjectFacts): Promise<string | undefined>;
  /** Keeps what was new for the next reader. Never fails. */
  remember(): Promise<void>;
}

/** The manifests and verifications of about five hundred backups. */
const mostEntries = 1_000;
/** One that has grown beyond what we write is not ours. */
const largestBytes = 16 * 1024 ** 2;
const largestTextBytes = 4 * largestBytes;
const gzipMagic = 0x1f8b;

/**
 * The index of a cluster's bucket: one object with what many small ones hold, which never change under their key. It answers only for an
 * object that the listing names with the same ETag; where it is missing, spoiled or cannot be written, everything is read as if there
 * were none.
 */
export function openBackupIndex(objects: Objects, { bucket, prefix }: BackupPlace, ask: AskOptions): RememberedTexts {
  const at = { bucket, key: indexKey(prefix) };
  const known = readIndex(objects, at, ask);
  known.catch(() => undefined);
  const fresh: Entry[] = [];
  return {
    async read({ key, etag }) {
      const found = (await known).get(key);
      if (found !== undefined && found.etag === etag) return found.text;
      const text = await readText(objects, { bucket, key }, ask);
      if (text !== undefined && etag !== undefined) fresh.push({ key, etag, text });
      return text;
    },
    async remember() {
      const entries = newest([...(await known), ...fresh.map((entry) => [entry.key, entry] as const)]);
      if (!fresh.some((entry) => entries.includes(entry))) return;
      const bytes = gzipSync(JSON.stringify({ version: 1, entries } satisfies z.infer<typeof Index>));
      await unlessFault(objects.put(at, bytes, { contentType: 'application/gzip', ...ask }), ask);
    },
  };
}

async function readIndex(objects: Objects, at: ObjectAt, ask: AskOptions): Promise<ReadonlyMap<string, Entry>> {
  const bytes = await unlessFault(readWhole(objects, at, largestBytes, ask), ask);
  const entries = bytes ? entriesIn(bytes) : [];
  return new Map(entries.map((entry) => [entry.key, entry]));
}

function entriesIn(bytes: Buffer): readonly Entry[] {
  try {
    const isGzip = bytes.length > 2 && bytes.readUInt16BE() === gzipMagic;
    const text = isGzip ? gunzipSync(bytes, { maxOutputLength: largestTextBytes }) : bytes;
    return Index.parse(JSON.parse(text.toString())).entries;
  } catch {
    return [];
  }
}

function newest(entries: readonly (readonly [string, Entry])[]): readonly Entry[] {
  const byKey = new Map(entries);
  return [...byKey.values()].toSorted((a, b) => (stemIn(a) < stemIn(b) ? -1 : 1)).slice(0, mostEntries);
}

const stemIn = ({ key }: Entry): string => (partsOfManifestKey(key) ?? partsOfVerificationKey(key))?.stem ?? '~';

async function unlessFault<T>(work: Promise<T>, { signal }: AskOptions): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof Fault) || signal?.aborted) throw error;
    return undefined;
  }
}
