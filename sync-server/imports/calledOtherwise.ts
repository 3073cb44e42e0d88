/** What to say when a file's name promises another kind than it is. Owns the words; the bytes alone decide how it is read. */
import { extname } from 'node:path';
import type { ImportTable } from './table.ts';

/** Endings by which spreadsheets call workbooks. */
export const WORKBOOK_ENDINGS: ReadonlySet<string> = new Set([
  '.xlsx',
  '.xlsm',
  '.xltx',
  '.xltm',
  '.xls',
  '.xlsb',
  '.ods',
]);
/** Endings of files that are what this reads as a workbook. */
const READ_AS_NAMED: ReadonlySet<string> = new Set(['.xlsx', '.xlsm', '.xltx', '.xltm']);
const TEXT_ENDINGS: ReadonlySet<string> = new Set(['.csv', '.tsv', '.tab', '.txt']);

/** [IMP-16] The sentence, or null where the name says what the file is, or nothing. */
export function calledOtherwise(
  fileName: string,
  { kind, readAs }: Pick<ImportTable, 'kind' | 'readAs'>,
): string | null {
  const ending = extname(fileName).toLowerCase();
  const look = 'Look at its columns before you go on.';
  if (kind === 'csv' && WORKBOOK_ENDINGS.has(ending))
    return `The file is called ${ending} and is text, not a workbook. It was read as CSV: ${readAs}. ${look}`;
  if (kind === 'xlsx' && TEXT_ENDINGS.has(ending))
    return `The file is called ${ending} and is an Excel workbook, not text. It was read as a workbook: ${readAs}. ${look}`;
  if (kind === 'xlsx' && WORKBOOK_ENDINGS.has(ending) && !READ_AS_NAMED.has(ending))
    return `The file is called ${ending} and is an .xlsx workbook. It was read as one: ${readAs}.`;
  return null;
}
