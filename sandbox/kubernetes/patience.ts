import { setTimeout as pause } from 'node:timers/promises';
import type { Call, Serving } from './call.ts';
import { readTimedOut, StatusError, writeTimedOut } from './status-error.ts';

/** What is not in the cache needs etcd. Throws what an API server answers when etcd keeps silent. */
export async function waitForEtcd(
  { cluster, facts }: Serving,
  { request, url }: Call,
  isWrite: boolean,
): Promise<void> {
  if (!cluster.etcd.isFrozen) return;
  const asked = /^(\d+)s$/.exec(url.searchParams.get('timeout') ?? '')?.[1];
  const usual = isWrite ? facts.times.writeMs : facts.times.readMs;
  const gone = new AbortController();
  request.socket.once('close', () => gone.abort());
  const isAnswered = await cluster.etcd.answersWithin(asked === undefined ? usual : Number(asked) * 1000, gone.signal);
  if (isAnswered) return;
  throw isWrite && asked === undefined ? writeTimedOut() : readTimedOut();
}

export const isFromCache = ({ url: { searchParams: query } }: Call): boolean =>
  query.has('continue') || (query.get('resourceVersion') ?? '') !== '';

/** A revision that is still to come may come: an API server waits three seconds for it. */
export async function patiently<T>(read: () => T, ms: number): Promise<T> {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof StatusError) || error.code !== 504) throw error;
    await pause(ms, undefined, { ref: false });
    return read();
  }
}
