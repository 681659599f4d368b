import { Refusal } from '../../../chatops/errors.ts';
import type { Text } from '../../../chatops/report.ts';
import type { Cluster, KeepRules } from '../../../ports/catalogue.ts';
import type { AskOptions, Objects } from '../../../ports/objects.ts';
import type { OwnBackup } from '../backup/backup.ts';
import type { Unreadable } from '../backup/load-backup.ts';
import { type Decision, type Ground, newestVerified, retain } from '../backup/retention.ts';
import { enoughToCompare, findShrinkage, type ShrinkAlarm, shrinkageInWords } from '../backup/shrinkage.ts';
import { type KnownBackup, type KnownBackups, knowBackups } from './known-backups.ts';
import { type Leftover, surveyBucket } from './survey-bucket.ts';

/** Why nothing may go, without a full stop, and what to do about it. */
export interface Hold {
  readonly why: string;
  readonly next: Text;
}

/** What a prune would do, and why. */
export interface PrunePlan {
  readonly cluster: Cluster;
  readonly rules: KeepRules;
  readonly now: Date;
  /** With one there are neither removals nor leftovers. */
  readonly hold?: Hold;
  /** For whose sake others may go: read, and found whole and verified. */
  readonly proven?: OwnBackup;
  /** One for each backup there is, newest first. */
  readonly decisions: readonly Decision<KnownBackup>[];
  /** Those of them that go. */
  readonly removals: readonly KnownBackup[];
  /** What former prunes and dead workers left. */
  readonly leftovers: readonly Leftover[];
  /** What was met and tells nothing: it stays. */
  readonly unreadable: readonly Unreadable[];
  /** Copies in the second bucket whose originals are gone: they stay. */
  readonly loneCopies: number;
}

/** Manifests and locks of so many that would go are looked at, the newest: the others right before they are deleted. */
const mostLookedAt = 300;
/** When so many in a row are not what their keys promise, a person must look at the bucket. */
const mostProofs = 20;

/**
 * Which backups of a cluster may go, and why, by its rules; changes nothing. Three listings at least, and some objects: the newest few, those
 * that stay, and at most three hundred of those that go, so that what is known to be locked or unreadable is not promised to go. Throws Refusal
 * when salvor.yaml has no rules; Fault.
 */
export async function planPrune(
  objects: Objects,
  cluster: Cluster,
  now: Date,
  ask: AskOptions = {},
): Promise<PrunePlan> {
  const rules = rulesOf(cluster);
  const { backups, leftovers, loneCopies } = await surveyBucket(objects, cluster.backup, now, ask);
  const known = knowBackups(objects, cluster, backups, ask);
  const proven = await proveNewest(known, now);
  const hold = holdOf(cluster, backups.length, proven, await shrinkAlarm(known, now));
  const decisions = hold ? retain(known.all(), rules, now, hold.why) : await decide(known, rules, now);
  return {
    ...{ cluster, rules, now, decisions, loneCopies },
    ...(hold ? { hold } : {}),
    ...(proven ? { proven } : {}),
    removals: decisions.flatMap(({ backup, does }) => (does === 'remove' ? [backup] : [])),
    leftovers: hold ? [] : leftovers,
    unreadable: known.unreadable(),
  };
}

/** Throws Refusal where salvor.yaml has none. */
export function rulesOf({ name, backup: { keep } }: Cluster): KeepRules {
  if (keep) return keep;
  throw new Refusal(`No rule says which backups of ${name} may go, so all of them stay.`, [
    `Whoever keeps salvor.yaml can add one under clusters.${name}.backup, for example `,
    { code: 'keep: {last: 10, daily: 14, weekly: 8, monthly: 12}' },
  ]);
}

/** Everything rests on this one: so its result is read and its data looked for, not only the key that says it passed. */
async function proveNewest(known: KnownBackups, now: Date): Promise<OwnBackup | undefined> {
  for (let tried = 0; tried < mostProofs; tried += 1) {
    const newest = newestVerified(known.all(), now);
    if (!newest) return undefined;
    const [look] = await known.look([newest], { locks: false });
    if (look?.standing === 'verified') return look.backup;
  }
  return undefined;
}

async function shrinkAlarm(known: KnownBackups, now: Date): Promise<ShrinkAlarm | undefined> {
  const newest = known.all().filter(({ kind, takenAt }) => kind === 'own' && takenAt <= now);
  const looks = await known.look(newest.slice(0, enoughToCompare), { locks: false });
  return findShrinkage(
    looks.flatMap(({ backup }) => backup ?? []),
    now,
  );
}

function holdOf(
  { name }: Cluster,
  count: number,
  proven: OwnBackup | undefined,
  alarm: ShrinkAlarm | undefined,
): Hold | undefined {
  if (count === 0) return { why: 'there is no backup', next: ['Take one: ', { command: `snapshot ${name}` }] };
  if (!proven) {
    const why = 'no backup is verified, and until one is all of them stay';
    return { why, next: ['Try the newest one out: ', { command: `verify ${name} latest` }] };
  }
  if (!alarm) return undefined;
  const next = [
    'See whether much was deleted on purpose, or the database was defragmented: then the next backups end this by themselves. ',
    { command: `backups ${name}` },
  ];
  return { why: shrinkageInWords(alarm), next };
}

/** Decides by the listings, looks closer at what that rests on, and decides again until nothing new is learned. */
async function decide(known: KnownBackups, rules: KeepRules, now: Date): Promise<readonly Decision<KnownBackup>[]> {
  const left = { stays: mostLookedAt, goes: mostLookedAt };
  for (;;) {
    const decisions = retain(known.all(), rules, now);
    const stays = decisions.filter(isUnreadStay).slice(0, left.stays);
    const goes = decisions.filter(isUnlookedRemoval).slice(0, left.goes);
    if (stays.length + goes.length === 0) return decisions;
    left.stays -= stays.length;
    left.goes -= goes.length;
    await known.look(backupsIn(stays), { locks: false });
    await known.look(backupsIn(goes), { locks: true });
  }
}

type Decided = Decision<KnownBackup>;

const backupsIn = (decisions: readonly Decided[]): readonly KnownBackup[] => decisions.map(({ backup }) => backup);

/** One that a rule keeps must be one: nothing is given up for a manifest that tells nothing. */
const isUnreadStay = ({ backup, does, ground }: Decided): boolean =>
  does === 'keep' && isByRule(ground) && !backup.isRead;

const isUnlookedRemoval = ({ backup, does }: Decided): boolean => does === 'remove' && backup.lock === undefined;

/** Whether it stays because the rules, and not some state of the bucket, say so. */
export const isByRule = (ground: Ground): boolean =>
  !['held', 'foreign', 'unreadable', 'future', 'locked', 'none'].includes(ground);
