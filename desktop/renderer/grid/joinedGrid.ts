// The AG Grid that a sheet stands in, from joining it to leaving it: the selection drawn over it, where the person was, the clipboard and the
// keyboard's way in. Owns what begins and ends with the grid; who is told of a selection decides `controller.ts`.
import type { SheetId } from '@countersign/shared/model/sheets';
import type { GridApi } from 'ag-grid-community';
import type { DraftSession } from '../sync/draftSession.ts';
import { listenToClipboard } from './gridClipboard.ts';
import { type Rect, type Size, selectCell } from './ranges.ts';
import { GridSelection, type SelectionOwner } from './selection.ts';
import type { GridColumn } from './sheetColumns.ts';
import type { GridRow, SheetModel } from './sheetModel.ts';
import { SheetStay } from './sheetPlaces.ts';

/** The sheet as the grid shows it. */
export interface JoiningSheet {
  readonly session: DraftSession;
  readonly sheet: SheetId;
  readonly model: SheetModel;
  size(): Size;
  rowAt(index: number): GridRow | null;
  columnAt(index: number): GridColumn;
  active(): { readonly row: GridRow; readonly column: GridColumn } | null;
  /** Place of a column among those of the sheet; -1 when there is none. */
  columnIndex(columnId: string | undefined): number;
  deniesWriting(): boolean;
  /** The keyboard comes to the grid. */
  focus(): void;
}

/** What happens in the grid. */
export interface JoinedGridPort {
  selected(): void;
  filled: SelectionOwner['filled'];
  blank(rect: Rect): void;
  paste(text: string): void;
  /** So many rows are on the clipboard now. */
  copied(rows: number): void;
}

export class JoinedGrid {
  readonly api: GridApi<GridRow>;
  readonly selection: GridSelection;
  readonly #root: HTMLElement;
  readonly #sheet: JoiningSheet;
  readonly #port: JoinedGridPort;
  readonly #stay: SheetStay;
  readonly #offs: (() => void)[] = [];
  #left = false;

  constructor(api: GridApi<GridRow>, root: HTMLElement, sheet: JoiningSheet, port: JoinedGridPort) {
    this.api = api;
    this.#root = root;
    this.#sheet = sheet;
    this.#port = port;
    this.selection = new GridSelection({
      api,
      root,
      columnIndex: (id) => sheet.columnIndex(id),
      columnId: (index) => sheet.columnAt(index).id,
      size: () => sheet.size(),
      changed: () => port.selected(),
      filled: (source, target, direction) => port.filled(source, target, direction),
    });
    this.#stay = new SheetStay(sheet.session, sheet.sheet, api);
  }

  /** Goes back to where the sheet was left, and listens. */
  begin(): void {
    const sheet = this.#sheet;
    const left = this.#stay.comeBack();
    // The keyboard stays where it is.
    if (left !== null)
      this.selection.set(selectCell({ row: left.row, column: Math.max(0, sheet.columnIndex(left.field)) }));
    const repaint = () => {
      if (!this.#left) this.selection.paint();
    };
    this.api.addEventListener('viewportChanged', repaint);
    this.api.addEventListener('modelUpdated', repaint);
    const entered = (event: Event) => {
      event.preventDefault();
      sheet.focus();
    };
    this.#root.addEventListener('region-entered', entered);
    this.#offs.push(
      () => this.#root.removeEventListener('region-entered', entered),
      listenToClipboard(this.#root, {
        model: sheet.model,
        selected: () => this.selection.current,
        rowAt: (index) => sheet.rowAt(index),
        deniesWriting: () => sheet.deniesWriting(),
        blank: (rect) => this.#port.blank(rect),
        paste: (text) => this.#port.paste(text),
        copied: (rows) => this.#port.copied(rows),
      }),
    );
  }

  /** Remembers where the person was, and listens no more. */
  leave(): void {
    const active = this.#sheet.active();
    if (active !== null && !active.row.ghost) this.#stay.leave(active.row.id, active.column.id);
    this.#left = true;
    for (const off of this.#offs) off();
    this.selection.destroy();
  }
}
