import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import type { BucketConnection } from '../src/adapters/objects.ts';
import { createObjects } from '../src/adapters/objects.ts';
import { bytesInWords, numberInWords } from '../src/chatops/format.ts';
import { type BackupManifest, parseManifest } from '../src/ops/etcd/backup/manifest.ts';
import { decompress } from '../src/ops/etcd/unpack/decompress.ts';
import type { Objects } from '../src/ports/objects.ts';

const run = promisify(execFile);

export interface CheckedBackup {
  readonly manifest: BackupManifest;
  /** What was checked, a sentence each. */
  readonly proofs: readonly string[];
}

/**
 * Takes the newest backup out of the bucket and proves it with etcd's own tools: the stored bytes, the database's digest, `etcdctl
 * snapshot status`, and a restore into a directory that is thrown away. Throws when anything is not as the manifest says.
 */
export async function checkNewestBackup(
  bucket: BucketConnection,
  prefix: string,
  directory: string,
): Promise<CheckedBackup> {
  const objects = createObjects({ main: bucket });
  const scratch = await mkdtemp(join(directory, 'check-'));
  try {
    const manifest = await newestManifest(objects, prefix);
    const file = join(scratch, 'snapshot.db');
    const proofs = [await download(objects, manifest, file), await checkDigest(manifest, file)];
    proofs.push(await checkStatus(manifest, file), await checkRestore(file, scratch));
    return { manifest, proofs };
  } finally {
    objects.close();
    await rm(scratch, { recursive: true, force: true });
  }
}

async function newestManifest(objects: Objects, prefix: string): Promise<BackupManifest> {
  for await (const { key } of objects.list('main', { prefix: `${prefix}/manifests/`, limit: 1 })) {
    const found = await objects.get({ bucket: 'main', key });
    if (found) return parseManifest(await textOf(found.body));
  }
  throw new Error('there is no backup in the bucket');
}

async function download(objects: Objects, { stored }: BackupManifest, file: string): Promise<string> {
  const found = await objects.get({ bucket: 'main', key: stored.key });
  if (!found) throw new Error(`${stored.key} is not there`);
  const hash = createHash('sha256');
  const hashed = async function* () {
    for await (const chunk of found.body) {
      hash.update(chunk);
      yield chunk;
    }
  };
  await pipeline(decompress(hashed(), stored.compression), createWriteStream(file));
  must(hash.digest('hex') === stored.sha256, 'the stored bytes are not those the manifest names');
  return `the ${bytesInWords(stored.sizeBytes)} stored are the bytes the manifest names (SHA-256 ${stored.sha256.slice(0, 12)}…)`;
}

async function checkDigest({ database }: BackupManifest, file: string): Promise<string> {
  const bytes = await readFile(file);
  const digest = bytes.subarray(-32).toString('hex');
  const computed = createHash('sha256').update(bytes.subarray(0, -32)).digest('hex');
  must(digest === computed && digest === database.sha256, 'the digest that etcd put at the end does not hold');
  return `they hold a database of ${bytesInWords(database.sizeBytes)} with etcd’s own digest at its end`;
}

async function checkStatus({ revision, keys }: BackupManifest, file: string): Promise<string> {
  const { stdout } = await etcdctl('snapshot', 'status', file, '-w', 'json');
  const status = JSON.parse(stdout) as { readonly revision: number; readonly totalKey: number };
  must(revision.kind === 'exact' && revision.revision === BigInt(status.revision), 'etcdctl reads another revision');
  must(keys?.total === status.totalKey, 'etcdctl counts other keys');
  return `etcdctl reads revision ${numberInWords(status.revision)} and ${numberInWords(status.totalKey)} keys, as the manifest says`;
}

async function checkRestore(file: string, scratch: string): Promise<string> {
  await etcdctl('snapshot', 'restore', file, '--data-dir', join(scratch, 'restored'));
  return 'etcdctl restores it, hash check on, into a directory that was thrown away';
}

const etcdctl = (...words: string[]) => run('etcdctl', words, { env: { PATH: process.env.PATH, ETCDCTL_API: '3' } });

async function textOf(body: AsyncIterable<Uint8Array>): Promise<string> {
  return Buffer.concat(await Array.fromAsync(body)).toString();
}

function must(holds: boolean, otherwise: string): void {
  if (!holds) throw new Error(otherwise);
}
