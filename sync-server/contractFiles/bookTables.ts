/**
 * The tables of a contract workbook: the sheets of an .xlsx file, or the CSV files of a folder. Owns which sheet a name means;
 * must not read cells.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import { SHEETS, type SheetId } from '@countersign/shared/model/sheets';
import { DomainError } from '@countersign/shared/money';
import { WORKBOOK_ENDINGS } from '../imports/calledOtherwise.ts';
import { fileKind } from '../imports/fileKind.ts';
import { ImportError } from '../imports/importError.ts';
import { readTable } from '../imports/readTable.ts';
import { type ImportTable, tableFrom } from '../imports/table.ts';
import { readXlsxSheets } from '../imports/xlsxTable.ts';

/** One sheet of the workbook and where it came from, for refusals. */
export interface BookTable {
  readonly sheet: SheetId;
  /** The file, and the sheet in it. */
  readonly file: string;
  readonly table: ImportTable;
}

/** Sheets of a template that say how to fill it in. */
const NOTES = new Set(['readme', 'guide']);

const hasWorkbookName = (path: string): boolean => WORKBOOK_ENDINGS.has(extname(path).toLowerCase());

/** Whether the path is a folder or is called a workbook: a contract as a workbook, not as JSON. */
export function isBook(path: string): boolean {
  if (hasWorkbookName(path)) return true;
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/** @throws DomainError naming the file and the sheet that is not understood or cannot be read */
export async function bookTables(path: string): Promise<BookTable[]> {
  const tables = hasWorkbookName(path) ? await sheetsOf(path) : await filesOf(path);
  const seen = new Set<SheetId>();
  for (const { sheet, file } of tables) {
    if (seen.has(sheet))
      throw new DomainError(
        'SHEET_TWICE',
        `The sheet ${SHEETS[sheet].label} is there twice.`,
        'Put its rows together.',
        { file },
      );
    seen.add(sheet);
  }
  if (seen.size === 0)
    throw new DomainError(
      'NO_SHEETS',
      'No sheet of a contract is here.',
      `Name the sheets, or the CSV files, ${sheetNames()}; "countersign contract template" writes them all.`,
      { file: path },
    );
  return tables;
}

async function sheetsOf(file: string): Promise<BookTable[]> {
  const bytes = readFileSync(file);
  const kind = await placed({ file }, async () => fileKind(bytes));
  if (kind !== 'xlsx') {
    throw new DomainError(
      'BAD_SHEET',
      kind === null ? 'The file is empty.' : 'The file is text, not a workbook.',
      'Save the workbook as .xlsx and name that, or name a folder with one CSV file a sheet.',
      { file },
    );
  }
  const sheets = (await placed({ file }, async () => readXlsxSheets(bytes))) ?? [];
  const tables: BookTable[] = [];
  for (const { name, rows } of sheets) {
    const empty = rows.every((row) => row.every((text) => text === ''));
    if (NOTES.has(plain(name)) || (empty && sheetIdOf(name) === undefined)) continue;
    const sheet = sheetCalled(name, { file });
    const at = `${file}, sheet ${name}`;
    const table = await placed({ file: at }, async () => tableFrom('xlsx', name, rows));
    if (table !== null) tables.push({ sheet, file: at, table });
  }
  return tables;
}

async function filesOf(folder: string): Promise<BookTable[]> {
  const tables: BookTable[] = [];
  for (const entry of readdirSync(folder).sort()) {
    if (extname(entry).toLowerCase() !== '.csv') continue;
    const file = join(folder, entry);
    const sheet = sheetCalled(basename(entry, extname(entry)), { file });
    const table = await placed({ file }, async () => readTable(readFileSync(file)));
    if (table?.kind === 'xlsx') {
      throw new DomainError(
        'BAD_SHEET',
        'The file is an Excel workbook, not CSV.',
        'Save each of its sheets as a CSV file, or name the workbook alone, called .xlsx.',
        { file },
      );
    }
    if (table !== null) tables.push({ sheet, file, table });
  }
  return tables;
}

/** Nothing for a sheet without rows: an empty sheet of a template says nothing. */
async function placed<T>(place: DomainError['place'], read: () => Promise<T>): Promise<T | null> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof ImportError)) throw error;
    if (error.code === 'empty' || error.code === 'noHeading') return null;
    const { row, column } = error.place;
    throw new DomainError('BAD_SHEET', error.message, error.cure, {
      ...place,
      ...(row === undefined ? {} : { row }),
      ...(column === undefined ? {} : { column }),
    });
  }
}

const plain = (name: string): string => name.toLowerCase().replace(/[^a-z]/g, '');
const sheetNames = (): string =>
  Object.values(SHEETS)
    .map(({ label }) => label)
    .join(', ');

function sheetIdOf(name: string): SheetId | undefined {
  const ids = Object.keys(SHEETS) as SheetId[];
  return ids.find((id) => plain(id) === plain(name) || plain(SHEETS[id].label) === plain(name));
}

function sheetCalled(name: string, place: DomainError['place']): SheetId {
  const id = sheetIdOf(name);
  if (id !== undefined) return id;
  throw new DomainError(
    'UNKNOWN_SHEET',
    `"${name}" is not a sheet of a contract.`,
    `Call it one of ${sheetNames()}, or Guide for notes, or take it out.`,
    place,
  );
}
