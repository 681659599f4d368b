import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Cluster } from '../../src/ports/catalogue.ts';
import { lease, leasesPath, nodeLeasesPath } from '../fakes/kubernetes.ts';
import {
  ago,
  controllers,
  fault,
  identity,
  type LeadersHouse,
  openLeadersHouse,
  scheduler,
  unreachable,
} from './leaders-house.ts';

let house: LeadersHouse;
beforeEach(async () => {
  house = await openLeadersHouse();
});
afterEach(() => house.bot.done());

describe('of API servers and nodes leaders tells', () => {
  it('which checks fail, and of which of them', async () => {
    house.kubernetes.has(leasesPath, (now) => [
      ...['cp-1', 'cp-2'].map((host, nth) => identity(host, now, `10.0.0.1${nth}:6443`)),
      ...[controllers, scheduler].map((name) => lease(name, 'cp-1_uid', now)),
    ]);
    house.kubernetes.saysReady({ isReady: false, failing: ['etcd', 'etcd-readiness'] }, '10.0.0.11:6443');
    house.kubernetes.saysReady(unreachable, '10.0.0.10:6443');
    const { report, says } = await house.leaders();
    expect(report).toMatchObject({ tone: 'bad', title: 'prod-1: the API server on cp-2 is not ready' });
    expect(says).toMatch(/API server cp-2 +not ready: etcd, etcd-readiness/);
    expect(says).toMatch(/API server cp-1 +could not be asked: The API server of prod-1 cannot be reached/);
  });

  it('the first three that show none, and how many more', async () => {
    house.kubernetes.has(leasesPath, (now) => [1, 2, 3, 4, 5].map((nth) => identity(`cp-${nth}`, ago(now, 90))));
    const { report, says } = await house.leaders();
    expect(says).toMatch(/No sign of life +cp-1 for 1 min 30 s, cp-2 for 1 min 30 s,/);
    expect(report.text).toMatch(/^Also: .*; and \d more\.$/);
  });

  it('that one shows no sign of life', async () => {
    house.kubernetes.has(leasesPath, (now) => [
      ...[identity('cp-1', now), identity('cp-2', ago(now, 600))],
      ...[controllers, scheduler].map((name) => lease(name, 'cp-1_uid', now)),
    ]);
    const { report, says } = await house.leaders();
    expect(report).toMatchObject({ tone: 'warning', title: 'prod-1: the API server on cp-2 shows no sign of life' });
    expect(says).toMatch(/Kubernetes +v1.36.2; 1 of 2 API servers alive: cp-1/);
  });

  it('that nodes fell silent', async () => {
    house.kubernetes.has(nodeLeasesPath, (now) => [lease('a', 'a', now), lease('b', 'b', ago(now, 300))]);
    const { report, says } = await house.leaders();
    expect(report).toMatchObject({ tone: 'warning', title: 'prod-1: not all nodes send heartbeats' });
    expect(says).toContain('none lately from b');
  });
});

describe('of etcd leaders tells', () => {
  it('which member does not answer, and why', async () => {
    house.etcd.cluster('prod-1').silence('etcd-2', 'connection refused');
    const { report, says } = await house.leaders();
    expect(report).toMatchObject({ tone: 'warning', title: 'prod-1: member etcd-2 of etcd does not answer' });
    expect(says).toMatch(/Member etcd-2 +does not answer: connection refused/);
  });

  it('that it has no leader, and that alarms are not known then', async () => {
    for (const member of ['etcd-2', 'etcd-3']) house.etcd.cluster('prod-1').silence(member);
    const { report, says } = await house.leaders();
    expect(report).toMatchObject({ tone: 'bad', title: 'prod-1: etcd has no leader' });
    expect(says).toMatch(/Alarms +not known: No member knows a leader/);
  });

  it('alarms, a learner, one far behind and one nearly full', async () => {
    const cluster = house.etcd.cluster('prod-1');
    cluster.raise('NOSPACE', 'etcd-1');
    cluster.demote('etcd-3');
    cluster.lag('etcd-2', 6000n);
    cluster.holds('etcd-1', { databaseBytes: 1.9 * 1024 ** 3, inUseBytes: 1024 ** 3 });
    const { report, says } = await house.leaders();
    expect(report.title).toBe('prod-1: the alarm NOSPACE on etcd-1 stands in etcd');
    expect(report.text).toBe(
      'Also: the database of member etcd-1 of etcd is nearly as large as its quota; member etcd-2 of etcd is far behind.',
    );
    expect(says).toMatch(/Member etcd-3 +learner/);
    expect(says).toMatch(/Member etcd-1 +leader.*1\.9 GiB, 1\.0 GiB in use \(47 % fragmented\)/);
    expect(says).toMatch(/Member etcd-2 +follower; 6 000 entries behind/);
    expect(says).toMatch(/etcd +3\.4\.23; term 3; quota 2\.0 GiB; clock agrees/);
  });

  it('the quota that salvor.yaml tells, or the default, of a member that tells none', async () => {
    const full = { databaseBytes: 1.9 * 1024 ** 3, inUseBytes: 1024 ** 3 };
    const quiet = async (changes: Partial<Cluster>) => {
      house = await openLeadersHouse(changes);
      house.etcd.cluster('prod-1').holds('etcd-1', full);
      house.etcd.cluster('prod-1').clockIs('etcd-1', 'not told');
      return house.leaders();
    };
    const bare = await quiet({});
    expect(bare.report.title).toContain(
      'the database of member etcd-1 of etcd is nearly as large as the default quota, its own is not told',
    );
    expect(bare.says).toMatch(/Member etcd-1 .*; quota not told, 2\.0 GiB by default; clock not told/);
    const told = await quiet({ quotaBytes: 8 * 1024 ** 3 });
    expect(told.report.tone).not.toBe('warning');
    expect(told.says).toMatch(/Member etcd-1 .*; quota 8\.0 GiB; clock not told/);
  });

  it.each([
    ['1.9 s away', { 'etcd-1': 1_900 }, undefined],
    ['2 s away, and what nobody can know more', { 'etcd-2': -3_100 }, 'the clock of member etcd-2 of etcd is behind'],
    ['an hour away', { 'etcd-3': 3_600_000 }, 'the clock of member etcd-3 of etcd is ahead'],
    ['not told', { 'etcd-1': 'not told', 'etcd-2': 'not told', 'etcd-3': 'not told' } as const, undefined],
    [
      'all the same, and another than ours',
      { 'etcd-1': 40_000, 'etcd-2': 40_200, 'etcd-3': 39_900 },
      'the clock of this worker is behind',
    ],
    [
      'two and two',
      { 'etcd-1': 40_000, 'etcd-2': 40_000 },
      'the clocks of etcd and of this worker differ, and nobody can say which is right',
    ],
  ])('clocks that are %s', async (_what, clocks, said) => {
    house.schedulerIs('cp-1_uid', 0);
    for (const [name, aheadMs] of Object.entries(clocks)) house.etcd.cluster('prod-1').clockIs(name, aheadMs);
    const { report } = await house.leaders();
    expect(report.title.split(': ')[1]).toBe(said ?? 'all that must be led has its leader');
    expect(report.tone).toBe(said ? 'warning' : 'good');
  });

  it('how far the clock of a member is from ours', async () => {
    house.etcd.cluster('prod-1').clockIs('etcd-1', -37_000);
    house.etcd.cluster('prod-1').clockIs('etcd-3', 3_600_000);
    const { report, says } = await house.leaders();
    expect(says).toMatch(/Member etcd-1 .*; clock 37 s behind ours/);
    expect(says).toMatch(/Member etcd-2 .*; clock agrees/);
    expect(says).toMatch(/Member etcd-3 .*; clock 1 h ahead of ours/);
    expect(report.next).toContain('chrony');
  });
});

describe('of load leaders tells', () => {
  const address = (nth: number) => `10.0.0.1${nth}:6443`;
  /** So many requests a second of each, and so many in flight, over so many seconds. */
  const carry = (rates: readonly number[], flights: readonly number[] = rates.map(() => 0), seconds = 60) => {
    house.kubernetes.has(leasesPath, (now) => [
      ...rates.map((_, nth) => identity(`cp-${nth}`, now, address(nth))),
      ...[controllers, scheduler].map((name) => lease(name, 'cp-1_uid', now)),
    ]);
    rates.forEach((requestsPerSecond, nth) => {
      const requestsCounted = requestsPerSecond * seconds;
      house.kubernetes.carries({ requestsPerSecond, requestsCounted, inFlight: flights[nth] ?? 0 }, address(nth));
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
    const { report } = await house.leaders();
    expect(report.tone).toBe(words === undefined ? 'good' : 'warning');
    const finding = words === undefined ? good : `the API server on cp-0 carries ${words}`;
    expect(report.title).toBe(`prod-1: ${finding}`);
  });

  it.each([
    ['nothing of 199 requests', 1.99, good],
    [
      'and of 200 that one carries most of them',
      2,
      'the API server on cp-0 carries more than twice its share of the requests',
    ],
  ])('%s', async (_, seconds, finding) => {
    carry([80, 10, 10], [], seconds);
    expect((await house.leaders()).report.title).toBe(`prod-1: ${finding}`);
  });

  it('what each carries, and its share', async () => {
    carry([1500, 500], [12, 3]);
    expect((await house.leaders()).says).toMatch(
      /Load +cp-0: 1 500 requests\/s \(75 %\), 12 in flight; cp-1: 500 requests\/s \(25 %\), 3 in flight/,
    );
  });

  it('no share of next to nothing', async () => {
    carry([0.3, 0.03]);
    expect((await house.leaders()).says).toMatch(
      /Load +cp-0: 0 requests\/s, 0 in flight; cp-1: 0 requests\/s, 0 in flight/,
    );
  });

  it('of which it is not known, and why', async () => {
    carry([50, 40, 30, 20]);
    house.kubernetes.carries(unreachable, address(1));
    house.kubernetes.saysReady(unreachable, address(1));
    house.kubernetes.carries(unreachable, address(2));
    const { report, says } = await house.leaders();
    expect(report.tone).toBe('good');
    expect(says).toContain(
      'cp-1: not known, it could not be asked; cp-2: not known: The API server of prod-1 cannot be',
    );
    expect(says).toContain('cp-0: 50 requests/s (71 %)');
  });

  it('that a right is missing, once', async () => {
    carry([50, 40]);
    const refusal = fault('KUBERNETES_FORBIDDEN', 'cannot get path "/metrics"', 'Grant that right.');
    for (const nth of [0, 1]) house.kubernetes.carries(refusal, address(nth));
    const { report, says } = await house.leaders();
    expect(report).toMatchObject({
      ...{ tone: 'warning', next: 'Grant that right.' },
      title: `prod-1: ${good}; one thing is not known`,
    });
    expect(says.match(/how loaded the API servers are: cannot get path "\/metrics"/g)).toHaveLength(1);
  });

  it('of the only one without its address, and of none where there may be others', async () => {
    house.kubernetes.has(leasesPath, (now) => [
      identity('cp-1', now),
      ...[controllers, scheduler].map((name) => lease(name, 'cp-1_uid', now)),
    ]);
    expect((await house.leaders()).says).toMatch(/Load +cp-1: 12 requests/);
    house.kubernetes.has(leasesPath, (now) => [controllers, scheduler].map((name) => lease(name, 'cp-1_uid', now)));
    expect((await house.leaders()).says).not.toContain('requests/s');
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
    house.kubernetes.shows(days);
    expect((await house.leaders()).report).toMatchObject({
      ...{ tone, title: `prod-1: ${words}` },
      measures: { certificateDaysLeft: Math.floor(days) },
    });
  });

  it('whose, the soonest first', async () => {
    house.kubernetes.has(leasesPath, (now) => [identity('cp-2', now, '10.0.0.12:6443'), ...schedulers(now)]);
    house.kubernetes.shows(29, '10.0.0.12:6443');
    house.etcd.cluster('prod-1').shows('etcd-1', 0.5);
    house.etcd.cluster('prod-1').shows('etcd-2', 300);
    const { report, says } = await house.leaders();
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
      house.etcd.cluster('prod-1').silence(member, 'certificate has expired');
      house.etcd.cluster('prod-1').shows(member, -1);
    }
    const { report } = await house.leaders();
    expect(report.text).toContain('the certificate of etcd at https://etcd-1.prod-1.example:2379');
    expect(report.text).toContain('ran out');
  });

  it('which one nobody saw, unless it is told already that its server does not answer', async () => {
    house.etcd.cluster('prod-1').shows('etcd-2', unreachable);
    house.etcd.cluster('prod-1').silence('etcd-2');
    expect((await house.leaders()).says).not.toContain('certificate of member');
    house.etcd.cluster('prod-1').revive('etcd-2');
    expect((await house.leaders()).says).toMatch(/how long the certificate of member etcd-2 of etcd is good: The API/);
    house.kubernetes.saysReady(unreachable);
    house.kubernetes.shows(unreachable);
    expect((await house.leaders()).says).not.toContain('certificate of the API server');
  });
});
