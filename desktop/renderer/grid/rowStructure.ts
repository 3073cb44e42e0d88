// Rows that came, went or moved: told to the grid in one transaction where one says it, with the selection kept on its rows.
// Owns what the grid was last told.
import type { GridApi } from 'ag-grid-community';
import type { DisplayedRows } from './displayedRows.ts';
import { activeRange, clamp } from './ranges.ts';
import { rowChanges } from './rowChanges.ts';
import type { GridSelection } from './selection.ts';
import type { GridRow } from './sheetModel.ts';

interface HeldRange {
  readonly anchor: string | undefined;
  readonly focus: string | undefined;
}

export class RowStructure {
  readonly #rows: DisplayedRows;
  #told: readonly string[] = [];

  constructor(rows: DisplayedRows) {
    this.#rows = rows;
  }

  /** The rows a grid starts with. */
  start(): GridRow[] {
    const rows = this.#rows.ordered();
    this.#told = rows.map((row) => row.id);
    return rows;
  }

  /** Tells the grid the rows there are now. */
  tell(api: GridApi<GridRow>, selection: GridSelection | null): void {
    const held = heldRanges(api, selection);
    const before = this.#told;
    const rows = this.start();
    const change = rowChanges(before, this.#told);
    if (change === null) api.setGridOption('rowData', rows);
    else if (change.removed.length > 0 || change.added.length > 0)
      api.applyTransaction({
        remove: change.removed.flatMap((id) => api.getRowNode(id)?.data ?? []),
        add: change.added.flatMap((id) => this.#rows.row(id) ?? []),
        addIndex: change.addIndex,
      });
    for (const id of change?.removed ?? []) this.#rows.forget(id);
    restore(api, selection, held);
  }
}

function heldRanges(api: GridApi<GridRow>, selection: GridSelection | null): readonly HeldRange[] {
  const rowId = (index: number) => api.getDisplayedRowAtIndex(index)?.data?.id;
  return (selection?.current?.ranges ?? []).map(({ anchor, focus }) => ({
    anchor: rowId(anchor.row),
    focus: rowId(focus.row),
  }));
}

function restore(api: GridApi<GridRow>, selection: GridSelection | null, held: readonly HeldRange[]): void {
  const current = selection?.current;
  const count = api.getDisplayedRowCount();
  if (selection === null || current == null || count === 0) return;
  const indexOf = (id: string | undefined, before: number) => {
    const index = id === undefined ? null : (api.getRowNode(id)?.rowIndex ?? null);
    return index ?? Math.min(before, count - 1);
  };
  const ranges = current.ranges.map((range, i) => ({
    anchor: { ...range.anchor, row: indexOf(held[i]?.anchor, range.anchor.row) },
    focus: { ...range.focus, row: indexOf(held[i]?.focus, range.focus.row) },
  }));
  const last = ranges.at(-1);
  if (last === undefined) return;
  const wasAnchor = activeRange(current).anchor.row === current.active.row;
  const size = { rows: count, columns: current.active.column + 1 };
  const active = wasAnchor ? { ...current.active, row: last.anchor.row } : clamp(current.active, size);
  selection.set({ ranges, active });
}
