import type { KeepRules } from '../../../ports/catalogue.ts';

export type Rule = keyof KeepRules;

/** A rule that keeps a backup, as people say it: 'newest of its day, 3 of 7 daily'. */
export interface Keeping {
  readonly ground: Rule;
  readonly why: string;
}

/** What the rules say of backups. */
export interface Ruling<B> {
  /** Empty for one that no rule keeps. */
  keeping(backup: B): readonly Keeping[];
  /** For one that no rule keeps. */
  whyNot(backup: B): string;
}

interface Taken {
  readonly takenAt: Date;
}

interface Period {
  readonly rule: Rule;
  readonly noun: string;
  /** Numbers the periods of UTC in their order. */
  numberOf(instant: Date): number;
}

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** The finest first. */
const periods: readonly Period[] = [
  { rule: 'hourly', noun: 'hour', numberOf: (instant) => Math.floor(instant.getTime() / hourMs) },
  { rule: 'daily', noun: 'day', numberOf: (instant) => Math.floor(instant.getTime() / dayMs) },
  // ISO weeks begin on Monday; 1 January 1970 was a Thursday.
  { rule: 'weekly', noun: 'week', numberOf: (instant) => Math.floor((instant.getTime() / dayMs + 3) / 7) },
  { rule: 'monthly', noun: 'month', numberOf: (instant) => instant.getUTCFullYear() * 12 + instant.getUTCMonth() },
];

/** Applies each rule by itself to backups in their order, newest first. */
export function applyRules<B extends Taken>(newestFirst: readonly B[], rules: KeepRules, now: Date): Ruling<B> {
  const kept = new Map<B, Keeping[]>();
  const keep = (backup: B, ground: Rule, why: string) => {
    kept.set(backup, [...(kept.get(backup) ?? []), { ground, why }]);
  };
  const { last = 0, days = 0 } = rules;
  for (const backup of newestFirst.slice(0, last)) keep(backup, 'last', `among the newest ${last}`);
  const covered = periods.flatMap((period) => newestOfEach(newestFirst, period, rules[period.rule] ?? 0, keep));
  for (const backup of newestFirst) {
    if (now.getTime() - backup.takenAt.getTime() >= days * dayMs) break;
    keep(backup, 'days', `younger than ${days === 1 ? 'a day' : `${days} days`}`);
  }
  return {
    keeping: (backup) => kept.get(backup) ?? [],
    whyNot({ takenAt }) {
      const found = covered.find(({ period, oldest }) => period.numberOf(takenAt) >= oldest);
      return found ? `a newer one of its ${found.period.noun} is kept` : 'older than every rule';
    },
  };
}

interface Coverage {
  readonly period: Period;
  /** The number of the oldest one of which a backup is kept. */
  readonly oldest: number;
}

/** Periods without a backup do not count. */
function newestOfEach<B extends Taken>(
  newestFirst: readonly B[],
  period: Period,
  most: number,
  keep: (backup: B, ground: Rule, why: string) => void,
): readonly Coverage[] {
  let count = 0;
  let oldest = Number.POSITIVE_INFINITY;
  for (const backup of newestFirst) {
    const number = period.numberOf(backup.takenAt);
    if (number === oldest) continue;
    if (count === most) break;
    count += 1;
    oldest = number;
    keep(backup, period.rule, `newest of its ${period.noun}, ${count} of ${most} ${period.rule}`);
  }
  return count === 0 ? [] : [{ period, oldest }];
}
