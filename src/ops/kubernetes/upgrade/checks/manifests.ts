import { seen, unseen } from '../../../findings/finding.ts';
import { minorInWords } from '../../release.ts';
import type { ApiRemoval } from '../facts/api-removals.ts';
import type { Check, Finding } from '../finding.ts';
import type { Hop } from '../hops.ts';
import type { ManifestFile } from '../observed.ts';
import { type Fate, removalOf } from '../removals.ts';
import { keptKinds } from './kept-kinds.ts';

const name = 'manifests';

/** Files that people gave to be looked at, configuration files of components among them. */
export const manifests: Check = {
  name,
  when: 'each hop',
  check: ({ manifests: piece }, hop) => seen(name, piece, (files) => files.flatMap((one) => judge(one, hop))),
};

function judge({ name: file, kinds }: ManifestFile, hop: Hop): readonly Finding[] {
  if ('gap' in kinds) return hop.isFirst ? [unseen(name, kinds.gap)] : [];
  const removed = keptKinds(kinds.known, hop).map(
    ({ row, fate, evidence, next }): Finding => ({
      check: name,
      severity: fate === 'goes' ? 'blocker' : 'warning',
      subject: `file ${file}`,
      evidence: `${evidence} ${consequence(row, fate)}`,
      next,
      source: row.source,
    }),
  );
  return [...removed, ...deprecated(file, kinds.known, hop)];
}

function consequence({ isServed }: ApiRemoval, fate: Fate): string {
  if (!isServed) return 'The component that reads it does not start with it.';
  return fate === 'gone' ? 'This cluster refuses it already.' : 'The target refuses it.';
}

/** What stays for now: told once, in the hop that deprecates it or at the first. */
function deprecated(file: string, uses: Extract<ManifestFile['kinds'], { known: unknown }>['known'], hop: Hop) {
  const rows = new Set(uses.flatMap(({ apiVersion, kind }) => removalOf(apiVersion, kind) ?? []));
  return [...rows].flatMap((row): readonly Finding[] => {
    const { deprecatedIn = Infinity, removedIn = Infinity } = row;
    if (deprecatedIn > hop.to || removedIn <= hop.to || (deprecatedIn <= hop.from && !hop.isFirst)) return [];
    const until = removedIn === Infinity ? 'no removal is set' : `to be removed in ${minorInWords(removedIn)}`;
    const use = row.replacement
      ? `Move to ${row.replacement.apiVersion} ${row.replacement.kind} in time.`
      : 'Nothing takes its place.';
    return [
      {
        ...{ check: name, severity: 'note', subject: `file ${file}`, next: use, source: row.source },
        evidence: `${row.apiVersion} ${row.kind} is deprecated since ${minorInWords(deprecatedIn)}, ${until}.`,
      },
    ];
  });
}
