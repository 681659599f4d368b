import { z } from 'zod';
import { Instant, Revision } from './manifest.ts';

/**
 * What trying a backup out came to. Written beside the backup under a key that says whether it passed (see backup-layout), never into the
 * object or its manifest, which may be locked. Use `z.decode` and `z.encode`, as for a manifest.
 */
export const Verification = z.object({
  version: z.literal(1),
  /** The backup's id; for a foreign one its file's name. */
  backup: z.string(),
  cluster: z.string(),
  runId: z.string(),
  verifiedAt: Instant,
  passed: z.boolean(),
  /** 'bytes': read back whole, opened, and its digests found right. 'drill': also restored into a scratch etcd, started, and counted. */
  how: z.enum(['bytes', 'drill']),
  /** What differed or could not be done, a sentence each; empty when it passed. */
  findings: z.array(z.string()).readonly(),
  /** How long each part took: what a restore would take too. Parts that were not reached are absent. */
  seconds: z.object({
    read: z.number().optional(),
    restore: z.number().optional(),
    start: z.number().optional(),
    check: z.number().optional(),
  }),
  /** What restored it, and the etcd that was started on it. */
  tool: z.object({ name: z.enum(['etcdutl', 'etcdctl']), version: z.string(), etcdVersion: z.string() }).optional(),
  /** What the scratch etcd said it is at. */
  revision: Revision.optional(),
  /** Keys that exist in the scratch etcd, and by resource as in the manifest. */
  keys: z.object({ live: z.int(), resources: z.record(z.string(), z.int()) }).optional(),
  databaseBytes: z.int().optional(),
});
export type Verification = z.infer<typeof Verification>;

/** For people to read too. */
export function verificationBytes(verification: Verification): Uint8Array {
  return Buffer.from(`${JSON.stringify(z.encode(Verification, verification), null, 2)}\n`);
}

/** Throws ZodError on what is no verification of a version we know. */
export function parseVerification(text: string): Verification {
  return z.decode(Verification, JSON.parse(text));
}
