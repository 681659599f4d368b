import type { Backup } from '../backup/backup.ts';

/** Backups over time, and what should have been there. */
export interface BackupHistory {
  readonly cluster: string;
  readonly now: Date;
  /** Oldest first; never empty. */
  readonly backups: readonly [Backup, ...Backup[]];
  /** Oldest first. */
  readonly gaps: readonly Gap[];
}

/** A time without a backup, longer than twice the usual one. */
export interface Gap {
  readonly from: Date;
  /** For the last one, which still goes on: now. */
  readonly to: Date;
  readonly goesOn: boolean;
}

/** The history of backups in any order; undefined where there are none. */
export function historyOf(cluster: string, backups: readonly Backup[], now: Date): BackupHistory | undefined {
  const [first, ...rest] = backups.toSorted((a, b) => a.takenAt.getTime() - b.takenAt.getTime());
  if (!first) return undefined;
  const times = [first, ...rest].map(({ takenAt }) => takenAt);
  return { cluster, now, backups: [first, ...rest], gaps: gapsIn(times, now) };
}

/** With fewer distances than this nothing is usual yet. */
const fewestDistances = 3;

/** `times` oldest first. What is usual is the median of the distances between them. */
function gapsIn(times: readonly Date[], now: Date): readonly Gap[] {
  const distances = spans(times).map(lengthOf);
  const usual = distances.toSorted((a, b) => a - b)[Math.floor((distances.length - 1) / 2)];
  if (usual === undefined || distances.length < fewestDistances) return [];
  const last = times.at(-1) ?? now;
  const open = { from: last, to: now, goesOn: true };
  return [...spans(times), open].filter((span) => lengthOf(span) > 2 * usual);
}

const spans = (times: readonly Date[]): readonly Gap[] =>
  times.slice(1).map((to, index) => ({ from: times[index] ?? to, to, goesOn: false }));

export const lengthOf = ({ from, to }: Gap): number => to.getTime() - from.getTime();

/** Of the database, where it is known. */
export const databaseBytesOf = (backup: Backup): number | undefined =>
  backup.kind === 'own' ? backup.manifest.database.sizeBytes : undefined;
