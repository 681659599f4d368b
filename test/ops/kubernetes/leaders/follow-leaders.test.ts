import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createInformer } from '../../../../src/adapters/informer.ts';
import { Fault } from '../../../../src/chatops/errors.ts';
import { followLeaders } from '../../../../src/ops/kubernetes/leaders/follow-leaders.ts';
import type { Takeover } from '../../../../src/ports/takeovers.ts';
import { createFakeClock } from '../../../fakes/clock.ts';
import { createFakeKubernetes, type FakeKubernetes, leasesPath } from '../../../fakes/kubernetes.ts';
import { recorded } from '../../../recordings/recordings.ts';

const at = new Date('2026-11-23T17:00:00Z');
const clock = createFakeClock(at);
let kubernetes: FakeKubernetes;
let seen: string[];
let taken: Takeover[];
let stop: AbortController;
let following: Promise<void>;

const lease = (holder: string, leaseTransitions: number, acquiredMinutesAgo = 0, name = 'kube-scheduler') => ({
  metadata: { name },
  spec: {
    ...{ holderIdentity: holder, leaseDurationSeconds: 15, leaseTransitions },
    ...{ acquireTime: new Date(at.getTime() - acquiredMinutesAgo * 60_000).toISOString(), renewTime: at.toISOString() },
  },
});

beforeEach(() => {
  kubernetes = createFakeKubernetes(clock);
  seen = [];
  taken = [];
  stop = new AbortController();
});
afterEach(async () => {
  stop.abort();
  await following;
});

const settled = () => new Promise((resolve) => setImmediate(resolve));
async function follow(...first: readonly object[]) {
  kubernetes.has(leasesPath, () => first);
  const follower = {
    tookOver: (takeover: Takeover) => void taken.push(takeover),
    hears: () => void seen.push('hears'),
    deaf: ({ code }: Fault) => void seen.push(code),
  };
  following = followLeaders(createInformer(kubernetes), 'prod-1', follower, stop.signal);
  await settled();
}
async function changes(object: unknown) {
  kubernetes.tells(leasesPath, { kind: 'changed', object, at });
  await settled();
}
const times = () => taken.map((one) => one.times);

describe('a takeover', () => {
  it('is seen when somebody else renews', async () => {
    await follow(lease('cp-1_a', 4, 600));
    await changes(lease('cp-1_a', 4, 600));
    expect(taken).toEqual([]);
    await changes(lease('cp-2_b', 5));
    expect(taken).toEqual([{ cluster: 'prod-1', component: 'kube-scheduler', times: 1, at }]);
  });

  it('is one when the leader let go first', async () => {
    await follow(lease('cp-1_a', 4, 600));
    await changes(lease('', 4));
    expect(times()).toEqual([]);
    await changes(lease('cp-2_b', 5));
    expect(times()).toEqual([1]);
  });

  it('is one too where the Lease was made anew, or its count does not rise', async () => {
    await follow(lease('cp-1_a', 4, 600));
    await changes(lease('cp-1_a', 0));
    await changes(lease('cp-2_b', 0));
    await changes(lease('', 0));
    await changes(lease('cp-3_c', 0));
    expect(times()).toEqual([1, 1]);
  });

  it('is counted with those that nobody saw, when all is listed anew', async () => {
    await follow(lease('cp-1_a', 4, 600));
    kubernetes.tells(leasesPath, { kind: 'listed', items: [lease('cp-1_z', 9)], at });
    await settled();
    expect(times()).toEqual([5]);
  });

  it('of the last hour is known at the first look, an older one and a first leader are none', async () => {
    await follow(lease('cp-1_a', 4, 20), lease('cp-1_a', 4, 61, 'kube-controller-manager'), lease('x', 0, 1, 'x'));
    expect(taken.map(({ component }) => component)).toEqual(['kube-scheduler']);
    await changes(lease('cp-1_a', 0, 0, 'cloud-controller-manager'));
    expect(times()).toEqual([1]);
  });

  it('was when its holder says, so that all who see it mean the same one, unless that is far from now', async () => {
    await follow(lease('cp-1_a', 4, 600));
    await changes(lease('cp-2_b', 5, -1 / 60));
    await changes(lease('cp-3_c', 6, -60));
    expect(taken.map((one) => one.at)).toEqual([new Date(at.getTime() + 1000), at]);
  });

  it('of what is no component of the control plane is nobody’s business', async () => {
    await follow(lease('a', 1, 600, 'my-operator'));
    await changes(lease('b', 2, 0, 'my-operator'));
    expect(taken).toEqual([]);
  });
});

it('is told when nothing is heard, and when something is again', async () => {
  await follow(lease('cp-1_a', 4, 600));
  const fault = new Fault('no', {
    port: 'kubernetes',
    operation: 'read',
    code: 'KUBERNETES_FORBIDDEN',
    retryable: false,
  });
  kubernetes.tells(leasesPath, { kind: 'deaf', fault });
  await settled();
  await changes(lease('cp-1_a', 4, 600));
  expect(seen).toEqual(['hears', 'KUBERNETES_FORBIDDEN', 'hears']);
});

it('sees each takeover that a real API server told of, once', async () => {
  const [first] = recorded('leaders-lease');
  const { items } = Object(first?.response.body) as { readonly items: readonly object[] };
  await follow(...items);
  taken = [];
  for (const { response } of recorded('leaders-lease')) {
    for (const { line } of response.events ?? []) await changes(JSON.parse(line).object);
  }
  expect(taken.map(({ component, times: count }) => [component, count])).toEqual([
    ['kube-scheduler', 1],
    ['kube-controller-manager', 1],
  ]);
});
