import { durationInWords } from '../../../chatops/format.ts';
import { type Backup, isVerified } from './backup.ts';

/** How a cluster stands against its target: its newest verified backup is to be no older than so much. */
export interface Freshness {
  readonly isMet: boolean;
  readonly maxAgeMs: number;
  readonly newest?: Backup;
  readonly newestVerified?: Backup;
  /** Of the newest verified one; 0 where a clock is wrong and it comes from the future. */
  readonly verifiedAgeMs?: number;
}

/** `backups` newest first. */
export function freshnessOf(backups: readonly Backup[], maxAgeMs: number, now: Date): Freshness {
  const [newest] = backups;
  const newestVerified = backups.find(isVerified);
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
