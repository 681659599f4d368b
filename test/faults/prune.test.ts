import { afterEach, beforeEach, expect, it } from 'vitest';
import type { SandboxS3 } from '../../sandbox/s3/server.ts';
import { planPrune } from '../../src/ops/etcd/prune/plan-prune.ts';
import { removeBackups } from '../../src/ops/etcd/prune/remove-backups.ts';
import type { Objects } from '../../src/ports/objects.ts';
import { type FilledStore, openFilledStore } from '../contract/filled-store.ts';
import { createBackupPlanter } from '../fakes/backups.ts';
import { clusterOf } from '../fakes/cluster.ts';
import { createFakeObjects } from '../fakes/objects.ts';
import { keepingCluster } from './fixtures/pruned-cluster.ts';
import { startProcess } from './workshop.ts';

const hour = 3_600_000;
const now = new Date();
let store: FilledStore;
/** By how much the clock of the store is ahead. */
let aheadMs: number;
let s3: SandboxS3;
let objects: Objects;

/** Four backups, each with a copy; the newest is verified. */
beforeEach(async () => {
  aheadMs = 0;
  const memory = createFakeObjects({ now: () => now }, { buckets: ['main', 'second'] });
  const plant = createBackupPlanter(memory, clusterOf(keepingCluster.backup));
  const all = [1, 2, 3, 4].map((age) => plant.own({ id: `b-${age}`, takenAt: new Date(now.getTime() - age * hour) }));
  for (const backup of all) plant.copied(backup);
  for (const backup of all) plant.verified(backup);
  store = await openFilledStore(memory, () => new Date(Date.now() + aheadMs));
  ({ s3, objects } = store);
});

afterEach(() => store.close());

/** Which backups have an object of this kind. */
async function having(kind: 'manifests' | 'data' | 'verified', bucket = 'main'): Promise<readonly string[]> {
  const keys = (await Array.fromAsync(objects.list(bucket, { prefix: '' }))).map(({ key }) => key);
  return keys.flatMap((key) => (key.includes(`/${kind}/`) ? (/-(b-\d)[-.]/.exec(key)?.[1] ?? []) : [])).toSorted();
}

const both = ['b-1', 'b-2'];
const four = ['b-1', 'b-2', 'b-3', 'b-4'];

it.each([
  ['before anything', 0, { copies: four, manifests: four, data: four }],
  ['between the manifests of copies and their data', 1, { copies: both, manifests: four, data: four }],
  ['between copies and originals', 2, { copies: both, manifests: four, data: four }],
  ['between manifests and data', 3, { copies: both, manifests: both, data: four }],
])('a worker killed %s leaves no half backup, and the next prune finishes', async (_, deletions, left) => {
  const pruner = await startProcess('pruner', 'pruner', { STORE: s3.endpoint, DELETIONS: String(deletions) });
  expect(await pruner.ended).toBe('SIGKILL');
  expect(await having('manifests', 'second')).toEqual(left.copies);
  expect([await having('manifests'), await having('data')]).toEqual([left.manifests, left.data]);
  // By then nobody can be at work on what is left.
  aheadMs = 3 * hour;
  const later = new Date(Date.now() + aheadMs);
  const hooks = { signal: new AbortController().signal, checkpoint: async () => undefined };
  await removeBackups(objects, await planPrune(objects, keepingCluster, later), hooks);
  for (const bucket of ['main', 'second'])
    expect([await having('manifests', bucket), await having('data', bucket)]).toEqual([both, both]);
  expect(await having('verified')).toEqual(both);
});
