import { readFile } from 'node:fs/promises';
import { Fault } from '../../chatops/errors.ts';
import type { ServedCertificate } from '../../ports/served-certificate.ts';
import { servedCertificate } from '../served-certificate.ts';
import { type KubernetesAccess, type Question, tooLate, unreachable } from './ask.ts';
import { configFor } from './open.ts';

/** The certificate of an API server, or undefined where it has none. No credentials go there. Throws what `ask` throws. */
export async function certificateOf(
  access: KubernetesAccess,
  question: Pick<Question, 'cluster' | 'address' | 'signal'> & { readonly timeLimitMs: number },
): Promise<ServedCertificate | undefined> {
  const { cluster, signal, timeLimitMs } = question;
  const { server } = await configFor(access, question);
  const url = new URL(server.server);
  if (url.protocol !== 'https:') return undefined;
  if (server.proxyUrl !== undefined) throw behindProxy(cluster);
  const { caData, caFile, skipTLSVerify: isUnverified, tlsServerName: serverName } = server;
  const limit = AbortSignal.timeout(timeLimitMs);
  try {
    const ca = caFile === undefined ? caData && Buffer.from(caData, 'base64') : await readFile(caFile);
    const served = { url, isUnverified, serverName, ...(ca ? { ca } : {}) };
    return await servedCertificate(served, AbortSignal.any([limit, ...(signal ? [signal] : [])]));
  } catch (cause) {
    signal?.throwIfAborted();
    const asked = { cluster, path: 'a TLS handshake' };
    throw limit.aborted ? tooLate(asked, timeLimitMs, cause) : unreachable(cluster, cause);
  }
}

const behindProxy = (cluster: string): Fault =>
  new Fault(`The API server of ${cluster} is behind a proxy: whose certificate would be seen is not known.`, {
    ...{ port: 'kubernetes', operation: 'certificate', code: 'KUBERNETES_CONFIG', retryable: false },
    next: 'Look at it with openssl s_client.',
  });
