import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createInformer } from '../../src/adapters/informer.ts';
import { Fault } from '../../src/chatops/errors.ts';
import type { Informer, InformerOptions } from '../../src/ports/informer.ts';
import type { Listing, WatchNews } from '../../src/ports/kubernetes.ts';
import { createFakeClock, type FakeClock } from '../fakes/clock.ts';
import { createFakeKubernetes, type FakeKubernetes } from '../fakes/kubernetes.ts';

const path = '/apis/coordination.k8s.io/v1/namespaces/kube-system/leases';
const named = (name: string, more: object = {}) => ({ metadata: { name, ...more } });
const fault = (code: string) => new Fault('no', { port: 'kubernetes', operation: 'read', code, retryable: true });

let clock: FakeClock;
let kubernetes: FakeKubernetes;
let informer: Informer;
let lists: number;
let elapsedMs: number;
let pauses: PromiseWithResolvers<void>[];
let stop: AbortController;
let told: WatchNews[];

beforeEach(() => {
  clock = createFakeClock();
  kubernetes = createFakeKubernetes(clock);
  [lists, elapsedMs, pauses, told, stop] = [0, 0, [], [], new AbortController()];
  const counted: FakeKubernetes = {
    ...kubernetes,
    list(...asked) {
      lists += 1;
      return kubernetes.list(...asked);
    },
  };
  informer = createInformer(counted, {
    elapsedMs: () => elapsedMs,
    pause(_ms, signal) {
      const paused = Promise.withResolvers<void>();
      signal.addEventListener('abort', () => paused.resolve());
      pauses.push(paused);
      return paused.promise;
    },
  });
  kubernetes.has(path, () => [named('a')]);
});
afterEach(() => stop.abort());

async function watches(options: Omit<InformerOptions, 'signal'> = {}) {
  const watch = async () => {
    for await (const news of informer.watch('prod-1', { path }, { ...options, signal: stop.signal })) told.push(news);
  };
  void watch();
  await turn();
  lists = 0;
}
async function tells(news: WatchNews) {
  kubernetes.tells(path, news);
  await turn();
}
async function asked(listing: Partial<Listing> = {}) {
  const [page] = await Array.fromAsync(informer.list('prod-1', { path, ...listing }));
  return page ?? { items: [], at: undefined };
}
const later = (ms: number) => {
  elapsedMs += ms;
};

describe('what nobody watches', () => {
  it('is listed', async () => {
    expect((await asked()).items).toEqual([named('a')]);
    expect(lists).toBe(1);
  });

  it('is listed too when the same path is watched in another way, or of another cluster', async () => {
    await watches();
    await asked({ labelSelector: 'x=y' });
    await Array.fromAsync(informer.list('prod-2', { path }));
    expect(lists).toBe(2);
  });

  it('any more is listed again', async () => {
    await watches();
    stop.abort();
    await turn();
    await asked();
    expect(lists).toBe(1);
  });
});

describe('what is watched', () => {
  it('is told without a list, as it is now: added, changed and gone', async () => {
    await watches();
    const at = clock.now();
    await tells({ kind: 'changed', object: named('b'), at });
    await tells({ kind: 'changed', object: named('a', { labels: { x: 'y' } }), at });
    expect((await asked()).items).toEqual([named('a', { labels: { x: 'y' } }), named('b')]);
    await tells({ kind: 'gone', object: named('a'), at });
    expect((await asked()).items).toEqual([named('b')]);
    expect(lists).toBe(0);
    expect(told.map(({ kind }) => kind)).toEqual(['listed', 'changed', 'changed', 'gone']);
  });

  it('is what was listed anew, and nothing of before', async () => {
    await watches();
    await tells({ kind: 'listed', items: [named('c')], at: clock.now() });
    expect((await asked()).items).toEqual([named('c')]);
  });

  it('is as of now by the API server’s clock, however long ago that said something', async () => {
    await watches();
    const at = new Date('2026-11-23T17:00:00Z');
    await tells({ kind: 'changed', object: named('a'), at });
    later(7000);
    expect((await asked()).at).toEqual(new Date('2026-11-23T17:00:07Z'));
  });

  it('is kept without the fields that only say who wrote what', async () => {
    await watches();
    await tells({ kind: 'changed', object: named('a', { managedFields: [{ manager: 'x' }] }), at: clock.now() });
    expect((await asked()).items).toEqual([named('a')]);
  });
});

describe('what is watched in vain', () => {
  it('is listed, until something is heard again', async () => {
    await watches();
    await tells({ kind: 'deaf', fault: fault('KUBERNETES_UNREACHABLE') });
    await asked();
    expect(lists).toBe(1);
    await tells({ kind: 'changed', object: named('b'), at: clock.now() });
    expect((await asked()).items).toEqual([named('a'), named('b')]);
    expect(lists).toBe(1);
  });

  it('is listed when nothing came for too long; a bookmark is something', async () => {
    await watches({ freshMs: 10_000 });
    later(10_000);
    await asked();
    expect(lists).toBe(0);
    later(1);
    await asked();
    expect(lists).toBe(1);
    await tells({ kind: 'unchanged', at: clock.now() });
    await asked();
    expect(lists).toBe(1);
  });
});

describe('what hardly ever changes', () => {
  it('is listed once in a while, and told in between', async () => {
    await watches({ everyMs: 600_000 });
    expect(told).toMatchObject([{ kind: 'listed', items: [named('a')] }]);
    later(600_000);
    expect((await asked()).items).toEqual([named('a')]);
    expect(lists).toBe(0);
    kubernetes.has(path, () => [named('b')]);
    pauses[0]?.resolve();
    await turn();
    expect((await asked()).items).toEqual([named('b')]);
    expect(lists).toBe(1);
  });

  it('and could not be listed is asked for by whoever wants it, who learns why', async () => {
    kubernetes.fails(path, fault('KUBERNETES_FORBIDDEN'));
    await watches({ everyMs: 600_000 });
    expect(told).toMatchObject([{ kind: 'deaf' }]);
    await expect(asked()).rejects.toMatchObject({ code: 'KUBERNETES_FORBIDDEN' });
  });
});
