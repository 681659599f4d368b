import { counted, firstFew } from '../../../../chatops/format.ts';
import { seen } from '../../../findings/finding.ts';
import { minorInWords, releaseOf } from '../../release.ts';
import { ruleNamed } from '../facts/version-skew.ts';
import type { Check } from '../finding.ts';

const name = 'proxy-beside-kubelet';

/** Each kube-proxy against the kubelet of its own node. An old one gets less room, as with the API server. */
export const proxyBesideKubelet: Check = {
  name,
  when: 'once',
  check: ({ nodes: piece }) =>
    seen(name, piece, (nodes) => {
      const pairs = nodes.flatMap(({ name: node, kubelet, kubeProxy }) => {
        const [its, proxy] = [releaseOf(kubelet)?.minor, releaseOf(kubeProxy ?? '')?.minor];
        return its === undefined || proxy === undefined || Math.abs(its - proxy) <= roomOf(proxy)
          ? []
          : [{ node, its, proxy }];
      });
      const rule = ruleNamed('kube-proxy-kubelet');
      return [...Map.groupBy(pairs, ({ its, proxy }) => `${its}/${proxy}`).values()].flatMap((same) => {
        const [first] = same;
        if (!first) return [];
        const all = same.map(({ node }) => node);
        return [
          {
            ...{ check: name, severity: rule.severity, all, source: rule.source },
            subject: `kube-proxy on ${all.length > 3 ? counted(all.length, 'node') : firstFew(all)}`,
            evidence: `kube-proxy ${minorInWords(first.proxy)} runs beside kubelet ${minorInWords(first.its)}: ${rule.text}.`,
            next: 'Bring both to one minor first.',
          },
        ];
      });
    }),
};

const roomOf = (proxyMinor: number): number => {
  const { allowedOlder = 3, fromMinor = 25 } = ruleNamed('kube-proxy-kubelet');
  return proxyMinor >= fromMinor ? allowedOlder : (ruleNamed('kube-proxy-n2').allowedOlder ?? 2);
};
