import type { Informer } from '../../../ports/informer.ts';
import { annotatedPaths, leadersPath } from '../paths.ts';
import { annotatedNames, components } from './election-facts.ts';
import { followAnnotation } from './follow-annotation.ts';
import { createFollowed, type Follower, objectsIn } from './followed.ts';
import { isIdentity } from './identities.ts';
import { type Lock, lockOfLease } from './lock.ts';
import { watchCandidates } from './read-candidates.ts';

/** Leaders renew every 2 s: a connection on which nothing comes for so long is none. */
const silenceMs = 30_000;
/** A Lease lasts 15 s: a connection that broke must not make leaders late before what is kept is believed no more. */
const freshMs = 10_000;

/**
 * Watches who leads, in one namespace, until the signal fires, and has the informer keep it: the Leases of leaders and of API servers; annotations
 * that count; candidates where the API server elects. Of a cluster whose components write Leases alone that is one watch.
 */
export async function followLeaders(
  informer: Informer,
  cluster: string,
  follower: Follower,
  signal: AbortSignal,
): Promise<void> {
  const failed = new AbortController();
  const until = AbortSignal.any([signal, failed.signal]);
  const followed = createFollowed(cluster, follower);
  const all = new Map<string, Promise<void>>();
  /** Once by its name. Where one breaks by a mistake of ours, all end. */
  const begin = (name: string, work: () => Promise<void>) => {
    if (!all.has(name))
      all.set(
        name,
        work().catch((error: unknown) => failed.abort(error)),
      );
  };
  begin('Leases', async () => {
    for await (const news of informer.watch(cluster, { path: leadersPath }, { signal: until, silenceMs, freshMs })) {
      followed.hears('Lease', news);
      if (news.kind === 'deaf') continue;
      const locks = objectsIn(news).flatMap(locksIn);
      for (const lock of locks) followed.sees(lock, news.at);
      // Whether an annotation counts is seen beside the Leases.
      for (const { kind, path, name } of annotatedObjects) {
        const object = { kind, path, name, freshMs };
        begin(`${kind} ${name}`, () => followAnnotation(informer, cluster, object, followed, until));
      }
      if (locks.some(({ strategy }) => strategy !== undefined))
        begin('candidates', () => watchCandidates(informer, cluster, until));
    }
  });
  // A Map is walked with what is put into it meanwhile.
  for (const work of all.values()) await work;
  failed.signal.throwIfAborted();
}

const annotatedObjects = annotatedPaths.flatMap(([kind, path]) => annotatedNames.map((name) => ({ kind, path, name })));

function locksIn(object: unknown): readonly Lock[] {
  if (isIdentity(object)) return [];
  const lock = lockOfLease(object);
  return components.some(({ objectName }) => objectName.test(lock.name)) ? [lock] : [];
}
