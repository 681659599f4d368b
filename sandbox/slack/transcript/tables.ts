import { clip, columns, padEnd, padStart } from './lines.ts';
import type { Setting } from './setting.ts';

export interface Cell {
  readonly text: string;
  readonly isNumber?: boolean;
}

/** A table with its first row as the header; numbers to the right. Too wide a table gives up room in its widest column. */
export function tableLines(rows: readonly (readonly Cell[])[], { paint }: Setting, width: number): readonly string[] {
  const widths = fitting(naturalWidths(rows), width);
  const [header, ...body] = rows.map((row) => rowOf(row, widths, rows));
  const rule = widths.map((each) => '─'.repeat(each)).join('  ');
  return [paint('bold', header ?? ''), paint('faint', rule), ...body].map((line) => line.trimEnd());
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
