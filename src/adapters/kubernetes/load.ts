import { Fault } from '../../chatops/errors.ts';
import type { ServerLoad } from '../../ports/kubernetes.ts';
import { metricSums } from '../metric-sums.ts';
import { faultOf, type KubernetesAccess, type Question, tooLate, unreachable } from './ask.ts';
import { open } from './open.ts';

const total = 'apiserver_request_total';
const inFlight = 'apiserver_current_inflight_requests';
const apartMs = 1000;

export interface LoadQuestion extends Pick<Question, 'cluster' | 'address' | 'signal'> {
  /** For each scrape. */
  readonly timeLimitMs: number;
  readonly pause: (ms: number) => Promise<unknown>;
}

/** Between two scrapes. Throws what `ask` and `faultOf` tell. */
export async function loadOf(access: KubernetesAccess, question: LoadQuestion): Promise<ServerLoad> {
  const before = await scrape(access, question);
  await question.pause(apartMs);
  question.signal?.throwIfAborted();
  const after = await scrape(access, question);
  // Counters begin anew with the process.
  const requests = after.requests < before.requests ? after.requests : after.requests - before.requests;
  return { requestsPerSecond: (requests * 1000) / (after.atMs - before.atMs), inFlight: after.inFlight };
}

async function scrape(access: KubernetesAccess, { cluster, address, signal, timeLimitMs }: LoadQuestion) {
  const question = { cluster, path: '/metrics', accept: 'text/plain; version=0.0.4', address };
  const limit = AbortSignal.timeout(timeLimitMs);
  const connection = new AbortController();
  const ends = AbortSignal.any([limit, connection.signal, ...(signal ? [signal] : [])]);
  try {
    const { status, at, body } = await open(access, question, ends);
    // An API server gathers first, and answers then.
    const atMs = performance.now();
    if (status !== 200) throw faultOf(question, { status, text: await body.text(), at });
    const stream = body.stream();
    const sums = stream ? await metricSums(stream, [total, inFlight]) : new Map<string, number>();
    const now = sums.get(inFlight);
    if (now === undefined) throw noMetrics(cluster);
    // Nobody has asked yet where there is no total.
    return { atMs, requests: sums.get(total) ?? 0, inFlight: now };
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
