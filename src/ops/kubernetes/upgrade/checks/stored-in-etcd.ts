import { counted } from '../../../../chatops/format.ts';
import { unseen } from '../../../findings/finding.ts';
import type { Gap } from '../../../findings/piece.ts';
import { minorInWords } from '../../release.ts';
import type { ApiRemoval } from '../facts/api-removals.ts';
import type { Check, Finding } from '../finding.ts';
import type { Hop } from '../hops.ts';
import type { StoredInEtcd } from '../observed.ts';
import { fateOf, insteadOf, removalOf, unreadableBetween } from '../removals.ts';

const name = 'stored-in-etcd';

/**
 * Objects that etcd holds in a version which the API server of this hop cannot read: it then lists none of their kind. One that is served no more is
 * read all the same for years, so most hops have none such, and do not ask for etcd.
 */
export const storedInEtcd: Check = {
  name,
  when: 'each hop',
  check({ storedInEtcd: piece }, hop) {
    const unknown = (gap: Gap) => (unreadableBetween(hop.from, hop.to).length > 0 ? [unseen(name, gap)] : []);
    if ('gap' in piece) return unknown(piece.gap);
    return piece.known.flatMap((kind) => ('gap' in kind ? unknown(kind.gap) : judge(kind.known, hop)));
  },
};

function judge(use: StoredInEtcd, hop: Hop): readonly Finding[] {
  const row = removalOf(use.apiVersion, use.kind);
  if (row?.unreadableIn === undefined || !fateOf({ removedIn: row.unreadableIn }, hop)) return [];
  const { apiVersion, kind, example, count } = use;
  return [
    {
      check: name,
      severity: 'blocker',
      subject: `${apiVersion} ${kind} ${example}${count > 1 ? ` and ${counted(count - 1, 'other')}` : ''}`,
      evidence: `etcd holds ${count > 1 ? 'them' : 'it'} in ${apiVersion}, which an API server of ${minorInWords(row.unreadableIn)} cannot read, nor list any ${kind} beside ${count > 1 ? 'them' : 'it'}.`,
      next: nextOf(row, hop),
      source: row.source,
    },
  ];
}

/** What is written back is stored anew in the version that the API server prefers, so one that stays must be there already. */
function nextOf(row: ApiRemoval, hop: Hop): string {
  const { replacement, mustBeDeletedFirst } = row;
  const isServed = replacement !== undefined && replacement.availableIn <= hop.from;
  if (mustBeDeletedFirst) return insteadOf(row);
  return isServed
    ? `Migrate the storage before the hop: read and write back all objects of the kind, as a StorageVersionMigration does, or kubectl get and replace. ${insteadOf(row)}`
    : `Delete the objects before the hop, and make them anew after it. ${insteadOf(row)}`;
}
