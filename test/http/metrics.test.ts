import { expect, it } from 'vitest';
import type { AlertThread } from '../../src/chatops/alerts/alert-thread.ts';
import { createMetrics } from '../../src/http/metrics.ts';
import type { Shared } from '../../src/http/shared-gauges.ts';
import { anApproval } from '../fakes/approvals-to-show.ts';
import { aSchedule } from '../fakes/schedules.ts';

const nothing: Shared = {
  queues: async () => [],
  outbox: async () => ({ waiting: 0, oldestMs: 0, givenUp: 0 }),
  measured: async () => [],
  schedules: async () => [],
  workers: async () => [],
  approvals: async () => [],
  leases: async () => [],
  freezes: async () => [],
  firing: async () => [],
};
const warnings: string[] = [];
const logger = { info() {}, warn: (_: object, text: string) => void warnings.push(text), error() {} };
const open = (shared: Partial<Shared>, pingMs = async () => 2) =>
  createMetrics({ version: '1.2.3', shared: { ...nothing, ...shared }, pingMs, logger });

async function scrape(shared: Partial<Shared>): Promise<readonly string[]> {
  const answer = await open(shared).routes['/metrics']?.();
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
  const metrics = open({ measured });
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

/** What a scrape says, by name and labels. */
async function told(shared: Partial<Shared>, pingMs?: () => Promise<number>): Promise<Map<string, string>> {
  const body = (await open(shared, pingMs).routes['/metrics']?.())?.body ?? '';
  return new Map(
    body
      .split('\n')
      .flatMap((line) =>
        [...line.matchAll(/^(salvor_\S+) (\S+)$/g)].map(([, name = '', value = '']) => [name, value] as const),
      ),
  );
}

it('tells of what waits for people, who holds what, what is held back and what fires', async () => {
  const pending = [at(300), at(100), at(200)].map((createdAt) => anApproval({ createdAt }));
  const thread = { target: 'prod-1' } as AlertThread;
  const all = await told({
    approvals: async () => pending,
    leases: async () => [
      {
        ...{ target: 'etcd/prod-1', fence: 1, run: 'r', approval: 'a', worker: 'w' },
        takenAt: at(10),
        renewedAt: at(20),
      },
    ],
    freezes: async () => [{ target: 'all', by: 'alice', at: at(5) }],
    firing: async () => [thread, thread, { ...thread, acknowledged: { id: 'U1', name: 'alice', at: at(1) } }],
    workers: async () => [{ site: 'main', alive: 0 }],
  });
  expect(Object.fromEntries(all)).toMatchObject({
    'salvor_approvals{target="prod-1",state="pending"}': '3',
    'salvor_approvals_oldest_timestamp_seconds{target="prod-1",state="pending"}': '100',
    'salvor_lease_taken_timestamp_seconds{target="etcd/prod-1"}': '10',
    'salvor_lease_renewed_timestamp_seconds{target="etcd/prod-1"}': '20',
    'salvor_frozen_timestamp_seconds{target="all"}': '5',
    'salvor_alert_groups_firing{target="prod-1",acknowledged="no"}': '2',
    'salvor_alert_groups_firing{target="prod-1",acknowledged="yes"}': '1',
    'salvor_workers_alive{site="main"}': '0',
    [`salvor_build_info{version="1.2.3",node="${process.version}"}`]: '1',
    salvor_redis_up: '1',
    salvor_redis_ping_seconds: '0.002',
    salvor_metrics_incomplete: '0',
  });
});

it('counts the same at each scrape, not more', async () => {
  const thread = { target: 'prod-1' } as AlertThread;
  const metrics = open({ firing: async () => [thread] });
  await metrics.routes['/metrics']?.();
  expect((await metrics.routes['/metrics']?.())?.body).toContain('{target="prod-1",acknowledged="no"} 1\n');
});

it('tells what this process knows by itself while Redis is away, and nothing old of what it cannot ask', async () => {
  let isAway = false;
  const mustAnswer = () => {
    if (isAway) throw new Error('Redis is away');
  };
  const metrics = open(
    {
      async outbox() {
        mustAnswer();
        return { waiting: 3, oldestMs: 1000, givenUp: 0 };
      },
      async workers() {
        mustAnswer();
        return [{ site: 'main', alive: 2 }];
      },
    },
    async () => {
      mustAnswer();
      return 1;
    },
  );
  metrics.slackCalled('chat.postMessage', 'ratelimited', 5);
  expect((await metrics.routes['/metrics']?.())?.body).toContain('salvor_outbox_waiting 3\n');
  isAway = true;
  const answer = await metrics.routes['/metrics']?.();
  expect(answer?.status).toBe(200);
  const values = answer?.body
    .split('\n')
    .filter((line) => /^salvor_(outbox|workers|redis|metrics|slack_calls)/.test(line));
  expect(values).toEqual([
    'salvor_slack_calls_total{method="chat.postMessage",outcome="ratelimited"} 1',
    'salvor_redis_up 0',
    'salvor_metrics_incomplete 1',
  ]);
  expect(warnings).toEqual([]);
});

it('says in the log what could not be asked though Redis answers, and tells all else', async () => {
  const all = await told({
    leases: () => Promise.reject(new Error('not JSON')),
    workers: async () => [{ site: 'main', alive: 1 }],
  });
  expect([all.get('salvor_metrics_incomplete'), all.get('salvor_workers_alive{site="main"}')]).toEqual(['1', '1']);
  expect(warnings.splice(0)).toEqual(['something could not be asked for metrics']);
});

it('counts what was decided about alerts, by rule and kind', async () => {
  const metrics = open({});
  metrics.alertDecided('quota', 'offered');
  metrics.alertDecided('quota', 'offered');
  expect((await metrics.routes['/metrics']?.())?.body).toContain(
    'salvor_alert_decisions_total{rule="quota",kind="offered"} 2\n',
  );
});
