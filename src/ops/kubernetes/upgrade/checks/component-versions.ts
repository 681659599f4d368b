import { counted } from '../../../../chatops/format.ts';
import { unseen } from '../../../findings/finding.ts';
import type { Gap } from '../../../findings/piece.ts';
import { minorInWords, releaseOf } from '../../release.ts';
import { ruleNamed, rulesFor, type SkewRule } from '../facts/version-skew.ts';
import type { Check, Finding } from '../finding.ts';
import { type Hop, hopInWords } from '../hops.ts';
import type { Observed } from '../observed.ts';
import { minorsOf } from './api-server-versions.ts';

const name = 'component-versions';

/** Clients of the API server that are bound to its version, and where each is. */
const components = [
  'kube-controller-manager',
  'kube-scheduler',
  'cloud-controller-manager',
  'kubelet',
  'kube-proxy',
] as const;
type Component = (typeof components)[number];

/** Skew of every component against API servers of both minors of the hop: the older is the newest it may be, the newer limits how old it may be. */
export const componentVersions: Check = {
  name,
  when: 'each hop',
  check: (observed, hop) => components.flatMap((component) => judgeAll(component, observed, hop)),
};

interface Seen {
  readonly where: string;
  readonly version: string;
}

function judgeAll(component: Component, observed: Observed, hop: Hop): readonly Finding[] {
  // The order of work has brought all of them to where a later hop begins.
  if (!hop.isFirst) return [];
  const { all, gaps } = seenOf(component, observed);
  const known = all.filter(({ version }) => releaseOf(version));
  const strange = all.filter(({ version }) => !releaseOf(version));
  const byMinor = Map.groupBy(known, ({ version }) => releaseOf(version)?.minor ?? 0);
  return [
    ...gaps.map((gap) => unseen(name, gap)),
    ...strange.map(({ where, version }) =>
      unseen(name, {
        what: `which version ${component} on ${where} is`,
        needs: `It says “${version}”: ask it yourself.`,
      }),
    ),
    ...[...byMinor].flatMap(([minor, its]) => judge(component, minor, its, anchors(observed, hop), hop)),
  ];
}

/** The oldest and the newest API server that it may meet during the hop. */
function anchors({ apiServers }: Observed, hop: Hop) {
  const now = 'known' in apiServers ? minorsOf(apiServers.known) : [];
  return { oldest: Math.min(hop.from, ...now), newest: hop.to };
}

function judge(
  component: Component,
  minor: number,
  its: readonly Seen[],
  { oldest, newest }: ReturnType<typeof anchors>,
  hop: Hop,
) {
  const all = its.map(({ where }) => where);
  const where = all.length > 3 ? counted(all.length, 'node') : all.join(', ');
  const about = { subject: `${component} ${minorInWords(minor)} on ${where}`, all };
  return rulesFor(component, minor)
    .filter(({ relativeTo }) => relativeTo.startsWith('oldest kube-apiserver'))
    .flatMap((rule): readonly Finding[] => {
      const tooNew = minor > oldest + (rule.allowedNewer ?? 0);
      if (tooNew) {
        return [
          {
            ...finding(rule, about),
            severity: rule.severity,
            evidence: `The oldest API server is ${minorInWords(oldest)}: ${rule.text}.`,
            next: `Bring it back to ${minorInWords(oldest)}, or raise every API server first.`,
          },
        ];
      }
      const lowest = newest - (rule.allowedOlder ?? 0);
      if (minor >= lowest) return lagging(rule, about, minor, newest, hop);
      return [{ ...finding(rule, about), ...tooOld(rule, minor, newest, lowest, hop) }];
    });
}

function tooOld(
  rule: SkewRule,
  minor: number,
  newest: number,
  lowest: number,
  hop: Hop,
): Pick<Finding, 'severity' | 'evidence' | 'next'> {
  const fitting = Array.from({ length: hop.from - lowest + 1 }, (_, nth) => minorInWords(lowest + nth));
  return {
    severity: rule.severity,
    evidence: `API servers of ${minorInWords(newest)} would be ${newest - minor} minors ahead: ${rule.text}.`,
    next: `Raise it to ${fitting.join(' or ')} before ${hopInWords(hop)}.`,
  };
}

/** Allowed, and no room for another hop. */
function lagging(rule: SkewRule, about: About, minor: number, newest: number, hop: Hop): readonly Finding[] {
  const isOnNode = rule.component === 'kubelet' || rule.component === 'kube-proxy';
  if (!isOnNode || newest - minor < (rule.allowedOlder ?? 0) || hop.to === hop.from) return [];
  const evidence = `It will be ${newest - minor} minors behind, as far as is allowed: the hop after this needs it raised.`;
  return [{ ...finding(rule, about), severity: 'note', evidence, next: 'Raise it with this hop.' }];
}

interface About {
  readonly subject: string;
  readonly all: readonly string[];
}
const finding = (rule: SkewRule, about: About) => ({
  ...{
    check: name,
    ...about,
    source: [...rule.source, ...ruleNamed('ha-narrowing').source].filter((one, at, all) => all.indexOf(one) === at),
  },
});

function seenOf(
  component: Component,
  observed: Observed,
): { readonly all: readonly Seen[]; readonly gaps: readonly Gap[] } {
  if (component === 'kubelet' || component === 'kube-proxy') {
    if ('gap' in observed.nodes) return { all: [], gaps: [observed.nodes.gap] };
    const of = component === 'kubelet' ? 'kubelet' : 'kubeProxy';
    return {
      all: observed.nodes.known.flatMap((node) =>
        node[of] === undefined ? [] : [{ where: node.name, version: node[of] }],
      ),
      gaps: [],
    };
  }
  const piece = {
    'kube-controller-manager': observed.controllerManagers,
    'kube-scheduler': observed.schedulers,
    'cloud-controller-manager': observed.cloudControllerManagers,
  }[component];
  if ('gap' in piece) return { all: [], gaps: [piece.gap] };
  return {
    all: piece.known.flatMap(({ name: where, version }) =>
      'known' in version ? [{ where, version: version.known }] : [],
    ),
    gaps: piece.known.flatMap(({ version }) => ('gap' in version ? [version.gap] : [])),
  };
}
