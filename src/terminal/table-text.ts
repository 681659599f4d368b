import type { Table } from '../chatops/report.ts';
import { clean } from './clean.ts';

interface Column {
  readonly title: string;
  /** Of each row, on one line. */
  readonly cells: readonly string[];
  readonly width: number;
}

const gap = '  ';

/**
 * A table as lines no wider than `width` characters: without those of its spare columns for which there is no room, or else each row as a
 * list of its own. Nothing in a cell is cut, as people copy it: a cell wider than the screen is left to the terminal.
 */
export function tableText(table: Table, width: number): readonly string[] {
  const columns = columnsOf(table);
  const { needed, spare } = bySpare(columns, table.spare ?? []);
  if (widthOf(needed) > width) return stacked(columns);
  const shown = new Set(needed);
  for (const one of spare) if (widthOf([...shown, one]) <= width) shown.add(one);
  const hidden = spare.filter((one) => !shown.has(one));
  return [...sideBySide(columns.filter((one) => shown.has(one))), ...hint(hidden, widthOf([...needed, ...spare]))];
}

function columnsOf({ columns, rows }: Table): readonly Column[] {
  return columns.map((name, index) => {
    const title = clean(name);
    const cells = rows.map((row) => clean(String(row[index] ?? '')).replaceAll('\n', ' '));
    return { title, cells, width: Math.max(title.length, ...cells.map((cell) => cell.length)) };
  });
}

/** Spare ones in the order in which they are wanted; those that say nothing are no loss. */
function bySpare(columns: readonly Column[], wanted: readonly string[]) {
  const named = (title: string) => columns.filter((one) => one.title === title);
  return {
    needed: columns.filter(({ title }) => !wanted.includes(title)),
    spare: wanted.flatMap(named).filter(({ cells }) => cells.some((cell) => cell !== '')),
  };
}

const widthOf = (columns: readonly Column[]): number =>
  columns.reduce((sum, { width }) => sum + width, gap.length * (columns.length - 1));

function sideBySide(columns: readonly Column[]): readonly string[] {
  const lines = [columns.map(({ title }) => title), ...rowsOf(columns)];
  return lines.map((cells) =>
    cells
      .map((cell, index) => cell.padEnd(columns[index]?.width ?? 0))
      .join(gap)
      .trimEnd(),
  );
}

/** The first cell stands for its row, the others below it with their titles. */
function stacked(columns: readonly Column[]): readonly string[] {
  const [, ...titles] = columns.map(({ title }) => title);
  const width = Math.max(0, ...titles.map((title) => title.length));
  return rowsOf(columns).flatMap(([first = '', ...cells]) => [
    first,
    ...titles.flatMap((title, index) => (cells[index] ? [`${gap}${title.padEnd(width)}${gap}${cells[index]}`] : [])),
  ]);
}

const rowsOf = (columns: readonly Column[]): readonly (readonly string[])[] =>
  (columns[0]?.cells ?? []).map((_, row) => columns.map(({ cells }) => cells[row] ?? ''));

function hint(hidden: readonly Column[], width: number): readonly string[] {
  if (hidden.length === 0) return [];
  const titles = hidden.map(({ title }) => title).join(', ');
  return [`Left out: ${titles}.`, `A terminal of ${width} columns shows them, or COLUMNS=${width} in a pipe.`];
}
