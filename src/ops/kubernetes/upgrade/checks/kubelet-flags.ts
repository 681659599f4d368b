import { firstFew } from '../../../../chatops/format.ts';
import { minorInWords, releaseOf } from '../../release.ts';
import { settingsRemoved } from '../facts/removed-settings.ts';
import type { Check } from '../finding.ts';

const name = 'kubelet-flags';

/** No kubelet tells its flags: /configz has what they and its file come to, and of a flag that goes there is nothing in it. */
export const kubeletFlags: Check = {
  name,
  when: 'each hop',
  check({ nodes }, hop) {
    const kubelets = 'gap' in nodes ? [] : nodes.known.flatMap(({ kubelet }) => releaseOf(kubelet)?.minor ?? []);
    if (kubelets.length === 0) return [];
    // One that is behind may still have what went before; in a later hop none is.
    const after = hop.isFirst ? Math.min(hop.from, ...kubelets) : hop.from;
    const gone = settingsRemoved(after, hop.to).filter(
      ({ component, kind }) => component === 'kubelet' && kind === 'flag',
    );
    if (gone.length === 0) return [];
    const all = gone.map((row) => row.name);
    return [
      {
        ...{ check: name, severity: 'note', subject: 'flags of kubelets', all },
        evidence: `Nobody can see them from here, and a kubelet of ${minorInWords(hop.to)} does not start with ${firstFew(all)}.`,
        next: 'Look for them on the nodes: in /var/lib/kubelet/kubeadm-flags.env, and in the unit that starts the kubelet.',
        source: gone.flatMap(({ source }) => source).filter((one, at, sources) => sources.indexOf(one) === at),
      },
    ];
  },
};
