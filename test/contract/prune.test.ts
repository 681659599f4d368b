import { afterAll, beforeAll, expect, it } from 'vitest';
import { confirmationOf } from '../../src/ops/etcd/prune/confirm-prune.ts';
import { planPrune } from '../../src/ops/etcd/prune/plan-prune.ts';
import { removeBackups } from '../../src/ops/etcd/prune/remove-backups.ts';
import type { Objects } from '../../src/ports/objects.ts';
import { createBackupPlanter } from '../fakes/backups.ts';
import { createFakeClock } from '../fakes/clock.ts';
import { clusterOf } from '../fakes/cluster.ts';
import { createFakeObjects, type FakeObjects } from '../fakes/objects.ts';
import { type FilledStore, openFilledStore } from './filled-store.ts';

const hour = 3_600_000;
const copy = { bucket: 'second', prefix: 'copies/prod-1', address: 's3://elsewhere' };
const cluster = clusterOf({ keep: { last: 1, hourly: 2, daily: 2 }, copy, foreign: ['old/prod-1'] });
// Of both stores; what they hold is looked at when it has stood there for a while.
const clock = createFakeClock(new Date());
const begun = clock.now();

let memory: FakeObjects;
let store: FilledStore;
let objects: Objects;

/** The same backups in memory and in a store whose listings come in pages of two. */
beforeAll(async () => {
  memory = createFakeObjects(clock, { buckets: ['main', 'second'] });
  await plantBackups();
  store = await openFilledStore(memory, clock.now);
  ({ objects } = store);
  store.s3.knobs.pages(2);
  clock.advance(3 * hour);
});

afterAll(() => store.close());

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
