import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { catalogueOf } from '../../src/adapters/catalogue.ts';
import { createOpener } from '../../src/adapters/opener.ts';
import { createMetrics } from '../../src/http/metrics.ts';
import { createBot, startedRun } from '../bot.ts';
import { openDefragHouse } from '../commands/defrag-house.ts';
import { identity, openLeadersHouse } from '../commands/leaders-house.ts';
import { openHouse } from '../commands/snapshot-house.ts';
import { plantSnapshot } from '../fakes/backup-files.ts';
import { createBackupPlanter } from '../fakes/backups.ts';
import { createFakeClock } from '../fakes/clock.ts';
import { clusterOf } from '../fakes/cluster.ts';
import { leasesPath } from '../fakes/kubernetes.ts';
import { createFakeObjects } from '../fakes/objects.ts';
import { aSchedule } from '../fakes/schedules.ts';
import { createFakeScratch } from '../fakes/scratch.ts';
import { people } from '../people.ts';

const root = resolve(import.meta.dirname, '../..');

/** What jobs measured when they really ran. */
async function measured() {
  const objects = createFakeObjects(createFakeClock(), { buckets: ['main'] });
  const cluster = clusterOf({ keep: { last: 1 } });
  const bot = await createBot({
    objects,
    catalogue: catalogueOf([cluster]),
    scratch: createFakeScratch(),
    opener: createOpener({}),
  });
  await plantSnapshot(createBackupPlanter(objects, cluster));
  const house = await openHouse();
  const runs = [(await house.snapshot()).run];
  for (const words of ['verify prod-1 latest', 'watch prod-1', 'prune prod-1']) {
    const { id } = startedRun(await bot.types(people.alice, `/salvor ${words}`));
    bot.reply();
    await bot.works();
    const run = await bot.runs.find(id);
    if (run) runs.push(run);
  }
  const full = await openDefragHouse();
  runs.push((await full.asks('/salvor defrag prod-1')).run);
  const plane = await openLeadersHouse();
  plane.kubernetes.has(leasesPath, (now) => [identity('cp-1', now)]);
  await plane.takeovers.watched('prod-1');
  const leaders = { job: 'leaders', target: 'prod-1', report: (await plane.leaders()).report };
  return [...runs, leaders].map(({ job, target: cluster, report }) => ({
    job,
    target: cluster,
    measures: report?.measures ?? {},
    measuredAt: new Date(0),
  }));
}

const none = async () => [];
const logger = { info() {}, warn: (facts: object) => expect.fail(JSON.stringify(facts)), error() {} };

it('asks in rules and dashboard for nothing that no process exports', async () => {
  const depth = { site: 'main', queue: 'read', waiting: 0, active: 0, oldestMs: 0 };
  const record = { failingSince: new Date(0), succeededAt: new Date(0) };
  const shared = {
    queues: async () => [depth],
    outbox: async () => ({ waiting: 0, oldestMs: 0, givenUp: 0 }),
    measured,
    schedules: async () => [{ ...aSchedule(), nextAt: new Date(0), isPaused: false, record }],
    ...{ workers: none, approvals: none, leases: none, freezes: none, firing: none },
  };
  const metrics = createMetrics({ version: '1.2.3', shared, pingMs: async () => 1, logger });
  const exported = new Set(((await metrics.routes['/metrics']?.())?.body ?? '').match(/(?<=# TYPE )\S+/g));
  const files = ['deploy/prometheus/salvor.rules.yaml', 'deploy/grafana/salvor.json'];
  const texts = await Promise.all(files.map((file) => readFile(join(root, file), 'utf8')));
  const asked = new Set(
    texts
      .join('\n')
      .match(/\bsalvor_[a-z_]+/g)
      ?.map((name) => name.replace(/_bucket$/, '')),
  );
  expect(asked.size).toBeGreaterThan(15);
  expect([...asked].filter((name) => !exported.has(name))).toEqual([]);
});
