import { once } from 'node:events';
import { isIP } from 'node:net';
import { type ConnectionOptions, checkServerIdentity, connect, type TLSSocket } from 'node:tls';
import type { ServedCertificate } from '../ports/served-certificate.ts';

/** Where to, and whom to trust there. */
export interface Served extends Pick<ConnectionOptions, 'ca' | 'cert' | 'key'> {
  readonly url: URL;
  /** The name that its certificate must have, where it is not the one in the URL. Also sent as SNI. */
  readonly serverName?: string | undefined;
  /** Whatever is served is told, whoever signed it. */
  readonly isUnverified?: boolean | undefined;
}

/**
 * Shakes hands, says nothing and leaves. One that has run out is told all the same: it is what people look for. Throws what TLS says of any
 * other that is not to be trusted, what the network says, and the signal's reason.
 */
export async function servedCertificate(
  { url, serverName, isUnverified = false, ...trust }: Served,
  signal: AbortSignal,
): Promise<ServedCertificate> {
  signal.throwIfAborted();
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const name = serverName ?? (isIP(host) === 0 ? host : undefined);
  const port = Number(url.port || 443);
  const socket = connect({
    ...{ ...trust, host, port, rejectUnauthorized: false, ALPNProtocols: ['h2', 'http/1.1'] },
    ...(name === undefined ? {} : { servername: name }),
  });
  try {
    await once(socket, 'secureConnect', { signal });
    const why = isUnverified ? undefined : distrustOf(socket, name ?? host);
    if (why !== undefined) throw new Error(`its certificate is not to be trusted: ${why}`);
    return { until: new Date(socket.getPeerCertificate().valid_to), at: new Date() };
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    // The other side may still complain of what we did not show.
    socket.on('error', () => undefined);
    socket.destroy();
  }
}

/** Nobody has looked at the name of one that has run out. */
function distrustOf(socket: TLSSocket, name: string): string | undefined {
  if (socket.authorized) return undefined;
  const said = String(socket.authorizationError);
  return said === 'CERT_HAS_EXPIRED' ? checkServerIdentity(name, socket.getPeerCertificate())?.message : said;
}
