import { compareVersions, minorInWords, minorOf, type Version, versionIn } from '../../../../chatops/versions.ts';
import { seen, unseen } from '../../../findings/finding.ts';
import { type EtcdChange, etcdChange, etcdNeeds, etcdStops, gatesBetween, isBelow } from '../etcd-way.ts';
import { type EtcdGate, etcdFacts } from '../facts/etcd.ts';
import { removedSettings } from '../facts/removed-settings.ts';
import { ruleNamed } from '../facts/version-skew.ts';
import type { Check, Finding } from '../finding.ts';
import type { EtcdMember, Observed } from '../observed.ts';

const name = 'etcd-versions';

/** What etcd asks before its own next minor: every member at a patch that leaves nothing behind, one minor at a time, no flag that is gone. */
export const etcdVersions: Check = {
  name,
  when: 'each hop',
  check: (observed, hop) =>
    seen(name, observed.etcd, (members) => {
      const versions = members.flatMap(({ version }) => ('known' in version ? (versionIn(version.known) ?? []) : []));
      const change = etcdChange(versions, hop);
      return [...(hop.isFirst ? ofMembers(members, versions) : []), ...(change ? judge(change, observed) : [])];
    }),
};

function ofMembers(members: readonly EtcdMember[], versions: readonly Version[]): readonly Finding[] {
  const gaps = members.flatMap(({ version }) => ('gap' in version ? [unseen(name, version.gap)] : []));
  return [...gaps, ...mixed(versions), ...members.flatMap(unsound)];
}

function mixed(versions: readonly Version[]): readonly Finding[] {
  const minors = [...new Set(versions.map(minorInWords))].toSorted();
  if (minors.length < 2) return [];
  return [
    {
      ...{ check: name, severity: 'blocker', subject: 'etcd', source: ruleNamed('etcd-hop').source },
      evidence: `Its members run ${minors.join(' and ')}: an upgrade of etcd is under way.`,
      next: 'Bring every member to one minor first.',
    },
  ];
}

function unsound({ name: member, version }: EtcdMember): readonly Finding[] {
  const found = 'known' in version ? versionIn(version.known) : undefined;
  const row = found && etcdFacts().unsound.find(({ from, to }) => isBetween(found, from, to));
  if (!found || !row) return [];
  return [
    {
      ...{ check: name, severity: 'blocker', subject: `etcd member ${member}`, source: row.source },
      evidence: `It runs ${found.text}, and ${row.from} to ${row.to} ${row.why}.`,
      next: `Raise etcd to a later patch of ${minorInWords(found)} before anything else.`,
    },
  ];
}

function isBetween(version: Version, from: string, to: string): boolean {
  const [low, high] = [versionIn(from), versionIn(to)];
  return (
    low !== undefined && high !== undefined && compareVersions(version, low) >= 0 && compareVersions(version, high) <= 0
  );
}

function judge(change: EtcdChange, observed: Observed): readonly Finding[] {
  if (minorOf(change.from) === minorOf(change.to)) return [];
  const gates = gatesBetween(change);
  const [first] = gates;
  const isNext = first?.from === minorInWords(change.from) && gates.length === 1;
  return [
    ...(isNext ? patchGate(first, change) : [skips(change)]),
    ...gates.flatMap((gate) => flagsOf(gate, observed)),
  ];
}

const skips = (change: EtcdChange): Finding => ({
  ...{ check: name, severity: 'blocker', subject: etcdNeeds(change), source: ruleNamed('etcd-hop').source },
  evidence: `It runs ${change.from.text} and the target brings ${change.to.text}: ${ruleNamed('etcd-hop').text}.`,
  next: `Raise etcd before the hop, every member healthy: ${etcdStops(change)
    .map(({ version }, nth) => (nth === 0 ? `to ${version}` : `then to ${version}`))
    .join('; ')}.`,
});

function patchGate(gate: EtcdGate, change: EtcdChange): readonly Finding[] {
  const { from, to, isPresumed } = change;
  const least = gate.recommended ?? gate.minimum;
  const about = {
    check: name,
    subject: `etcd ${gate.from} → ${gate.to}`,
    source: [...gate.source, ...(gate.issues ?? [])],
  };
  const runs = isPresumed
    ? `Before this hop kubeadm leaves etcd at ${from.text}`
    : `Its oldest member runs ${from.text}`;
  if (!isBelow(from, least)) {
    const evidence = `The target brings ${to.text}, and etcd’s own rule is ${gate.rule}.`;
    return [{ ...about, severity: 'note', evidence, next: etcdFacts().rollback.rule }];
  }
  const isBarred = isBelow(from, gate.minimum);
  return [
    {
      ...about,
      ...(isBarred ? { severity: 'blocker', subject: etcdNeeds(change) } : { severity: 'warning' }),
      evidence: `${runs}, the target brings ${to.text}, and ${isBarred ? `${gate.minimum} is the least for that` : `the guide asks for ${least}`}: ${gate.rule}.`,
      next: `Raise every member to ${least} or later of ${gate.from} before this hop; kubeadm does not ask for it.`,
    },
  ];
}

function flagsOf(gate: EtcdGate, { settings }: Observed): readonly Finding[] {
  // Where they could not be read is told by the check of flags.
  const ofEtcd =
    'known' in settings
      ? settings.known.flatMap((one) => ('known' in one && one.known.component === 'etcd' ? [one.known] : []))
      : [];
  const rows = removedSettings().rows.filter((row) => row.component === 'etcd' && row.removedIn === gate.to);
  return ofEtcd.flatMap(({ where, flags }) =>
    Object.keys(flags).flatMap((flag): readonly Finding[] => {
      const row = rows.find((one) => one.name === `--${flag}`);
      const isGone =
        row !== undefined || (gate.removedFlagsPrefix !== undefined && `--${flag}`.startsWith(gate.removedFlagsPrefix));
      if (!isGone) return [];
      return [
        {
          ...{ check: name, severity: 'blocker', subject: where, source: row?.source ?? gate.source },
          evidence: `The flag --${flag} is set, and gone in etcd ${gate.to}: the process exits at start.`,
          next: `Take --${flag} away before the hop.${row?.replacement ? ` In its place: ${row.replacement}.` : ''}`,
        },
      ];
    }),
  );
}
