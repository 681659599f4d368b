import { timeInWords } from '../../../chatops/format.ts';
import type { KeepRules } from '../../../ports/catalogue.ts';
import type { ObjectLock } from '../../../ports/objects.ts';
import { applyRules, type Rule, type Ruling } from './keep-rules.ts';

/** What it takes to decide about a backup. */
export interface BackupFacts {
  /** See backup-layout: in the order of stems the newest comes first. */
  readonly stem: string;
  readonly takenAt: Date;
  readonly kind: 'own' | 'foreign';
  /** 'broken': tried out and failed, or its data is not whole. 'unreadable': there is no manifest that tells what it is. */
  readonly standing: 'verified' | 'untried' | 'broken' | 'unreadable';
  /** Where it was asked for. */
  readonly lock?: ObjectLock;
}

export type Ground = 'held' | 'foreign' | 'unreadable' | 'future' | 'verified' | Rule | 'locked' | 'none';

export interface Decision<B> {
  readonly backup: B;
  readonly does: 'keep' | 'remove';
  /** What decided; the first where several things did. */
  readonly ground: Ground;
  /** All of them, as people say it: 'the newest verified backup; newest of its day, 3 of 7 daily'. */
  readonly why: string;
}

/**
 * Which backups stay and which may go, each with its reason, in the order given. What stays would stay again without those that go.
 *
 * Never goes: the newest verified backup, what is locked, what Salvor did not make, what cannot be read, and what comes from the future. The
 * last three take nobody's place in a rule, and neither does a broken one: a rule keeps what it would keep with it, and without it.
 * Nothing goes while an `alarm` stands (its reason), while no backup of Salvor's is verified, or without any rule.
 */
export function retain<B extends BackupFacts>(
  backups: readonly B[],
  rules: KeepRules,
  now: Date,
  alarm?: string,
): readonly Decision<B>[] {
  const counted = inOrder(backups, now);
  const proven = counted.find(isVerified);
  const hold = alarm ?? reasonToHold(proven, rules);
  if (hold !== undefined) return backups.map((backup) => ({ backup, does: 'keep', ground: 'held', why: hold }));
  const withBroken = applyRules(counted, rules, now);
  const sound = applyRules(
    counted.filter(({ standing }) => standing !== 'broken'),
    rules,
    now,
  );
  return backups.map((backup) => {
    const ruling = backup.standing === 'broken' ? withBroken : sound;
    return decide(backup, groundsOf(backup, backup === proven, ruling, now), ruling);
  });
}

/** The newest backup that is known to be good: the one for whose sake others may go. */
export function newestVerified<B extends BackupFacts>(backups: readonly B[], now: Date): B | undefined {
  return inOrder(backups, now).find(isVerified);
}

const isVerified = ({ standing }: BackupFacts): boolean => standing === 'verified';

/** Those that count for rules, newest first. */
function inOrder<B extends BackupFacts>(backups: readonly B[], now: Date): readonly B[] {
  return backups
    .filter((backup) => backup.kind === 'own' && backup.standing !== 'unreadable' && backup.takenAt <= now)
    .toSorted((a, b) => b.takenAt.getTime() - a.takenAt.getTime() || (a.stem < b.stem ? -1 : 1));
}

function reasonToHold(proven: BackupFacts | undefined, rules: KeepRules): string | undefined {
  if (!Object.values(rules).some((rule) => rule !== undefined)) return 'no rule says what may go';
  return proven ? undefined : 'no backup is verified, and until one is all of them stay';
}

interface Reason {
  readonly ground: Ground;
  readonly why: string;
}

function groundsOf<B extends BackupFacts>(
  backup: B,
  isProven: boolean,
  ruling: Ruling<B>,
  now: Date,
): readonly Reason[] {
  const protection = protectionOf(backup, now);
  if (protection) return [protection];
  const grounds = [
    ...(isProven ? [{ ground: 'verified' as const, why: 'the newest verified backup' }] : []),
    ...ruling.keeping(backup),
  ];
  return grounds.length > 0 ? grounds : lockOn(backup, now);
}

function protectionOf({ kind, standing, takenAt }: BackupFacts, now: Date): Reason | undefined {
  if (kind === 'foreign') return { ground: 'foreign', why: 'not made by Salvor' };
  if (standing === 'unreadable') return { ground: 'unreadable', why: 'its manifest tells nothing' };
  return takenAt > now ? { ground: 'future', why: 'taken in the future: a clock is wrong' } : undefined;
}

function lockOn({ lock }: BackupFacts, now: Date): readonly Reason[] {
  const why = lock && lockInWords(lock, now);
  return why === undefined ? [] : [{ ground: 'locked', why }];
}

/** What a lock still forbids, or undefined where it forbids nothing any more: 'locked until 2026-04-01 00:00 UTC'. */
export function lockInWords({ retention, legalHold }: ObjectLock, now: Date): string | undefined {
  const until = retention && retention.until > now ? `locked until ${timeInWords(retention.until)}` : undefined;
  if (!legalHold) return until;
  return until === undefined ? 'under a legal hold' : `${until}, and under a legal hold`;
}

function decide<B extends BackupFacts>(backup: B, grounds: readonly Reason[], ruling: Ruling<B>): Decision<B> {
  const [first] = grounds;
  if (!first) return { backup, does: 'remove', ground: 'none', why: ruling.whyNot(backup) };
  return { backup, does: 'keep', ground: first.ground, why: grounds.map(({ why }) => why).join('; ') };
}
