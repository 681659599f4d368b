import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const read = (name: string) => readFileSync(join(import.meta.dirname, name));
const facts: { readonly revision: number; readonly totalKeys: number; readonly keys: readonly string[] } = JSON.parse(
  read('small-database.json').toString(),
);

/** A snapshot of 120 KiB that a real etcd made, as it streams it: the database, then its digest. See make-small-database.ts. */
export const smallSnapshot: Buffer = read('small-database.db');

/** What etcd's own tools say of it. */
export const smallDatabase = {
  sizeBytes: smallSnapshot.length - 32,
  sha256: smallSnapshot.subarray(-32).toString('hex'),
  revision: BigInt(facts.revision),
  /** As `etcdctl snapshot status` counts. */
  totalKeys: facts.totalKeys,
  /** Those that exist. */
  keys: facts.keys,
} as const;
