// Going to a cell by what people call it: a row by its name or number, and a column by the start of its name. Pure.
import type { FoundCell } from './find.ts';
import type { GridColumn } from './sheetColumns.ts';
import type { GridRow, SheetModel } from './sheetModel.ts';

/** Where the words lead, or why they lead nowhere. */
export type Place = { readonly cell: FoundCell } | { readonly nothing: string };

/** `42.0 rate`, `42.0`, `#17 rate` (the 17th row shown) or `rate` (in the row that is active). */
export function placeOf(model: SheetModel, rows: readonly GridRow[], active: GridRow | null, asked: string): Place {
  const words = asked.trim().toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return { nothing: 'Type a row, and a column if it is to be another one.' };
  // The longest end that begins a column's name is the column; what stands before it is the row.
  for (let at = 0; at <= words.length; at += 1) {
    const columnWords = words.slice(at).join(' ');
    const column = columnWords === '' ? model.columns[0] : columnNamed(model, columnWords);
    const rowWords = words.slice(0, at).join(' ');
    if (column === undefined) continue;
    const row = rowWords === '' ? active : rowNamed(model, rows, rowWords);
    if (row !== null) return { cell: { rowId: row.id, field: column.id } };
  }
  return { nothing: `No row or column is called “${asked.trim()}”.` };
}

function columnNamed(model: SheetModel, words: string): GridColumn | undefined {
  const named = (column: GridColumn) => model.label(column).toLowerCase();
  return (
    model.columns.find((column) => named(column) === words) ??
    model.columns.find((column) => named(column).startsWith(words))
  );
}

function rowNamed(model: SheetModel, rows: readonly GridRow[], words: string): GridRow | null {
  const numbered = /^#?(\d+)$/.exec(words);
  const called = (row: GridRow) => [model.rowName(row), model.value(row, model.spec.nameColumn) ?? ''];
  const named = rows.find((row) => called(row).some((name) => name.toLowerCase() === words));
  if (named !== undefined) return named;
  // A plain number may be the whole part of a line's number: 42 is 42.0.
  const begun = rows.find((row) => model.rowName(row).toLowerCase().startsWith(`${words}.`));
  if (begun !== undefined && !words.startsWith('#')) return begun;
  if (numbered !== null) return rows[Number(numbered[1]) - 1] ?? null;
  return rows.find((row) => model.rowName(row).toLowerCase().startsWith(words)) ?? null;
}
