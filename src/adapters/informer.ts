import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { Fault } from '../chatops/errors.ts';
import type { Informer, InformerOptions } from '../ports/informer.ts';
import type { Kubernetes, Listing, ObjectPage, WatchNews } from '../ports/kubernetes.ts';

export interface InformerTimes {
  /** Of a clock that nobody sets. */
  readonly elapsedMs?: () => number;
  readonly pause?: (ms: number, signal: AbortSignal) => Promise<unknown>;
}

interface Kept {
  readonly objects: Map<string, unknown>;
  readonly freshMs: number;
  /** The API server's clock and ours when it last said something; undefined while nothing is heard. */
  heard: { readonly at: Date; readonly elapsedMs: number } | undefined;
}

/** Bookmarks come once a minute. */
const usualFreshMs = 90_000;

/** Keeps in memory what it watches. Tests own the time. */
export function createInformer(kubernetes: Pick<Kubernetes, 'list' | 'watch'>, times: InformerTimes = {}): Informer {
  const {
    elapsedMs = () => performance.now(),
    pause = (ms, signal) => wait(ms, undefined, { signal }).catch(() => undefined),
  } = times;
  const all = new Map<string, Kept>();

  function pageOf(kept: Kept | undefined): ObjectPage | undefined {
    if (!kept?.heard) return undefined;
    const passedMs = elapsedMs() - kept.heard.elapsedMs;
    if (passedMs > kept.freshMs) return undefined;
    return { items: [...kept.objects.values()], at: new Date(kept.heard.at.getTime() + passedMs) };
  }

  async function* listings(cluster: string, listing: Listing, signal: AbortSignal, everyMs: number) {
    while (!signal.aborted) {
      const news = await listed(kubernetes, cluster, listing, signal);
      if (news) yield news;
      await pause(everyMs, signal);
    }
  }

  return {
    async *watch(cluster, listing, options) {
      const { signal, everyMs } = options;
      const kept: Kept = { objects: new Map(), freshMs: freshMsOf(options), heard: undefined };
      const key = keyOf(cluster, listing);
      all.set(key, kept);
      const source = everyMs
        ? listings(cluster, listing, signal, everyMs)
        : kubernetes.watch(cluster, listing, options);
      try {
        for await (const news of source) {
          keep(kept, news);
          kept.heard = news.kind === 'deaf' ? undefined : { at: news.at, elapsedMs: elapsedMs() };
          yield news;
        }
      } finally {
        if (all.get(key) === kept) all.delete(key);
      }
    },

    async *list(cluster, listing, options) {
      const page = pageOf(all.get(keyOf(cluster, listing)));
      if (page) yield page;
      else yield* kubernetes.list(cluster, listing, options);
    },
  };
}

const freshMsOf = ({ freshMs, everyMs }: InformerOptions): number =>
  freshMs ?? (everyMs === undefined ? usualFreshMs : 2 * everyMs);

const keyOf = (cluster: string, { path, labelSelector, fieldSelector, metadataOnly }: Listing): string =>
  JSON.stringify([cluster, path, labelSelector, fieldSelector, metadataOnly]);

async function listed(
  kubernetes: Pick<Kubernetes, 'list'>,
  cluster: string,
  listing: Listing,
  signal: AbortSignal,
): Promise<WatchNews | undefined> {
  try {
    const pages = await Array.fromAsync(kubernetes.list(cluster, listing, { signal }));
    return { kind: 'listed', items: pages.flatMap(({ items }) => items), at: pages[0]?.at ?? new Date() };
  } catch (fault) {
    if (signal.aborted) return undefined;
    if (!(fault instanceof Fault)) throw fault;
    return { kind: 'deaf', fault };
  }
}

function keep({ objects }: Kept, news: WatchNews): void {
  if (news.kind === 'listed') objects.clear();
  const some = news.kind === 'listed' ? news.items : news.kind === 'changed' ? [news.object] : [];
  for (const object of some.map((one) => Stored.parse(one))) objects.set(nameOf(object), slim(object));
  if (news.kind === 'gone') objects.delete(nameOf(Stored.parse(news.object)));
}

const Metadata = z.looseObject({
  name: z.string(),
  namespace: z.string().nullish(),
  managedFields: z.unknown().optional(),
});
const Stored = z.looseObject({ metadata: Metadata });
type Stored = z.infer<typeof Stored>;

const nameOf = ({ metadata }: Stored): string => `${metadata.namespace ?? ''}/${metadata.name}`;

/** Half of an object is often who wrote which field. */
function slim({ metadata: { managedFields: _, ...metadata }, ...rest }: Stored): Stored {
  return { ...rest, metadata };
}
