// Which rows are shown. Owns the test of one row; the grid asks it when the filter changes, never because a cell did.
import { cellHolds } from './find.ts';
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

export function passesFilter(filter: RowFilter, row: GridRow, model: SheetModel): boolean {
  const asked = filter.text.trim().toLowerCase();
  const columns = filter.field === null ? model.columns : model.columns.filter((column) => column.id === filter.field);
  if (asked !== '' && !columns.some((column) => cellHolds(model, row, column, asked))) return false;
  switch (filter.mark) {
    case 'any':
      return true;
    case 'changed':
      return model.rowChange(row) !== null;
    default: {
      if (row.ghost) return false;
      const { mark } = filter;
      return model.columns.some((column) => {
        const marks = model.marks(row, column.id);
        if (mark === 'contested') return marks.contest !== null;
        return mark === 'invalid' ? marks.invalid !== null : marks.waiting;
      });
    }
  }
}
