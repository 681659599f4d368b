import { bytesInWords, counted, durationInWords, firstFew, timeInWords } from '../../../chatops/format.ts';
import { hasFailed } from '../backup/backup.ts';
import { type BackupHistory, databaseBytesOf, type Gap, lengthOf } from './backup-history.ts';

/** What a picture of a history shows, for who cannot see it. At most about 700 characters. */
export function historyInWords(history: BackupHistory): string {
  const { cluster, backups } = history;
  const [first] = backups;
  const last = backups.at(-1) ?? first;
  const amount = counted(backups.length, 'backup');
  const [from, to] = [timeInWords(first.takenAt), timeInWords(last.takenAt)];
  const databases = rangeOf(backups.map(databaseBytesOf));
  const stored = rangeOf(backups.map(({ storedBytes }) => storedBytes));
  return [
    backups.length === 1
      ? `The size of the only backup of ${cluster}, taken ${from}.`
      : `Sizes of ${amount} of ${cluster}, taken between ${from} and ${to}.`,
    ...(databases === undefined ? [] : [`Size of the database: ${databases}.`]),
    ...(stored === undefined ? [] : [`Size in the store: ${stored}.`]),
    history.gaps.length === 0 ? 'No gaps.' : `${counted(history.gaps.length, 'gap')}: ${gapsInWords(history.gaps)}.`,
    failuresInWords(history),
  ].join(' ');
}

/** The latest first; empty where there are none. */
export const gapsInWords = (gaps: readonly Gap[]): string => firstFew(gaps.toReversed().map(gapInWords));

function failuresInWords({ backups }: BackupHistory): string {
  const failed = backups.filter(hasFailed).toReversed();
  if (failed.length === 0) return 'None was found broken.';
  return `Found broken: ${firstFew(failed.map(({ id, takenAt }) => `${id}, taken ${timeInWords(takenAt)}`))}.`;
}

function gapInWords(gap: Gap): string {
  const length = durationInWords(lengthOf(gap));
  return gap.goesOn ? `${length}, up to now` : `${length} until the backup of ${timeInWords(gap.to)} was taken`;
}

/** Undefined where no size is known. */
function rangeOf(sizes: readonly (number | undefined)[]): string | undefined {
  const known = sizes.filter((size) => size !== undefined);
  const [least, most] = [Math.min(...known), Math.max(...known)].map(bytesInWords);
  if (known.length === 0) return undefined;
  return least === most ? least : `between ${least} and ${most}`;
}
