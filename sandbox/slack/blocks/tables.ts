import { richTextFields } from './rich-text.ts';
import {
  boolean,
  type Check,
  type Fields,
  finiteNumber,
  integer,
  itemsOf,
  list,
  object,
  oneOf,
  type Problem,
  problem,
  string,
  variant,
} from './shape.ts';
import { visibleLength } from './whole.ts';

const identified = { block_id: string({ max: 255 }) };
const rawText = object({ text: string() });
const rawNumber = object({ value: finiteNumber, text: string() });

const cell = variant({
  raw_text: rawText,
  raw_number: rawNumber,
  rich_text: object(richTextFields, identified),
});
const headerCell = variant({ raw_text: rawText, raw_number: rawNumber });

// Both tables: 20 columns, and 10,000 characters over all cells. Source: the two block references on docs.slack.dev.
const columnLimit = 20;
const cellCharacterLimit = 10_000;

const alignment = object({}, { align: oneOf('left', 'center', 'right'), is_wrapped: boolean });
const columnSetting: Check = (value, place) => (value === null ? [] : alignment(value, place));

export const table = object(
  { rows: list(list(cell, 1, columnLimit), 1, 100) },
  { ...identified, column_settings: list(columnSetting, 1, columnLimit) },
  cellsAreShort,
);

const headedRows: Check = (value, place) => {
  const [header, ...rest] = itemsOf(value);
  const widths = itemsOf(value).map((row) => itemsOf(row).length);
  const uneven = widths.findIndex((width) => width !== widths[0]);
  if (uneven > 0) return problem(`${place}/${uneven}`, `must have ${widths[0]} cells, as many as the first row`);
  return [
    ...list(headerCell, 1, columnLimit)(header, `${place}/0`),
    ...rest.flatMap((row, index) => list(cell, 1, columnLimit)(row, `${place}/${index + 1}`)),
  ];
};
const anything: Check = () => [];
const countedRows = list(anything, 2, 101);

export const dataTable = object(
  {
    // The header and up to 100 rows.
    rows: (value, place) => {
      const wrong = countedRows(value, place);
      return wrong.length > 0 ? wrong : headedRows(value, place);
    },
    caption: string(),
  },
  { ...identified, page_size: integer(1, 100), row_header_column_index: integer(0, columnLimit - 1) },
  rowHeaderExists,
  cellsAreShort,
);

function rowHeaderExists(fields: Fields, place: string): readonly Problem[] {
  const index = fields.row_header_column_index;
  const width = itemsOf(itemsOf(fields.rows)[0]).length;
  if (typeof index !== 'number' || index < width) return [];
  return problem(`${place}/row_header_column_index`, `must be less than ${width}, the number of columns`);
}

function cellsAreShort(fields: Fields, place: string): readonly Problem[] {
  const length = visibleLength(fields.rows);
  if (length <= cellCharacterLimit) return [];
  return problem(
    `${place}/rows`,
    `must be less than ${cellCharacterLimit + 1} characters over all cells, not ${length}`,
  );
}
