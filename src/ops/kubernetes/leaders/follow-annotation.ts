import type { Informer, InformerOptions } from '../../../ports/informer.ts';
import type { WatchNews } from '../../../ports/kubernetes.ts';
import { type Followed, objectsIn } from './followed.ts';
import { isKeptUp } from './judge-leader.ts';
import { annotationIn, type Lock } from './lock.ts';

export interface AnnotatedObject {
  readonly kind: 'Endpoints' | 'ConfigMap';
  readonly path: string;
  readonly name: string;
  /** As of the Leases: they are renewed as often. */
  readonly freshMs: number;
}

/** What nobody keeps up is looked at so often. */
const restsMs = 600_000;

/**
 * Watches an object that may hold an annotation while that counts: somebody keeps it up, or the component has no Lease. Else it is history, if it is
 * there at all, which may still be told: then it is listed once in a while, and most clusters have nothing else.
 */
export async function followAnnotation(
  informer: Informer,
  cluster: string,
  { kind, path, name, freshMs }: AnnotatedObject,
  followed: Followed,
  signal: AbortSignal,
): Promise<void> {
  const listing = { path, fieldSelector: `metadata.name=${name}` };
  const source = `${kind} ${name}`;
  let lock: Lock | undefined;
  let counts = false;
  while (!signal.aborted) {
    const options: InformerOptions = counts ? { signal, freshMs } : { signal, everyMs: restsMs };
    for await (const news of informer.watch(cluster, listing, options)) {
      if (counts) followed.hears(source, news);
      if (news.kind === 'deaf') continue;
      lock = lockAfter(lock, kind, news);
      if (counts && lock) followed.sees(lock, news.at);
      const isNeeded = lock !== undefined && (isKeptUp({ lock, at: news.at }) || !followed.hasLease(name));
      if (isNeeded === counts) continue;
      counts = isNeeded;
      if (!counts) followed.leaves(source);
      break;
    }
  }
}

function lockAfter(before: Lock | undefined, kind: AnnotatedObject['kind'], news: WatchNews): Lock | undefined {
  if (news.kind === 'unchanged') return before;
  return objectsIn(news).flatMap((object) => annotationIn(kind, object) ?? [])[0];
}
