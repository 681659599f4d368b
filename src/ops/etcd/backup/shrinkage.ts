import { bytesInWords, numberInWords } from '../../../chatops/format.ts';
import type { Backup, OwnBackup } from './backup.ts';

/** A number of a backup that is far below what it was in those before it. */
export interface Shrinkage {
  readonly what: 'database' | 'stored size' | 'live keys';
  /** In bytes, or keys. */
  readonly now: number;
  /** Of the backups before it. */
  readonly median: number;
}

export interface ShrinkAlarm {
  readonly backup: OwnBackup;
  /** How many backups it is compared with. */
  readonly compared: number;
  /** Never empty. */
  readonly shrunk: readonly Shrinkage[];
}

const leastShare = 0.7;
export const mostCompared = 5;
/** So many of the newest hold a newest one and all it is compared with, also where some cannot be read. */
export const enoughToCompare = 2 * (mostCompared + 1);
/** With fewer nothing is usual yet. */
const fewestCompared = 3;

/**
 * Whether the newest of Salvor's own backups shrank: its size or its keys are below 70 % of the median of the five before it. Other things
 * may be the reason than a loss: much was deleted, or a database was defragmented. `backups` in any order; those from the future are left
 * out, where there would be a newest one for years.
 */
export function findShrinkage(backups: readonly Backup[], now: Date): ShrinkAlarm | undefined {
  const [newest, ...before] = backups
    .flatMap((backup) => (backup.kind === 'own' && backup.takenAt <= now ? [backup] : []))
    .toSorted((a, b) => b.takenAt.getTime() - a.takenAt.getTime());
  return newest && shrinkageOf(newest, before);
}

/** The same for any backup; of `before`, newest first, the first five count. */
export function shrinkageOf(backup: OwnBackup, before: readonly OwnBackup[]): ShrinkAlarm | undefined {
  const compared = before.slice(0, mostCompared);
  const shrunk = numbers.flatMap(({ what, of }) => {
    const now = of(backup, backup);
    const usual = compared.flatMap((other) => of(other, backup) ?? []);
    const median = medianOf(usual);
    if (now === undefined || median === undefined || usual.length < fewestCompared) return [];
    return now < leastShare * median ? [{ what, now, median }] : [];
  });
  return shrunk.length === 0 ? undefined : { backup, compared: compared.length, shrunk };
}

interface Numbers {
  readonly what: Shrinkage['what'];
  /** Undefined where it is not known, or cannot be compared with that of `newest`. */
  of(backup: OwnBackup, newest: OwnBackup): number | undefined;
}

const numbers: readonly Numbers[] = [
  { what: 'database', of: ({ manifest }) => manifest.database.sizeBytes },
  {
    what: 'stored size',
    // Another compression makes another size of the same database.
    of: ({ manifest: { stored } }, newest) =>
      stored.compression === newest.manifest.stored.compression ? stored.sizeBytes : undefined,
  },
  { what: 'live keys', of: ({ manifest }) => manifest.keys?.live },
];

/** Between the two in the middle where there is no one. */
function medianOf(values: readonly number[]): number | undefined {
  const sorted = values.toSorted((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.floor((sorted.length - 1) / 2)];
  return upper === undefined || lower === undefined ? undefined : (upper + lower) / 2;
}

/** 'r-7 has shrunk: database 120 MiB, 24 % of the median of the 5 backups before it, 500 MiB; live keys …' */
export function shrinkageInWords({ backup, compared, shrunk }: ShrinkAlarm): string {
  const parts = shrunk.map(({ what, now, median }) => {
    const say = what === 'live keys' ? numberInWords : bytesInWords;
    return `${what} ${say(now)}, ${Math.floor((now / median) * 100)} % of ${say(Math.round(median))}`;
  });
  return `${backup.id} has shrunk against the median of the ${compared} backups before it: ${parts.join('; ')}`;
}
