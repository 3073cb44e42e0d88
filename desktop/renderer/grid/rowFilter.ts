// Which rows are shown. Owns the test of one row; the grid asks it when the filter changes, never because a cell did.
import { CellSearch } from './find.ts';
import type { GridRow, SheetModel } from './sheetModel.ts';

/** Rows with a kind of mark, for "show me only". */
export const MARK_FILTERS = ['any', 'changed', 'contested', 'invalid', 'waiting'] as const;
export type MarkFilter = (typeof MARK_FILTERS)[number];

export interface RowFilter {
  /** Text a row must hold; empty for none. */
  readonly text: string;
  /** In one column, or anywhere (null). */
  readonly field: string | null;
  readonly mark: MarkFilter;
}

export function isFiltering(filter: RowFilter | null): filter is RowFilter {
  return filter !== null && (filter.text.trim() !== '' || filter.mark !== 'any');
}

/** The test of rows for one filter; made once a filter. */
export function rowTest(filter: RowFilter, model: SheetModel): (row: GridRow) => boolean {
  const search = new CellSearch(model, filter.text);
  const columns = filter.field === null ? model.columns : model.columns.filter((column) => column.id === filter.field);
  return (row) =>
    (search.isBlank || columns.some((column) => search.holds(row, column))) && hasMark(filter.mark, row, model);
}

function hasMark(mark: MarkFilter, row: GridRow, model: SheetModel): boolean {
  if (mark === 'any') return true;
  if (mark === 'changed') return model.rowChange(row) !== null;
  if (row.ghost) return false;
  return model.columns.some((column) => {
    const marks = model.marks(row, column.id);
    if (mark === 'contested') return marks.contest !== null;
    return mark === 'invalid' ? marks.invalid !== null : marks.waiting;
  });
}
