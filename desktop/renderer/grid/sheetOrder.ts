// Ordering and filtering of the open sheet, as a person commands it. Owns telling the grid; which rows those are is `displayedRows.ts`.
import type { GridApi } from 'ag-grid-community';
import type { DisplayedRows } from './displayedRows.ts';
import { clamp, type Size, selectCell } from './ranges.ts';
import type { RowFilter } from './rowFilter.ts';
import type { GridSelection } from './selection.ts';
import type { GridRow } from './sheetModel.ts';
import type { SortCommand } from './sortOrder.ts';

export interface OrderedSheet {
  api(): GridApi<GridRow> | null;
  selection(): GridSelection | null;
  size(): Size;
  tellStructure(): void;
  redraw(): void;
  /** Other rows are shown, or in another order. */
  rearranged(): void;
}

export class SheetOrder {
  readonly #rows: DisplayedRows;
  readonly #sheet: OrderedSheet;

  constructor(rows: DisplayedRows, sheet: OrderedSheet) {
    this.#rows = rows;
    this.#sheet = sheet;
  }

  /** Orders the view once by a column; null goes back to the document's order. Nothing is written. */
  sort(command: SortCommand | null): void {
    this.#rows.sort(command);
    this.#sheet.tellStructure();
    this.#sheet.redraw();
    this.#sheet.rearranged();
  }

  get sortedBy(): SortCommand | null {
    return this.#rows.sortedBy;
  }

  get filter(): RowFilter | null {
    return this.#rows.filter;
  }

  setFilter(filter: RowFilter | null): void {
    this.#rows.setFilter(filter);
    this.#sheet.api()?.onFilterChanged();
    const selection = this.#sheet.selection();
    const current = selection?.current;
    const size = this.#sheet.size();
    if (current != null && size.rows > 0) selection?.set(selectCell(clamp(current.active, size)));
    this.#sheet.rearranged();
  }

  passes(row: GridRow): boolean {
    return this.#rows.passes(row);
  }
}
