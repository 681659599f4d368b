import { bytesInWords, counted, durationInWords, firstFew, timeInWords } from '../../../chatops/format.ts';
import { hasFailed } from '../backup/backup.ts';
import { type BackupHistory, databaseBytesOf, type Gap, lengthOf } from './backup-history.ts';

/** What a picture of a history shows, for who cannot see it. At most about 700 characters. */
export function historyInWords(history: BackupHistory): string {
  const { cluster, backups } = history;
  const [first] = backups;
  const last = backups.at(-1) ?? first;
  const when = backups.length === 1 ? `of ${timeInWords(first.takenAt)}` : between(first.takenAt, last.takenAt);
  return [
    `Sizes of ${counted(backups.length, 'backup')} of ${cluster} ${when}.`,
    ...range('Database', backups.map(databaseBytesOf)),
    ...range(
      'Stored',
      backups.map(({ storedBytes }) => storedBytes),
    ),
    history.gaps.length === 0 ? 'No gaps.' : `${counted(history.gaps.length, 'gap')}: ${gapsInWords(history.gaps)}.`,
    failuresInWords(history),
  ].join(' ');
}

/** The latest first; empty where there are none. */
export const gapsInWords = (gaps: readonly Gap[]): string => firstFew(gaps.toReversed().map(gapInWords));

function failuresInWords({ backups }: BackupHistory): string {
  const failed = backups.filter(hasFailed).toReversed();
  if (failed.length === 0) return 'None was found broken.';
  return `Found broken: ${firstFew(failed.map(({ id, takenAt }) => `${id} of ${timeInWords(takenAt)}`))}.`;
}

function gapInWords(gap: Gap): string {
  const length = durationInWords(lengthOf(gap));
  return gap.goesOn ? `${length} up to now` : `${length} before ${timeInWords(gap.to)}`;
}

function range(what: string, sizes: readonly (number | undefined)[]): readonly string[] {
  const known = sizes.filter((size) => size !== undefined);
  const [least, most] = [Math.min(...known), Math.max(...known)].map(bytesInWords);
  if (known.length === 0) return [];
  return [least === most ? `${what} ${least}.` : `${what} from ${least} to ${most}.`];
}

const between = (from: Date, to: Date): string => `from ${timeInWords(from)} to ${timeInWords(to)}`;
