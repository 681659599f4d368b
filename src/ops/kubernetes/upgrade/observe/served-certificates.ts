import { Fault } from '../../../../chatops/errors.ts';
import type { Etcd } from '../../../../ports/etcd.ts';
import type { Kubernetes } from '../../../../ports/kubernetes.ts';
import type { Piece } from '../../../findings/piece.ts';
import type { Certificate } from '../observed.ts';
import { type ApiServers, type Server, serversOf } from './asked-servers.ts';
import { type Looking, piece } from './read.ts';

interface CertificatePorts {
  readonly etcd: Pick<Etcd, 'certificates'>;
  readonly kubernetes: Pick<Kubernetes, 'certificate'>;
}
type Seen = Piece<Certificate | undefined>;

/** As each API server and each member of etcd shows them; what speaks plain http has none, and whoever cannot be asked is a gap. */
export async function readServedCertificates(
  { etcd, kubernetes }: CertificatePorts,
  { cluster, options }: Pick<Looking, 'cluster' | 'options'>,
  servers: ApiServers,
): Promise<Piece<readonly Piece<Certificate>[]>> {
  const all = serversOf(servers);
  const ask = (name: string, address?: string): Promise<Seen> =>
    piece(`the certificate of the API server on ${name}`, async () => {
      const seen = await kubernetes.certificate(cluster, { ...options, address });
      return seen && { name: `the API server on ${name}`, expiresAt: seen.until };
    });
  const askIt = ({ name, address }: Server): Promise<Seen> | Seen =>
    address === undefined && all.length > 1 ? unreached(name) : ask(name, address);
  const [ofServers, ofMembers] = await Promise.all([
    Promise.all(all.length === 0 ? [ask('whichever the kubeconfig leads to')] : all.map(askIt)),
    piece('the certificates of etcd', () => etcd.certificates(cluster, options)),
  ]);
  const members: readonly Seen[] =
    'gap' in ofMembers
      ? [ofMembers]
      : await Promise.all(
          ofMembers.known.map(({ endpoint, seen }) =>
            piece(`the certificate of etcd at ${endpoint}`, async () => {
              if (seen instanceof Fault) throw seen;
              return { name: `etcd at ${endpoint}`, expiresAt: seen.until };
            }),
          ),
        );
  return { known: [...ofServers, ...members].flatMap(shown) };
}

const shown = (one: Seen): readonly Piece<Certificate>[] => {
  if ('gap' in one) return [one];
  return one.known ? [{ known: one.known }] : [];
};

const unreached = (name: string): Seen => ({
  gap: {
    what: `the certificate of the API server on ${name}`,
    needs: 'Neither its pod nor its identity Lease tells its address: kubeadm certs check-expiration there says it.',
  },
});
