import { Fault } from '../../chatops/errors.ts';
import type { ServerLoad } from '../../ports/kubernetes.ts';
import { metricSums } from '../metric-sums.ts';
import { faultOf, type KubernetesAccess, type Question, tooLate, unreachable } from './ask.ts';
import { textOf } from './body.ts';
import { open } from './open.ts';

const total = 'apiserver_request_total';
const inFlight = 'apiserver_current_inflight_requests';
const startedAt = 'process_start_time_seconds';
const apartMs = 1000;
/** What was before says little of now. */
const rememberedMs = 15 * 60_000;

/** What API servers told last, by cluster and address: of each the newest, and before it the one that it was compared with. */
export type Scrapes = Map<string, readonly [before: Scrape, newest: Scrape]>;

interface Scrape {
  readonly atMs: number;
  /** Of its process: counters begin anew with it. */
  readonly startedAt: number | undefined;
  readonly requests: number;
  readonly inFlight: number;
}

export interface LoadQuestion extends Pick<Question, 'cluster' | 'address' | 'signal'> {
  /** For each scrape. */
  readonly timeLimitMs: number;
  readonly pause: (ms: number) => Promise<unknown>;
  readonly scrapes: Scrapes;
}

/**
 * Since an earlier scrape where there is one to compare with, and between two otherwise. Whoever asks again in the same second is told of the time
 * since the one before, and waits for nothing. Throws what `ask` and `faultOf` tell.
 */
export async function loadOf(access: KubernetesAccess, question: LoadQuestion): Promise<ServerLoad> {
  const { scrapes, cluster, address, pause, signal } = question;
  const of = JSON.stringify([cluster, address]);
  const now = await scrape(access, question);
  const [before, newest] = scrapes.get(of) ?? [];
  if (newest && isComparable(newest, now)) return remembered(scrapes, of, newest, now);
  // It stays the newest: were it replaced at each question, none would ever be old enough.
  if (before && isComparable(before, now)) return loadBetween(before, now);
  await pause(apartMs);
  signal?.throwIfAborted();
  return remembered(scrapes, of, now, await scrape(access, question));
}

function isComparable(last: Scrape, now: Scrape): boolean {
  const ageMs = now.atMs - last.atMs;
  return ageMs >= apartMs && ageMs <= rememberedMs && isSameProcess(last, now);
}

const isSameProcess = (last: Scrape, now: Scrape): boolean =>
  last.startedAt === now.startedAt && last.requests <= now.requests;

function remembered(scrapes: Scrapes, of: string, before: Scrape, after: Scrape): ServerLoad {
  for (const [key, [, { atMs }]] of scrapes) if (after.atMs - atMs > rememberedMs) scrapes.delete(key);
  scrapes.set(of, [before, after]);
  return loadBetween(before, after);
}

function loadBetween(before: Scrape, after: Scrape): ServerLoad {
  const requests = isSameProcess(before, after) ? after.requests - before.requests : after.requests;
  return {
    requestsPerSecond: (requests * 1000) / (after.atMs - before.atMs),
    requestsCounted: requests,
    inFlight: (before.inFlight + after.inFlight) / 2,
  };
}

async function scrape(
  access: KubernetesAccess,
  { cluster, address, signal, timeLimitMs }: LoadQuestion,
): Promise<Scrape> {
  const question = { cluster, path: '/metrics', accept: 'text/plain; version=0.0.4', address };
  const limit = AbortSignal.timeout(timeLimitMs);
  const connection = new AbortController();
  const ends = AbortSignal.any([limit, connection.signal, ...(signal ? [signal] : [])]);
  try {
    const { status, at, body } = await open(access, question, ends);
    // An API server gathers first, and answers then.
    const atMs = performance.now();
    if (status !== 200) throw faultOf(question, { status, text: await textOf(body), at });
    const stream = body.stream();
    const sums = stream ? await metricSums(stream, [total, inFlight, startedAt]) : new Map<string, number>();
    const now = sums.get(inFlight);
    if (now === undefined) throw noMetrics(cluster);
    // Nobody has asked yet where there is no total.
    return { atMs, startedAt: sums.get(startedAt), requests: sums.get(total) ?? 0, inFlight: now };
  } catch (cause) {
    signal?.throwIfAborted();
    if (cause instanceof Fault) throw cause;
    if (cause instanceof RangeError) throw noMetrics(cluster, cause);
    throw limit.aborted ? tooLate(question, timeLimitMs, cause) : unreachable(cluster, cause);
  } finally {
    connection.abort();
  }
}

const noMetrics = (cluster: string, cause?: unknown): Fault =>
  new Fault(`What answers for the API server of ${cluster} at /metrics tells no metrics of one.`, {
    ...{ port: 'kubernetes', operation: 'load', code: 'KUBERNETES_ANSWER', retryable: false, cause },
    next: 'Look at the server in its kubeconfig: a proxy may stand in front of it.',
  });
