/** A file as a table of text. Owns the shape that both readers give and the rules for headings. */
import { ImportError } from './importError.ts';

export interface TableRow {
  /** As a spreadsheet counts it: the heading is row 1 unless blank rows stand above it. */
  readonly row: number;
  /** One text a column, trimmed; '' is blank. */
  readonly values: readonly string[];
}

export interface ImportTable {
  readonly kind: 'csv' | 'xlsx';
  readonly columns: readonly string[];
  readonly rows: readonly TableRow[];
  /** How it was read, in words for the person: "UTF-8, separated by ;" or "sheet Rates". */
  readonly readAs: string;
}

/** Most rows and columns of one file. Larger ones are split by the person: a draft's review stays readable. */
export const TABLE_LIMITS = { rows: 100_000, columns: 200, bytes: 32 * 1024 * 1024, cell: 20_000 } as const;

/**
 * Takes the first row with any text as the heading, drops blank rows.
 * @throws ImportError `noHeading`, `malformed` (a row with more cells than the heading) or `tooLarge`.
 */
export function tableFrom(kind: ImportTable['kind'], readAs: string, all: readonly (readonly string[])[]): ImportTable {
  const at = all.findIndex((values) => values.some((value) => value !== ''));
  const heading = all[at];
  if (heading === undefined) {
    throw new ImportError(
      'noHeading',
      'The file has no rows.',
      'The first row names the columns; the rows below hold the values.',
    );
  }
  const columns = headings(heading);
  if (columns.length > TABLE_LIMITS.columns) {
    throw new ImportError(
      'tooLarge',
      `The file has ${columns.length} columns; at most ${TABLE_LIMITS.columns} are read.`,
      'Keep the columns that are needed.',
    );
  }
  const rows: TableRow[] = [];
  for (let i = at + 1; i < all.length; i += 1) {
    const values = all[i] ?? [];
    if (values.every((value) => value === '')) continue;
    rows.push({ row: i + 1, values: fitted(values, columns, i + 1) });
  }
  if (rows.length === 0) {
    throw new ImportError('empty', 'The file has a heading and no rows.', 'Add the rows to import below the heading.');
  }
  if (rows.length > TABLE_LIMITS.rows) {
    throw new ImportError(
      'tooLarge',
      `The file has ${rows.length} rows; at most ${TABLE_LIMITS.rows} are read at once.`,
      'Split the file.',
    );
  }
  return { kind, columns, rows, readAs };
}

function headings(cells: readonly string[]): string[] {
  let last = cells.length;
  while (last > 0 && cells[last - 1] === '') last -= 1;
  const seen = new Map<string, number>();
  return cells.slice(0, last).map((cell, index) => {
    const name = cell === '' ? `Column ${columnLetters(index)}` : cell.replace(/\s+/g, ' ');
    const times = (seen.get(name) ?? 0) + 1;
    seen.set(name, times);
    return times === 1 ? name : `${name} (${times})`;
  });
}

function fitted(values: readonly string[], columns: readonly string[], row: number): readonly string[] {
  const beyond = values.findIndex((value, index) => index >= columns.length && value !== '');
  if (beyond >= 0) {
    throw new ImportError(
      'malformed',
      `Row ${row} has a value in column ${columnLetters(beyond)}, which has no heading.`,
      'Name the column, or remove the value. Remove a title above the headings; a separator inside a value needs quotes around it.',
      { row, column: columnLetters(beyond) },
    );
  }
  const long = values.findIndex((value) => value.length > TABLE_LIMITS.cell);
  if (long >= 0) {
    throw new ImportError(
      'tooLarge',
      `Row ${row} has a cell of more than ${TABLE_LIMITS.cell} characters.`,
      'Shorten it. A missing closing quote also looks like this.',
      {
        row,
        column: columns[long] ?? columnLetters(long),
      },
    );
  }
  return columns.map((_, index) => values[index] ?? '');
}

/** 0 → A, 25 → Z, 26 → AA. */
export function columnLetters(index: number): string {
  let letters = '';
  for (let n = index + 1; n > 0; n = Math.floor((n - 1) / 26))
    letters = String.fromCharCode(65 + ((n - 1) % 26)) + letters;
  return letters;
}
