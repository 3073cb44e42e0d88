// One open sheet in the grid: joins the session, the model, the selection and AG Grid. Owns what a key or a button does to the sheet;
// every write is one call of the session, so it is one undo step and one truth. Holds no cell values.
import { choiceWords } from '@countersign/shared/model/cell';
import type { SheetId } from '@countersign/shared/model/sheets';
import type { GridApi } from 'ag-grid-community';
import type { CellEdit, DraftSession, EditOutcome, Peer, ViewChange } from '../sync/draftSession.ts';
import { copyOf, pastePlan } from './clipboard.ts';
import { fillSeries } from './fillSeries.ts';
import { type FoundCell, findCells } from './find.ts';
import type { GridCommands } from './keys.ts';
import { TOTAL_COLUMN } from './lineTotal.ts';
import {
  activeRange,
  clamp,
  type Direction,
  extendTo,
  jump,
  type Position,
  pasteRect,
  type Rect,
  rectOf,
  type Selection,
  type Size,
  selectCell,
  step,
  walkInside,
} from './ranges.ts';
import { rowChanges } from './rowChanges.ts';
import { type RowFilter, rowTest } from './rowFilter.ts';
import { GridSelection } from './selection.ts';
import { type BaseRows, type GridColumn, type GridRow, SheetModel } from './sheetModel.ts';
import { mergedOrder, type SortCommand, sortedRows } from './sortOrder.ts';
import { parseTsv, toHtmlTable, toTsv } from './tsv.ts';

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

export class GridController implements GridCommands {
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
  #remote = false;
  showsChanges = false;

  constructor(session: DraftSession, sheet: SheetId, listener: GridListener) {
    this.session = session;
    this.sheet = sheet;
    this.model = new SheetModel(session, sheet);
    this.#listener = listener;
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
      columnId: (index) => this.#columnAt(index).id,
      size: () => this.size(),
      changed: () => this.#selected(),
      filled: (source, target, direction) => this.#fill(source, target, direction, false),
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

  #columnAt(index: number): GridColumn {
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
    this.#api?.refreshCells({ force: true, suppressFlash: true });
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
    const before = new Set(this.#peers.keys());
    this.#readPeers();
    const touched = new Set([...before, ...this.#peers.keys()].map((key) => key.split(' ')[0] ?? ''));
    this.#refreshRows([...touched], false);
    // Contests and waiting marks belong to the state too, and a status change may touch any visible cell.
    this.redraw();
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
    return row === null ? null : { row, column: this.#columnAt(selection.active.column) };
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

  #here(): Selection {
    const current = this.#selection?.current;
    if (current != null) return current;
    const focused = this.#api?.getFocusedCell();
    const column = this.model.columns.findIndex((known) => known.id === focused?.column.getColId());
    return selectCell({ row: focused?.rowIndex ?? 0, column: Math.max(0, column) });
  }

  #to(position: Position, extend: boolean): void {
    const here = this.#here();
    const next = extend ? extendTo(here, position) : selectCell(position);
    this.#selection?.goTo(next, position);
  }

  move(direction: Direction, { extend, far }: { readonly extend: boolean; readonly far: boolean }): void {
    const here = this.#here();
    const from = extend ? activeRange(here).focus : here.active;
    const isFilled = (at: Position) => {
      const row = this.rowAt(at.row);
      return row !== null && this.model.value(row, this.#columnAt(at.column).id) !== null;
    };
    this.#to(far ? jump(from, direction, this.size(), isFilled) : step(from, direction, this.size()), extend);
  }

  advance(direction: Direction): void {
    const here = this.#here();
    const inside = walkInside(here, direction);
    if (inside === null) this.#to(step(here.active, direction, this.size()), false);
    else this.#selection?.goTo(inside);
  }

  page(direction: 'up' | 'down', extend: boolean): void {
    const here = this.#here();
    this.#to(step(extend ? activeRange(here).focus : here.active, direction, this.size(), PAGE_ROWS), extend);
  }

  home(extend: boolean): void {
    const here = this.#here();
    this.#to({ row: (extend ? activeRange(here).focus : here.active).row, column: 0 }, extend);
  }

  end(extend: boolean): void {
    const here = this.#here();
    const { row } = extend ? activeRange(here).focus : here.active;
    this.#to({ row, column: this.size().columns - 1 }, extend);
  }

  firstCell(extend: boolean): void {
    this.#to({ row: 0, column: 0 }, extend);
  }

  lastCell(extend: boolean): void {
    const { rows, columns } = this.size();
    this.#to({ row: Math.max(0, rows - 1), column: columns - 1 }, extend);
  }

  selectAll(): void {
    const { rows, columns } = this.size();
    if (rows === 0) return;
    const active = this.#here().active;
    this.#selection?.set({
      ranges: [{ anchor: { row: 0, column: 0 }, focus: { row: rows - 1, column: columns - 1 } }],
      active,
    });
  }

  selectRows(): void {
    const here = this.#here();
    const rect = rectOf(activeRange(here));
    this.#selection?.set({
      ranges: [{ anchor: { row: rect.top, column: 0 }, focus: { row: rect.bottom, column: this.size().columns - 1 } }],
      active: here.active,
    });
  }

  selectColumns(): void {
    const here = this.#here();
    const rect = rectOf(activeRange(here));
    this.#selection?.set({
      ranges: [{ anchor: { row: 0, column: rect.left }, focus: { row: this.size().rows - 1, column: rect.right } }],
      active: here.active,
    });
  }

  // ---- writing

  get typing(): boolean {
    return this.#typing;
  }

  opensBy(how: 'typing' | 'editing'): void {
    this.#typing = how === 'typing';
  }

  commit(): void {
    this.#api?.stopEditing();
  }

  deniesWriting(): boolean {
    const active = this.active();
    if (active === null) return false;
    const reason = this.model.denial(active.row, active.column);
    if (reason !== null) this.#listener.onDenied(reason);
    return reason !== null;
  }

  /** An editor ended with this text. */
  typed(row: GridRow, column: GridColumn, text: string): void {
    if (text === this.model.editText(row, column)) return;
    void this.#write([{ sheet: this.sheet, rowId: row.id, field: column.id, typed: text.trim() === '' ? null : text }]);
  }

  /** Sends edits as one user action and says what did not go. */
  async #write(edits: readonly CellEdit[]): Promise<void> {
    if (edits.length === 0) return;
    this.#say(await this.session.edit(edits), edits.length);
  }

  #say(outcome: EditOutcome, asked: number): void {
    if (outcome.denied !== null) this.#listener.onDenied(outcome.denied);
    else if (outcome.invalid.length > 0 && asked > 1) {
      const some = outcome.invalid.length === 1 ? '1 value does' : `${outcome.invalid.length} values do`;
      this.#listener.onMessage(
        `${some} not fit and stay on this computer until mended: ${outcome.invalid[0]?.reason ?? ''}`,
      );
    }
  }

  /** Edits for the cells of rectangles that can be written; how many cannot is counted. */
  #editsFor(rects: readonly Rect[], value: (at: Position) => string | null): { edits: CellEdit[]; locked: number } {
    const edits: CellEdit[] = [];
    let locked = 0;
    for (const rect of rects)
      for (let rowIndex = rect.top; rowIndex <= rect.bottom; rowIndex += 1) {
        const row = this.rowAt(rowIndex);
        if (row === null) continue;
        for (let column = rect.left; column <= rect.right; column += 1) {
          const spec = this.#columnAt(column);
          if (row.ghost || spec.locked === true) locked += 1;
          else
            edits.push({ sheet: this.sheet, rowId: row.id, field: spec.id, typed: value({ row: rowIndex, column }) });
        }
      }
    return { edits, locked };
  }

  clear(): void {
    const { edits } = this.#editsFor(this.selectedRects(), () => null);
    void this.#write(edits);
  }

  fillDown(): void {
    const rect = rectOf(activeRange(this.#here()));
    // A single cell takes the value above it, as in Excel.
    if (rect.top === rect.bottom) {
      if (rect.top > 0) this.#fill({ ...rect, top: rect.top - 1, bottom: rect.top - 1 }, rect, 'down', true);
      return;
    }
    this.#fill({ ...rect, bottom: rect.top }, { ...rect, top: rect.top + 1 }, 'down', true);
  }

  fillRight(): void {
    const rect = rectOf(activeRange(this.#here()));
    if (rect.left === rect.right) {
      if (rect.left > 0) this.#fill({ ...rect, left: rect.left - 1, right: rect.left - 1 }, rect, 'right', true);
      return;
    }
    this.#fill({ ...rect, right: rect.left }, { ...rect, left: rect.left + 1 }, 'right', true);
  }

  #fill(source: Rect, target: Rect, direction: Direction, copy: boolean): void {
    if (this.deniesWriting()) return;
    const along = direction === 'down' || direction === 'up';
    const back = direction === 'up' || direction === 'left';
    const series = new Map<number, readonly (string | null)[]>();
    const valueAt = (at: Position) => {
      const row = this.rowAt(at.row);
      return row === null ? null : this.model.value(row, this.#columnAt(at.column).id);
    };
    const lane = (lane: number): readonly (string | null)[] => {
      const held = series.get(lane);
      if (held !== undefined) return held;
      const values: (string | null)[] = [];
      const [from, to] = along ? [source.top, source.bottom] : [source.left, source.right];
      for (let i = from; i <= to; i += 1)
        values.push(valueAt(along ? { row: i, column: lane } : { row: lane, column: i }));
      const count = along ? target.bottom - target.top + 1 : target.right - target.left + 1;
      const type = along ? this.#columnAt(lane).type : 'text';
      const made = fillSeries(values, count, type, { copy: copy || !along, back });
      series.set(lane, made);
      return made;
    };
    const { edits } = this.#editsFor([target], (at) => {
      const place = along
        ? back
          ? target.bottom - at.row
          : at.row - target.top
        : back
          ? target.right - at.column
          : at.column - target.left;
      return lane(along ? at.column : at.row)[place] ?? null;
    });
    const whole = {
      top: Math.min(source.top, target.top),
      bottom: Math.max(source.bottom, target.bottom),
      left: Math.min(source.left, target.left),
      right: Math.max(source.right, target.right),
    };
    void this.#write(edits);
    this.#selection?.set({
      ranges: [{ anchor: { row: whole.top, column: whole.left }, focus: { row: whole.bottom, column: whole.right } }],
      active: { row: source.top, column: source.left },
    });
  }

  undo(): void {
    void this.session.undo().then((outcome) => this.#listener.onMessage(outcome.refused.join(' ')));
  }

  redo(): void {
    void this.session.redo().then((outcome) => this.#listener.onMessage(outcome.refused.join(' ')));
  }

  // ---- rows

  /** As many new rows as are selected, below the selection; the first one becomes the active cell. */
  insertRows(): void {
    const denied = this.session.editDenial();
    if (denied !== null) {
      this.#listener.onDenied(denied);
      return;
    }
    const selection = this.#selection?.current ?? null;
    const rect = selection === null ? null : rectOf(activeRange(selection));
    const after = rect === null ? null : this.#liveRowAtOrAbove(rect.bottom);
    const count = rect === null ? 1 : rect.bottom - rect.top + 1;
    const rows = Array.from({ length: count }, () => ({}));
    void this.session.insertRows(this.sheet, after, rows).then(([first]) => {
      if (first !== undefined) this.goToCell(first, this.#columnAt(0).id);
    });
  }

  #liveRowAtOrAbove(index: number): string | null {
    for (let i = index; i >= 0; i -= 1) {
      const row = this.rowAt(i);
      if (row !== null && !row.ghost) return row.id;
    }
    return null;
  }

  selectedRowIds(): readonly string[] {
    const ids = new Set<string>();
    for (const rect of this.selectedRects())
      for (let i = rect.top; i <= rect.bottom; i += 1) {
        const row = this.rowAt(i);
        if (row !== null && !row.ghost) ids.add(row.id);
      }
    return [...ids];
  }

  removeRows(): void {
    const denied = this.session.editDenial();
    if (denied !== null) {
      this.#listener.onDenied(denied);
      return;
    }
    const ids = this.selectedRowIds();
    if (ids.length > 0) void this.session.removeRows(this.sheet, ids).then((outcome) => this.#say(outcome, ids.length));
  }

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

  // ---- filter and find

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

  find(): void {
    this.#listener.onFind();
  }

  openMark(): void {
    this.#listener.onOpenMark();
  }

  nextSheet(by: 1 | -1): void {
    this.#listener.onNextSheet(by);
  }

  // ---- clipboard

  #clipboard(event: ClipboardEvent): void {
    if (event.target instanceof Element && event.target.closest('input, textarea') !== null) return;
    const selection = this.#selection?.current;
    if (selection == null || event.clipboardData === null) return;
    event.preventDefault();
    if (event.type === 'paste') {
      if (!this.deniesWriting()) this.paste(event.clipboardData.getData('text/plain'));
      return;
    }
    const rect = rectOf(activeRange(selection));
    const cells = copyOf(this.model, rect, (index) => this.rowAt(index));
    event.clipboardData.setData('text/plain', toTsv(cells));
    event.clipboardData.setData('text/html', toHtmlTable(cells));
    if (event.type === 'cut' && !this.deniesWriting()) {
      const { edits } = this.#editsFor([rect], () => null);
      void this.#write(edits);
    }
  }

  /** Writes clipboard text from the active cell: tiled into a larger selection, and with new rows below the last one. */
  paste(text: string): void {
    const selection = this.#selection?.current;
    const block = parseTsv(text);
    if (selection == null || block.length === 0) return;
    const size = { rows: block.length, columns: Math.max(...block.map((row) => row.length)) };
    const target = pasteRect(rectOf(activeRange(selection)), size);
    const plan = pastePlan(block, target, this.size());
    const { edits, locked } = this.#editsFor([plan.rect], plan.typedAt);
    void this.#pasteAll(edits, plan.overflow, locked);
    this.#selection?.set({
      ranges: [
        {
          anchor: { row: plan.rect.top, column: plan.rect.left },
          focus: { row: plan.rect.bottom, column: plan.rect.right },
        },
      ],
      active: { row: plan.rect.top, column: plan.rect.left },
    });
  }

  async #pasteAll(
    edits: readonly CellEdit[],
    overflow: readonly (readonly (string | null)[])[],
    locked: number,
  ): Promise<void> {
    await this.#write(edits);
    if (overflow.length > 0) {
      const left = rectOf(activeRange(this.#here())).left;
      const rows = overflow.map((cells) => {
        const row: Record<string, string | null> = {};
        cells.forEach((cell, i) => {
          const column = this.model.columns[left + i];
          if (column !== undefined && column.locked !== true) row[column.id] = cell;
        });
        return row;
      });
      await this.session.insertRows(this.sheet, null, rows);
    }
    if (locked > 0)
      this.#listener.onMessage(
        `${locked === 1 ? '1 locked cell was' : `${locked} locked cells were`} left as they are.`,
      );
  }

  // ---- editors

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

  /** Whether the computed total of this column is shown. */
  isComputed(field: string): boolean {
    return field === TOTAL_COLUMN;
  }
}
