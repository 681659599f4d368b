import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type SandboxS3, startS3 } from '../../sandbox/s3/server.ts';
import { createObjects } from '../../src/adapters/objects.ts';
import { planPrune } from '../../src/ops/etcd/prune/plan-prune.ts';
import { removeBackups } from '../../src/ops/etcd/prune/remove-backups.ts';
import { createBackupPlanter } from '../fakes/backups.ts';
import { clusterOf } from '../fakes/cluster.ts';
import { createFakeObjects } from '../fakes/objects.ts';
import { keepingCluster, storeConnections, storeKeys } from './fixtures/pruned-cluster.ts';
import { startProcess } from './workshop.ts';

const hour = 3_600_000;
const now = new Date();
let directory: string;
/** By how much the clock of the store is ahead. */
let aheadMs: number;
let s3: SandboxS3;
let objects: ReturnType<typeof createObjects>;

/** Four backups, each with a copy; the newest is verified. */
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'salvor-prune-'));
  aheadMs = 0;
  const there = () => new Date(Date.now() + aheadMs);
  s3 = await startS3({ directory, region: 'us-east-1', buckets: ['one', 'two'], now: there, ...storeKeys });
  objects = createObjects(storeConnections(s3.endpoint));
  const memory = createFakeObjects({ now: () => now }, { buckets: ['main', 'second'] });
  const plant = createBackupPlanter(memory, clusterOf(keepingCluster.backup));
  const all = [1, 2, 3, 4].map((age) => plant.own({ id: `b-${age}`, takenAt: new Date(now.getTime() - age * hour) }));
  for (const backup of all) plant.copied(backup);
  for (const backup of all) plant.verified(backup);
  for (const bucket of ['main', 'second'])
    for (const key of memory.keys(bucket))
      await objects.put({ bucket, key }, memory.peek({ bucket, key }) ?? Buffer.of(), { contentType: 'x/y' });
});

afterEach(async () => {
  objects.close();
  await s3.stop();
  await rm(directory, { recursive: true });
});

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
