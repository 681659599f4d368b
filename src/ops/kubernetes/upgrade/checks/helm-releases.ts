import { seen, unseen } from '../../../findings/finding.ts';
import type { Check, Finding } from '../finding.ts';
import type { Hop } from '../hops.ts';
import type { HelmRelease } from '../observed.ts';
import { keptKinds } from './kept-kinds.ts';

const name = 'helm-releases';

/** Helm reads the manifest of the last release before it writes the next: with a kind in it that is no longer served it can do neither. */
export const helmReleases: Check = {
  name,
  when: 'each hop',
  check: ({ helmReleases: piece }, hop) => seen(name, piece, (releases) => releases.flatMap((one) => judge(one, hop))),
};

function judge({ name: release, revision, status, kinds }: HelmRelease, hop: Hop): readonly Finding[] {
  if ('gap' in kinds) return hop.isFirst ? [unseen(name, kinds.gap)] : [];
  const isDeployed = status === 'deployed';
  return keptKinds(kinds.known, hop).map(({ row, fate, evidence, next }) => ({
    check: name,
    severity: !isDeployed ? 'note' : fate === 'goes' ? 'blocker' : 'warning',
    subject: `release ${release}, revision ${revision}${isDeployed ? '' : ` (${status})`}`,
    evidence,
    next: isDeployed
      ? `${next} Upgrade the release to a chart that does, or rewrite the stored one (helm mapkubeapis), before the hop.`
      : `${next} Nobody can roll back to this revision afterwards.`,
    source: row.source,
  }));
}
