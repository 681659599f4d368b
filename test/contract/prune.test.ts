import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type SandboxS3, startS3 } from '../../sandbox/s3/server.ts';
import { createObjects } from '../../src/adapters/objects.ts';
import { confirmationOf } from '../../src/ops/etcd/prune/confirm-prune.ts';
import { planPrune } from '../../src/ops/etcd/prune/plan-prune.ts';
import { removeBackups } from '../../src/ops/etcd/prune/remove-backups.ts';
import type { Objects } from '../../src/ports/objects.ts';
import { createBackupPlanter } from '../fakes/backups.ts';
import { createFakeClock } from '../fakes/clock.ts';
import { clusterOf } from '../fakes/cluster.ts';
import { createFakeObjects, type FakeObjects } from '../fakes/objects.ts';

const hour = 3_600_000;
const copy = { bucket: 'second', prefix: 'copies/prod-1', address: 's3://elsewhere' };
const cluster = clusterOf({ keep: { last: 1, hourly: 2, daily: 2 }, copy, foreign: ['old/prod-1'] });
// Of both stores; what they hold is looked at when it has stood there for a while.
const clock = createFakeClock(new Date());
const begun = clock.now();

let memory: FakeObjects;
let s3: SandboxS3;
let objects: Objects & { close(): void };
let directory: string;

/** The same backups in memory and in a store whose listings come in pages of two. */
beforeAll(async () => {
  memory = createFakeObjects(clock, { buckets: ['main', 'second'] });
  await plantBackups();
  directory = await mkdtemp(join(tmpdir(), 'salvor-prune-'));
  const keys = { accessKeyId: 'key', secretAccessKey: 'secret' };
  s3 = await startS3({ directory, region: 'us-east-1', buckets: ['one', 'two'], now: clock.now, ...keys });
  const connection = { endpoint: s3.endpoint, region: 'us-east-1', pathStyle: true, credentials: keys };
  objects = createObjects({ main: { ...connection, bucket: 'one' }, second: { ...connection, bucket: 'two' } });
  for (const bucket of ['main', 'second']) {
    for (const key of memory.keys(bucket))
      await objects.put({ bucket, key }, memory.peek({ bucket, key }) ?? Buffer.of(), { contentType: 'x/y' });
  }
  s3.knobs.pages(2);
  clock.advance(3 * hour);
});

afterAll(async () => {
  objects.close();
  await s3.stop();
  await rm(directory, { recursive: true });
});

async function plantBackups(): Promise<void> {
  const plant = createBackupPlanter(memory, cluster);
  const hours = [1, 2, 3, 4, 5, 6, 30, 31, 60, 61];
  const all = hours.map((age) => plant.own({ id: `r-${age}`, takenAt: new Date(begun.getTime() - age * hour) }));
  await plant.foreign('etcd-1.db');
  for (const backup of all.filter((_, index) => index % 3 === 0)) plant.verified(backup);
  for (const backup of all.filter((_, index) => index % 2 === 0)) plant.copied(backup);
  const [last] = all.slice(-1);
  if (last) await memory.remove(last.manifestAt);
}

const keysOf = async (bucket: string) =>
  (await Array.fromAsync(objects.list(bucket, { prefix: '' }))).map(({ key }) => key);

it('plans and removes the same from a store with pages of two as from memory', async () => {
  const now = clock.now();
  const [real, fake] = [await planPrune(objects, cluster, now), await planPrune(memory, cluster, now)];
  expect(real.decisions.map(({ backup: { id }, does, why }) => [id, does, why])).toEqual(
    fake.decisions.map(({ backup: { id }, does, why }) => [id, does, why]),
  );
  expect(confirmationOf(real)).toBe(confirmationOf(fake));
  expect(real.removals.length).toBeGreaterThan(3);
  expect(real.leftovers.length).toBeGreaterThan(0);
  const hooks = { signal: new AbortController().signal, checkpoint: async () => undefined };
  const pruned = await removeBackups(objects, real, hooks);
  expect(pruned).toEqual(await removeBackups(memory, fake, hooks));
  for (const bucket of ['main', 'second']) expect(await keysOf(bucket)).toEqual(memory.keys(bucket));
  expect((await planPrune(objects, cluster, now)).removals).toEqual([]);
});
