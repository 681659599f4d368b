import { type Backup, hasFailed, isVerified } from '../backup/backup.ts';
import { type BackupHistory, databaseBytesOf } from './backup-history.ts';
import { colours, type Plot, size } from './plot.ts';
import { element, words } from './svg.ts';

const brokenRadius = 7.5;

/** Filled: verified. Hollow: not verified. Crossed: found broken. A square where something else made it. */
export function markOf(backup: Backup, { x, y, isMarked, markRadius }: Plot): string {
  const at = [x(backup.takenAt), y(databaseBytesOf(backup) ?? backup.storedBytes)] as const;
  if (hasFailed(backup)) return cross(at, brokenRadius);
  if (!isMarked(backup)) return '';
  const colour = backup.kind === 'own' ? colours.database : colours.stored;
  return (backup.kind === 'own' ? dot : square)(at, markRadius, colour, isVerified(backup));
}

type At = readonly [number, number];

function dot([cx, cy]: At, r: number, colour: string, isFilled: boolean): string {
  return element('circle', { cx, cy, r, ...painted(r, colour, isFilled) });
}

function square([x, y]: At, r: number, colour: string, isFilled: boolean): string {
  return element('rect', { x: x - r, y: y - r, width: 2 * r, height: 2 * r, ...painted(r, colour, isFilled) });
}

const painted = (r: number, colour: string, isFilled: boolean) => ({
  fill: isFilled ? colour : colours.paper,
  stroke: isFilled ? colours.paper : colour,
  'stroke-width': isFilled ? Math.min(2, r / 3) : Math.min(2.5, r / 2),
});

function cross([x, y]: At, r: number): string {
  const half = r * 0.8;
  const lines = `M${x - half} ${y - half}L${x + half} ${y + half}M${x - half} ${y + half}L${x + half} ${y - half}`;
  return (
    element('circle', { cx: x, cy: y, r: r * 1.5, fill: colours.paper, stroke: colours.broken, 'stroke-width': 1.5 }) +
    element('path', { d: lines, stroke: colours.broken, 'stroke-width': 4, 'stroke-linecap': 'round' })
  );
}

interface Entry {
  readonly label: string;
  /** As set in Inter of 18 pixels. */
  readonly width: number;
  mark(at: At): string;
}

/** What the marks of this picture mean, in one line at its right side. */
export function legend({ backups, gaps }: BackupHistory, { isMarked }: Plot): string {
  const shown = (is: (backup: Backup) => boolean, entry: Entry) => (backups.some(is) ? [entry] : []);
  const isUntried = (backup: Backup) => !isVerified(backup) && !hasFailed(backup) && isMarked(backup);
  const isForeign = (backup: Backup) => backup.kind === 'foreign' && isMarked(backup);
  const entries: readonly Entry[] = [
    ...shown(isVerified, { label: 'verified', width: 66, mark: (at) => dot(at, 7, colours.database, true) }),
    ...shown(isUntried, { label: 'not verified', width: 99, mark: (at) => dot(at, 7, colours.database, false) }),
    ...shown(hasFailed, { label: 'broken', width: 60, mark: (at) => cross(at, brokenRadius) }),
    ...shown(isForeign, { label: 'foreign', width: 61, mark: (at) => square(at, 7, colours.stored, false) }),
    ...(gaps.length > 0 ? [{ label: 'gap', width: 32, mark: (at: At) => hatchedBox(at, 9) }] : []),
  ];
  return entries.reduceRight(placed, { svg: '', right: size.width - 24 }).svg;
}

function placed({ svg, right }: { readonly svg: string; readonly right: number }, { label, width, mark }: Entry) {
  const left = right - width;
  const text = element('text', { x: left, y: 44, 'font-size': 18, fill: colours.quiet }, words(label));
  return { svg: svg + mark([left - 20, 38]) + text, right: left - 56 };
}

const hatchedBox = ([x, y]: At, r: number): string =>
  element('rect', { x: x - r, y: y - r, width: 2 * r, height: 2 * r, fill: 'url(#hatching)', stroke: colours.gap });
