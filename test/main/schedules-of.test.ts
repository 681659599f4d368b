import { expect, it } from 'vitest';
import { z } from 'zod';
import { defineJob } from '../../src/chatops/job.ts';
import type { Says } from '../../src/chatops/run.ts';
import { Settings } from '../../src/config/schema.ts';
import { schedulesOf } from '../../src/main/schedules-of.ts';

function job(name: string, says: Says) {
  return defineJob({
    name,
    payload: z.object({ cluster: z.string() }),
    needs: [],
    queue: 'read',
    steps: [name],
    target: ({ cluster }) => cluster,
    access: ({ cluster }) => ({ role: 'operator', target: cluster }),
    schedule: { payload: (cluster) => ({ cluster }), says },
    run: async () => undefined,
    report: () => ({ tone: 'good', title: name }),
  });
}

const snapshot = job('snapshot', 'failures');
const watch = job('watch', 'changes');
const registry = (...jobs: readonly (typeof snapshot)[]) => ({ jobs: new Map(jobs.map((one) => [one.name, one])) });

const cluster = (name: string) => ({
  environment: 'production',
  channels: ['C0PROD'],
  etcd: { endpoints: ['http://127.0.0.1:2379'], allowHttp: true },
  backup: { bucket: 'main', prefix: `etcd/${name}` },
});

const settings = (schedules: object, clusters: readonly string[] = ['prod-1', 'prod-2']) =>
  Settings.parse({
    slack: { team: 'T0LOCAL' },
    buckets: { main: { bucket: 'etcd-backups' } },
    clusters: Object.fromEntries(clusters.map((name) => [name, cluster(name)])),
    schedules,
  });

const often = { job: 'snapshot', clusters: ['prod-1', 'prod-2'], cron: '0 */6 * * *' };

it('makes one of each schedule and cluster, and speaks as the job finds right', () => {
  expect(schedulesOf(settings({ often: { ...often, timezone: 'Europe/Berlin' } }), registry(snapshot))).toEqual(
    ['prod-1', 'prod-2'].map((name) => ({
      id: `often/${name}`,
      name: 'often',
      job: 'snapshot',
      target: name,
      cron: '0 */6 * * *',
      timezone: 'Europe/Berlin',
      delayMs: 0,
      says: 'failures',
    })),
  );
});

it('speaks as salvor.yaml says, where it says so', () => {
  const [first] = schedulesOf(settings({ often: { ...often, says: 'always' } }), registry(snapshot));
  expect(first?.says).toBe('always');
});

it('makes one of a cluster that is named twice', () => {
  const twice = { ...often, clusters: ['prod-1', 'prod-1'] };
  expect(schedulesOf(settings({ often: twice }), registry(snapshot))).toHaveLength(1);
});

it('gives each cluster a moment of its own within the jitter, always the same one', () => {
  const clusters = Array.from({ length: 50 }, (_, nth) => `prod-${nth}`);
  const jittery = settings({ often: { ...often, clusters, jitterSeconds: 60 } }, clusters);
  const delays = schedulesOf(jittery, registry(snapshot)).map(({ delayMs }) => delayMs);
  expect(new Set(delays).size).toBeGreaterThan(45);
  expect(Math.min(...delays)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...delays)).toBeLessThan(60_000);
  expect(Math.max(...delays)).toBeGreaterThan(45_000);
  expect(schedulesOf(jittery, registry(snapshot)).map(({ delayMs }) => delayMs)).toEqual(delays);
});

it('watches every cluster of which no schedule says when', () => {
  const own = { job: 'watch', clusters: ['prod-1'], cron: '0 * * * *', says: 'always' };
  const all = schedulesOf(settings({ hourly: own }), registry(snapshot, watch));
  expect(all.map(({ id, cron, says }) => ({ id, cron, says }))).toEqual([
    { id: 'hourly/prod-1', cron: '0 * * * *', says: 'always' },
    { id: 'watch/prod-2', cron: '*/15 * * * *', says: 'changes' },
  ]);
});

it('looks who leads where there is Kubernetes and no schedule says when', () => {
  const leaders = job('leaders', 'changes');
  const { clusters } = settings({}, ['prod-1', 'prod-2']);
  const [first, second] = Object.values(clusters);
  if (!first || !second) throw new Error('a cluster is missing');
  const kubernetes = { kubeconfig: '/etc/salvor/kubeconfig', takeoversPerHour: 3, batches: { canary: 1, percent: 20 } };
  const all = schedulesOf({ schedules: {}, clusters: { a: { ...first, kubernetes }, b: second } }, registry(leaders));
  expect(all.map(({ id, says }) => ({ id, says }))).toEqual([{ id: 'leaders/a', says: 'changes' }]);
});

it('watches nothing where there is no watch', () => {
  expect(schedulesOf(settings({}), registry(snapshot))).toEqual([]);
});

it('makes one of each registry too, and none that nobody asked for', () => {
  const { clusters } = settings({});
  const status = { job: 'registry', registries: ['reg-eu', 'reg-us'], cron: '0 7 * * *', timezone: 'UTC' };
  const schedules = { daily: { ...status, jitterSeconds: 0 } };
  const all = schedulesOf({ schedules, clusters }, registry(job('registry', 'changes')));
  expect(all.map(({ id, target, says }) => ({ id, target, says }))).toEqual([
    { id: 'daily/reg-eu', target: 'reg-eu', says: 'changes' },
    { id: 'daily/reg-us', target: 'reg-us', says: 'changes' },
  ]);
});
