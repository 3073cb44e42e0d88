// One open sheet in the grid: joins the session, the model, the selection and AG Grid. Owns who is told what; what begins and ends with the
// grid is `joinedGrid.ts`, what a key or a button writes `sheetWrites.ts`, where it leads `navigation.ts`, which rows are shown
// `displayedRows.ts`. Holds no cell values.
import type { SheetId } from '@countersign/shared/model/sheets';
import type { GridApi } from 'ag-grid-community';
import type { DraftSession, Peer } from '../sync/draftSession.ts';
import { ColumnLayout, type LookMemory, PLAIN_LOOK, SheetColumns } from './columnLayout.ts';
import { DisplayedRows } from './displayedRows.ts';
import { gridCommands } from './gridCommands.ts';
import type { GridListener } from './gridListener.ts';
import { GridPaint } from './gridPaint.ts';
import { GridUpdates } from './gridUpdates.ts';
import { JoinedGrid } from './joinedGrid.ts';
import type { GridCommands } from './keys.ts';
import { GridNavigation } from './navigation.ts';
import { OpenEditor } from './openEditor.ts';
import { PeerCells } from './peerCells.ts';
import { type Position, type Rect, rectOf, type Selection, type Size, selectCell } from './ranges.ts';
import { RowStructure } from './rowStructure.ts';
import type { GridSelection } from './selection.ts';
import type { GridColumn } from './sheetColumns.ts';
import { SheetFinder } from './sheetFinder.ts';
import { type BaseRows, type GridRow, SheetModel } from './sheetModel.ts';
import { SheetOrder } from './sheetOrder.ts';
import { SheetWrites } from './sheetWrites.ts';

/** Rows whose old values are made room for when a comparison begins. */
const ROWS_TO_FIT = 500;

export interface ActiveCell {
  readonly row: GridRow;
  readonly column: GridColumn;
}

/** Looks that last as long as the window, where nothing keeps them. */
const FORGETFUL: LookMemory = { look: () => PLAIN_LOOK, keepLook: () => undefined };

export class GridController {
  readonly session: DraftSession;
  readonly sheet: SheetId;
  readonly model: SheetModel;
  readonly #listener: GridListener;
  readonly #rows: DisplayedRows;
  /** How the rows are ordered and filtered. */
  readonly order: SheetOrder;
  /** How this person has laid out the columns of this kind of sheet. */
  readonly columns: SheetColumns;
  readonly #structure: RowStructure;
  readonly #paint: GridPaint;
  readonly #peers: PeerCells;
  readonly #navigation: GridNavigation;
  readonly #writes: SheetWrites;
  readonly #updates: GridUpdates;
  /** Finding and replacing in what is displayed. */
  readonly finder: SheetFinder;
  /** What is being typed into a cell. */
  readonly editor: OpenEditor;
  /** The grid that shows the sheet; null before and after. */
  #joined: JoinedGrid | null = null;
  #unfollow: () => void = () => undefined;
  showsChanges = false;

  constructor(session: DraftSession, sheet: SheetId, listener: GridListener, looks: LookMemory = FORGETFUL) {
    this.session = session;
    this.sheet = sheet;
    this.model = new SheetModel(session, sheet);
    this.#listener = listener;
    this.#rows = new DisplayedRows(this.model);
    this.#structure = new RowStructure(this.#rows);
    const api = () => this.#api;
    const layout = new ColumnLayout(looks, sheet);
    this.columns = new SheetColumns(layout, {
      api,
      ids: () => this.model.columns.map(({ id }) => id),
      redraw: () => this.redraw(),
      changed: () => listener.onChanged(),
    });
    this.#paint = new GridPaint(this.model, (columnId) => layout.hasWidth(columnId));
    this.order = new SheetOrder(this.#rows, {
      api,
      selection: () => this.selection,
      size: () => this.size(),
      tellStructure: () => this.#tellStructure(),
      redraw: () => this.redraw(),
      rearranged: () => this.#updates.rearranged(),
    });
    this.#peers = new PeerCells(sheet);
    this.#navigation = new GridNavigation(this);
    this.#writes = new SheetWrites(this, listener);
    this.finder = new SheetFinder(this, (edits) => this.#writes.write(edits));
    this.editor = new OpenEditor({
      sight: (row, column) => session.sight(sheet, row.id, column.id),
      untouched: (row, column) => this.model.editText(row, column),
      keep: (row, column, text, sight) => this.#writes.typed(row, column, text, sight),
    });
    this.commands = gridCommands({
      navigation: this.#navigation,
      writes: this.#writes,
      listener,
      commit: () => this.#api?.stopEditing(),
      commitToAll: () => {
        const typed = this.editor.taken();
        this.#api?.stopEditing(true);
        if (typed !== null) this.#writes.typedIntoAll(typed);
      },
      cancel: () => this.editor.cancelled(),
      deniesWriting: () => this.deniesWriting(),
    });
    this.#updates = new GridUpdates({
      session,
      model: this.model,
      paint: this.#paint,
      peers: this.#peers,
      api,
      tellStructure: () => this.#tellStructure(),
      currencyChanged: () => this.#currencyChanged(),
      changed: () => listener.onChanged(),
      remote: (rows) => listener.onRemote(rows),
    });
  }

  // ---- joining and leaving the grid

  /** The rows the grid starts with. */
  rows(): GridRow[] {
    return this.#structure.start();
  }

  attach(api: GridApi<GridRow>, root: HTMLElement): void {
    const writes = this.#writes;
    this.#joined = new JoinedGrid(api, root, this, {
      selected: () => this.#selected(),
      filled: (source, target, direction) => writes.fill(source, target, direction, false),
      blank: (rect) => writes.blank([rect]),
      paste: (text) => writes.paste(text),
      copied: (rows) => this.#listener.onCopied(rows),
    });
    this.#joined.begin();
    this.#unfollow = this.#updates.follow();
  }

  detach(): void {
    this.#joined?.leave();
    this.#unfollow();
    this.#unfollow = () => undefined;
    this.#joined = null;
    this.session.setCursor(null);
  }

  get #api(): GridApi<GridRow> | null {
    return this.#joined?.api ?? null;
  }

  get selection(): GridSelection | null {
    return this.#joined?.selection ?? null;
  }

  /** True while a change of somebody else is painted, so that its cells fade. */
  get paintsRemote(): boolean {
    return this.#paint.isRemote;
  }

  size(): Size {
    return { rows: this.#api?.getDisplayedRowCount() ?? 0, columns: this.model.columns.length };
  }

  rowAt(index: number): GridRow | null {
    return this.#api?.getDisplayedRowAtIndex(index)?.data ?? null;
  }

  /** Place of a column among those of the sheet; -1 when there is none. */
  columnIndex(columnId: string | undefined): number {
    return this.model.columns.findIndex((column) => column.id === columnId);
  }

  columnAt(index: number): GridColumn {
    const column = this.model.columns[index];
    if (column === undefined) throw new Error(`Sheet ${this.sheet} has no column ${index}.`);
    return column;
  }

  // ---- what is shown

  setBase(base: BaseRows | null, redline: boolean): void {
    const hadGhosts = this.model.redline;
    this.model.setBase(base, redline);
    this.showsChanges = redline && base !== null;
    if (hadGhosts || this.model.redline) this.#tellStructure();
    // Old values stand beside new ones now, also in rows that are not on the screen yet.
    if (this.#api !== null) this.#paint.makeRoom(this.#api, this.#rows.ordered().slice(0, ROWS_TO_FIT));
    this.redraw();
  }

  /** Draws every rendered cell again: after a switch of redline, currency or rights. */
  redraw(): void {
    if (this.#api !== null) this.#paint.all(this.#api);
  }

  /** Grows when cells may hold other values or rows stand elsewhere: what was counted of them is out of date. */
  get valuesTurn(): number {
    return this.#updates.values;
  }

  #currencyChanged(): void {
    this.#api?.setGridOption('columnDefs', this.#api.getColumnDefs() ?? []);
    this.#api?.refreshHeader();
    this.redraw();
  }

  #tellStructure(): void {
    if (this.#api !== null) this.#structure.tell(this.#api, this.selection);
  }

  peersAt(rowId: string, field: string): readonly Peer[] {
    return this.#peers.at(rowId, field);
  }

  // ---- selection

  active(): ActiveCell | null {
    const selection = this.selection?.current;
    if (selection == null) return null;
    const row = this.rowAt(selection.active.row);
    return row === null ? null : { row, column: this.model.cellColumn(row, this.columnAt(selection.active.column)) };
  }

  /** Every selected rectangle, cut to what is displayed. */
  selectedRects(): readonly Rect[] {
    return (this.selection?.current?.ranges ?? []).map(rectOf);
  }

  #selected(): void {
    const active = this.active();
    this.session.setCursor(
      active === null || active.row.ghost || active.column.computed === true
        ? null
        : { sheet: this.sheet, rowId: active.row.id, field: active.column.id },
    );
    this.#listener.onSelection();
  }

  /** Where a row is displayed; null when it is not (filtered out or gone). */
  rowIndex(rowId: string): number | null {
    return this.#api?.getRowNode(rowId)?.rowIndex ?? null;
  }

  /** Goes to a cell by its names; false when the row is not displayed. */
  goToCell(rowId: string, field: string): boolean {
    const row = this.rowIndex(rowId);
    const column = this.columnIndex(field);
    if (row === null || this.selection === null) return false;
    this.selection.goTo(selectCell({ row, column: Math.max(0, column) }));
    return true;
  }

  /** The keyboard comes to the grid: to its active cell, or the first one. */
  focus(): void {
    if (this.selection === null || this.size().rows === 0) return;
    if (this.selection.current === null) this.selection.goTo(selectCell({ row: 0, column: 0 }));
    else this.selection.focusActive();
  }

  /** The selection, or the focused cell as one. */
  here(): Selection {
    return this.#navigation.here();
  }

  /** The displayed cell that has the grid's focus; the first cell when none has. */
  focused(): Position {
    const focused = this.#api?.getFocusedCell();
    const column = this.columnIndex(focused?.column.getColId());
    return { row: focused?.rowIndex ?? 0, column: Math.max(0, column) };
  }

  isFilled(at: Position): boolean {
    const row = this.rowAt(at.row);
    return row !== null && this.model.value(row, this.columnAt(at.column).id) !== null;
  }

  // ---- keys

  /** What keys and buttons may ask for. */
  readonly commands: GridCommands;

  /** True when the active cell cannot be written; the reason is shown at the cell. */
  deniesWriting(): boolean {
    const active = this.active();
    if (active === null) return false;
    const reason = this.model.denial(active.row, active.column);
    if (reason !== null) this.#listener.onDenied(reason);
    return reason !== null;
  }

  /** Writes clipboard text at the selection. */
  paste(text: string): void {
    this.#writes.paste(text);
  }
}
