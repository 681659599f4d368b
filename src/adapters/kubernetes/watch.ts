import { setTimeout as wait } from 'node:timers/promises';
import { Fault } from '../../chatops/errors.ts';
import type { Listing, WatchNews, WatchOptions } from '../../ports/kubernetes.ts';
import type { KubernetesAccess } from './ask.ts';
import { type WatchEvent, watchEvents } from './watch-events.ts';

export interface Watch extends WatchOptions {
  readonly access: KubernetesAccess;
  readonly cluster: string;
  readonly listing: Listing;
  /** All objects, and the version to watch from. */
  list(): Promise<{ readonly items: readonly unknown[]; readonly version: string; readonly at: Date }>;
  /** Time, so that tests can own it. */
  readonly pause?: (ms: number) => Promise<unknown>;
}

const usualSilenceMs = 90_000;
/** Watches in a row that told nothing, not even a bookmark: so long is believed that nothing happened. */
const mostWordless = 2;
const firstPauseMs = 1000;
const longestPauseMs = 60_000;
/** Where these happened, what was seen last is still known. All else is listed anew. */
const goesOn = /^KUBERNETES_(UNREACHABLE|TIMEOUT)$/;

/**
 * An informer that keeps nothing but where it is. client-node's own is dead after any error but an expired watch, takes a silence of 30 s for one,
 * and keeps every object whole.
 */
export async function* watchObjects(watch: Watch): AsyncGenerator<WatchNews> {
  const { signal, silenceMs = usualSilenceMs } = watch;
  const pause = watch.pause ?? ((ms: number) => wait(ms, undefined, { signal }));
  let from: string | undefined;
  let failures = 0;
  let wordless = 0;
  while (!signal.aborted) {
    try {
      if (from === undefined) {
        const { items, version, at } = await watch.list();
        [from, wordless] = [version, 0];
        yield { kind: 'listed', items, at };
      }
      wordless += 1;
      for await (const event of watchEvents({ ...watch, from, silenceMs })) {
        from = event.version;
        [failures, wordless] = [0, 0];
        yield newsOf(event);
      }
      // A restored etcd counts from where it was: nothing is ever told of what comes after a version that it has not reached.
      if (wordless >= mostWordless) from = undefined;
      // Ended well, or silent. One that always ends at once must not be asked without end.
      await pause(firstPauseMs);
    } catch (fault) {
      if (signal.aborted) return;
      if (!(fault instanceof Fault)) throw fault;
      failures += 1;
      const isExpired = fault.code === 'KUBERNETES_EXPIRED';
      if (!goesOn.test(fault.code)) from = undefined;
      // To have waited too long is nothing that anybody must know of, unless it does not end.
      if (!isExpired || failures > 1) yield { kind: 'deaf', fault };
      if (!isExpired || failures > 1) await pause(backoffMs(failures)).catch(() => undefined);
    }
  }
}

const backoffMs = (failures: number): number => Math.min(longestPauseMs, firstPauseMs * 2 ** (failures - 1));

function newsOf({ type, object, at }: WatchEvent): WatchNews {
  if (type === 'BOOKMARK') return { kind: 'unchanged', at };
  return { kind: type === 'DELETED' ? 'gone' : 'changed', object, at };
}
