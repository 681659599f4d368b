import { firstFew } from '../../../../chatops/format.ts';
import { seen, unseen } from '../../../findings/finding.ts';
import type { Piece } from '../../../findings/piece.ts';
import { minorInWords } from '../../release.ts';
import { type RemovedSetting, settingsRemoved, removedSettings as table } from '../facts/removed-settings.ts';
import type { Check, Finding } from '../finding.ts';
import type { Hop } from '../hops.ts';
import type { Settings } from '../observed.ts';

const name = 'removed-settings';

/** Flags, feature gates and admission plugins that are set and that the target no longer knows. Most of them keep a process from starting. */
export const removedSettings: Check = {
  name,
  when: 'each hop',
  check: ({ settings }, hop) => seen(name, settings, (all) => all.flatMap((one) => judge(one, hop))),
};

function judge(piece: Piece<Settings>, hop: Hop): readonly Finding[] {
  if ('gap' in piece) return hop.isFirst ? [unseen(name, piece.gap)] : [];
  // A kubelet may be behind by minors, and kubeadm-config by years: the first hop looks at all that is gone by then.
  const rows = settingsRemoved(hop.isFirst ? 0 : hop.from, hop.to);
  const known = rows.filter((row) => isSet(row, piece.known)).map((row) => finding(row, piece.known));
  return [...known, ...unlisted(piece.known, hop)];
}

/** Gates of which the table knows no end: where it is not whole, nobody knows whether the target has them. */
function unlisted({ component, where, featureGates }: Settings, hop: Hop): readonly Finding[] {
  const { gatesWholeFrom, rows } = table();
  if (!hop.isFirst || hop.to >= gatesWholeFrom) return [];
  const gates = Object.keys(featureGates).filter((gate) => !rows.some(({ name: listed }) => listed === gate));
  if (gates.length === 0) return [];
  return [
    unseen(name, {
      what: `whether ${minorInWords(hop.to)} has the feature gates of ${where}: ${firstFew(gates)}`,
      needs: `Before ${minorInWords(gatesWholeFrom)} not all that were removed are known here: ${component} --help of ${minorInWords(hop.to)} lists those it has.`,
    }),
  ];
}

/** A gate of all components stops each that shares it; kubeadm and etcd have their own. */
const concerns = (row: RemovedSetting, { component }: Settings): boolean =>
  row.component === component || (row.component === 'all' && component !== 'kubeadm' && component !== 'etcd');

function isSet(row: RemovedSetting, settings: Settings): boolean {
  if (!concerns(row, settings)) return false;
  const { flags, featureGates } = settings;
  switch (row.kind) {
    case 'flag':
      return Object.hasOwn(flags, row.name.replace(/^--/, ''));
    case 'featureGate':
      return Object.hasOwn(featureGates, row.name);
    case 'admissionPlugin':
      return (flags['enable-admission-plugins'] ?? '').split(',').includes(row.name);
    case 'behaviour':
      return false;
  }
}

const kinds = {
  flag: 'flag',
  featureGate: 'feature gate',
  admissionPlugin: 'admission plugin',
  behaviour: 'behaviour',
} as const;

function finding(row: RemovedSetting, { where, featureGates }: Settings): Finding {
  const value = row.kind === 'featureGate' ? `=${featureGates[row.name]}` : '';
  const instead = row.replacement ? ` In its place: ${row.replacement}.` : '';
  return {
    check: name,
    // What is locked to its default stops only with the other value.
    severity: row.effect.startsWith('process exits') ? 'blocker' : 'warning',
    subject: where,
    evidence: `The ${kinds[row.kind]} ${row.name}${value} is set, and gone in ${minorInWords(row.removedIn)}: ${row.effect}.`,
    next: `Take ${row.name} away before the hop.${instead}`,
    source: row.source,
  };
}
