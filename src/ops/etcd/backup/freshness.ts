import { durationInWords } from '../../../chatops/format.ts';
import { type Backup, isVerified } from './backup.ts';

/** How a cluster stands against its target: its newest verified backup is to be no older than so much. */
export interface Freshness {
  readonly isMet: boolean;
  readonly maxAgeMs: number;
  readonly newest?: Backup;
  readonly newestVerified?: Backup;
  /** Of the newest verified one. */
  readonly verifiedAgeMs?: number;
}

/** Clocks of workers and stores that are kept differ by less. */
const clockSkewMs = 60_000;

/** A clock was wrong, so nobody knows how old it is: it would pass for the newest one, and a fresh one, for as long as it was ahead. */
export const isFromFuture = ({ takenAt }: Pick<Backup, 'takenAt'>, now: Date): boolean =>
  takenAt.getTime() > now.getTime() + clockSkewMs;

/** `backups` newest first. Those from the future do not count. */
export function freshnessOf(backups: readonly Backup[], maxAgeMs: number, now: Date): Freshness {
  const known = backups.filter((backup) => !isFromFuture(backup, now));
  const [newest = backups[0]] = known;
  const newestVerified = known.find(isVerified);
  if (!newest || !newestVerified) return { isMet: false, maxAgeMs, ...(newest ? { newest } : {}) };
  const verifiedAgeMs = ageOf(newestVerified, now);
  return { isMet: verifiedAgeMs <= maxAgeMs, maxAgeMs, newest, newestVerified, verifiedAgeMs };
}

/** 'good: the newest verified backup is 9 h old, the target is 1 d' */
export function freshnessInWords({ isMet, maxAgeMs, verifiedAgeMs }: Freshness): string {
  const target = durationInWords(maxAgeMs);
  if (verifiedAgeMs === undefined) return `missed: no backup is verified, the target is one no older than ${target}`;
  const age = durationInWords(verifiedAgeMs);
  return `${isMet ? 'good' : 'missed'}: the newest verified backup is ${age} old, the target is ${target}`;
}

export const ageOf = ({ takenAt }: Backup, now: Date): number => Math.max(0, now.getTime() - takenAt.getTime());
