import { bytesInWords, counted, durationInWords } from '../../../chatops/format.ts';
import type { Backup } from '../backup/backup.ts';
import { ageAxis, sizeAxis } from './axes.ts';
import { type BackupHistory, databaseBytesOf, type Gap, lengthOf } from './backup-history.ts';
import { legend, markOf } from './marks.ts';
import { colours, font, frame, type Plot, plotOf, size } from './plot.ts';
import { element, path, words } from './svg.ts';

/** A history as a drawing: sizes over time, gaps hatched, backups found broken crossed. Nothing is told by colour alone. */
export function drawHistory(history: BackupHistory): string {
  const plot = plotOf(history);
  return element(
    'svg',
    { xmlns: 'http://www.w3.org/2000/svg', ...size, 'font-family': font },
    hatching(),
    element('rect', { ...size, fill: colours.paper }),
    title(history),
    legend(history, plot),
    ...sizeAxis(plot),
    ...ageAxis(plot),
    ...history.gaps.map((gap) => hatched(gap, plot)),
    ...curves(history, plot),
    ...history.backups.map((backup) => markOf(backup, plot)),
    ...gapLabels(history, plot),
    ...endLabels(history, plot),
  );
}

function title({ cluster, backups, now }: BackupHistory): string {
  const [first] = backups;
  const last = backups.at(-1) ?? first;
  const age = (instant: Date) => durationInWords(Math.max(0, now.getTime() - instant.getTime()));
  const which = backups.length === 1 ? '' : 'the newest ';
  const summary = `${counted(backups.length, 'backup')}, ${which}${age(last.takenAt)} old`;
  return (
    element('text', { x: 24, y: 44, 'font-size': 28, 'font-weight': 600, fill: colours.ink }, words(clip(cluster))) +
    element('text', { x: 24, y: 76, 'font-size': 18, fill: colours.quiet }, words(summary))
  );
}

const hatching = (): string =>
  element(
    'defs',
    {},
    element(
      'pattern',
      { id: 'hatching', width: 10, height: 10, patternUnits: 'userSpaceOnUse', patternTransform: 'rotate(45)' },
      element('rect', { width: 10, height: 10, fill: '#f4f3f4' }),
      element('line', { y1: 0, y2: 10, stroke: colours.gap, 'stroke-width': 2.5 }),
    ),
  );

function hatched({ from, to }: Gap, { x }: Plot): string {
  const { top, bottom } = frame;
  return element('rect', { x: x(from), y: top, width: x(to) - x(from), height: bottom - top, fill: 'url(#hatching)' });
}

const mostGapLabels = 4;
const gapLabelWidth = 120;

/** The longest ones, above the frame, as far as they have room beside each other. */
function gapLabels({ gaps }: BackupHistory, { x }: Plot): readonly string[] {
  const taken: number[] = [];
  return gaps
    .toSorted((a, b) => lengthOf(b) - lengthOf(a))
    .flatMap((gap) => {
      const middle = Math.min((x(gap.from) + x(gap.to)) / 2, frame.right - gapLabelWidth / 2);
      if (taken.length >= mostGapLabels || taken.some((other) => Math.abs(other - middle) < gapLabelWidth)) return [];
      taken.push(middle);
      const label = `gap ${durationInWords(lengthOf(gap))}`;
      const place = { x: middle, y: frame.top - 10, 'text-anchor': 'middle', 'font-size': 18, 'font-weight': 600 };
      return [element('text', { ...place, fill: colours.ink }, words(label))];
    });
}

/** Solid for the database, dashed for what is stored; through own backups alone, broken where a gap is. */
function curves({ backups, gaps }: BackupHistory, { x, y }: Plot): readonly string[] {
  const ends = new Set(gaps.map(({ to }) => to.getTime()));
  const stretches: Backup[][] = [[]];
  for (const backup of backups) {
    if (ends.has(backup.takenAt.getTime())) stretches.push([]);
    if (backup.kind === 'own') stretches.at(-1)?.push(backup);
  }
  const curve = (of: (backup: Backup) => number, style: Readonly<Record<string, string | number>>) =>
    stretches.map((stretch) =>
      element('path', {
        d: path(stretch.map((each) => [x(each.takenAt), y(of(each))])),
        fill: 'none',
        'stroke-width': 3,
        'stroke-linejoin': 'round',
        ...style,
      }),
    );
  return [
    ...curve(({ storedBytes }) => storedBytes, { stroke: colours.stored, 'stroke-dasharray': '8 5' }),
    ...curve((backup) => databaseBytesOf(backup) ?? 0, { stroke: colours.database }),
  ];
}

const labelHeight = 48;

/** What the newest own backup measures, beside the end of each curve. */
function endLabels({ backups }: BackupHistory, { y }: Plot): readonly string[] {
  const last = backups.findLast(({ kind }) => kind === 'own');
  const databaseBytes = last && databaseBytesOf(last);
  if (!last || databaseBytes === undefined) return [];
  const databaseY = Math.min(y(databaseBytes), frame.bottom - labelHeight);
  const storedY = Math.max(y(last.storedBytes), databaseY + labelHeight);
  return [
    endLabel(databaseY, bytesInWords(databaseBytes), 'database', colours.database),
    endLabel(storedY, bytesInWords(last.storedBytes), 'stored', colours.stored),
  ];
}

function endLabel(y: number, value: string, what: string, fill: string): string {
  const x = frame.right + 12;
  return (
    element('text', { x, y: y + 2, 'font-size': 22, 'font-weight': 600, fill }, words(value)) +
    element('text', { x, y: y + 23, 'font-size': 17, fill }, words(what))
  );
}

const clip = (name: string): string => (name.length > 32 ? `${name.slice(0, 31)}…` : name);
