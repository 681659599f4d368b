import { Fault } from '../../../chatops/errors.ts';
import type { AskOptions, ClusterSurvey, Etcd, MemberSurvey } from '../../../ports/etcd.ts';
import type { ServedCertificate } from '../../../ports/served-certificate.ts';
import { nameOf } from '../../etcd/members.ts';
import { type Gap, isGap, orGap } from '../gap.ts';

/** A certificate, and whose: 'the API server on cp-1'. */
export interface SeenCertificate extends ServedCertificate {
  readonly of: string;
}

export interface SeenCertificates {
  readonly seen: readonly SeenCertificate[];
  readonly gaps: readonly Gap[];
}

/**
 * Of every member, also of those that say nothing: a certificate that has run out may be why. Without a survey, of the configured endpoints. Who
 * does not answer at all is told of elsewhere.
 */
export async function etcdCertificates(
  etcd: Etcd,
  cluster: string,
  survey: ClusterSurvey | undefined,
  options: AskOptions,
): Promise<SeenCertificates> {
  const endpoints = survey?.members.flatMap((member) => endpointOf(member) ?? []);
  const found = await orGap('how long the certificates of etcd are good', () =>
    etcd.certificates(cluster, { ...options, endpoints }),
  );
  if (isGap(found)) return { seen: [], gaps: [found] };
  const each = found.flatMap(({ endpoint, seen }): readonly (SeenCertificate | Gap)[] => {
    const member = survey?.members.find((one) => endpointOf(one) === endpoint);
    const of = member ? `member ${nameOf(member)} of etcd` : `etcd at ${endpoint}`;
    if (!(seen instanceof Fault)) return [{ ...seen, of }];
    return member?.status ? [{ what: `how long the certificate of ${of} is good`, fault: seen }] : [];
  });
  return parted(each);
}

export function parted(found: readonly (SeenCertificate | Gap)[]): SeenCertificates {
  return {
    seen: found.filter((one): one is SeenCertificate => !isGap(one)),
    gaps: found.filter(isGap),
  };
}

const endpointOf = ({ status, clientUrls }: MemberSurvey): string | undefined =>
  status?.endpoint ?? clientUrls.find((url) => url.startsWith('https:'));
