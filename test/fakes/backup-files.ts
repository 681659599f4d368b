import { createHash } from 'node:crypto';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { pack } from 'tar-stream';
import type { ForeignForm, OwnBackup } from '../../src/ops/etcd/backup/backup.ts';
import type { BackupManifest } from '../../src/ops/etcd/backup/manifest.ts';
import { type PressOptions, pressSnapshot, type SnapshotPieces } from '../../src/ops/etcd/snapshot/press-snapshot.ts';
import type { BackupPlanter } from './backups.ts';
import { smallSnapshot } from './etcd/small-database.ts';
import type { OwnToPlant } from './manifests.ts';

/** Smaller than a worker's, so that a small database has many frames too. */
const pieceBytes = 16_384;

export interface BackupForm extends Partial<PressOptions> {
  readonly snapshot?: Buffer;
  readonly id?: string;
  readonly takenAt?: Date;
  readonly etcdVersion?: string;
  readonly manifest?: OwnToPlant['manifest'];
}

/** A backup that is in the bucket as a worker would have put it there, of the small database unless told. */
export async function plantSnapshot(plant: BackupPlanter, form: BackupForm = {}): Promise<OwnBackup> {
  const { snapshot = smallSnapshot, compression = 'zstd', recipients = [], etcdVersion = '3.4.23' } = form;
  const { data, facts } = await pressed(snapshot, { compression, recipients });
  const { pages } = facts;
  return plant.own({
    id: form.id ?? 'r-good',
    takenAt: form.takenAt ?? new Date('2026-03-01T08:00:00Z'),
    data,
    database: facts.database,
    stored: { compression, ...(recipients.length > 0 ? { encryption: { kind: 'age', recipients } } : {}) },
    manifest: { etcdVersion, ...(pages.kind === 'exact' ? described(pages) : {}), ...form.manifest },
  });
}

const described = ({ revision, keys }: { revision: bigint; keys: NonNullable<BackupManifest['keys']> }) => ({
  revision: { kind: 'exact', revision } as const,
  keys,
});

async function pressed(snapshot: Buffer, options: PressOptions) {
  const outputs = pressSnapshot(inPieces(snapshot), options);
  const data: Buffer[] = [];
  let next = await outputs.next();
  for (; !next.done; next = await outputs.next()) data.push(Buffer.from(next.value));
  return { data: Buffer.concat(data), facts: next.value };
}

async function* inPieces(snapshot: Buffer): SnapshotPieces {
  for (let at = 0; at < snapshot.length; at += pieceBytes) yield new Uint8Array(snapshot.subarray(at, at + pieceBytes));
  return snapshot.length;
}

/** A database file as something else would have stored it; archives hold a copied data directory too, as the old script's do. */
export async function foreignFileOf(form: ForeignForm, database: Buffer = smallSnapshot): Promise<Buffer> {
  if (form === 'db') return database;
  if (form === 'db.gz') return gzipSync(database);
  if (form === 'db.zst') return zstdCompressSync(database);
  return oldArchive({
    'backup/etcd/member/snap/db': smallSnapshot.subarray(0, 65_536),
    'backup/snap-20260301080000.db': database,
    'backup/etcd/member/wal/0000000000000000-0000000000000000.wal': Buffer.alloc(5_000, 'w'),
  });
}

export async function oldArchive(files: Readonly<Record<string, Buffer>>): Promise<Buffer> {
  const archive = pack();
  archive.entry({ name: 'backup/', type: 'directory' });
  for (const [name, bytes] of Object.entries(files)) archive.entry({ name }, bytes);
  archive.finalize();
  return gzipSync(Buffer.concat(await Array.fromAsync(archive, (piece) => Buffer.from(piece as Uint8Array))));
}

/** The same with one bit of one byte changed. */
export function flipped(bytes: Buffer, at: number): Buffer {
  const changed = Buffer.from(bytes);
  changed.writeUInt8(changed.readUInt8(at) ^ 1, at);
  return changed;
}

/** A database with the digest that fits. */
export const withDigest = (database: Buffer): Buffer =>
  Buffer.concat([database, createHash('sha256').update(database).digest()]);
