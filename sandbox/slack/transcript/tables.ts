import { clip, columns, padEnd, padStart } from './lines.ts';
import type { Setting } from './setting.ts';

export interface Cell {
  readonly text: string;
  readonly isNumber?: boolean;
}

/**
 * A table with its first row as the header; numbers to the right. Too wide a table gives up room in its widest column; one of so many
 * columns that nobody could read it is told row by row.
 */
export function tableLines(rows: readonly (readonly Cell[])[], { paint }: Setting, width: number): readonly string[] {
  const natural = naturalWidths(rows);
  const widths = fitting(natural, width);
  if (widths.some((each, index) => each < Math.min(readable, natural[index] ?? 0)))
    return rowByRow(rows, { paint }, width);
  const [header, ...body] = rows.map((row) => rowOf(row, widths, rows));
  const rule = widths.map((each) => '─'.repeat(each)).join('  ');
  return [paint('bold', header ?? ''), paint('faint', rule), ...body].map((line) => line.trimEnd());
}

/** Less of a cell tells nothing. */
const readable = 8;

function rowByRow(
  [header = [], ...body]: readonly (readonly Cell[])[],
  { paint }: Pick<Setting, 'paint'>,
  width: number,
): readonly string[] {
  return body.flatMap((row, index) => {
    const told = row.flatMap((cell, column) => {
      const text = oneLine(cell);
      return text === '' || text === '–' ? [] : [`${oneLine(header[column])}: ${text}`];
    });
    const [first = '', ...others] = told.map((each) => clip(each, width - 2));
    return [...(index > 0 ? [''] : []), paint('bold', first), ...others.map((each) => `  ${each}`)];
  });
}

function naturalWidths(rows: readonly (readonly Cell[])[]): readonly number[] {
  const count = Math.max(0, ...rows.map((row) => row.length));
  return Array.from({ length: count }, (_, index) => Math.max(1, ...rows.map((row) => columns(oneLine(row[index])))));
}

function fitting(widths: readonly number[], width: number): readonly number[] {
  const total = widths.reduce((sum, each) => sum + each, 0) + 2 * Math.max(0, widths.length - 1);
  const widest = Math.max(...widths);
  if (total <= width || widest <= 4) return widths;
  const second = Math.max(4, ...widths.filter((each) => each < widest));
  const takers = widths.filter((each) => each === widest).length;
  const each = Math.max(second, widest - Math.ceil((total - width) / takers));
  const next = widths.map((one) => (one === widest ? Math.min(each, widest - 1) : one));
  return fitting(next, width);
}

function rowOf(row: readonly Cell[], widths: readonly number[], rows: readonly (readonly Cell[])[]): string {
  const cells = widths.map((width, index) => {
    const text = clip(oneLine(row[index]), width);
    return isNumeric(rows, index) ? padStart(text, width) : padEnd(text, width);
  });
  return cells.join('  ');
}

function isNumeric(rows: readonly (readonly Cell[])[], index: number): boolean {
  return rows.length > 1 && rows.slice(1).every((row) => row[index]?.isNumber);
}

function oneLine(cell: Cell | undefined): string {
  return (cell?.text ?? '').replaceAll('\n', ' ');
}
