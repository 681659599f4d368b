import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ChecksumName } from './checksums.ts';
import { createObjectMap, type ObjectMap } from './object-map.ts';
import { dropSegments, type Segment } from './segments.ts';

/** What the writer asked the store to remember, returned as headers by HEAD and GET. */
export interface ObjectSettings {
  readonly headers: Readonly<Record<string, string>>;
}

export interface ObjectRecord extends ObjectSettings {
  readonly key: string;
  /** Always 'null' until buckets have versions. */
  readonly versionId: string;
  readonly sizeBytes: number;
  readonly etag: string;
  readonly modifiedAt: string;
  readonly segments: readonly Segment[];
  readonly checksum?: {
    readonly name: ChecksumName;
    readonly value: string;
    readonly type: 'COMPOSITE' | 'FULL_OBJECT';
  };
  /** The multipart upload it came from. */
  readonly uploadId?: string;
}

export interface PartRecord extends Segment {
  readonly number: number;
  readonly md5: string;
  readonly etag: string;
  readonly modifiedAt: string;
  readonly checksum?: { readonly name: ChecksumName; readonly value: string };
}

export interface UploadRecord extends ObjectSettings {
  readonly key: string;
  readonly uploadId: string;
  readonly startedAt: string;
  readonly checksumName?: ChecksumName;
  readonly checksumType: 'COMPOSITE' | 'FULL_OBJECT';
}

export interface Upload {
  readonly record: UploadRecord;
  readonly parts: Map<number, PartRecord>;
}

/** A bucket: everything known of it in memory, everything lasting on disk, written whole and renamed into place. */
export interface Bucket {
  readonly name: string;
  readonly createdAt: string;
  readonly directory: string;
  readonly objects: ObjectMap;
  readonly uploads: Map<string, Upload>;
  /** Runs changes one after the other, so that a condition still holds when the change is made. */
  exclusively<T>(change: () => Promise<T>): Promise<T>;
}

export async function createBucket(root: string, name: string, now: Date): Promise<Bucket> {
  const directory = join(root, name);
  for (const room of ['objects', 'data', 'uploads']) await mkdir(join(directory, room), { recursive: true });
  const createdAt = now.toISOString();
  await writeWhole(join(directory, 'bucket.json'), { createdAt });
  return bucketOf(name, createdAt, directory);
}

/** Every bucket under `root`, as it was when the last process ended, however it ended. */
export async function loadBuckets(root: string): Promise<Map<string, Bucket>> {
  await mkdir(root, { recursive: true });
  const entries = await readdir(root, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  const buckets = await Promise.all(names.map((name) => loadBucket(root, name)));
  return new Map(buckets.filter((bucket) => bucket !== undefined).map((bucket) => [bucket.name, bucket]));
}

export async function putRecord(bucket: Bucket, record: ObjectRecord): Promise<void> {
  const replaced = bucket.objects.get(record.key);
  await writeWhole(recordFile(bucket, record.key), record);
  bucket.objects.set(record);
  if (replaced) await dropSegments(bucket, replaced.segments);
}

export async function removeRecord(bucket: Bucket, key: string): Promise<void> {
  const record = bucket.objects.get(key);
  if (!record) return;
  bucket.objects.delete(key);
  await unlink(recordFile(bucket, key));
  await dropSegments(bucket, record.segments);
}

export async function putUpload(bucket: Bucket, record: UploadRecord): Promise<void> {
  await mkdir(uploadDirectory(bucket, record.uploadId), { recursive: true });
  await writeWhole(join(uploadDirectory(bucket, record.uploadId), 'upload.json'), record);
  bucket.uploads.set(record.uploadId, { record, parts: new Map() });
}

export async function putPart(bucket: Bucket, upload: Upload, part: PartRecord): Promise<void> {
  const replaced = upload.parts.get(part.number);
  await writeWhole(join(uploadDirectory(bucket, upload.record.uploadId), `${part.number}.json`), part);
  upload.parts.set(part.number, part);
  if (replaced) await dropSegments(bucket, [replaced]);
}

/** Forgets an upload; the files of `kept` segments now belong to an object. */
export async function removeUpload(bucket: Bucket, upload: Upload, kept: readonly Segment[]): Promise<void> {
  bucket.uploads.delete(upload.record.uploadId);
  await rm(uploadDirectory(bucket, upload.record.uploadId), { recursive: true, force: true });
  const keptFiles = new Set(kept.map(({ file }) => file));
  await dropSegments(
    bucket,
    [...upload.parts.values()].filter(({ file }) => !keptFiles.has(file)),
  );
}

function bucketOf(name: string, createdAt: string, directory: string): Bucket {
  let last: Promise<unknown> = Promise.resolve();
  return {
    name,
    createdAt,
    directory,
    objects: createObjectMap(),
    uploads: new Map(),
    exclusively: (change) => {
      const done = last.then(change);
      last = done.catch(() => undefined);
      return done;
    },
  };
}

async function loadBucket(root: string, name: string): Promise<Bucket | undefined> {
  const directory = join(root, name);
  const facts = await readJson<{ readonly createdAt: string }>(join(directory, 'bucket.json'));
  if (!facts) return undefined;
  const bucket = bucketOf(name, facts.createdAt, directory);
  await loadObjects(bucket);
  for (const uploadId of await readdir(join(directory, 'uploads'))) await loadUpload(bucket, uploadId);
  await sweep(bucket);
  return bucket;
}

const readAtOnce = 64;

async function loadObjects({ directory, objects }: Bucket): Promise<void> {
  const names = await readdir(join(directory, 'objects'));
  const files = names.filter((name) => name.endsWith('.json')).map((name) => join(directory, 'objects', name));
  for (let from = 0; from < files.length; from += readAtOnce) {
    const batch = files.slice(from, from + readAtOnce);
    const records = await Promise.all(batch.map((file) => readJson<ObjectRecord>(file)));
    for (const record of records) if (record) objects.set(record);
  }
}

async function loadUpload(bucket: Bucket, uploadId: string): Promise<void> {
  const directory = uploadDirectory(bucket, uploadId);
  const record = await readJson<UploadRecord>(join(directory, 'upload.json'));
  // Killed between writing the object and forgetting its upload: the parts belong to the object already.
  const isCompleted = record && bucket.objects.get(record.key)?.uploadId === uploadId;
  if (!record || isCompleted) return rm(directory, { recursive: true, force: true });
  const upload: Upload = { record, parts: new Map() };
  for (const file of await readdir(directory)) {
    const part = /^\d+\.json$/.test(file) ? await readJson<PartRecord>(join(directory, file)) : undefined;
    if (part) upload.parts.set(part.number, part);
  }
  bucket.uploads.set(uploadId, upload);
}

/** Removes what a killed process was still writing. */
async function sweep(bucket: Bucket): Promise<void> {
  const segments = [...bucket.objects.values()].flatMap((record) => record.segments);
  const parts = [...bucket.uploads.values()].flatMap((upload) => [...upload.parts.values()]);
  const known = new Set([...segments, ...parts].map(({ file }) => file));
  const data = join(bucket.directory, 'data');
  for (const file of await readdir(data)) if (!known.has(file)) await unlink(join(data, file));
}

function recordFile(bucket: Bucket, key: string): string {
  return join(bucket.directory, 'objects', `${createHash('sha256').update(key).digest('hex')}.json`);
}

function uploadDirectory(bucket: Bucket, uploadId: string): string {
  return join(bucket.directory, 'uploads', uploadId);
}

async function writeWhole(path: string, value: unknown): Promise<void> {
  const unfinished = `${path}.${randomUUID()}.tmp`;
  await writeFile(unfinished, JSON.stringify(value));
  await rename(unfinished, path);
}

async function readJson<T>(path: string): Promise<T | undefined> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  return text === undefined ? undefined : JSON.parse(text);
}
