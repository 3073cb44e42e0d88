// Which rows of a sheet are shown and in which order: the document's, or a sort that was commanded once; all of them, or those that
// pass a filter. Owns one object a row, so that the grid keeps its row nodes; must not know the grid.
import { type RowFilter, rowTest } from './rowFilter.ts';
import type { GridRow, SheetModel } from './sheetModel.ts';
import { mergedOrder, type SortCommand, sortedRows } from './sortOrder.ts';

export class DisplayedRows {
  readonly #model: SheetModel;
  readonly #rows = new Map<string, GridRow>();
  #order: readonly string[] | null = null;
  #sort: SortCommand | null = null;
  #filter: RowFilter | null = null;
  #passes: ((row: GridRow) => boolean) | null = null;

  constructor(model: SheetModel) {
    this.#model = model;
  }

  /** All rows in the order shown, also those that the filter hides. */
  ordered(): GridRow[] {
    const rows = this.#model.rows().map((row) => this.#object(row));
    if (this.#order === null) return rows;
    const known = new Map(rows.map((row) => [row.id, row]));
    this.#order = mergedOrder(this.#order, [...known.keys()]);
    return this.#order.flatMap((id) => known.get(id) ?? []);
  }

  row(id: string): GridRow | undefined {
    return this.#rows.get(id);
  }
  /** The row left the sheet. */
  forget(id: string): void {
    this.#rows.delete(id);
  }

  /** Orders the view once by a column; null goes back to the document's order. */
  sort(command: SortCommand | null): void {
    this.#sort = command;
    const column = command === null ? undefined : this.#model.column(command.field);
    if (command === null || column === undefined) {
      this.#order = null;
      return;
    }
    const byId = new Map(this.#model.rows().map((row) => [row.id, row]));
    const cellOf = (id: string) => {
      const row = byId.get(id);
      return row === undefined ? null : this.#model.value(row, column.id);
    };
    this.#order = sortedRows([...byId.keys()], cellOf, column.type, command.direction);
  }
  get sortedBy(): SortCommand | null {
    return this.#sort;
  }

  get filter(): RowFilter | null {
    return this.#filter;
  }
  setFilter(filter: RowFilter | null): void {
    this.#filter = filter;
    this.#passes = filter === null ? null : rowTest(filter, this.#model);
  }
  passes(row: GridRow): boolean {
    return this.#passes === null || this.#passes(row);
  }

  #object(row: GridRow): GridRow {
    const held = this.#rows.get(row.id);
    if (held !== undefined && held.ghost === row.ghost) return held;
    this.#rows.set(row.id, row);
    return row;
  }
}
