// What a reviewer reads beside a change: the row's other cells, as they are in this version. Pure look-ups; must not price.
import { choiceWords } from '@countersign/shared/model/cell';
import { SHEETS, type SheetId, sheetSpec } from '@countersign/shared/model/sheets';
import type { Impact, ReviewRow, VersionContent } from '@countersign/shared/protocol/api';
import type { GridColumn } from '../../grid/sheetColumns.ts';
import { jsonWords, termColumn, termName } from '../../grid/termWords.ts';
import { amountText, dateText } from '../../kit/index.ts';
import { LOCALE } from '../../kit/locale.ts';
import { sumAmounts } from './reviewGroups.ts';

export type ContentRow = Readonly<Record<string, string>>;

/** Rows of this version by `sheet/rowId`. */
export function rowsByKey(content: VersionContent | null): ReadonlyMap<string, ContentRow> {
  const rows = new Map<string, ContentRow>();
  for (const [sheet, list] of Object.entries(content?.content.sheets ?? {}))
    for (const row of list) if (row.rowId !== undefined) rows.set(`${sheet}/${row.rowId}`, row);
  return rows;
}

/** A cell's two sides: what it was and is. Unchanged cells have equal sides. */
export interface CellSides {
  readonly from: string | null;
  readonly to: string | null;
  readonly changed: boolean;
}

/** Sides of one field: from the diff where it changed, else from the version's content. A removed row has no new side. */
export function cellSides(row: ReviewRow, context: ContentRow | undefined, field: string): CellSides {
  const change = row.fields.find((each) => each.field === field);
  if (change !== undefined) return { from: change.from, to: change.to, changed: change.from !== change.to };
  const value = context?.[field] ?? null;
  return { from: value, to: value, changed: false };
}

/** Canonical cell text as people read it, by the column's type; `row` is the row's name, which types the value of a term. */
export function cellText(sheet: string, field: string, value: string | null, row: string): string {
  if (value === null) return 'Empty';
  if (sheet === 'terms' && field === 'key') return termName(value);
  const column = sheetSpec(sheet)?.columns.find(({ id }) => id === field);
  if (column === undefined) return value;
  const { type, json }: GridColumn = sheet === 'terms' ? termColumn(column, row) : column;
  if (json === true) return jsonWords(value, LOCALE);
  if (type === 'date') return dateText(value);
  if (type === 'money' || type === 'rate' || type === 'quantity') return amountText(value);
  if (type === 'percent') return `${amountText(value)}%`;
  if (type === 'choice') return choiceWords(value);
  if (type === 'flag') return value === 'true' ? 'Yes' : 'No';
  return value;
}

/** What people call a row: a term by its name, any other row by the name it has. */
export const rowWords = (sheet: string, row: string): string => (sheet === 'terms' ? termName(row) : row);

/** "7 Nov 2016", or "2 Nov 2016 to 4 Nov 2016". */
export function flightSides(row: ReviewRow, context: ContentRow | undefined): CellSides {
  const from = cellSides(row, context, 'from');
  const to = cellSides(row, context, 'to');
  const words = (first: string | null, last: string | null): string | null =>
    first === null && last === null
      ? null
      : first === last || last === null
        ? dateText(first ?? '')
        : `${dateText(first ?? '')} to ${dateText(last)}`;
  return { from: words(from.from, to.from), to: words(from.to, to.to), changed: from.changed || to.changed };
}

/** Gross of a line before and after, over all periods of the impact; null where the impact does not speak of it. */
export function lineTotals(row: ReviewRow, impact: Impact | null): CellSides | null {
  const lines = (impact?.lines ?? []).filter((line) => line.lineId === row.row || line.lineId === row.rowId);
  if (lines.length === 0) return null;
  const before = sumAmounts(lines.map((line) => line.before));
  const after = sumAmounts(lines.map((line) => line.after));
  return { from: row.change === 'added' ? null : before, to: after, changed: before !== after };
}

/** A value of the Terms sheet, for example the currency; null where it is blank. */
export function termOf(content: VersionContent | null, key: string): string | null {
  return content?.content.sheets.terms?.find((row) => row.key === key)?.value ?? null;
}

/** Name of a sheet for a sentence. */
export const sheetName = (sheet: string): string => SHEETS[sheet as SheetId]?.label ?? sheet;
