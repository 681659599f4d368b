import { expect, it } from 'vitest';
import { createMetrics, type Shared } from '../../src/http/metrics.ts';
import { aSchedule } from '../fakes/schedules.ts';

const nothing: Shared = {
  queues: async () => [],
  outbox: async () => ({ waiting: 0, oldestMs: 0, givenUp: 0 }),
  measured: async () => [],
  schedules: async () => [],
};

async function scrape(shared: Partial<Shared>): Promise<readonly string[]> {
  const answer = await createMetrics({ ...nothing, ...shared }).routes['/metrics']?.();
  return (answer?.body ?? '').split('\n').filter((line) => line.startsWith('salvor_'));
}

const at = (seconds: number) => new Date(seconds * 1000);

it('names what jobs measured after the job and the measure, for every cluster', async () => {
  const measured = async () => [
    { job: 'snapshot', target: 'prod-1', measures: { databaseBytes: 5, seconds: 2.5 }, succeededAt: at(1000) },
    { job: 'snapshot', target: 'prod-2', measures: { databaseBytes: 7 }, measuredAt: at(900) },
  ];
  const lines = await scrape({ measured });
  expect(lines).toEqual(
    expect.arrayContaining([
      'salvor_snapshot_database_bytes{target="prod-1"} 5',
      'salvor_snapshot_database_bytes{target="prod-2"} 7',
      'salvor_snapshot_seconds{target="prod-1"} 2.5',
      'salvor_snapshot_last_success_timestamp_seconds{target="prod-1"} 1000',
      'salvor_snapshot_measured_timestamp_seconds{target="prod-2"} 900',
    ]),
  );
  expect(lines.filter((line) => line.includes('last_success'))).toHaveLength(1);
});

it('forgets what is not measured any more', async () => {
  let clusters = ['prod-1', 'prod-2'];
  const measured = async () => clusters.map((cluster) => ({ job: 'watch', target: cluster, measures: { shrunk: 1 } }));
  const metrics = createMetrics({ ...nothing, measured });
  await metrics.routes['/metrics']?.();
  clusters = ['prod-2'];
  const body = (await metrics.routes['/metrics']?.())?.body;
  expect(body).toContain('salvor_watch_shrunk{target="prod-2"} 1');
  expect(body).not.toContain('prod-1');
});

it('tells of every schedule whether it fails, when it was well last and when it comes next', async () => {
  const lines = await scrape({
    schedules: async () => [
      { ...aSchedule(), nextAt: at(2000), isPaused: false, record: { succeededAt: at(500), failingSince: at(900) } },
      { ...aSchedule({ target: 'prod-2' }), nextAt: undefined, isPaused: false, record: {} },
    ],
  });
  expect(lines.filter((line) => line.startsWith('salvor_schedule_')).toSorted()).toEqual([
    'salvor_schedule_failing{schedule="often",target="prod-1"} 1',
    'salvor_schedule_failing{schedule="often",target="prod-2"} 0',
    'salvor_schedule_last_success_timestamp_seconds{schedule="often",target="prod-1"} 500',
    'salvor_schedule_next_timestamp_seconds{schedule="often",target="prod-1"} 2000',
  ]);
});
