/**
 * The sheets of a workbook file as tables of text. Owns how Excel's stored numbers and dates become text.
 * Must not compute: a formula gives the value the file last saved; an error cell is kept as its text and refused by the check.
 */
import { Decimal } from '@countersign/shared/money';
import readXlsxFile from 'read-excel-file/node';
import { ImportError } from './importError.ts';
import { columnLetters, type ImportTable, TABLE_LIMITS, tableFrom } from './table.ts';
import { percentCells } from './xlsxPercents.ts';
import { sheetsOf, tags, value } from './xlsxTags.ts';
import { plainZip, ZipError, zipParts } from './zipParts.ts';

/** Excel shows and computes 15 significant digits; what it stores beyond them is the noise of binary fractions. */
const EXCEL_DIGITS = 15;
const MOST_UNPACKED_BYTES = 256 * 1024 * 1024;
/** Blank rows and columns around a table are no harm. */
const MOST_ROWS = 2 * TABLE_LIMITS.rows;
const MOST_COLUMNS = 2 * TABLE_LIMITS.columns;

/** One sheet of a workbook as text, rows and columns as a spreadsheet counts them. */
export interface XlsxSheet {
  readonly name: string;
  readonly rows: readonly (readonly string[])[];
}

/** The first sheet. @throws ImportError `malformed` or `tooLarge`. */
export async function readXlsx(bytes: Uint8Array): Promise<ImportTable> {
  const { sheets, hasMacros } = await readWorkbook(bytes);
  const [first, ...others] = sheets;
  const which = others.length === 0 ? '' : `, the first of ${others.length + 1}`;
  const readAs = `sheet "${first?.name ?? ''}"${which}${hasMacros ? ', without the macros' : ''}`;
  return tableFrom('xlsx', readAs, first?.rows ?? []);
}

/** Every sheet, in the workbook's order. @throws ImportError `malformed` or `tooLarge`. */
export async function readXlsxSheets(bytes: Uint8Array): Promise<XlsxSheet[]> {
  return (await readWorkbook(bytes)).sheets;
}

async function readWorkbook(bytes: Uint8Array): Promise<{ readonly sheets: XlsxSheet[]; readonly hasMacros: boolean }> {
  try {
    // [IMP-13] Unpacked and checked here: the reader waits for ever for the end of some broken archives.
    const parts = zipParts(bytes, MOST_UNPACKED_BYTES);
    for (const sheet of sheetsOf(parts)) requirePlaces(sheet);
    const sheets = await readXlsxFile<string>(plainZip(parts), { parseNumber: numberText, trim: true });
    const percents = percentCells(parts);
    return {
      hasMacros: parts.has('xl/vbaProject.bin'),
      sheets: sheets.map(({ sheet, data }, i) => ({
        name: sheet,
        rows: data
          .slice(0, TABLE_LIMITS.rows + 2)
          .map((row, y) =>
            row.map((cell, x) => shownAs(cellText(cell), percents[i]?.has(`${columnLetters(x)}${y + 1}`))),
          ),
      })),
    };
  } catch (error) {
    if (error instanceof ImportError) throw error;
    if (!(error instanceof Error)) throw error;
    if (error instanceof ZipError && error.tooLarge) {
      throw new ImportError(
        'tooLarge',
        'The workbook unpacks to more than 256 MB.',
        'Split the file, or save the sheet as CSV.',
      );
    }
    throw new ImportError(
      'malformed',
      'The workbook could not be read.',
      'Open it in a spreadsheet, save it again as .xlsx and choose that.',
      {},
      { cause: error },
    );
  }
}

/**
 * [IMP-15] Refuses a sheet with a cell far outside of what is read: the reader makes room for every cell between, and a file of a thousand bytes
 * may name the last cell of the last row. @throws ImportError
 */
function requirePlaces(sheet: string): void {
  for (const cell of tags(sheet, 'c')) {
    const [, letters = '', row = '0'] = /^([A-Z]*)(\d*)$/.exec(value(cell, 'r')) ?? [];
    const isWide = letters.length > 3 || columnOf(letters) > MOST_COLUMNS;
    if (!isWide && row.length <= 7 && Number(row) <= MOST_ROWS) continue;
    throw new ImportError(
      'tooLarge',
      `The sheet has a cell at ${letters}${row}; at most ${MOST_ROWS} rows and ${MOST_COLUMNS} columns are looked at.`,
      'Delete what stands far outside of the table, or save the table as CSV.',
    );
  }
}

/** A → 1, Z → 26, AA → 27. */
function columnOf(letters: string): number {
  return [...letters].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0);
}

/** A number with its percent sign where the cell shows one: kept 0.15, shown and meant 15%. */
function shownAs(text: string, percent: boolean | undefined): string {
  if (percent !== true || !/^-?\d+(\.\d+)?$/.test(text)) return text;
  return `${new Decimal(text).times(100).toFixed()}%`;
}

/** The decimal that Excel shows for a stored number: 15 significant digits, no exponent. */
export function numberText(stored: string): string {
  const value = new Decimal(stored);
  return value.isFinite() ? value.toSignificantDigits(EXCEL_DIGITS).toFixed() : stored;
}

function cellText(cell: unknown): string {
  if (cell === null || cell === undefined) return '';
  if (cell instanceof Date) return dateText(cell);
  if (cell === true) return 'true';
  if (cell === false) return 'false';
  return String(cell);
}

function dateText(date: Date): string {
  const iso = date.toISOString();
  return iso.endsWith('T00:00:00.000Z') ? iso.slice(0, 10) : iso;
}
