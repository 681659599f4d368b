import { expect, it } from 'vitest';
import type { Table } from '../../src/chatops/report.ts';
import { tableText } from '../../src/terminal/table-text.ts';

const table: Table = {
  caption: 'Backups',
  columns: ['Why', 'Size', 'Digest', 'Lock', 'Backup'],
  spare: ['Size', 'Why', 'Digest', 'Lock'],
  rows: [
    ['before the storage work', '2 MiB', 'c0ffee', '', 'r-k7m2p9x4tq'],
    ['by hand', '507 MiB', 'decade', '', 'r-second'],
  ],
};
const at = (width: number, of = table) => tableText(of, width).join('\n');

it('shows all that says anything where there is room', () => {
  expect(at(60)).toBe(
    `
Why                      Size     Digest  Backup
before the storage work  2 MiB    c0ffee  r-k7m2p9x4tq
by hand                  507 MiB  decade  r-second`.trim(),
  );
  expect(at(54)).toBe(at(60));
});

it('leaves out what is wanted least where there is less, and says so', () => {
  expect(at(53)).toBe(
    `
Why                      Size     Backup
before the storage work  2 MiB    r-k7m2p9x4tq
by hand                  507 MiB  r-second
Left out: Digest.
A terminal of 54 columns shows them, or COLUMNS=54 in a pipe.`.trim(),
  );
});

it('keeps what fits beside what is wanted more', () => {
  expect(at(30)).toMatch(/^Size +Digest +Backup\n/);
});

it('lists row by row what no screen so narrow can hold side by side, and never cuts a cell', () => {
  const { spare: _, ...whole } = table;
  expect(at(40, whole)).toBe(
    `
before the storage work
  Size    2 MiB
  Digest  c0ffee
  Backup  r-k7m2p9x4tq
by hand
  Size    507 MiB
  Digest  decade
  Backup  r-second`.trim(),
  );
  expect(at(5)).toContain('  Backup  r-k7m2p9x4tq');
});

it('keeps a row on one line, whatever is in its cells', () => {
  const rows = [['two\nlines', 1, '\u001b[2J', '', 'r-1']];
  expect(tableText({ ...table, rows }, 60)).toEqual(['Why        Size  Backup', 'two lines  1     r-1']);
});

it('shows the titles of a table without rows', () => {
  expect(at(60, { caption: 'None', columns: ['Key', 'Size'], rows: [] })).toBe('Key  Size');
});
