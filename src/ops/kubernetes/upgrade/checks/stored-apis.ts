import { counted, timeInWords } from '../../../../chatops/format.ts';
import { seen } from '../../../findings/finding.ts';
import type { ApiRemoval } from '../facts/api-removals.ts';
import type { Check, Finding, Severity } from '../finding.ts';
import type { StoredUse } from '../observed.ts';
import { type Fate, fateOf, insteadOf, removalInWords, removalOf } from '../removals.ts';

const name = 'stored-apis';

/** What it means that an object bears the name of a version that goes: it stays, and whoever writes it so will be refused. */
const severityOf: Readonly<Record<StoredUse['via'], Readonly<Record<Fate, Severity>>>> = {
  'last-applied': { goes: 'warning', gone: 'note' },
  managedFields: { goes: 'warning', gone: 'note' },
};

/** Objects written in a version that is removed by then. */
export const storedApis: Check = {
  name,
  when: 'each hop',
  check: ({ stored }, hop) =>
    seen(name, stored, (uses) =>
      uses.flatMap((use) => {
        const row = removalOf(use.apiVersion, use.kind);
        const fate = row && fateOf(row, hop);
        return row && fate ? [judge(use, row, fate)] : [];
      }),
    ),
};

function judge(use: StoredUse, row: ApiRemoval, fate: Fate): Finding {
  const isLost = fate === 'goes' && row.mustBeDeletedFirst === true;
  const others = use.count > 1 ? ` and ${counted(use.count - 1, 'other')}` : '';
  return {
    check: name,
    severity: isLost ? 'blocker' : severityOf[use.via][fate],
    subject: `${use.apiVersion} ${use.kind} ${use.example}${others}`,
    evidence: `${removalInWords(row)}; ${seenIn(use)}.`,
    next: `${insteadOf(row)} ${nextOf(use)}`,
    source: row.source,
  };
}

function seenIn({ via, manager, newestAt }: StoredUse): string {
  const when = newestAt ? `, last ${timeInWords(newestAt)}` : '';
  if (via === 'last-applied') return 'kubectl apply wrote it from a manifest of that version';
  return `${manager ?? 'somebody'} wrote it through that version${when}`;
}

const nexts = {
  'last-applied': 'Change the manifest that is applied: kubectl will refuse it.',
  managedFields: 'Move the one who writes to the new version; the name stays in managedFields until then.',
} as const;
const nextOf = ({ via }: StoredUse): string => nexts[via];
