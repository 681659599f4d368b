import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { reportText } from '../../src/terminal/report-text.ts';
import { lease, leasesPath, nodeLeasesPath, nodesPath } from '../fakes/kubernetes.ts';
import {
  ago,
  controllers,
  fault,
  forbidden,
  identity,
  type LeadersHouse,
  openLeadersHouse,
  rowOf,
  scheduler,
  unreachable,
} from './leaders-house.ts';

const endpoints = '/api/v1/namespaces/kube-system/endpoints';

let house: LeadersHouse;
beforeEach(async () => {
  house = await openLeadersHouse();
});
afterEach(() => house.bot.done());

describe('leaders tells', () => {
  it('who leads, and how etcd and the API servers are, to whoever may look', async () => {
    house.kubernetes.has(leasesPath, (now) => [
      identity('cp-1', ago(now, 3), '10.0.0.11:6443'),
      identity('cp-2', ago(now, 3)),
      lease(controllers, 'cp-2_f66e7ba2-4e1c-4dfe-926e-c3e9686033bc', ago(now, 2)),
      lease(scheduler, 'cp-1_6bd60b32-bb0a-40a1-bf3d-bd231c524eff', ago(now, 1)),
    ]);
    expect((await house.leaders()).says).toMatchInlineSnapshot(`
      "[ok] prod-1: all that must be led has its leader
        Kubernetes     v1.36.2; 2 of 2 API servers alive: cp-1 and cp-2
        Ready          cp-1 and the API server that answers
        Load           cp-1: 12 requests/s, 3 in flight; cp-2: not known, it tells no address
        Heartbeats     3 nodes renew Leases of 188 B, where a Node is 112 B
        Leaders        kube-scheduler: cp-1; kube-controller-manager: cp-2; etcd: etcd-1
        etcd           3.4.23; term 3; quota 2.0 GiB; clock agrees
        Member etcd-1  leader; 0 entries behind; 120 KiB, 104 KiB in use (13 % fragmented)
        Member etcd-2  follower; 0 entries behind; 120 KiB, 104 KiB in use (13 % fragmented)
        Member etcd-3  follower; 0 entries behind; 120 KiB, 104 KiB in use (13 % fragmented)
        Alarms         none
        Certificates   300 days left: the API server that answers and the API server on cp-1
      Component                Leader         Node                   Since (UTC)       Renewed    Takeovers
      kube-scheduler           cp-1_6bd60b32  cp-1                   2026-03-01 08:59  1.0 s ago  0
      kube-controller-manager  cp-2_f66e7ba2  cp-2                   2026-03-01 08:59  2.0 s ago  0
      etcd                     etcd-1         etcd-1.prod-1.example  –                 –          term 3
      "
    `);
  });

  it('numbers for machines', async () => {
    expect((await house.leaders()).report.measures).toEqual({
      ...{ leaderlessComponents: 0, certificateDaysLeft: 300, etcdMembersSilent: 0, unwatched: 1 },
    });
    await house.takeovers.watched('prod-1');
    expect((await house.leaders()).report.measures).toEqual({
      leaderlessComponents: 0,
      certificateDaysLeft: 300,
      takeoversLastHour: 0,
      flappingComponents: 0,
      unwatched: 0,
      etcdMembersSilent: 0,
    });
  });

  it('that a leader is late once its time is over, and gone after twice of it', async () => {
    house.schedulerIs('cp-1_a', 20);
    const { report } = await house.leaders();
    expect(report).toMatchObject({ tone: 'warning', title: 'prod-1: the leader of kube-scheduler is late to renew' });
    expect(rowOf(report, scheduler)?.[1]).toBe('cp-1_a, late by 5.0 s');
    house.schedulerIs('cp-1_a', 15);
    expect((await house.leaders()).report.tone).toBe('good');
    house.schedulerIs('cp-1_a', 31);
    const lost = await house.leaders();
    expect(lost.report).toMatchObject({ tone: 'bad', title: 'prod-1: kube-scheduler has no leader' });
    expect(rowOf(lost.report, scheduler)?.[1]).toBe('nobody: cp-1_a is gone');
    const leads = lost.report.facts?.find(({ label }) => label === 'Leaders');
    expect(leads).toMatchObject({
      ...{ onCard: true, value: 'kube-scheduler: nobody; kube-controller-manager: cp-1; etcd: etcd-1' },
    });
  });

  it('on which node to look why a leader is gone, and by what command', async () => {
    house.schedulerIs('cp-1_a', 31);
    expect((await house.leaders()).says).toContain(
      'Look at its log on cp-1: crictl logs $(crictl ps --all --latest --quiet --name kube-scheduler), ' +
        'or journalctl --unit kube-scheduler where it is no pod. No other took over: look at theirs too.',
    );
    house.schedulerIs('', 40);
    expect((await house.leaders()).says).toContain('Look at its log on the control-plane nodes: crictl logs');
  });

  it('since when one led that is gone, in 100 columns: its node goes first', async () => {
    house.schedulerIs('cp-1_6bd60b32-bb0a-40a1-bf3d-bd231c524eff', 31);
    const { report } = await house.leaders();
    const text = reportText(report, undefined, 100);
    expect(text).toMatch(/^kube-scheduler +nobody: cp-1_6bd60b32 is gone +2026-03-01 08:59 +31 s ago/m);
    expect(text).toContain('Left out: Node.');
  });

  it('that a leader let go, which is no alarm until it lasts', async () => {
    house.schedulerIs('', 4, { leaseDurationSeconds: 1 });
    expect((await house.leaders()).report.tone).toBe('good');
    house.schedulerIs('', 40, { leaseDurationSeconds: 1 });
    const { report } = await house.leaders();
    expect(report).toMatchObject({ tone: 'bad', title: 'prod-1: kube-scheduler has no leader' });
    expect(rowOf(report, scheduler)?.[1]).toBe('nobody for 40 s');
    house.kubernetes.has(leasesPath, (now) => [
      lease(controllers, 'cp-1_uid', now),
      { metadata: { name: scheduler }, spec: {} },
    ]);
    expect(rowOf((await house.leaders()).report, scheduler)?.slice(1)).toEqual(['nobody ever', '–', '–', '–', '0']);
  });

  it('that nothing is written of a component that every cluster has', async () => {
    house.kubernetes.has(leasesPath, (now) => [lease(controllers, 'cp-1_uid', now)]);
    const { report } = await house.leaders();
    expect(report).toMatchObject({ tone: 'warning', title: 'prod-1: nothing says who leads kube-scheduler' });
  });

  it('what an older Kubernetes left behind, as history', async () => {
    const record = { holderIdentity: 'cp-9_z', leaseDurationSeconds: 15, renewTime: '2024-05-01T08:00:00Z' };
    const annotations = { 'control-plane.alpha.kubernetes.io/leader': JSON.stringify(record) };
    house.kubernetes.has(endpoints, () => [{ metadata: { name: scheduler, annotations } }]);
    const { report, says } = await house.leaders();
    expect(report.tone).toBe('good');
    expect(says).toMatch(
      /Stale history +kube-scheduler: Endpoints still names cp-9_z, renewed last 2024-05-01 08:00:00 UTC/,
    );
  });

  it('that a component has two leaders, by its Lease and by its annotation', async () => {
    const record = (now: Date) => ({
      holderIdentity: 'cp-3_b',
      leaseDurationSeconds: 15,
      renewTime: now.toISOString(),
    });
    house.kubernetes.has(endpoints, (now) => {
      const annotations = { 'control-plane.alpha.kubernetes.io/leader': JSON.stringify(record(now)) };
      return [{ metadata: { name: scheduler, annotations } }];
    });
    expect((await house.leaders()).report).toMatchObject({ tone: 'bad', title: expect.stringMatching(/two leaders/) });
  });

  it('that the API server elects, from whom, and who is to follow', async () => {
    house.schedulerIs('cp-1_a', 1, { strategy: 'OldestEmulationVersion', preferredHolder: 'cp-2_b' });
    house.kubernetes.has('/apis/coordination.k8s.io/v1beta1/namespaces/kube-system/leasecandidates', () => [
      { metadata: { name: 'cp-1_a' }, spec: { leaseName: scheduler, emulationVersion: '1.36' } },
      { metadata: { name: 'cp-2_b' }, spec: { leaseName: scheduler, emulationVersion: '1.35' } },
    ]);
    expect((await house.leaders()).says).toContain(
      'the API server elects (OldestEmulationVersion) from 2 candidates: cp-1_a 1.36, cp-2_b 1.35; is to go to cp-2_b',
    );
  });

  it('that a leader changes hands too often, and how often, by what was watched', async () => {
    await house.takeovers.watched('prod-1');
    const note = async () => {
      house.bot.clock.advance(1000);
      await house.takeovers.note({ cluster: 'prod-1', component: scheduler, times: 1, at: house.bot.clock.now() });
    };
    for (let times = 0; times < 3; times += 1) await note();
    expect((await house.leaders()).report.tone).toBe('good');
    await note();
    const { report } = await house.leaders();
    expect(report).toMatchObject({
      tone: 'warning',
      title: 'prod-1: kube-scheduler changed hands more than 3 times within an hour',
    });
    expect(rowOf(report, scheduler)?.[5]).toBe('0 (4 in the last hour)');
    house.bot.clock.advance(3_600_000);
    expect((await house.leaders()).report.tone).toBe('good');
  });
});

describe('what cannot be read', () => {
  it('for want of a right is named, and the rest is told', async () => {
    house.kubernetes.fails(nodesPath, forbidden('nodes'));
    const { report, says } = await house.leaders();
    expect(report).toMatchObject({
      tone: 'warning',
      title: 'prod-1: all that must be led has its leader; one thing is not known',
      next: 'Grant ClusterRole salvor of deploy/kubernetes/rbac.yaml.',
    });
    expect(says).toContain('how large a Node is: The API server of prod-1 refuses: nodes is forbidden: User "salvor"');
    expect(rowOf(report, scheduler)?.slice(1, 3)).toEqual(['cp-1_uid', 'cp-1']);
    expect(rowOf(report, scheduler)?.[4]).toBe('just now');
  });

  it('names the role that is missing, also beside something worse', async () => {
    house.kubernetes.fails(nodesPath, forbidden('nodes'));
    house.schedulerIs('cp-1_a', 31);
    const { report, says } = await house.leaders();
    expect(report.title).toBe('prod-1: kube-scheduler has no leader');
    expect(says).toMatch(/how large a Node is: .* Grant ClusterRole salvor of deploy\/kubernetes\/rbac.yaml\./);
  });

  it('of several things is counted, and all that is to be done named', async () => {
    house.kubernetes.fails(nodesPath, forbidden('nodes'));
    const renew = 'Renew the credentials in its kubeconfig.';
    house.kubernetes.fails(nodeLeasesPath, fault('KUBERNETES_UNAUTHORIZED', 'It does not know who asks.', renew));
    const { title, next } = (await house.leaders()).report;
    expect(title).toBe('prod-1: all that must be led has its leader; 2 things are not known');
    expect(next).toContain('rbac.yaml');
    expect(next).toContain(renew);
  });

  it('says nothing of who leads: without Leases nobody is missed', async () => {
    house.kubernetes.fails(leasesPath, forbidden('leases'));
    const { report, says } = await house.leaders();
    expect(says).toMatch(/Kubernetes +v1.36.2; which API servers there are is not known/);
    expect(report.table?.rows.map(([name]) => name)).toEqual(['etcd']);
    expect(report.title).toContain('nobody knows who leads by Lease');
  });

  it('of Kubernetes does not hide etcd, whatever is wrong with it', async () => {
    house.kubernetes.fails(
      '/version',
      fault('KUBERNETES_UNAUTHORIZED', 'The API server of prod-1 does not know who asks (401).', 'Renew.'),
    );
    const unknown = await house.leaders();
    expect(unknown.report).toMatchObject({
      tone: 'warning',
      title: expect.stringMatching(/nobody knows how Kubernetes is/),
    });
    house.kubernetes.fails('/version', unreachable);
    const { report } = await house.leaders();
    expect(report).toMatchObject({
      ...{ tone: 'bad', title: 'prod-1: the API server cannot be reached; etcd is well, led by etcd-1' },
    });
    expect(rowOf(report, 'etcd')?.[1]).toBe('etcd-1');
  });

  it.each([
    ['a member that does not answer', () => house.etcd.cluster('prod-1').silence('etcd-3'), 'does not answer'],
    ['a certificate that runs out', () => house.etcd.cluster('prod-1').shows('etcd-2', 3), 'runs out within 7 days'],
  ])('of Kubernetes does not make etcd well: %s', async (_, ill, also) => {
    house.kubernetes.fails('/version', unreachable);
    ill();
    const { report } = await house.leaders();
    expect(report.title).toBe('prod-1: the API server cannot be reached');
    expect(report.text).toContain(also);
  });

  it('of etcd does not hide Kubernetes', async () => {
    for (const member of ['etcd-1', 'etcd-2', 'etcd-3']) house.etcd.cluster('prod-1').silence(member, 'no route');
    const { report } = await house.leaders();
    expect(report).toMatchObject({ tone: 'bad', title: 'prod-1: nobody could find out how etcd is' });
    expect(rowOf(report, scheduler)?.[1]).toBe('cp-1_uid');
  });

  it('for want of a kubeconfig is said, and is nothing bad', async () => {
    house = await openLeadersHouse({ hasKubernetes: false });
    const { report, says } = await house.leaders();
    expect(report.tone).toBe('good');
    expect(says).toMatch(/Kubernetes +has no kubeconfig in salvor.yaml/);
  });
});
