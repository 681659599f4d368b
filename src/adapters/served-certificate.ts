import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { isIP } from 'node:net';
import {
  type ConnectionOptions,
  checkServerIdentity,
  connect,
  type DetailedPeerCertificate,
  rootCertificates,
  type TLSSocket,
} from 'node:tls';
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
    const why = isUnverified ? undefined : distrustOf(socket, name ?? host, trust.ca);
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

function distrustOf(socket: TLSSocket, name: string, ca: ConnectionOptions['ca']): string | undefined {
  if (socket.authorized) return undefined;
  const said = String(socket.authorizationError);
  return said === 'CERT_HAS_EXPIRED' ? otherDistrust(socket.getPeerCertificate(true), name, ca) : said;
}

/** OpenSSL says that one has run out in place of all else that is wrong with it, and nobody has looked at its name then. */
function otherDistrust(shown: DetailedPeerCertificate, name: string, ca: ConnectionOptions['ca']): string | undefined {
  if (Date.parse(shown.valid_to) > Date.now()) return 'its authority has run out';
  if (!isOfAuthority(shown, authoritiesIn(ca))) return 'it has run out, and is of an authority that is not known';
  return checkServerIdentity(name, shown)?.message;
}

const longestChain = 10;

function isOfAuthority(shown: DetailedPeerCertificate, authorities: readonly X509Certificate[]): boolean {
  let at: DetailedPeerCertificate | undefined = shown;
  for (let length = 0; at && length < longestChain; length += 1) {
    const certificate = new X509Certificate(at.raw);
    if (authorities.some((authority) => isIssuedBy(certificate, authority))) return true;
    // A chain that breaks off has none here, whatever the types say.
    const next: DetailedPeerCertificate | undefined = at.issuerCertificate;
    at = next && isIssuedBy(certificate, new X509Certificate(next.raw)) ? next : undefined;
  }
  return false;
}

const isIssuedBy = (certificate: X509Certificate, authority: X509Certificate): boolean =>
  authority.ca && certificate.checkIssued(authority) && certificate.verify(authority.publicKey);

const authoritiesIn = (ca: ConnectionOptions['ca']): readonly X509Certificate[] =>
  [ca ?? [...rootCertificates]]
    .flat()
    .flatMap((text) => text.toString().match(/-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----/gs) ?? [])
    .map((pem) => new X509Certificate(pem));
