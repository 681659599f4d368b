import { describe, expect, it } from 'vitest';
import { components } from '../../../../src/ops/kubernetes/leaders/election-facts.ts';
import { judgeLeader, type SeenLock } from '../../../../src/ops/kubernetes/leaders/judge-leader.ts';
import { lockOfAnnotation, lockOfLease } from '../../../../src/ops/kubernetes/leaders/lock.ts';
import { recorded } from '../../../recordings/recordings.ts';

const [scheduler, controllers, cloud] = components;
if (!scheduler || !controllers || !cloud) throw new Error('a component is missing');

const at = new Date('2026-11-23T17:00:00Z');
const ago = (seconds: number) => new Date(at.getTime() - seconds * 1000);
const record = (holder: string, seconds: number) => ({
  holderIdentity: holder,
  leaseDurationSeconds: holder === '' ? 1 : 15,
  acquireTime: ago(600).toISOString(),
  renewTime: ago(seconds).toISOString(),
});
const leased = (holder: string, seconds: number, more: object = {}, name = 'kube-scheduler'): SeenLock => ({
  lock: lockOfLease({ metadata: { name }, spec: { ...record(holder, seconds), leaseTransitions: 3, ...more } }),
  at,
});
function annotated(holder: string, seconds: number, kind: 'Endpoints' | 'ConfigMap' = 'Endpoints'): SeenLock {
  const annotations = { 'control-plane.alpha.kubernetes.io/leader': JSON.stringify(record(holder, seconds)) };
  const lock = lockOfAnnotation(kind, { metadata: { name: 'kube-scheduler', annotations } });
  if (!lock) throw new Error('no lock');
  return { lock, at };
}
const judge = (seen: readonly SeenLock[], minor?: number) => judgeLeader(scheduler, seen, minor);

describe('a Lease', () => {
  it.each([
    [2, 'leading'],
    [15, 'leading'],
    [16, 'late'],
    [30, 'late'],
    [31, 'lost'],
  ] as const)('renewed %i s ago means %s', (seconds, state) => {
    expect(judge([leased('cp-1_a', seconds)], 36)).toMatchObject({ state, node: 'cp-1', ageMs: seconds * 1000 });
  });

  it.each([
    [4, 'released'],
    [30, 'released'],
    [31, 'vacant'],
  ] as const)('that was let go %i s ago means %s', (seconds, state) => {
    const found = judge([leased('', seconds)], 36);
    expect(found).toMatchObject({ state, lock: { transitions: 3 } });
    expect(found.node).toBeUndefined();
  });

  it('of a holder whose clock is ahead is one of now', () => {
    expect(judge([leased('cp-1_a', -40)], 36)).toMatchObject({ state: 'leading', ageMs: 0 });
  });

  it('of another component says nothing, but a provider may name its own', () => {
    expect(judge([leased('cp-1_a', 1, {}, 'kube-scheduler-extra')], 36)).toMatchObject({ state: 'absent' });
    const own = leased('cp-1_a', 1, {}, 'openstack-cloud-controller-manager');
    expect(judgeLeader(cloud, [own], 36)).toMatchObject({ component: 'cloud-controller-manager', state: 'leading' });
  });

  it('that the API server elects tells how, and who is to follow', () => {
    const lease = leased('cp-1_a', 1, { strategy: 'OldestEmulationVersion', preferredHolder: 'cp-2_b' });
    expect(judge([lease], 34).lock).toMatchObject({ strategy: 'OldestEmulationVersion', preferredHolder: 'cp-2_b' });
  });
});

describe('an annotation', () => {
  it('is who leads where nothing else is written', () => {
    expect(judge([annotated('cp-2_b', 3)], 16)).toMatchObject({ state: 'leading', node: 'cp-2', kinds: ['Endpoints'] });
  });

  it('that is kept up like the Lease is one leader, written in two places', () => {
    const both = judge([annotated('cp-1_a', 3), leased('cp-1_a', 3)], 19);
    expect(both).toMatchObject({ state: 'leading', kinds: ['Lease', 'Endpoints'], rivals: [], history: [] });
  });

  it('that was left behind is history, on a newer cluster and beside a Lease that is kept up', () => {
    const old = annotated('cp-9_z', 86_400);
    expect(judge([old, leased('cp-1_a', 2)], 19)).toMatchObject({ node: 'cp-1', history: [{ holder: 'cp-9_z' }] });
    expect(judge([old], 27)).toMatchObject({ state: 'absent', history: [{ holder: 'cp-9_z' }] });
    expect(judge([old, leased('cp-1_a', 90)], 36)).toMatchObject({ state: 'lost', node: 'cp-1', kinds: ['Lease'] });
  });

  it('that nobody keeps up is a lost leader where components still write them', () => {
    expect(judge([annotated('cp-9_z', 86_400)], 16)).toMatchObject({ state: 'lost', node: 'cp-9', history: [] });
  });

  it('that is kept up counts more than a Lease that is late', () => {
    expect(judge([leased('cp-1_a', 20), annotated('cp-2_b', 2)], 19)).toMatchObject({ state: 'leading', node: 'cp-2' });
    expect(judge([leased('cp-1_a', 200), annotated('cp-2_b', 90)], 19)).toMatchObject({ state: 'lost', node: 'cp-2' });
  });

  it('that names somebody else than the Lease, both kept up, is two leaders', () => {
    const split = judge([annotated('cp-2_b', 2), leased('cp-1_a', 2)], 20);
    expect(split).toMatchObject({ node: 'cp-1', rivals: [{ holder: 'cp-2_b', kind: 'Endpoints' }] });
  });
});

describe('what a real API server told', () => {
  const lines = recorded('leaders-lease').flatMap(({ response }) => {
    const opened = new Date(response.headers.date ?? '').getTime();
    return (response.events ?? []).map(({ afterMs, line }) => ({
      lock: lockOfLease(JSON.parse(line).object),
      at: new Date(opened + afterMs),
    }));
  });

  it('is led all the time but for the seconds after a leader let go', () => {
    const states = new Set(lines.map((seen) => judgeLeader(scheduler, [seen], 36).state));
    expect([...states].toSorted()).toEqual(['absent', 'leading', 'released']);
  });

  it('of Kubernetes 1.20, some seconds and a day after', () => {
    const stale = recorded('leaders-legacy').find(({ note }) => note?.startsWith('lock endpoints: stale record'));
    const lock = lockOfAnnotation('Endpoints', stale?.response.body);
    if (!lock?.renewedAt) throw new Error('no record');
    const seenAfter = (ms: number) => [{ lock, at: new Date((lock.renewedAt?.getTime() ?? 0) + ms) }];
    expect(judgeLeader(controllers, seenAfter(2000), 20)).toMatchObject({ state: 'leading', node: 'cp-2' });
    expect(judgeLeader(controllers, seenAfter(86_400_000), 20)).toMatchObject({ state: 'lost' });
    expect(judgeLeader(controllers, seenAfter(86_400_000), 36)).toMatchObject({ state: 'absent' });
  });
});
