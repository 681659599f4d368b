import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defragmentCluster } from '../../src/ops/etcd/defrag/defragment-cluster.ts';
import type { DefragState } from '../../src/ops/etcd/defrag/defragment-members.ts';
import { planDefrag } from '../../src/ops/etcd/defrag/plan-defrag.ts';
import type { Etcd } from '../../src/ports/etcd.ts';
import { clusterOf } from '../fakes/cluster.ts';
import { createRunContext } from '../fakes/run-context.ts';
import { type Lab, openLab } from './snapshot-lab.ts';

/** The whole of it on three real members with a small quota, from one bad day to the next. */
const quotaBytes = 3 * 1024 ** 2;
const cluster = clusterOf(
  { bucket: 'lab', prefix: 'prod-1' },
  { defrag: { fragmentedShare: 0.45, fragmentedBytes: 500_000 }, quotaBytes },
);
const limits = { settleMs: 5_000, defragmentMs: 20_000, compactMs: 20_000 };

let lab: Lab;
let etcd: Etcd;
beforeAll(async () => {
  lab = await openLab(async () => ({ members: 3, quotaBytes }), 0);
  etcd = lab.reach();
});
afterAll(async () => {
  // One of them is gone by then: a leader that is told to stop would wait for it.
  await Promise.all(lab.cluster.members.map((member) => member.kill()));
  await lab.close();
});

const key = '/registry/leases/kube-system/a';
const write = (count: number) => eachOf(count, () => lab.cluster.etcdctl('put', key, 'v'.repeat(100_000)));

/** Fifteen writes whose history is gone, and all members worth defragmenting. */
async function fragment(): Promise<void> {
  await write(15);
  await compactAll();
  const due = async () => {
    // A member counts pages as free from the next write on that finds nobody reading them.
    await lab.cluster.etcdctl('put', key, 'small');
    return planDefrag(cluster, await survey()).members.map(({ isDue }) => isDue);
  };
  await expect.poll(due).toEqual([true, true, true]);
}

async function eachOf(count: number, work: () => Promise<unknown>): Promise<void> {
  for (let nth = 0; nth < count; nth++) await work();
}

const survey = () => etcd.survey('prod-1');
const sizes = async () => (await survey()).members.map(({ status }) => status?.databaseBytes ?? 0);

function defragment(runId: string, through: Etcd = etcd) {
  const run = createRunContext({ runId });
  const ports = { etcd: through, objects: lab.objects, clock: { now: () => new Date() } };
  const work = async (): Promise<DefragState> =>
    defragmentCluster(ports, cluster, planDefrag(cluster, await survey()), run.context, limits);
  return { run, work };
}

/** As Kubernetes does by itself every five minutes. */
async function compactAll(): Promise<void> {
  const { members } = await survey();
  for (const { status } of members) {
    const endpoint = status?.endpoint ?? '';
    const revision = await etcd.catchUp('prod-1', endpoint, { timeLimitMs: 5_000 });
    await etcd.compact('prod-1', endpoint, revision, { timeLimitMs: 5_000 });
  }
}

describe('defragmenting a real cluster', () => {
  it('shrinks its members one after the other, the leader last, and writes go on meanwhile', async () => {
    await fragment();
    const before = await sizes();
    const { run, work } = defragment('r-worth-it');
    const [{ ledger, plan }] = await Promise.all([
      work(),
      eachOf(5, () => lab.cluster.etcdctl('put', key, 'written meanwhile')),
    ]);
    expect(ledger.done.map(({ role }) => role)).toEqual(['follower', 'follower', 'leader']);
    expect(run.steps()).toEqual([
      'Wait until all are well: complete',
      ...ledger.done.map(({ name }) => `Defragment ${name}: complete`),
    ]);
    expect(plan.members.map(({ isDue }) => isDue)).toEqual([false, false, false]);
    for (const [nth, size] of (await sizes()).entries()) expect(size).toBeLessThan((before[nth] ?? 0) - 500_000);
    expect(await lab.cluster.etcdctl('get', key, '--print-value-only')).toBe('written meanwhile\n');
    expect(await lab.keys()).toEqual([]);
  });

  it('still has the leader last when another one is elected meanwhile', async () => {
    await fragment();
    const [, elected, leader] = planDefrag(cluster, await survey()).members;
    let isMoved = false;
    const moving: Etcd = {
      ...etcd,
      async defragment(name, endpoint, options) {
        if (!isMoved) await lab.cluster.etcdctl('move-leader', elected?.id ?? '');
        isMoved = true;
        return etcd.defragment(name, endpoint, options);
      },
    };
    const { ledger } = await defragment('r-moved', moving).work();
    expect(ledger.done.map(({ name, role }) => [name, role]).slice(1)).toEqual([
      [leader?.name, 'follower'],
      [elected?.name, 'leader'],
    ]);
  });

  it('makes room in a full one: saved first, relieved of its alarm last, and writes work again', async () => {
    await expect(write(100)).rejects.toThrow('database space exceeded');
    await expect.poll(async () => (await survey()).alarms).not.toEqual([]);
    const before = await lab.cluster.etcdctl('get', key);
    const { run, work } = defragment('r-full');
    await work();
    expect(run.steps()).toEqual([
      'Wait until all are well: complete',
      'Save a snapshot: complete',
      'Compact the history: complete',
      ...[1, 2, 3].map(() => expect.stringMatching(/^Defragment etcd-[123]: complete$/)),
      'Clear NOSPACE: complete',
    ]);
    for (const size of await sizes()) expect(size).toBeLessThan(1_000_000);
    expect((await survey()).alarms).toEqual([]);
    expect(await lab.cluster.etcdctl('get', key)).toBe(before);
    await write(5);
    expect((await survey()).alarms).toEqual([]);
    expect((await lab.keys()).filter((name) => name.includes('/manifests/'))).toHaveLength(1);
  });

  it('stops when a member dies of it, and leaves the others alone', async () => {
    await fragment();
    const [first, ...others] = planDefrag(cluster, await survey()).members;
    const before = await sizes();
    const dying: Etcd = {
      ...etcd,
      async defragment(name, endpoint, options) {
        const member = lab.cluster.members.find((one) => one.endpoint === endpoint);
        member?.pause();
        const work = etcd.defragment(name, endpoint, options);
        await Promise.all([expect(work).rejects.toMatchObject({ name: 'Fault', port: 'etcd' }), member?.kill()]);
        return work;
      },
    };
    const { run, work } = defragment('r-dies', dying);
    await expect(work()).rejects.toMatchObject({
      ...{ name: 'Fault', code: 'ETCD_UNREACHABLE', retryable: false },
      message: expect.stringContaining(`${first?.name} failed while it was defragmented`),
    });
    expect(run.context.memory.changed).toBe(
      `${first?.name} was being defragmented: whether it is done is not known. ` +
        `Not touched: ${others.map(({ name }) => name).join(', ')}.`,
    );
    const after = (await survey()).members;
    for (const { id } of others) {
      const nth = after.findIndex((member) => member.id === id);
      expect(after[nth]?.status?.databaseBytes).toBe(before[nth]);
    }
    await expect(defragment('r-again').work()).rejects.toMatchObject({
      message: expect.stringContaining('prod-1 is not well enough to be defragmented'),
    });
  });
});
