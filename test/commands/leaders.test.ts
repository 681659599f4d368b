import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTakeovers } from '../../src/adapters/takeovers.ts';
import { Fault } from '../../src/chatops/errors.ts';
import type { Report } from '../../src/chatops/report.ts';
import type { Cluster } from '../../src/ports/catalogue.ts';
import type { Takeovers } from '../../src/ports/takeovers.ts';
import { memoryShelf } from '../../src/slack/shelf.ts';
import { type Bot, createBot, startedRun } from '../bot.ts';
import { clusterOf } from '../fakes/cluster.ts';
import { createFakeEtcd, type FakeEtcd } from '../fakes/etcd.ts';
import {
  createFakeKubernetes,
  type FakeKubernetes,
  lease,
  leasesPath,
  nodeLeasesPath,
  nodesPath,
} from '../fakes/kubernetes.ts';
import { people } from '../people.ts';

const endpoints = '/api/v1/namespaces/kube-system/endpoints';
const scheduler = 'kube-scheduler';
const controllers = 'kube-controller-manager';

let bot: Bot;
let etcd: FakeEtcd;
let kubernetes: FakeKubernetes;
let takeovers: Takeovers;

async function open(changes: Partial<Cluster> = {}) {
  const clock = { now: () => bot.clock.now() };
  etcd = createFakeEtcd({ 'prod-1': { members: 3 } }, clock);
  kubernetes = createFakeKubernetes(clock);
  takeovers = createTakeovers({ shelf: memoryShelf(() => clock.now().getTime()), clock });
  const cluster = clusterOf({}, { hasKubernetes: true, takeoversPerHour: 3, quotaBytes: 2 * 1024 ** 3, ...changes });
  bot = await createBot({ etcd, kubernetes, takeovers, catalogue: { clusters: [cluster], cluster: () => cluster } });
}
beforeEach(() => open());
afterEach(() => bot.done());

async function leaders(): Promise<{ readonly report: Report; readonly says: string }> {
  const { id } = startedRun(await bot.types(people.vera, '/salvor leaders prod-1'));
  bot.reply();
  await bot.works();
  const run = await bot.runs.find(id);
  if (!run?.report) throw new Error('it has not ended');
  return { report: run.report, says: await bot.result(id) };
}

const fault = (code: string, message: string, next: string) =>
  new Fault(message, {
    ...{ port: 'kubernetes', operation: 'read', code, next },
    retryable: code === 'KUBERNETES_UNREACHABLE',
  });
const forbidden = (resource: string) =>
  fault(
    'KUBERNETES_FORBIDDEN',
    `The API server of prod-1 refuses: ${resource} is forbidden: User "salvor" cannot list resource "${resource}".`,
    'Grant that right: deploy/kubernetes/rbac.yaml names all that Salvor reads.',
  );
const unreachable = fault(
  'KUBERNETES_UNREACHABLE',
  'The API server of prod-1 cannot be reached.',
  'Look whether it runs.',
);

const ago = (now: Date, seconds: number) => new Date(now.getTime() - seconds * 1000);
const identity = (host: string, renewedAt: Date, address?: string) => ({
  ...lease(`apiserver-${host}`, `apiserver-${host}_uid`, renewedAt),
  metadata: {
    name: `apiserver-${host}`,
    labels: { 'apiserver.kubernetes.io/identity': 'kube-apiserver', 'kubernetes.io/hostname': host },
    annotations: address ? { 'kubernetes.io/peer-advertise-address': address } : {},
  },
});
/** Both components, the scheduler's leader as told. */
const schedulerIs = (holder: string, seconds: number, more: object = {}) =>
  kubernetes.has(leasesPath, (now) => {
    const own = lease(scheduler, holder, ago(now, seconds));
    return [lease(controllers, 'cp-1_uid', now), { ...own, spec: { ...own.spec, ...more } }];
  });
const rowOf = ({ table }: Report, component: string) => table?.rows.find(([name]) => name === component);

describe('leaders tells', () => {
  it('who leads, and how etcd and the API servers are, to whoever may look', async () => {
    kubernetes.has(leasesPath, (now) => [
      identity('cp-1', ago(now, 3), '10.0.0.11:6443'),
      identity('cp-2', ago(now, 3)),
      lease(controllers, 'cp-2_f66e7ba2-4e1c-4dfe-926e-c3e9686033bc', ago(now, 2)),
      lease(scheduler, 'cp-1_6bd60b32-bb0a-40a1-bf3d-bd231c524eff', ago(now, 1)),
    ]);
    expect((await leaders()).says).toMatchInlineSnapshot(`
      "[ok] prod-1: all that must be led has its leader
        Kubernetes       v1.36.2; 2 of 2 API servers alive: cp-1 and cp-2
        API server       ready
        API server cp-1  ready
        Load             cp-1 12 requests/s, 3 in flight; cp-2 not known, it tells no address
        Heartbeats       3 nodes renew Leases of 188 B, where a Node is 112 B
        Member etcd-1    leader, 3.4.23, term 3; 0 entries behind; 120 KiB, 104 KiB in use (13 % fragmented), quota 2.0 GiB
        Member etcd-2    follower, 3.4.23, term 3; 0 entries behind; 120 KiB, 104 KiB in use (13 % fragmented), quota 2.0 GiB
        Member etcd-3    follower, 3.4.23, term 3; 0 entries behind; 120 KiB, 104 KiB in use (13 % fragmented), quota 2.0 GiB
        Alarms           none
        Certificates     300 days left: the API server that answers and the API server on cp-1
      Component                Leader         Node                   Since (UTC)       Renewed    Takeovers
      kube-scheduler           cp-1_6bd60b32  cp-1                   2026-03-01 08:59  1.0 s ago  0
      kube-controller-manager  cp-2_f66e7ba2  cp-2                   2026-03-01 08:59  2.0 s ago  0
      etcd                     etcd-1         etcd-1.prod-1.example  –                 –          term 3
      "
    `);
  });

  it('numbers for machines', async () => {
    await takeovers.watched('prod-1');
    expect((await leaders()).report.measures).toEqual({
      leaderlessComponents: 0,
      certificateDaysLeft: 300,
      takeoversLastHour: 0,
      etcdMembersSilent: 0,
    });
  });

  it('that a component has no leader once it has not renewed for twice its time, and calls it late before', async () => {
    schedulerIs('cp-1_a', 20);
    const { report } = await leaders();
    expect(report.tone).toBe('good');
    expect(rowOf(report, scheduler)?.[1]).toBe('cp-1_a, late: another may take over');
    schedulerIs('cp-1_a', 31);
    const lost = await leaders();
    expect(lost.report).toMatchObject({ tone: 'bad', title: 'prod-1: kube-scheduler has no leader' });
    expect(rowOf(lost.report, scheduler)?.[1]).toBe('nobody: cp-1_a is gone');
  });

  it('that a leader let go, which is no alarm until it lasts', async () => {
    schedulerIs('', 4, { leaseDurationSeconds: 1 });
    expect((await leaders()).report.tone).toBe('good');
    schedulerIs('', 40, { leaseDurationSeconds: 1 });
    const { report } = await leaders();
    expect(report).toMatchObject({ tone: 'bad', title: 'prod-1: kube-scheduler has no leader' });
    expect(rowOf(report, scheduler)?.[1]).toBe('nobody for 40 s');
    kubernetes.has(leasesPath, (now) => [
      lease(controllers, 'cp-1_uid', now),
      { metadata: { name: scheduler }, spec: {} },
    ]);
    expect(rowOf((await leaders()).report, scheduler)?.slice(1)).toEqual(['nobody ever', '–', '–', '–', '0']);
  });

  it('that nothing is written of a component that every cluster has', async () => {
    kubernetes.has(leasesPath, (now) => [lease(controllers, 'cp-1_uid', now)]);
    const { report } = await leaders();
    expect(report).toMatchObject({ tone: 'warning', title: 'prod-1: nothing says who leads kube-scheduler' });
  });

  it('what an older Kubernetes left behind, as history', async () => {
    const record = { holderIdentity: 'cp-9_z', leaseDurationSeconds: 15, renewTime: '2024-05-01T08:00:00Z' };
    const annotations = { 'control-plane.alpha.kubernetes.io/leader': JSON.stringify(record) };
    kubernetes.has(endpoints, () => [{ metadata: { name: scheduler, annotations } }]);
    const { report, says } = await leaders();
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
    kubernetes.has(endpoints, (now) => {
      const annotations = { 'control-plane.alpha.kubernetes.io/leader': JSON.stringify(record(now)) };
      return [{ metadata: { name: scheduler, annotations } }];
    });
    expect((await leaders()).report).toMatchObject({ tone: 'bad', title: expect.stringMatching(/two leaders/) });
  });

  it('that the API server elects, from whom, and who is to follow', async () => {
    schedulerIs('cp-1_a', 1, { strategy: 'OldestEmulationVersion', preferredHolder: 'cp-2_b' });
    kubernetes.has('/apis/coordination.k8s.io/v1beta1/namespaces/kube-system/leasecandidates', () => [
      { metadata: { name: 'cp-1_a' }, spec: { leaseName: scheduler, emulationVersion: '1.36' } },
      { metadata: { name: 'cp-2_b' }, spec: { leaseName: scheduler, emulationVersion: '1.35' } },
    ]);
    expect((await leaders()).says).toContain(
      'the API server elects (OldestEmulationVersion) from 2 candidates: cp-1_a 1.36, cp-2_b 1.35; is to go to cp-2_b',
    );
  });

  it('that a leader changes hands too often, and how often, by what was watched', async () => {
    await takeovers.watched('prod-1');
    const note = async () => {
      bot.clock.advance(1000);
      await takeovers.note({ cluster: 'prod-1', component: scheduler, times: 1, at: bot.clock.now() });
    };
    for (let times = 0; times < 3; times += 1) await note();
    expect((await leaders()).report.tone).toBe('good');
    await note();
    const { report } = await leaders();
    expect(report).toMatchObject({
      tone: 'warning',
      title: 'prod-1: kube-scheduler changed hands more than 3 times within an hour',
    });
    expect(rowOf(report, scheduler)?.[5]).toBe('0; 4 in the last hour');
    bot.clock.advance(3_600_000);
    expect((await leaders()).report.tone).toBe('good');
  });
});

describe('of API servers and nodes leaders tells', () => {
  it('which checks fail, and of which of them', async () => {
    kubernetes.has(leasesPath, (now) => [
      ...['cp-1', 'cp-2'].map((host, nth) => identity(host, now, `10.0.0.1${nth}:6443`)),
      ...[controllers, scheduler].map((name) => lease(name, 'cp-1_uid', now)),
    ]);
    kubernetes.saysReady({ isReady: false, failing: ['etcd', 'etcd-readiness'] }, '10.0.0.11:6443');
    kubernetes.saysReady(unreachable, '10.0.0.10:6443');
    const { report, says } = await leaders();
    expect(report).toMatchObject({ tone: 'bad', title: 'prod-1: the API server on cp-2 is not ready' });
    expect(says).toMatch(/API server cp-2 +not ready: etcd, etcd-readiness/);
    expect(says).toMatch(/API server cp-1 +could not be asked: The API server of prod-1 cannot be reached/);
  });

  it('that one shows no sign of life', async () => {
    kubernetes.has(leasesPath, (now) => [
      ...[identity('cp-1', now), identity('cp-2', ago(now, 600))],
      ...[controllers, scheduler].map((name) => lease(name, 'cp-1_uid', now)),
    ]);
    const { report, says } = await leaders();
    expect(report).toMatchObject({ tone: 'warning', title: 'prod-1: the API server on cp-2 shows no sign of life' });
    expect(says).toMatch(/Kubernetes +v1.36.2; 1 of 2 API servers alive: cp-1/);
  });

  it('that nodes fell silent', async () => {
    kubernetes.has(nodeLeasesPath, (now) => [lease('a', 'a', now), lease('b', 'b', ago(now, 300))]);
    const { report, says } = await leaders();
    expect(report).toMatchObject({ tone: 'warning', title: 'prod-1: not all nodes send heartbeats' });
    expect(says).toContain('none lately from b');
  });
});

describe('of etcd leaders tells', () => {
  it('which member does not answer, and why', async () => {
    etcd.cluster('prod-1').silence('etcd-2', 'connection refused');
    const { report, says } = await leaders();
    expect(report).toMatchObject({ tone: 'warning', title: 'prod-1: member etcd-2 of etcd does not answer' });
    expect(says).toMatch(/Member etcd-2 +does not answer: connection refused/);
  });

  it('that it has no leader, and that alarms are not known then', async () => {
    for (const member of ['etcd-2', 'etcd-3']) etcd.cluster('prod-1').silence(member);
    const { report, says } = await leaders();
    expect(report).toMatchObject({ tone: 'bad', title: 'prod-1: etcd has no leader' });
    expect(says).toMatch(/Alarms +not known: No member knows a leader/);
  });

  it('alarms, a learner, one far behind and one nearly full', async () => {
    const cluster = etcd.cluster('prod-1');
    cluster.raise('NOSPACE', 'etcd-1');
    cluster.demote('etcd-3');
    cluster.lag('etcd-2', 6000n);
    cluster.holds('etcd-1', { databaseBytes: 1.9 * 1024 ** 3, inUseBytes: 1024 ** 3 });
    const { report, says } = await leaders();
    expect(report.title).toBe('prod-1: the alarm NOSPACE on etcd-1 stands in etcd');
    expect(report.text).toBe(
      'Also: the database of member etcd-1 of etcd is nearly as large as its quota; member etcd-2 of etcd is far behind.',
    );
    expect(says).toMatch(/Member etcd-3 +learner/);
    expect(says).toMatch(/Member etcd-1 +leader.*1\.9 GiB, 1\.0 GiB in use \(47 % fragmented\), quota 2\.0 GiB/);
  });
});

describe('of load leaders tells', () => {
  const address = (nth: number) => `10.0.0.1${nth}:6443`;
  /** So many requests a second of each, and so many in flight. */
  const carry = (rates: readonly number[], flights: readonly number[] = rates.map(() => 0)) => {
    kubernetes.has(leasesPath, (now) => [
      ...rates.map((_, nth) => identity(`cp-${nth}`, now, address(nth))),
      ...[controllers, scheduler].map((name) => lease(name, 'cp-1_uid', now)),
    ]);
    rates.forEach((requestsPerSecond, nth) => {
      kubernetes.carries({ requestsPerSecond, inFlight: flights[nth] ?? 0 }, address(nth));
    });
  };
  const good = 'all that must be led has its leader';

  it.each([
    ['67 of 100 among three', [67, 20, 13], [], 'more than twice its share of the requests'],
    ['66 of 100 among three', [66, 20, 14], [], undefined],
    ['nearly all among two', [91, 9], [], 'nearly all of the requests'],
    ['most among two', [89, 11], [], undefined],
    ['all among three, of a handful', [19, 0, 0], [], undefined],
    ['all there is, alone', [1000], [900], undefined],
    ['most in flight', [30, 30, 30], [20, 1, 1], 'more than twice its share of the requests in flight'],
    ['most in flight, of a handful', [30, 30, 30], [19, 0, 0], undefined],
  ])('that one carries %s, or nothing', async (_, rates, flights, words) => {
    carry(rates, flights);
    const { report } = await leaders();
    expect(report.tone).toBe(words === undefined ? 'good' : 'warning');
    const finding = words === undefined ? good : `the API server on cp-0 carries ${words}`;
    expect(report.title).toBe(`prod-1: ${finding}`);
  });

  it('what each carries, and its share', async () => {
    carry([1500, 500], [12, 3]);
    expect((await leaders()).says).toMatch(
      /Load +cp-0 1 500 requests\/s \(75 %\), 12 in flight; cp-1 500 requests\/s \(25 %\), 3 in flight/,
    );
  });

  it('of which it is not known, and why', async () => {
    carry([50, 40, 30, 20]);
    kubernetes.carries(unreachable, address(1));
    kubernetes.saysReady(unreachable, address(1));
    kubernetes.carries(unreachable, address(2));
    const { report, says } = await leaders();
    expect(report.tone).toBe('good');
    expect(says).toContain('cp-1 not known, it could not be asked; cp-2 not known: The API server of prod-1 cannot be');
    expect(says).toContain('cp-0 50 requests/s (71 %)');
  });

  it('that a right is missing, once', async () => {
    carry([50, 40]);
    const refusal = fault('KUBERNETES_FORBIDDEN', 'cannot get path "/metrics"', 'Grant that right.');
    for (const nth of [0, 1]) kubernetes.carries(refusal, address(nth));
    const { report, says } = await leaders();
    expect(report).toMatchObject({
      ...{ tone: 'warning', next: 'Grant that right.' },
      title: 'prod-1: nothing bad was found, but nobody knows how loaded the API servers are',
    });
    expect(says.match(/how loaded the API servers are: cannot get path "\/metrics"/g)).toHaveLength(1);
  });

  it('of the only one without its address, and of none where there may be others', async () => {
    kubernetes.has(leasesPath, (now) => [
      identity('cp-1', now),
      ...[controllers, scheduler].map((name) => lease(name, 'cp-1_uid', now)),
    ]);
    expect((await leaders()).says).toMatch(/Load +cp-1 12 requests/);
    kubernetes.has(leasesPath, (now) => [controllers, scheduler].map((name) => lease(name, 'cp-1_uid', now)));
    expect((await leaders()).says).not.toContain('requests/s');
  });
});

describe('of certificates leaders tells', () => {
  const schedulers = (now: Date) => [controllers, scheduler].map((name) => lease(name, 'cp-1_uid', now));

  it.each([
    [30, 'good', 'all that must be led has its leader'],
    [29.9, 'warning', 'the certificate of the API server that answers runs out within 30 days'],
    [7, 'warning', 'the certificate of the API server that answers runs out within 30 days'],
    [6.9, 'bad', 'the certificate of the API server that answers runs out within 7 days'],
    [-0.1, 'bad', 'the certificate of the API server that answers ran out'],
  ])('what %d days are worth', async (days, tone, words) => {
    kubernetes.shows(days);
    expect((await leaders()).report).toMatchObject({
      ...{ tone, title: `prod-1: ${words}` },
      measures: { certificateDaysLeft: Math.floor(days) },
    });
  });

  it('whose, the soonest first', async () => {
    kubernetes.has(leasesPath, (now) => [identity('cp-2', now, '10.0.0.12:6443'), ...schedulers(now)]);
    kubernetes.shows(29, '10.0.0.12:6443');
    etcd.cluster('prod-1').shows('etcd-1', 0.5);
    etcd.cluster('prod-1').shows('etcd-2', 300);
    const { report, says } = await leaders();
    expect(report).toMatchObject({
      ...{ tone: 'bad', title: 'prod-1: the certificate of member etcd-1 of etcd runs out within 7 days' },
      text: 'Also: the certificate of the API server on cp-2 runs out within 30 days.',
    });
    expect(says).toMatch(
      /Certificates +less than a day left: member etcd-1 of etcd; 29 days left: the API server on cp-2; 300 days left: the API server that answers and member etcd-2 of etcd/,
    );
  });

  it('that one ran out, where that is why nobody answers', async () => {
    for (const member of ['etcd-1', 'etcd-2', 'etcd-3']) {
      etcd.cluster('prod-1').silence(member, 'certificate has expired');
      etcd.cluster('prod-1').shows(member, -1);
    }
    const { report } = await leaders();
    expect(report.text).toContain('the certificate of etcd at https://etcd-1.prod-1.example:2379');
    expect(report.text).toContain('ran out');
  });

  it('which one nobody saw, unless it is told already that its server does not answer', async () => {
    etcd.cluster('prod-1').shows('etcd-2', unreachable);
    etcd.cluster('prod-1').silence('etcd-2');
    expect((await leaders()).says).not.toContain('certificate of member');
    etcd.cluster('prod-1').revive('etcd-2');
    expect((await leaders()).says).toMatch(/how long the certificate of member etcd-2 of etcd is good: The API/);
    kubernetes.saysReady(unreachable);
    kubernetes.shows(unreachable);
    expect((await leaders()).says).not.toContain('certificate of the API server');
  });
});

describe('what cannot be read', () => {
  it('for want of a right is named, and the rest is told', async () => {
    kubernetes.fails(nodesPath, forbidden('nodes'));
    const { report, says } = await leaders();
    expect(report).toMatchObject({
      tone: 'warning',
      title: 'prod-1: nothing bad was found, but nobody knows how large a Node is',
      next: 'Grant that right: deploy/kubernetes/rbac.yaml names all that Salvor reads.',
    });
    expect(says).toContain('how large a Node is: The API server of prod-1 refuses: nodes is forbidden: User "salvor"');
    expect(rowOf(report, scheduler)?.slice(1, 3)).toEqual(['cp-1_uid', 'cp-1']);
    expect(rowOf(report, scheduler)?.[4]).toBe('just now');
  });

  it('says nothing of who leads: without Leases nobody is missed', async () => {
    kubernetes.fails(leasesPath, forbidden('leases'));
    const { report } = await leaders();
    expect(report.table?.rows.map(([name]) => name)).toEqual(['etcd']);
    expect(report.title).toContain('nobody knows who leads by Lease');
  });

  it('of Kubernetes does not hide etcd, whatever is wrong with it', async () => {
    kubernetes.fails(
      '/version',
      fault('KUBERNETES_UNAUTHORIZED', 'The API server of prod-1 does not know who asks (401).', 'Renew.'),
    );
    const unknown = await leaders();
    expect(unknown.report).toMatchObject({
      tone: 'warning',
      title: expect.stringMatching(/nobody knows how Kubernetes is/),
    });
    kubernetes.fails('/version', unreachable);
    const { report } = await leaders();
    expect(report).toMatchObject({ tone: 'bad', title: 'prod-1: nobody could find out how Kubernetes is' });
    expect(rowOf(report, 'etcd')?.[1]).toBe('etcd-1');
  });

  it('of etcd does not hide Kubernetes', async () => {
    for (const member of ['etcd-1', 'etcd-2', 'etcd-3']) etcd.cluster('prod-1').silence(member, 'no route');
    const { report } = await leaders();
    expect(report).toMatchObject({ tone: 'bad', title: 'prod-1: nobody could find out how etcd is' });
    expect(rowOf(report, scheduler)?.[1]).toBe('cp-1_uid');
  });

  it('for want of a kubeconfig is said, and is nothing bad', async () => {
    await open({ hasKubernetes: false });
    const { report, says } = await leaders();
    expect(report.tone).toBe('good');
    expect(says).toMatch(/Kubernetes +has no kubeconfig in salvor.yaml/);
  });
});
