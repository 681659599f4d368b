import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createInformer } from '../../../../src/adapters/informer.ts';
import { Fault } from '../../../../src/chatops/errors.ts';
import { followLeaders } from '../../../../src/ops/kubernetes/leaders/follow-leaders.ts';
import { readCandidates } from '../../../../src/ops/kubernetes/leaders/read-candidates.ts';
import { candidatesPath } from '../../../../src/ops/kubernetes/paths.ts';
import type { Informer } from '../../../../src/ports/informer.ts';
import type { Takeover } from '../../../../src/ports/takeovers.ts';
import { createFakeClock } from '../../../fakes/clock.ts';
import { annotated, createFakeKubernetes, type FakeKubernetes, lease, leasesPath } from '../../../fakes/kubernetes.ts';

const endpoints = '/api/v1/namespaces/kube-system/endpoints';
const scheduler = 'kube-scheduler';
const at = new Date('2026-11-23T17:00:00Z');
const atSecond = (seconds: number) => new Date(at.getTime() + seconds * 1000);
const fault = (code: string) => new Fault('no', { port: 'kubernetes', operation: 'read', code, retryable: true });

let kubernetes: FakeKubernetes;
let informer: Informer;
let heard: string[];
let taken: Takeover[];
/** What is watched, each time anew. */
let watched: string[];
let lists: string[];
let looks: (() => void)[];
let stop: AbortController;
let following: Promise<void>;

beforeEach(() => {
  kubernetes = createFakeKubernetes(createFakeClock(at));
  [heard, taken, watched, lists, looks, stop] = [[], [], [], [], [], new AbortController()];
  const counted: FakeKubernetes = {
    ...kubernetes,
    watch(cluster, listing, options) {
      watched.push(listing.path);
      return kubernetes.watch(cluster, listing, options);
    },
    list(cluster, listing, options) {
      lists.push(listing.path);
      return kubernetes.list(cluster, listing, options);
    },
  };
  const pause = async (_ms: number, signal: AbortSignal) => {
    await new Promise<void>((resolve) => {
      looks.push(resolve);
      signal.addEventListener('abort', () => resolve());
    });
  };
  informer = createInformer(counted, { pause });
});
afterEach(async () => {
  stop.abort();
  await following;
});

async function follow(leases: readonly object[], annotations: readonly object[]) {
  kubernetes.has(leasesPath, () => leases);
  kubernetes.has(endpoints, () => annotations);
  const follower = {
    tookOver: (takeover: Takeover) => void taken.push(takeover),
    hears: () => void heard.push('hears'),
    deaf: ({ code }: Fault) => void heard.push(code),
  };
  following = followLeaders(informer, 'prod-1', follower, stop.signal);
  await turn();
}
async function annotationIs(object: object, when: Date) {
  kubernetes.tells(endpoints, { kind: 'changed', object, at: when });
  await turn();
}
/** The time has come for what is looked at once in a while. */
async function looksAgain() {
  for (const look of looks.splice(0)) look();
  await turn();
}

describe('an annotation that says who leads, where there is no Lease', () => {
  it('is watched, and a takeover seen', async () => {
    await follow([], [annotated(scheduler, 'cp-1_a', at, 4)]);
    expect(watched).toEqual([leasesPath, endpoints]);
    taken = [];
    await annotationIs(annotated(scheduler, 'cp-2_b', atSecond(20), 5), atSecond(20));
    expect(taken).toEqual([{ cluster: 'prod-1', component: scheduler, times: 1, at: atSecond(20) }]);
  });

  it('is watched though nobody keeps it up, since whoever comes next writes there', async () => {
    await follow([], [annotated(scheduler, 'cp-1_a', atSecond(-86_400))]);
    expect(watched).toEqual([leasesPath, endpoints]);
  });

  it('must be heard: else nobody claims to watch', async () => {
    await follow([], [annotated(scheduler, 'cp-1_a', at)]);
    kubernetes.tells(endpoints, { kind: 'deaf', fault: fault('KUBERNETES_FORBIDDEN') });
    await turn();
    kubernetes.tells(leasesPath, { kind: 'unchanged', at });
    await turn();
    expect(heard).toEqual(['hears', 'KUBERNETES_FORBIDDEN']);
    await annotationIs(annotated(scheduler, 'cp-1_a', atSecond(2)), atSecond(2));
    expect(heard).toEqual(['hears', 'KUBERNETES_FORBIDDEN', 'hears']);
  });
});

describe('an annotation beside a Lease', () => {
  it('that was left behind is not watched, and told all the same without a list', async () => {
    const old = annotated(scheduler, 'cp-9_z', atSecond(-86_400), 7);
    await follow([lease(scheduler, 'cp-1_a', at)], [old]);
    expect(watched).toEqual([leasesPath]);
    lists = [];
    const listing = { path: endpoints, fieldSelector: `metadata.name=${scheduler}` };
    const [page] = await Array.fromAsync(informer.list('prod-1', listing));
    expect(page?.items).toEqual([old]);
    expect([lists, taken]).toEqual([[], []]);
  });

  it('that cannot be read takes nothing from who watches Leases', async () => {
    kubernetes.fails(endpoints, fault('KUBERNETES_FORBIDDEN'));
    await follow([lease(scheduler, 'cp-1_a', at)], []);
    expect(heard).toEqual(['hears']);
  });

  it('and kept up like it tells of each takeover once', async () => {
    await follow([lease(scheduler, 'cp-1_a', at)], [annotated(scheduler, 'cp-1_a', at)]);
    expect(watched).toEqual([leasesPath, endpoints]);
    const next = lease(scheduler, 'cp-2_b', atSecond(20));
    kubernetes.tells(leasesPath, { kind: 'changed', object: next, at: atSecond(20) });
    await annotationIs(annotated(scheduler, 'cp-2_b', atSecond(20), 1), atSecond(20));
    expect(taken.map(({ component, times }) => [component, times])).toEqual([[scheduler, 1]]);
  });

  it('is watched from the look on at which somebody keeps it up, until nobody does', async () => {
    await follow([lease(scheduler, 'cp-1_a', at)], []);
    kubernetes.has(endpoints, () => [annotated(scheduler, 'cp-1_a', at)]);
    await looksAgain();
    expect(watched).toEqual([leasesPath, endpoints]);
    kubernetes.tells(endpoints, { kind: 'unchanged', at: atSecond(31) });
    kubernetes.has(endpoints, () => [annotated(scheduler, 'cp-1_a', atSecond(-60))]);
    await turn();
    lists = [];
    await looksAgain();
    expect(lists).toContain(endpoints);
    expect(watched).toEqual([leasesPath, endpoints]);
  });
});

it('candidates are watched where the API server elects, in the newest API that has them', async () => {
  const own = lease(scheduler, 'cp-1_a', at);
  const candidate = { metadata: { name: 'cp-1_a' }, spec: { leaseName: scheduler, emulationVersion: '1.31' } };
  kubernetes.has(candidatesPath('v1alpha2'), () => [candidate]);
  await follow([{ ...own, spec: { ...own.spec, strategy: 'OldestEmulationVersion' } }], []);
  kubernetes.fails(candidatesPath('v1beta1'), fault('KUBERNETES_ABSENT'));
  kubernetes.tells(candidatesPath('v1beta1'), { kind: 'deaf', fault: fault('KUBERNETES_ABSENT') });
  await turn();
  expect(watched).toEqual([leasesPath, candidatesPath('v1beta1'), candidatesPath('v1alpha2')]);
  lists = [];
  expect(await readCandidates(informer, 'prod-1')).toMatchObject([{ name: 'cp-1_a', emulationVersion: '1.31' }]);
  expect(lists).toEqual([candidatesPath('v1beta1')]);
});
