import type { Fault } from '../../../chatops/errors.ts';
import type { Kubernetes } from '../../../ports/kubernetes.ts';
import type { Takeover } from '../../../ports/takeovers.ts';
import { leadersPath } from '../paths.ts';
import { components } from './election-facts.ts';
import { isIdentity, noIdentities } from './identities.ts';
import { type Lock, lockOfLease } from './lock.ts';
import { takeoversBetween } from './takeovers-between.ts';

/** Whom to tell what is seen. */
export interface Follower {
  tookOver(takeover: Takeover): void;
  /** Leaders are seen again, after the beginning or after `deaf`. */
  hears(): void;
  /** Nothing is heard for now. */
  deaf(fault: Fault): void;
}

/** Leaders renew every 2 s: a connection on which nothing comes for so long is none. */
const silenceMs = 30_000;

/**
 * Watches the Leases of leaders, one namespace, until the signal fires. Keeps one lock a component. Clusters that write annotations alone, before
 * 1.17, are not seen.
 */
export async function followLeaders(
  kubernetes: Kubernetes,
  cluster: string,
  follower: Follower,
  signal: AbortSignal,
): Promise<void> {
  const known = new Map<string, Lock>();
  const listing = { path: leadersPath, labelSelector: noIdentities };
  let isDeaf = true;
  for await (const news of kubernetes.watch(cluster, listing, { signal, silenceMs })) {
    if (news.kind === 'deaf') follower.deaf(news.fault);
    else if (isDeaf) follower.hears();
    isDeaf = news.kind === 'deaf';
    const objects = news.kind === 'listed' ? news.items : news.kind === 'changed' ? [news.object] : [];
    for (const lock of objects.flatMap(locksIn)) {
      if (news.kind === 'deaf') continue;
      const before = known.get(lock.name);
      // Who let go is remembered with the count: whoever follows raises it, or is somebody else.
      known.set(lock.name, lock.holder === undefined && before ? { ...before, transitions: lock.transitions } : lock);
      const times = takeoversBetween(before, lock, news.at);
      if (times > 0) follower.tookOver({ cluster, component: lock.name, times, at: earlier(lock.acquiredAt, news.at) });
    }
  }
}

function locksIn(object: unknown): readonly Lock[] {
  if (isIdentity(object)) return [];
  const lock = lockOfLease(object);
  return components.some(({ objectName }) => objectName.test(lock.name)) ? [lock] : [];
}

/** Written by the holder's clock, which may be ahead; the same for whoever sees it. */
const earlier = (acquiredAt: Date | undefined, at: Date): Date => (acquiredAt && acquiredAt < at ? acquiredAt : at);
