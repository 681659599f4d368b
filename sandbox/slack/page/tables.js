import { element } from './dom.js';
import { readRichText } from './rich-text.js';
import { showPassages } from './words.js';

/** A `data_table`: caption, sorting by a column, and pages as the app asked for. Order and page are the reader's own. */
export function showDataTable(block, place, context) {
  const [header, ...rows] = block.rows;
  const key = `${place.key}/${place.blockKey}`;
  const { page = 0, column, isDescending = false } = context.tables.get(key) ?? {};
  const size = block.page_size ?? 5;
  const pages = Math.ceil(rows.length / size);
  const current = Math.min(page, pages - 1);
  const visible = sorted(rows, column, isDescending).slice(current * size, (current + 1) * size);
  const heads = header.map((cell, index) => {
    const isNumeric = rows.every((row) => row[index]?.type === 'raw_number');
    return showHeader(cell, index, { isNumeric, isSorted: column === index, isDescending });
  });
  const body = visible.map((row) => showRow(row, block.row_header_column_index ?? 0, context));
  const table = element(
    'table',
    {},
    element('caption', {}, block.caption),
    element('thead', {}, element('tr', {}, heads)),
    element('tbody', {}, body),
  );
  const frame = element(
    'div',
    { class: 'table-frame', 'data-table': key, tabindex: 0, role: 'region', 'aria-label': block.caption },
    table,
  );
  return pages > 1 ? [frame, showPager(key, current, pages, size, rows.length)] : frame;
}

function showHeader(cell, index, { isNumeric, isSorted, isDescending }) {
  const order = isSorted ? (isDescending ? 'descending' : 'ascending') : undefined;
  const arrow = isSorted ? (isDescending ? ' ↓' : ' ↑') : '';
  const button = element('button', { type: 'button', class: 'sort', 'data-sort': index }, cell.text, arrow);
  return element('th', { scope: 'col', class: isNumeric ? 'number' : undefined, 'aria-sort': order }, button);
}

function showRow(row, rowHeaderIndex, context) {
  const cells = row.map((cell, index) => {
    const name = cell.type === 'raw_number' ? 'number' : undefined;
    const isHeader = index === rowHeaderIndex;
    return element(
      isHeader ? 'th' : 'td',
      { scope: isHeader ? 'row' : undefined, class: name },
      showCell(cell, context),
    );
  });
  return element('tr', {}, cells);
}

function showCell(cell, context) {
  return cell.type === 'rich_text' ? showPassages(readRichText(cell), context) : cell.text;
}

function sorted(rows, column, isDescending) {
  if (column === undefined) return rows;
  const byValue = (one, other) => compare(one[column], other[column]) * (isDescending ? -1 : 1);
  return rows.toSorted(byValue);
}

function compare(one, other) {
  if (one?.type === 'raw_number' && other?.type === 'raw_number') return one.value - other.value;
  return plain(one).localeCompare(plain(other), undefined, { numeric: true });
}

function plain(cell) {
  return cell?.text ?? JSON.stringify(cell?.elements ?? '');
}

function showPager(key, page, pages, size, count) {
  const turn = (label, to, isOff) =>
    element(
      'button',
      { type: 'button', class: 'button button-small', 'data-table': key, 'data-page': to, disabled: isOff },
      label,
    );
  const range = `${page * size + 1}–${Math.min((page + 1) * size, count)} of ${count}`;
  return element(
    'div',
    { class: 'pager' },
    turn('Previous', page - 1, page === 0),
    element('span', {}, range),
    turn('Next', page + 1, page === pages - 1),
  );
}

/** Turns a page or sorts a column when that is what was clicked; true when it was. */
export function turnTable(target, tables) {
  const pager = target.closest('[data-page]');
  const head = target.closest('[data-sort]');
  const key = (pager ?? head)?.closest('[data-table]')?.dataset.table;
  if (!key) return false;
  const before = tables.get(key) ?? {};
  if (pager) tables.set(key, { ...before, page: Number(pager.dataset.page) });
  else tables.set(key, { column: Number(head.dataset.sort), isDescending: isSortedUp(before, head) });
  return true;
}

function isSortedUp(before, head) {
  return before.column === Number(head.dataset.sort) && !before.isDescending;
}

/** A `table`: the first row is the header, as Slack draws it; columns aligned as the app asked. */
export function showPlainTable({ rows, column_settings: settings = [] }, _, context) {
  const aligned = (cell, index, tag) => {
    const align = settings[index]?.align ?? (cell.type === 'raw_number' ? 'right' : 'left');
    return element(tag, { class: `align-${align}`, scope: tag === 'th' ? 'col' : undefined }, showCell(cell, context));
  };
  const [header, ...rest] = rows;
  const head = element(
    'tr',
    {},
    header.map((cell, index) => aligned(cell, index, 'th')),
  );
  const body = rest.map((row) =>
    element(
      'tr',
      {},
      row.map((cell, index) => aligned(cell, index, 'td')),
    ),
  );
  const table = element('table', {}, element('thead', {}, head), element('tbody', {}, body));
  return element('div', { class: 'table-frame', tabindex: 0 }, table);
}
