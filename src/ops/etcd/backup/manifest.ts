import { z } from 'zod';

/** In JSON a decimal string. */
export const Revision = z.codec(z.string().regex(/^\d+$/), z.bigint(), { decode: BigInt, encode: String });
/** In JSON ISO 8601. */
export const Instant = z.codec(z.iso.datetime(), z.date(), {
  decode: (text) => new Date(text),
  encode: (instant) => instant.toISOString(),
});
const Bytes = z.int().nonnegative();
const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);

export const BackupEncryption = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('none') }),
  z.object({ kind: z.literal('sse-s3') }),
  z.object({ kind: z.literal('sse-kms'), keyId: z.string().optional() }),
  z.object({ kind: z.literal('age'), recipients: z.array(z.string()).min(1).readonly() }),
]);
export type BackupEncryption = z.infer<typeof BackupEncryption>;

/**
 * The revision of a database: read from its pages, or between what the member said before and after the copy, because a snapshot does
 * not carry its own and asking is wrong on a busy cluster (gardener/etcd-backup-restore#1044).
 */
export const BackupRevision = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('exact'), revision: Revision }),
  z.object({ kind: z.literal('about'), atLeast: Revision, atMost: Revision, why: z.string() }),
]);
export type BackupRevision = z.infer<typeof BackupRevision>;

/** How many keys a database holds. */
export const KeyCounts = z.object({
  /** Entries of all buckets: what `etcdctl snapshot status` of 3.4 and 3.5 calls total keys. */
  total: z.int(),
  /** Revisions of keys kept since the last compaction, deletions included. */
  revisions: z.int(),
  /** Keys that exist, as a range over everything would count. Absent in very large databases. */
  live: z.int().optional(),
  /** Living keys by resource, such as pods or cert-manager.io/certificates; the largest ones only. */
  resources: z.record(z.string(), z.int()).optional(),
});
export type KeyCounts = z.infer<typeof KeyCounts>;

/**
 * What is known of a backup. Written last: a backup without its manifest does not exist.
 * Use `z.decode` and `z.encode`: in JSON revisions are decimal strings and instants ISO 8601.
 */
export const BackupManifest = z.object({
  version: z.literal(1),
  id: z.string(),
  cluster: z.string(),
  runId: z.string(),
  actor: z.object({ kind: z.string(), id: z.string(), name: z.string() }),
  /** What the person said it is for. */
  reason: z.string().optional(),
  takenAt: Instant,
  /** As etcd names the cluster, in hexadecimal: another one after each restore. Revisions of two histories cannot be compared. */
  clusterId: z.string().optional(),
  seconds: z.number(),
  member: z.object({
    id: z.string(),
    name: z.string(),
    endpoint: z.string(),
    role: z.enum(['leader', 'follower', 'leaderless']),
    /** Why this one, as a sentence. */
    why: z.string(),
  }),
  etcdVersion: z.string(),
  kubernetesVersion: z.string().optional(),
  revision: BackupRevision,
  keys: KeyCounts.optional(),
  /** The file that restores: `sha256` is etcd's own digest, which the file carries in its last 32 bytes and `sizeBytes` leaves out. */
  database: z.object({ sizeBytes: Bytes, sha256: Sha256 }),
  /** The object in the store, as its bytes lie there. */
  stored: z.object({
    key: z.string(),
    sizeBytes: Bytes,
    sha256: Sha256,
    compression: z.enum(['zstd', 'gzip', 'none']),
    encryption: BackupEncryption,
    /** The Object Lock that was set before this was written; the store knows what became of it since. */
    lock: z
      .object({
        retention: z.object({ mode: z.enum(['governance', 'compliance']), until: Instant }).optional(),
        legalHold: z.boolean(),
      })
      .optional(),
  }),
});
export type BackupManifest = z.infer<typeof BackupManifest>;

/** For people to read too. */
export function manifestBytes(manifest: BackupManifest): Uint8Array {
  return Buffer.from(`${JSON.stringify(z.encode(BackupManifest, manifest), null, 2)}\n`);
}

/** Throws ZodError on what is no manifest of a version we know. */
export function parseManifest(text: string): BackupManifest {
  return z.decode(BackupManifest, JSON.parse(text));
}
