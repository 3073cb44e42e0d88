/**
 * A contract version, or an empty form, as a workbook: an .xlsx file or a folder of CSV files. Owns the files' form; what stands in
 * them is the sheets' content.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import type { ContractVersion } from '@countersign/shared/model';
import { plainLabel } from '@countersign/shared/model/cell';
import { sheetsFromVersion } from '@countersign/shared/model/compile';
import {
  KNOWN_TERMS,
  type RowContent,
  SHEETS,
  SHEETS_OF,
  type SheetId,
  sheetSpec,
} from '@countersign/shared/model/sheets';
import { GUIDE_SHEET, guideRows } from './guideSheet.ts';
import { ROW_COLUMN } from './readBook.ts';
import { xlsxOf } from './xlsxFile.ts';

/** Rows that only say which version this is have no id. */
const PLACE_ROW = 'place-';

type Rows = readonly (readonly string[])[];

/** Terms that nearly every contract states, in the order of the form; the rest is on the guide sheet. */
const FORM_TERMS = [
  'number',
  'title',
  'kind',
  'direction',
  'currency',
  'timeZone',
  'effectiveFrom',
  'effectiveTo',
  'billingCalendar',
  'billingCycle',
  'advertiser',
  'agency',
  'publisher',
] as const;

/** An empty form. */
export function writeTemplate(path: string): void {
  const sheets = new Map<SheetId, Rows>();
  for (const sheet of SHEETS_OF.CONTRACT) sheets.set(sheet, [headings(sheet)]);
  const place = [
    ['sequence', '1', '', '1 for the original, 2 for its first amendment.'],
    ['recordedAt', '', '', 'When it was signed, as 2026-03-01T12:00:00.000Z. A draft leaves it empty.'],
  ];
  const terms = FORM_TERMS.map((key) => [key, '', '', saysOf(key)]);
  sheets.set('terms', [headings('terms'), ...terms, ...place]);
  write(path, sheets);
}

/** [AGR-12] The same version: reading the file gives it back. */
export function writeBook(version: ContractVersion, path: string): void {
  const content = sheetsFromVersion(version);
  const sheets = new Map<SheetId, Rows>();
  for (const sheet of SHEETS_OF.CONTRACT) {
    const rows = content.sheets[sheet] ?? [];
    const all = sheet === 'terms' ? [...placeRows(version), ...rows] : rows;
    const columns = sheetSpec(sheet)?.columns ?? [];
    sheets.set(sheet, [
      [...headings(sheet), ROW_COLUMN],
      ...all.map((row) => [
        ...columns.map(({ id }) => row[id] ?? ''),
        row.rowId.startsWith(PLACE_ROW) ? '' : row.rowId,
      ]),
    ]);
  }
  write(path, sheets);
}

function placeRows(version: ContractVersion): RowContent[] {
  const said: readonly (readonly [string, string | undefined])[] = [
    ['contract', version.contractId],
    ['version', version.id],
    ['sequence', String(version.sequence ?? 1)],
    ['versionKind', version.kind],
    ['status', version.status],
    ['recordedAt', version.recordedAt],
  ];
  return said.flatMap(([key, value]) => (value === undefined ? [] : [{ rowId: `${PLACE_ROW}${key}`, key, value }]));
}

const headings = (sheet: SheetId): string[] => SHEETS[sheet].columns.map(({ label }) => plainLabel(label));

function saysOf(key: string): string {
  const known = KNOWN_TERMS.get(key);
  if (known === undefined) return '';
  return known.choices === undefined ? known.says : `${known.says} ${known.choices.join(' or ')}.`;
}

function write(path: string, sheets: ReadonlyMap<SheetId, Rows>): void {
  const named = [...sheets].map(([id, rows]) => ({ name: SHEETS[id].label, rows }));
  if (extname(path).toLowerCase() === '.xlsx') {
    writeFileSync(path, xlsxOf([...named, { name: GUIDE_SHEET, rows: guideRows() }]), { flag: 'wx' });
    return;
  }
  mkdirSync(path);
  for (const { name, rows } of named) writeFileSync(join(path, `${name.toLowerCase()}.csv`), csvOf(rows));
}

/** With a byte order mark: without one a spreadsheet reads UTF-8 as the code page of its country. */
function csvOf(rows: Rows): string {
  const cell = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  return `\uFEFF${rows.map((row) => `${row.map(cell).join(',')}\r\n`).join('')}`;
}
