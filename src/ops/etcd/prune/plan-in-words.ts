import {
  bytesInWords,
  counted,
  durationInWords,
  firstFew,
  minuteInWords,
  numberInWords,
} from '../../../chatops/format.ts';
import type { Fact, Table } from '../../../chatops/report.ts';
import type { KeepRules } from '../../../ports/catalogue.ts';
import { ageOf } from '../backup/freshness.ts';
import type { Ground } from '../backup/retention.ts';
import type { KnownBackup } from './known-backups.ts';
import type { PrunePlan } from './plan-prune.ts';

/** A plan, its table aside, for people. */
export function planFacts(plan: PrunePlan): readonly Fact[] {
  const { cluster, now, rules, proven, removals, leftovers, unreadable } = plan;
  const { address, prefix } = cluster.backup;
  return [
    ...fact('Goes', removals.length === 0 ? '' : goingInWords(plan), true),
    ...fact('Stays', stayingInWords(plan), true),
    ...fact('Newest verified', proven ? `${proven.id}, ${durationInWords(ageOf(proven, now))} old` : ''),
    ...fact('Rules', rulesInWords(rules)),
    ...fact('Not looked at yet', unseenInWords(removals)),
    ...fact('Left over', leftovers.length === 0 ? '' : leftInWords(plan)),
    ...fact('Copies', copiesInWords(plan)),
    ...fact('Not readable, and stays', firstFew(unreadable.map(({ key, why }) => `${key}: ${why}`))),
    { label: 'Where', value: [{ code: `${address}/${prefix}` }] },
  ];
}

function fact(label: string, value: string, onCard = false): readonly Fact[] {
  return value === '' ? [] : [{ label, value, ...(onCard ? { onCard } : {}) }];
}

/** '12 backups, 3.1 GiB, taken from 2025-11-02 to 2026-01-31' */
export function goingInWords({ removals }: PrunePlan): string {
  const [newest] = removals;
  const oldest = removals.at(-1);
  const taken = newest && oldest ? `, taken ${daysInWords(dayOf(oldest), dayOf(newest))}` : '';
  return `${counted(removals.length, 'backup')}, ${bytesInWords(sizeOf(removals))}${taken}`;
}

const daysInWords = (first: string, last: string): string =>
  first === last ? `on ${first}` : `from ${first} to ${last}`;

export const sizeOf = (some: readonly { readonly sizeBytes: number }[]): number =>
  some.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);

const dayOf = ({ takenAt }: KnownBackup): string => takenAt.toISOString().slice(0, 10);

const groundsInWords = new Map<Ground, string>([
  ['verified', 'the newest verified'],
  ['last', 'by last'],
  ['hourly', 'hourly'],
  ['daily', 'daily'],
  ['weekly', 'weekly'],
  ['monthly', 'monthly'],
  ['days', 'by days'],
  ['locked', 'locked'],
  ['foreign', 'not made by Salvor'],
  ['unreadable', 'not readable'],
  ['future', 'from the future'],
]);

/** '60 backups: 1 the newest verified, 9 by last, 14 daily, 3 locked' */
function stayingInWords({ decisions }: PrunePlan): string {
  const counts = new Map<Ground, number>();
  for (const { does, ground } of decisions) if (does === 'keep') counts.set(ground, (counts.get(ground) ?? 0) + 1);
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const parts = [...groundsInWords].flatMap(([ground, words]) => {
    const count = counts.get(ground);
    return count === undefined ? [] : [`${numberInWords(count)} ${words}`];
  });
  return `${counted(total, 'backup')}${parts.length > 0 ? `: ${parts.join(', ')}` : ''}`;
}

/** 'last 10, daily 14, days 30' */
function rulesInWords(rules: KeepRules): string {
  return Object.entries(rules)
    .flatMap(([rule, many]) => (many === undefined ? [] : [`${rule} ${many}`]))
    .join(', ');
}

function unseenInWords(removals: readonly KnownBackup[]): string {
  const unseen = removals.filter(({ lock }) => lock === undefined).length;
  if (unseen === 0) return '';
  return `manifests and locks of the ${numberInWords(unseen)} oldest that go: each is, right before it is deleted`;
}

function leftInWords({ leftovers }: PrunePlan): string {
  const size = bytesInWords(sizeOf(leftovers));
  return `${counted(leftovers.length, 'object')} without a manifest, ${size}: of dead workers or interrupted prunes. They go too`;
}

function copiesInWords({ cluster, removals, loneCopies }: PrunePlan): string {
  const { copy } = cluster.backup;
  if (!copy) return '';
  const copied = removals.filter(({ surveyed }) => surveyed.listed.isCopied).length;
  const lone =
    loneCopies === 0
      ? ''
      : `. ${numberInWords(loneCopies)} there without an original: they stay, look at them yourself`;
  return `${numberInWords(copied)} of those that go have a copy in ${copy.address}/${copy.prefix}, which goes too${lone}`;
}

/** A table is kept with its run, so it has an end. */
const mostRows = 500;

/** What goes and why, newest first. */
export function goingTable({ cluster: { name }, removals, decisions, now }: PrunePlan): Table {
  const going = decisions.filter(({ does }) => does === 'remove').slice(0, mostRows);
  const more = removals.length - going.length;
  return {
    caption: `What would go of ${name}, newest first${more > 0 ? `; ${numberInWords(more)} older ones are not shown` : ''}`,
    columns: ['Taken (UTC)', 'Age', 'Size', 'Tried out', 'Why', 'Backup'],
    spare: ['Tried out', 'Size', 'Age'],
    rows: going.map(({ backup, why }) => [
      minuteInWords(backup.takenAt),
      durationInWords(now.getTime() - backup.takenAt.getTime()),
      bytesInWords(backup.sizeBytes),
      { verified: 'good', broken: 'broken', untried: 'no', unreadable: '' }[backup.standing],
      why,
      backup.id,
    ]),
  };
}
