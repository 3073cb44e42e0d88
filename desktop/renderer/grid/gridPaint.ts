// Drawing cells again: only those that changed and are rendered, at widths that cut no figure. Owns when a column grows; must not read
// the document.
import type { GridApi, IRowNode } from 'ag-grid-community';
import { fittedWidth, isFitted } from './columnWidths.ts';
import type { GridRow, SheetModel } from './sheetModel.ts';

/** Rows just outside the viewport are rendered too (rowBuffer); one screen more is cheap. */
const ROWS_BESIDE = 30;

export interface HowPainted {
  readonly fits: boolean;
  readonly isRemote: boolean;
}

export class GridPaint {
  readonly #model: SheetModel;
  #remote = false;
  /** Columns whose width a person chose. */
  readonly #chosen: (columnId: string) => boolean;

  constructor(model: SheetModel, chosen: (columnId: string) => boolean) {
    this.#model = model;
    this.#chosen = chosen;
  }

  /** True while a change of somebody else is painted, so that its cells fade. */
  get isRemote(): boolean {
    return this.#remote;
  }

  /** Every rendered cell, with room for what stands in it. */
  all(api: GridApi<GridRow>): void {
    this.#fitNodes(api, api.getRenderedNodes());
    this.marks(api);
  }

  /** Every rendered cell at the widths there are. */
  marks(api: GridApi<GridRow>): void {
    api.refreshCells({ force: true, suppressFlash: true });
  }

  /** Only rows that are both changed and rendered; `fits`: columns may grow for them, `isRemote`: they fade as changes of somebody else. */
  rows(api: GridApi<GridRow>, rowIds: readonly string[], { fits, isRemote }: HowPainted): void {
    const first = api.getFirstDisplayedRowIndex();
    const last = api.getLastDisplayedRowIndex();
    const rowNodes = rowIds.flatMap((id) => {
      const node = api.getRowNode(id);
      const index = node?.rowIndex ?? null;
      const isNear = index !== null && index >= first - ROWS_BESIDE && index <= last + ROWS_BESIDE;
      return node !== undefined && isNear ? [node] : [];
    });
    if (rowNodes.length === 0) return;
    // [GRID-72] A change of somebody else moves nothing: a column grows with the person's own acts, not under their hands.
    if (fits) this.#fitNodes(api, rowNodes);
    this.#remote = isRemote;
    api.refreshCells({ rowNodes, force: true, suppressFlash: true });
    this.#remote = false;
  }

  #fitNodes(api: GridApi<GridRow>, nodes: readonly IRowNode<GridRow>[]): void {
    this.makeRoom(
      api,
      nodes.flatMap((node) => node.data ?? []),
    );
  }

  /** Columns of figures grow until nothing in these rows is cut; they never shrink, so that nothing jumps to and fro. */
  makeRoom(api: GridApi<GridRow>, rows: readonly GridRow[]): void {
    const fitted = this.#model.columns.filter((column) => isFitted(column) && !this.#chosen(column.id));
    const wider = fitted.flatMap((column) => {
      const now = api.getColumn(column.id)?.getActualWidth() ?? 0;
      const newWidth = fittedWidth(this.#model, column, rows, now);
      return newWidth > now ? [{ key: column.id, newWidth }] : [];
    });
    if (wider.length > 0) api.setColumnWidths(wider);
  }
}
