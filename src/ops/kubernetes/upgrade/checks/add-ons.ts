import { compareVersions, versionIn } from '../../../../chatops/versions.ts';
import { seen } from '../../../findings/finding.ts';
import { minorInWords } from '../../release.ts';
import { etcdFacts, lastShippedWith } from '../facts/etcd.ts';
import type { Check, Finding, Severity } from '../finding.ts';

const name = 'add-ons';

/** CoreDNS and the pause image against those that kubeadm brings with the target. */
export const addOns: Check = {
  name,
  when: 'each hop',
  check({ coredns, pause }, { from, to, isFirst }) {
    const shipped = lastShippedWith(to);
    if (!shipped) return [];
    // What is older goes up with the add-ons of the first hop that brings a newer one, which says so: a later hop begins with that.
    const before = isFirst ? undefined : lastShippedWith(from);
    const wasRaised = (tag: string, brought: string | undefined) => brought !== undefined && compared(tag, brought) < 0;
    const brings = `kubeadm brings ${minorInWords(to)} with`;
    return [
      ...seen(name, coredns, (tag) => {
        if (tag === undefined)
          return isFirst
            ? [
                say(
                  'note',
                  'cluster DNS',
                  'No CoreDNS was found in kube-system.',
                  'Look whether the DNS that runs fits the target.',
                ),
              ]
            : [];
        const order = compared(tag, shipped.coredns);
        if (order === 0 || wasRaised(tag, before?.coredns)) return [];
        if (order > 0)
          return [
            say(
              'warning',
              `CoreDNS ${tag}`,
              `${brings} CoreDNS ${shipped.coredns}, which is older.`,
              'Keep the newer: upgrade without the add-on phase, or put it back afterwards.',
            ),
          ];
        return [
          say(
            'note',
            `CoreDNS ${tag}`,
            `${brings} CoreDNS ${shipped.coredns}.`,
            'Look whether the Corefile uses a plugin that is gone between the two.',
          ),
        ];
      }),
      ...seen(name, pause, (tags) =>
        tags
          .filter((tag) => compared(tag, shipped.pause) < 0 && !wasRaised(tag, before?.pause))
          .map((tag) =>
            say(
              'note',
              `pause ${tag}`,
              `${brings} pause ${shipped.pause}.`,
              'Set the sandbox image of the container runtime to it, so that it is not collected as garbage.',
            ),
          ),
      ),
      // What nobody saw is told once.
    ].filter(({ severity }) => isFirst || severity !== 'unknown');
  },
};

const say = (severity: Severity, subject: string, evidence: string, next: string): Finding => ({
  ...{ check: name, severity, subject, evidence, next, source: etcdFacts().source },
});

/** Tags such as 'v1.11.3', '1.12.1' and '3.10': what is no version counts as the same. */
function compared(tag: string, other: string): number {
  const [one, two] = [tag, other].map((text) => versionIn(/\d+\.\d+\.\d+/.test(text) ? text : `${text}.0`));
  return one && two ? compareVersions(one, two) : 0;
}
