import { counted, timeInWords } from '../../../../chatops/format.ts';
import { seen } from '../../../findings/finding.ts';
import type { ApiRemoval } from '../facts/api-removals.ts';
import type { Check, Finding } from '../finding.ts';
import type { StoredUse } from '../observed.ts';
import { type Fate, fateOf, insteadOf, removalInWords, removalOf } from '../removals.ts';

const name = 'stored-apis';

/** Managers that go up with the cluster, and then write the new version themselves. */
const ownManagers: readonly (string | undefined)[] = [
  ...['kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'cloud-controller-manager'],
  ...['kubelet', 'kube-proxy'],
];

/** Objects written in a version that is removed by then: they stay, and whoever writes them so will be refused. One finding for a version of a kind. */
export const storedApis: Check = {
  name,
  when: 'each hop',
  check: ({ stored }, hop) =>
    seen(name, stored, (uses) =>
      [...Map.groupBy(uses, ({ apiVersion, kind }) => `${apiVersion} ${kind}`).values()].flatMap((its) => {
        const row = its[0] && removalOf(its[0].apiVersion, its[0].kind);
        const fate = row && fateOf(row, hop);
        return row && fate ? judge(its, row, fate) : [];
      }),
    ),
};

function judge(all: readonly StoredUse[], row: ApiRemoval, fate: Fate): readonly Finding[] {
  // Nothing converts them, or nothing does their work any more: that concerns the objects, whoever wrote them.
  const isLost = fate === 'goes' && (row.mustBeDeletedFirst === true || row.replacement === undefined);
  const its = isLost ? all : all.filter(({ manager }) => !ownManagers.includes(manager));
  const [most] = its.toSorted((a, b) => b.count - a.count);
  if (!most) return [];
  const others = most.count > 1 ? ` and ${counted(most.count - 1, 'other')}` : '';
  const nexts = [...new Set(its.map((use) => nextOf(use, row)))];
  return [
    {
      check: name,
      severity: isLost ? 'blocker' : fate === 'goes' ? 'warning' : 'note',
      subject: `${most.apiVersion} ${most.kind} ${most.example}${others}`,
      evidence: `${removalInWords(row)}; ${its.map(seenIn).join('; ')}.`,
      next: [insteadOf(row), ...nexts].join(' '),
      source: row.source,
    },
  ];
}

function seenIn({ via, manager, newestAt }: StoredUse): string {
  if (via === 'last-applied') return 'kubectl apply wrote it from a manifest of that version';
  const who = manager ?? 'somebody';
  return newestAt
    ? `${who} wrote it through that version, last ${timeInWords(newestAt)}`
    : `${who} wrote it through that version`;
}

function nextOf({ via }: StoredUse, { replacement }: ApiRemoval): string {
  if (!replacement) return 'Take it out of whatever writes it, which will be refused.';
  return via === 'last-applied'
    ? 'Change the manifest that is applied: kubectl will refuse it.'
    : 'Move the one who writes to the new version; the name stays in managedFields until then.';
}
