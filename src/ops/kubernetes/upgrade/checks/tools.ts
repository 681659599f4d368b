import { minorInWords } from '../../release.ts';
import { ruleNamed } from '../facts/version-skew.ts';
import type { Check, Finding } from '../finding.ts';

const name = 'tools';

/** Which kubectl and kubeadm fit: rules for what people hold in their hands, which no cluster tells. */
export const tools: Check = {
  name,
  when: 'each hop',
  check({ kubeadm }, { from, to }) {
    if (from === to) return [];
    const { allowedNewer = 1, allowedOlder = 1, ...kubectl } = ruleNamed('kubectl');
    // Within one minor of the API servers of both minors, while they are mixed.
    const kubectls = [...new Set([to - allowedOlder, from + allowedNewer])].toSorted((a, b) => a - b);
    const said: readonly Finding[] = [
      {
        ...{ check: name, severity: 'note', subject: 'kubectl', source: kubectl.source },
        evidence: `Its rule is ${kubectl.text}: while API servers are mixed that leaves ${kubectls.map(minorInWords).join(' and ')}.`,
        next: `Use kubectl ${minorInWords(to)} for this hop.`,
      },
    ];
    if ('gap' in kubeadm || kubeadm.known === undefined) return said;
    const rules = ['kubeadm-hop', 'kubeadm-join', 'kubelet-inplace'].map(ruleNamed);
    return [
      ...said,
      {
        ...{ check: name, severity: 'note', subject: 'kubeadm', source: rules.flatMap(({ source }) => source) },
        evidence: `${rules.map(({ text }) => text).join('; ')}.`,
        next: `Use kubeadm ${minorInWords(to)} on every node for this hop, and no other.`,
      },
    ];
  },
};
