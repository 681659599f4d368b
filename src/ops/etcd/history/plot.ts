import { type Backup, isVerified } from '../backup/backup.ts';
import { type BackupHistory, databaseBytesOf } from './backup-history.ts';
import { ageTicks, sizeTicks, type Tick } from './scales.ts';

export const size = { width: 1200, height: 480 } as const;
/** Of the rectangle in which sizes are drawn over time; the rest is for words. */
export const frame = { left: 104, right: 1034, top: 116, bottom: 400 } as const;

export const font = 'Inter, sans-serif';
/** Blue and orange stay apart for every kind of colour blindness; line styles and marks say the same. */
export const colours = {
  paper: '#ffffff',
  ink: '#1d1c1d',
  quiet: '#5f5e60',
  grid: '#e6e5e7',
  database: '#1264a3',
  stored: '#b45309',
  broken: '#c0142d',
  gap: '#8d8c8f',
} as const;

/** Where times and sizes lie in the picture, in pixels. */
export interface Plot {
  x(instant: Date): number;
  y(bytes: number): number;
  readonly sizes: readonly Tick[];
  readonly ages: readonly { readonly at: Date; readonly label: string; readonly date: string }[];
  /** All are, or only the verified ones where there are many. */
  isMarked(backup: Backup): boolean;
  readonly markRadius: number;
}

const largestMark = 7;
const smallestMark = 2.5;
const mostMarked = 120;

/** From the oldest backup to now, or to the newest one where that is later; sizes from 0. */
export function plotOf({ backups, now }: BackupHistory): Plot {
  const [first] = backups;
  const end = Math.max(now.getTime(), (backups.at(-1) ?? first).takenAt.getTime());
  const spanMs = Math.max(60_000, end - first.takenAt.getTime());
  const from = end - spanMs * 1.02;
  const sizes = sizeTicks(Math.max(...backups.map((backup) => databaseBytesOf(backup) ?? backup.storedBytes)));
  const most = sizes.at(-1)?.value ?? 1;
  const x = (instant: Date) =>
    frame.left + ((instant.getTime() - from) / (end - from)) * (frame.right - 14 - frame.left);
  const isMarked = backups.length > mostMarked ? isVerified : () => true;
  const spacing = (frame.right - frame.left) / Math.max(1, backups.filter(isMarked).length);
  return {
    x,
    y: (bytes) => frame.bottom - (bytes / most) * (frame.bottom - frame.top),
    sizes,
    ages: agesBefore(now, now.getTime() - first.takenAt.getTime()),
    isMarked,
    markRadius: Math.max(smallestMark, Math.min(largestMark, spacing / 3)),
  };
}

function agesBefore(now: Date, mostMs: number): Plot['ages'] {
  const ticks = ageTicks(mostMs);
  const areDays = (ticks[1]?.value ?? 0) >= 24 * 3_600_000;
  return ticks.map(({ value, label }) => {
    const at = new Date(now.getTime() - value);
    return { at, label, date: (areDays ? dayOf : minuteOf).format(at) };
  });
}

const utc = { timeZone: 'UTC', day: 'numeric', month: 'short' } as const;
const dayOf = new Intl.DateTimeFormat('en-GB', utc);
const minuteOf = new Intl.DateTimeFormat('en-GB', { ...utc, hour: '2-digit', minute: '2-digit' });
