import type { DataTableBlock, RawNumberElement, RawTextElement } from '@slack/types';
import { counted } from '../../chatops/format.ts';
import type { File, Table } from '../../chatops/report.ts';
import type { Language } from '../../languages/all.ts';
import { clip, limits, shares } from '../limits.ts';
import { literal } from '../literal.ts';

/** A file that nobody could open helps nobody, and it waits in memory until it is sent. */
const mostFileBytes = 5_000_000;

/** A table that a screen holds shows all of its rows at once; a longer one is turned page by page. */
const wholeUpTo = 20;
const pageRows = 10;

type Cell = RawTextElement | RawNumberElement;

export interface RenderedTable {
  /** Absent when there is no row to show. */
  readonly block: DataTableBlock | undefined;
  readonly hiddenRows: number;
  readonly hiddenColumns: number;
}

/** As many rows and columns of a table as Slack takes within `maxCharacters`, from the top. */
export function renderTable(table: Table, maxCharacters: number): RenderedTable {
  const width = Math.min(table.columns.length, limits.tableColumns);
  const hiddenColumns = table.columns.length - width;
  const caption = literal(clip(table.caption, shares.tableCaption)) || 'Table';
  const header = table.columns.slice(0, width).map((name) => rawText(name));
  const candidates = table.rows.slice(0, limits.tableRows).map((row) => cellsOf(row, width));
  const room = Math.min(maxCharacters, limits.tableCharacters) - caption.length - lengthOf(header);
  const rows = fitting(candidates, room);
  if (width === 0 || rows.length === 0) return { block: undefined, hiddenRows: table.rows.length, hiddenColumns };
  const page_size = rows.length <= wholeUpTo ? rows.length : pageRows;
  return {
    block: { type: 'data_table', caption, page_size, row_header_column_index: 0, rows: [header, ...rows] },
    hiddenRows: table.rows.length - rows.length,
    hiddenColumns,
  };
}

/** The whole table as a file, RFC 4180. A leading =, +, - or @ is quoted away: spreadsheets would run it. */
export function tableFile(table: Table, name: string, say: Language['say']): File {
  const lines: string[] = [];
  let sizeBytes = 0;
  for (const row of [table.columns, ...table.rows]) {
    const line = row.map(csvCell).join(',');
    sizeBytes += line.length;
    if (sizeBytes > mostFileBytes) {
      lines.push(say(`… ${counted(table.rows.length + 1 - lines.length, 'more row')} left out`));
      break;
    }
    lines.push(line);
  }
  const base64 = Buffer.from(`${lines.join('\r\n')}\r\n`).toString('base64');
  return { name: `${name}.csv`, title: clip(table.caption, shares.tableCaption), base64 };
}

function csvCell(value: string | number): string {
  const text = typeof value === 'string' && /^[=+\-@\t\r]/.test(value) ? `'${value}` : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function cellsOf(row: readonly (string | number)[], width: number): Cell[] {
  return Array.from({ length: width }, (_, index) => cell(row[index] ?? ''));
}

function cell(value: string | number): Cell {
  if (typeof value === 'number' && Number.isFinite(value)) return { type: 'raw_number', value, text: String(value) };
  return rawText(String(value));
}

function rawText(text: string): RawTextElement {
  return { type: 'raw_text', text: literal(clip(text, shares.tableCell)) || '–' };
}

function fitting(rows: readonly Cell[][], room: number): Cell[][] {
  const taken: Cell[][] = [];
  let left = room;
  for (const row of rows) {
    left -= lengthOf(row);
    if (left < 0) break;
    taken.push(row);
  }
  return taken;
}

function lengthOf(row: readonly Cell[]): number {
  return row.reduce((sum, one) => sum + (one.text?.length ?? 0), 0);
}
