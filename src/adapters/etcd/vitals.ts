import { once } from 'node:events';
import { request as ask, type IncomingMessage } from 'node:http';
import { request as askSecurely } from 'node:https';
import type { MemberVitals } from '../../ports/etcd.ts';
import { metricSums } from '../metric-sums.ts';
import type { EtcdTls } from './connection.ts';
import { faultOfConnection, timeout } from './faults.ts';

/** From 3.1.19, 3.2.24 and 3.3.9 on. Source: etcd-io/etcd#9820, #10896. */
const quota = 'etcd_server_quota_backend_bytes';

/** At all of them at the same moment. Throws the signal's reason. */
export async function vitalsAt(
  endpoints: readonly string[],
  tls: EtcdTls | undefined,
  limits: { readonly timeLimitMs: number; readonly signal: AbortSignal | undefined },
): Promise<readonly MemberVitals[]> {
  return Promise.all(endpoints.map((endpoint) => vitalsOf(endpoint, tls, limits)));
}

async function vitalsOf(
  endpoint: string,
  tls: EtcdTls | undefined,
  { timeLimitMs, signal }: { readonly timeLimitMs: number; readonly signal: AbortSignal | undefined },
): Promise<MemberVitals> {
  const limit = AbortSignal.timeout(timeLimitMs);
  const connection = new AbortController();
  const ends = AbortSignal.any([limit, connection.signal, ...(signal ? [signal] : [])]);
  try {
    const { answer, sentAt, heardAt } = await get(endpoint, tls, ends);
    const sums = answer.statusCode === 200 ? await metricSums(answer, [quota]) : new Map<string, number>();
    return { endpoint, ...clockOf(answer.headers.date, sentAt, heardAt), ...quotaOf(sums.get(quota)) };
  } catch (cause) {
    signal?.throwIfAborted();
    const fault = limit.aborted
      ? timeout('vitals', endpoint, 'no metrics', cause)
      : faultOfConnection('vitals', endpoint, cause);
    return { endpoint, silence: fault.message };
  } finally {
    connection.abort();
  }
}

interface Heard {
  readonly answer: IncomingMessage;
  /** By our own clock, in milliseconds: once connected, and with the headers of the answer. */
  readonly sentAt: number;
  readonly heardAt: number;
}

async function get(endpoint: string, tls: EtcdTls | undefined, signal: AbortSignal): Promise<Heard> {
  const url = new URL('/metrics', endpoint);
  const { ca, certificate, key, serverName } = tls ?? {};
  const trust = { ...(ca ? { ca } : {}), ...(certificate ? { cert: certificate } : {}), ...(key ? { key } : {}) };
  const name = serverName === undefined ? {} : { servername: serverName };
  const isSecure = url.protocol === 'https:';
  const asked = isSecure
    ? askSecurely(url, { ...trust, ...name, agent: false, signal })
    : ask(url, { agent: false, signal });
  let sentAt = Date.now();
  asked.once('socket', (socket) => {
    socket.once(isSecure ? 'secureConnect' : 'connect', () => {
      sentAt = Date.now();
    });
  });
  asked.end();
  const [answer]: IncomingMessage[] = await once(asked, 'response', { signal });
  if (!answer) throw new Error('no answer');
  // What comes after the headers may be cut short.
  asked.on('error', () => undefined);
  return { answer, sentAt, heardAt: Date.now() };
}

/** The header was written at some time between question and answer, and names the second that had begun. Source: RFC 9110, section 6.6.1. */
function clockOf(date: string | undefined, sentAt: number, heardAt: number): Pick<MemberVitals, 'aheadMs'> {
  const at = Date.parse(date ?? '');
  return Number.isNaN(at) ? {} : { aheadMs: { atLeast: at - heardAt, atMost: at + 1000 - sentAt } };
}

/** Below nothing means that there is none. Source: etcd server/storage/quota.go, NewBackendQuota. */
function quotaOf(bytes: number | undefined): Pick<MemberVitals, 'quotaBytes'> {
  return bytes === undefined ? {} : { quotaBytes: bytes < 0 ? Number.POSITIVE_INFINITY : bytes };
}
