import { listInWords } from '../../../../chatops/format.ts';
import { seen, unseen } from '../../../findings/finding.ts';
import { minorInWords, releaseOf } from '../../release.ts';
import { ruleNamed } from '../facts/version-skew.ts';
import type { Check, Finding, Severity } from '../finding.ts';
import type { Hop } from '../hops.ts';
import type { Instance, Observed } from '../observed.ts';

const name = 'api-server-versions';

/** All API servers must be at the minor where the hop begins, within one minor of each other, and none may skip one. */
export const apiServerVersions: Check = {
  name,
  when: 'once',
  check: (observed, hop) => [
    ...seen(name, observed.apiServers, (servers) => [
      ...servers.flatMap((server) => judge(server, hop)),
      ...spread(servers),
    ]),
    ...kubeadmVersion(observed, hop),
  ],
};

const say = (severity: Severity, subject: string, evidence: string, next: string, rule: string): Finding => ({
  ...{ check: name, severity, subject, evidence, next, source: ruleNamed(rule).source },
});

function judge({ name: server, version, emulates }: Instance, hop: Hop): readonly Finding[] {
  const subject = `kube-apiserver on ${server}`;
  if ('gap' in version) return [unseen(name, version.gap)];
  const minor = releaseOf(version.known)?.minor;
  if (minor === undefined)
    return [
      unseen(name, { what: `which version ${subject} is`, needs: `It says “${version.known}”: ask it yourself.` }),
    ];
  const found: Finding[] = [];
  if (emulates !== undefined && releaseOf(emulates)?.minor !== minor) {
    found.push(
      say(
        'blocker',
        subject,
        `It runs ${version.known} and emulates ${emulates}: it still serves what that did.`,
        'Let it be what it is (take the emulated version from its flags), and look again, before the next hop.',
        'apiserver-hop',
      ),
    );
  }
  if (minor === hop.from || (minor === hop.to && hop.to > hop.from)) return found;
  const next =
    minor < hop.from
      ? `Raise it to ${minorInWords(hop.from)} first, minor by minor.`
      : 'Begin from the version that runs.';
  return [
    ...found,
    say(
      'blocker',
      subject,
      `It runs ${version.known}, and this hop begins at ${minorInWords(hop.from)}.`,
      next,
      'apiserver-hop',
    ),
  ];
}

function spread(servers: readonly Instance[]): readonly Finding[] {
  const minors = minorsOf(servers);
  const [oldest, newest] = [Math.min(...minors), Math.max(...minors)];
  if (minors.length === 0 || oldest === newest) return [];
  const { allowedOlder = 1, text } = ruleNamed('apiserver-ha');
  const words = listInWords([...new Set(minors)].toSorted((a, b) => a - b).map(minorInWords));
  const isTooFar = newest - oldest > allowedOlder;
  return [
    say(
      isTooFar ? 'blocker' : 'warning',
      'API servers',
      `They run ${words}; ${text}.`,
      isTooFar
        ? 'Raise the oldest first.'
        : 'An upgrade is under way: bring the others to the newer minor before anything else goes up.',
      'apiserver-ha',
    ),
  ];
}

/** Minors of those whose version is known. */
export const minorsOf = (instances: readonly Instance[]): readonly number[] =>
  instances.flatMap(({ version }) => ('known' in version ? (releaseOf(version.known)?.minor ?? []) : []));

function kubeadmVersion({ kubeadm }: Observed, hop: Hop): readonly Finding[] {
  return seen(name, kubeadm, (found) => {
    const minor = found && releaseOf(found.kubernetesVersion)?.minor;
    if (!found || minor === hop.from) return [];
    return [
      say(
        'warning',
        'kubeadm-config',
        `It says the cluster is ${found.kubernetesVersion}, and its API servers are ${minorInWords(hop.from)}.`,
        'An upgrade was not ended, or not done by kubeadm: correct it, or kubeadm will count the hop from there.',
        'kubeadm-hop',
      ),
    ];
  });
}
