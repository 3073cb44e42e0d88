// One open sheet in the grid: joins the session, the model, the selection and AG Grid. Owns what a key or a button does to the sheet;
// every write is one call of the session, so it is one undo step and one truth. Holds no cell values.
import { choiceWords } from '@countersign/shared/model/cell';
import type { SheetId } from '@countersign/shared/model/sheets';
import type { GridApi, IRowNode } from 'ag-grid-community';
import type { DraftSession, Peer, ViewChange } from '../sync/draftSession.ts';
import { copyOf } from './clipboard.ts';
import { fittedWidth, isFitted } from './columnWidths.ts';
import { type FoundCell, findCells } from './find.ts';
import type { GridCommands } from './keys.ts';
import { GridNavigation } from './navigation.ts';
import {
  activeRange,
  clamp,
  type Position,
  type Rect,
  rectOf,
  type Selection,
  type Size,
  selectCell,
} from './ranges.ts';
import { rowChanges } from './rowChanges.ts';
import { type RowFilter, rowTest } from './rowFilter.ts';
import { GridSelection } from './selection.ts';
import { type BaseRows, type GridColumn, type GridRow, SheetModel } from './sheetModel.ts';
import { SheetWrites } from './sheetWrites.ts';
import { mergedOrder, type SortCommand, sortedRows } from './sortOrder.ts';
import { toHtmlTable, toTsv } from './tsv.ts';

const PAGE_ROWS = 30;

/** What the screen around the grid is told. */
export interface GridListener {
  /** Another cell is active, or more or less is selected. */
  onSelection(): void;
  /** What the sheet shows changed: cells, rows, marks, presence. */
  onChanged(): void;
  /** A write was not allowed; shown at the active cell. */
  onDenied(reason: string): void;
  /** Something to say: what a paste or an undo could not do. */
  onMessage(text: string): void;
  onFind(): void;
  onOpenMark(): void;
  onNextSheet(by: 1 | -1): void;
  /** Changes of others, counted for a polite announcement. */
  onRemote(cells: number): void;
}

export interface ActiveCell {
  readonly row: GridRow;
  readonly column: GridColumn;
}

export class GridController {
  readonly session: DraftSession;
  readonly sheet: SheetId;
  readonly model: SheetModel;
  readonly #listener: GridListener;
  readonly #rows = new Map<string, GridRow>();
  readonly #peers = new Map<string, Peer[]>();
  readonly #offs: (() => void)[] = [];
  #api: GridApi<GridRow> | null = null;
  #selection: GridSelection | null = null;
  #order: readonly string[] | null = null;
  #sort: SortCommand | null = null;
  #filter: RowFilter | null = null;
  #passes: ((row: GridRow) => boolean) | null = null;
  #displayed: readonly string[] = [];
  #typing = false;
  readonly #navigation: GridNavigation;
  readonly #writes: SheetWrites;
  #remote = false;
  showsChanges = false;

  constructor(session: DraftSession, sheet: SheetId, listener: GridListener) {
    this.session = session;
    this.sheet = sheet;
    this.model = new SheetModel(session, sheet);
    this.#listener = listener;
    this.#navigation = new GridNavigation(this);
    this.#writes = new SheetWrites(this, listener);
    this.#readPeers();
  }

  // ---- joining and leaving the grid

  /** The rows the grid starts with. */
  rows(): GridRow[] {
    const rows = this.#ordered();
    this.#displayed = rows.map((row) => row.id);
    return rows;
  }

  attach(api: GridApi<GridRow>, root: HTMLElement): void {
    this.#api = api;
    this.#selection = new GridSelection({
      api,
      root,
      columnIndex: (id) => this.model.columns.findIndex((column) => column.id === id),
      columnId: (index) => this.columnAt(index).id,
      size: () => this.size(),
      changed: () => this.#selected(),
      filled: (source, target, direction) => this.#writes.fill(source, target, direction, false),
    });
    const repaint = () => this.#selection?.paint();
    api.addEventListener('viewportChanged', repaint);
    api.addEventListener('modelUpdated', repaint);
    const clip = (event: ClipboardEvent) => this.#clipboard(event);
    for (const type of ['copy', 'cut', 'paste'] as const) root.addEventListener(type, clip);
    const entered = (event: Event) => {
      event.preventDefault();
      this.focus();
    };
    root.addEventListener('region-entered', entered);
    this.#offs.push(
      this.session.onView((change) => this.#viewChanged(change)),
      this.session.onState(() => this.#stateChanged()),
      () => root.removeEventListener('region-entered', entered),
      () => {
        for (const type of ['copy', 'cut', 'paste'] as const) root.removeEventListener(type, clip);
      },
    );
  }

  detach(): void {
    for (const off of this.#offs.splice(0)) off();
    this.#selection?.destroy();
    this.#selection = null;
    this.#api = null;
    this.session.setCursor(null);
  }

  get selection(): GridSelection | null {
    return this.#selection;
  }

  /** True while a change of somebody else is painted, so that its cells fade. */
  get paintsRemote(): boolean {
    return this.#remote;
  }

  size(): Size {
    return { rows: this.#api?.getDisplayedRowCount() ?? 0, columns: this.model.columns.length };
  }

  rowAt(index: number): GridRow | null {
    return this.#api?.getDisplayedRowAtIndex(index)?.data ?? null;
  }

  columnAt(index: number): GridColumn {
    const column = this.model.columns[index];
    if (column === undefined) throw new Error(`Sheet ${this.sheet} has no column ${index}.`);
    return column;
  }

  // ---- what is shown

  #ordered(): GridRow[] {
    const rows = this.model.rows().map((row) => this.#rowObject(row));
    if (this.#order === null) return rows;
    const known = new Map(rows.map((row) => [row.id, row]));
    this.#order = mergedOrder(this.#order, [...known.keys()]);
    return this.#order.flatMap((id) => known.get(id) ?? []);
  }

  /** One object a row, so that the grid keeps its row nodes. */
  #rowObject(row: GridRow): GridRow {
    const held = this.#rows.get(row.id);
    if (held !== undefined && held.ghost === row.ghost) return held;
    this.#rows.set(row.id, row);
    return row;
  }

  setBase(base: BaseRows | null, redline: boolean): void {
    const hadGhosts = this.model.redline;
    this.model.setBase(base, redline);
    this.showsChanges = redline && base !== null;
    if (hadGhosts || this.model.redline) this.#structure();
    this.redraw();
  }

  /** Draws every rendered cell again: after a switch of redline, currency or rights. */
  redraw(): void {
    this.#fit(this.#api?.getRenderedNodes() ?? []);
    this.#paint();
  }

  /** Every rendered cell again at the widths there are. */
  #paint(): void {
    this.#api?.refreshCells({ force: true, suppressFlash: true });
  }

  /** Columns of figures grow until nothing in these rows is cut; they never shrink, so that nothing jumps to and fro. */
  #fit(nodes: readonly IRowNode<GridRow>[]): void {
    const api = this.#api;
    if (api === null) return;
    const rows = nodes.flatMap((node) => node.data ?? []);
    const wider = this.model.columns.filter(isFitted).flatMap((column) => {
      const now = api.getColumn(column.id)?.getActualWidth() ?? 0;
      const newWidth = fittedWidth(this.model, column, rows, now);
      return newWidth > now ? [{ key: column.id, newWidth }] : [];
    });
    if (wider.length > 0) api.setColumnWidths(wider);
  }

  #viewChanged(change: ViewChange): void {
    if (change.sheet === 'terms' && this.model.refreshCurrency()) {
      this.#api?.setGridOption('columnDefs', this.#api.getColumnDefs() ?? []);
      this.#api?.refreshHeader();
      this.redraw();
    }
    if (change.sheet !== this.sheet) return;
    if (change.structural) this.#structure();
    this.#refreshRows(change.rowIds, change.remote);
    if (change.remote) this.#listener.onRemote(change.rowIds.length);
    this.#listener.onChanged();
  }

  /** Only rows that are both changed and rendered are drawn again. */
  #refreshRows(rowIds: readonly string[], remote: boolean): void {
    const api = this.#api;
    if (api === null) return;
    const first = api.getFirstDisplayedRowIndex();
    const last = api.getLastDisplayedRowIndex();
    const rowNodes = rowIds.flatMap((id) => {
      const node = api.getRowNode(id);
      const index = node?.rowIndex ?? null;
      // Rows just outside the viewport are rendered too (rowBuffer); one screen more is cheap.
      return node !== undefined && index !== null && index >= first - PAGE_ROWS && index <= last + PAGE_ROWS
        ? [node]
        : [];
    });
    if (rowNodes.length === 0) return;
    // [GRID-72] A change of somebody else moves nothing: a column grows with the person's own acts, not under their hands.
    if (!remote) this.#fit(rowNodes);
    this.#remote = remote;
    api.refreshCells({ rowNodes, force: true, suppressFlash: true });
    this.#remote = false;
  }

  /** Rows came, went or moved: one transaction where that says it, else all rows by id. The selection stays on its rows. */
  #structure(): void {
    const api = this.#api;
    if (api === null) return;
    const held = this.#heldSelection();
    const rows = this.#ordered();
    const before = this.#displayed;
    this.#displayed = rows.map((row) => row.id);
    const change = rowChanges(before, this.#displayed);
    if (change === null) api.setGridOption('rowData', rows);
    else if (change.removed.length > 0 || change.added.length > 0)
      api.applyTransaction({
        remove: change.removed.flatMap((id) => api.getRowNode(id)?.data ?? []),
        add: change.added.flatMap((id) => this.#rows.get(id) ?? []),
        addIndex: change.addIndex,
      });
    for (const id of change?.removed ?? []) this.#rows.delete(id);
    this.#restoreSelection(held);
  }

  #heldSelection(): readonly { readonly anchor: string | undefined; readonly focus: string | undefined }[] {
    const selection = this.#selection?.current;
    return (selection?.ranges ?? []).map(({ anchor, focus }) => ({
      anchor: this.rowAt(anchor.row)?.id,
      focus: this.rowAt(focus.row)?.id,
    }));
  }

  #restoreSelection(
    held: readonly { readonly anchor: string | undefined; readonly focus: string | undefined }[],
  ): void {
    const selection = this.#selection?.current;
    if (selection == null || this.#selection === null || this.size().rows === 0) return;
    const indexOf = (id: string | undefined, before: number) => {
      const index = id === undefined ? null : (this.#api?.getRowNode(id)?.rowIndex ?? null);
      return index ?? Math.min(before, this.size().rows - 1);
    };
    const ranges = selection.ranges.map((range, i) => ({
      anchor: { ...range.anchor, row: indexOf(held[i]?.anchor, range.anchor.row) },
      focus: { ...range.focus, row: indexOf(held[i]?.focus, range.focus.row) },
    }));
    const last = ranges.at(-1);
    if (last === undefined) return;
    const wasAnchor = activeRange(selection).anchor.row === selection.active.row;
    const active = wasAnchor ? { ...selection.active, row: last.anchor.row } : clamp(selection.active, this.size());
    this.#selection.set({ ranges, active });
  }

  #stateChanged(): void {
    this.#readPeers();
    // Cursors, contests and waiting marks belong to the state, and a status change may touch any visible cell.
    this.#paint();
    this.#listener.onChanged();
  }

  #readPeers(): void {
    this.#peers.clear();
    for (const peer of this.session.peers()) {
      if (peer.sheet !== this.sheet || peer.rowId === undefined || peer.field === undefined) continue;
      const key = `${peer.rowId} ${peer.field}`;
      this.#peers.set(key, [...(this.#peers.get(key) ?? []), peer]);
    }
  }

  peersAt(rowId: string, field: string): readonly Peer[] {
    return this.#peers.get(`${rowId} ${field}`) ?? [];
  }

  // ---- selection

  active(): ActiveCell | null {
    const selection = this.#selection?.current;
    if (selection == null) return null;
    const row = this.rowAt(selection.active.row);
    return row === null ? null : { row, column: this.columnAt(selection.active.column) };
  }

  /** Every selected rectangle, cut to what is displayed. */
  selectedRects(): readonly Rect[] {
    return (this.#selection?.current?.ranges ?? []).map(rectOf);
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

  /** Goes to a cell by its names; false when the row is not displayed (filtered out or gone). */
  goToCell(rowId: string, field: string): boolean {
    const row = this.#api?.getRowNode(rowId)?.rowIndex ?? null;
    const column = this.model.columns.findIndex((known) => known.id === field);
    if (row === null || this.#selection === null) return false;
    this.#selection.goTo(selectCell({ row, column: Math.max(0, column) }));
    return true;
  }

  /** The keyboard comes to the grid: to its active cell, or the first one. */
  focus(): void {
    if (this.#selection === null || this.size().rows === 0) return;
    if (this.#selection.current === null) this.#selection.goTo(selectCell({ row: 0, column: 0 }));
    else this.#selection.focusActive();
  }

  /** The selection, or the focused cell as one. */
  here(): Selection {
    return this.#navigation.here();
  }

  /** The displayed cell that has the grid's focus; the first cell when none has. */
  focused(): Position {
    const focused = this.#api?.getFocusedCell();
    const column = this.model.columns.findIndex((known) => known.id === focused?.column.getColId());
    return { row: focused?.rowIndex ?? 0, column: Math.max(0, column) };
  }

  isFilled(at: Position): boolean {
    const row = this.rowAt(at.row);
    return row !== null && this.model.value(row, this.columnAt(at.column).id) !== null;
  }

  // ---- keys

  /** What keys and buttons may ask for. */
  readonly commands: GridCommands = {
    move: (direction, options) => this.#navigation.move(direction, options),
    advance: (direction) => this.#navigation.advance(direction),
    page: (direction, extend) => this.#navigation.page(direction, extend),
    home: (extend) => this.#navigation.home(extend),
    end: (extend) => this.#navigation.end(extend),
    firstCell: (extend) => this.#navigation.firstCell(extend),
    lastCell: (extend) => this.#navigation.lastCell(extend),
    selectAll: () => this.#navigation.selectAll(),
    selectRows: () => this.#navigation.selectRows(),
    selectColumns: () => this.#navigation.selectColumns(),
    clear: () => this.#writes.clear(),
    fillDown: () => this.#writes.fillDown(),
    fillRight: () => this.#writes.fillRight(),
    undo: () => this.#writes.undo(),
    redo: () => this.#writes.redo(),
    insertRows: () => this.#writes.insertRows(),
    removeRows: () => this.#writes.removeRows(),
    find: () => this.#listener.onFind(),
    openMark: () => this.#listener.onOpenMark(),
    nextSheet: (by) => this.#listener.onNextSheet(by),
    commit: () => this.#api?.stopEditing(),
    isTyping: () => this.#typing,
    deniesWriting: () => this.deniesWriting(),
    opensBy: (how) => {
      this.#typing = how === 'typing';
    },
  };

  /** True when the active cell cannot be written; the reason is shown at the cell. */
  deniesWriting(): boolean {
    const active = this.active();
    if (active === null) return false;
    const reason = this.model.denial(active.row, active.column);
    if (reason !== null) this.#listener.onDenied(reason);
    return reason !== null;
  }

  /** An editor ended with this text. */
  typed(row: GridRow, column: GridColumn, text: string): void {
    this.#writes.typed(row, column, text);
  }

  // ---- order, filter, find

  /** Orders the view once by the active column; null goes back to the document's order. Nothing is written. */
  sort(command: SortCommand | null): void {
    this.#sort = command;
    const column = command === null ? undefined : this.model.column(command.field);
    if (command === null || column === undefined) this.#order = null;
    else {
      const rows = this.model.rows();
      const byId = new Map(rows.map((row) => [row.id, row]));
      const cellOf = (id: string) => {
        const row = byId.get(id);
        return row === undefined ? null : this.model.value(row, column.id);
      };
      this.#order = sortedRows([...byId.keys()], cellOf, column.type, command.direction);
    }
    this.#structure();
    this.redraw();
    this.#listener.onChanged();
  }

  get sortedBy(): SortCommand | null {
    return this.#sort;
  }

  get filter(): RowFilter | null {
    return this.#filter;
  }

  setFilter(filter: RowFilter | null): void {
    this.#filter = filter;
    this.#passes = filter === null ? null : rowTest(filter, this.model);
    this.#api?.onFilterChanged();
    const selection = this.#selection?.current;
    if (selection != null && this.size().rows > 0)
      this.#selection?.set(selectCell(clamp(selection.active, this.size())));
    this.#listener.onChanged();
  }

  passes(row: GridRow): boolean {
    return this.#passes === null || this.#passes(row);
  }

  /** Cells that hold the text, in reading order of what is displayed. */
  findAll(text: string): readonly FoundCell[] {
    const rows = Array.from({ length: this.size().rows }, (_, i) => this.rowAt(i)).filter((row) => row !== null);
    return findCells(this.model, rows, text);
  }

  // ---- clipboard and editors

  #clipboard(event: ClipboardEvent): void {
    if (event.target instanceof Element && event.target.closest('input, textarea') !== null) return;
    const selection = this.#selection?.current;
    if (selection == null || event.clipboardData === null) return;
    event.preventDefault();
    if (event.type === 'paste') {
      if (!this.deniesWriting()) this.#writes.paste(event.clipboardData.getData('text/plain'));
      return;
    }
    const rect = rectOf(activeRange(selection));
    const cells = copyOf(this.model, rect, (index) => this.rowAt(index));
    event.clipboardData.setData('text/plain', toTsv(cells));
    event.clipboardData.setData('text/html', toHtmlTable(cells));
    if (event.type === 'cut' && !this.deniesWriting()) {
      this.#writes.blank([rect]);
    }
  }

  /** Writes clipboard text at the selection. */
  paste(text: string): void {
    this.#writes.paste(text);
  }

  /** Words an editor offers: a choice's, a flag's, or the values a reference may take. */
  suggestionsFor(column: GridColumn): readonly string[] {
    if (column.type === 'choice') return (column.choices ?? []).map(choiceWords);
    if (column.type === 'flag') return ['Yes', 'No'];
    if (column.refersTo === undefined) return [];
    const { sheet, column: field } = column.refersTo;
    const values = new Set<string>();
    for (const rowId of this.session.rowIds(sheet as SheetId)) {
      const value = this.session.value(sheet as SheetId, rowId, field);
      if (value !== null) values.add(value);
    }
    return [...values];
  }
}
