import type { Fault } from '../../chatops/errors.ts';
import type { MemberCertificate } from '../../ports/etcd.ts';
import type { ServedCertificate } from '../../ports/served-certificate.ts';
import { servedCertificate } from '../served-certificate.ts';
import type { EtcdTls } from './connection.ts';
import { faultOfConnection, timeout } from './faults.ts';

/** At all of them at once. Throws the signal's reason. */
export async function certificatesAt(
  endpoints: readonly string[],
  tls: EtcdTls | undefined,
  { timeLimitMs, signal }: { readonly timeLimitMs: number; readonly signal: AbortSignal | undefined },
): Promise<readonly MemberCertificate[]> {
  const secure = endpoints.filter((endpoint) => endpoint.startsWith('https:'));
  return Promise.all(
    secure.map(async (endpoint) => ({ endpoint, seen: await certificateAt(endpoint, tls, timeLimitMs, signal) })),
  );
}

async function certificateAt(
  endpoint: string,
  tls: EtcdTls | undefined,
  timeLimitMs: number,
  signal: AbortSignal | undefined,
): Promise<ServedCertificate | Fault> {
  const { ca, certificate, key, serverName } = tls ?? {};
  const limit = AbortSignal.timeout(timeLimitMs);
  const trust = { ...(ca ? { ca } : {}), ...(certificate ? { cert: certificate } : {}), ...(key ? { key } : {}) };
  try {
    const served = { url: new URL(endpoint), serverName, ...trust };
    return await servedCertificate(served, AbortSignal.any([limit, ...(signal ? [signal] : [])]));
  } catch (cause) {
    signal?.throwIfAborted();
    const operation = 'certificates';
    return limit.aborted
      ? timeout(operation, endpoint, 'no TLS handshake', cause)
      : faultOfConnection(operation, endpoint, cause);
  }
}
