// The selection in the DOM: mouse, painting of rendered cells, auto-scroll. DOM listeners, not grid events: those come late and a
// fast click would be seen after its release (SPIKE §4). Owns what is selected; commands on it are the controller's.
import type { GridApi } from 'ag-grid-community';
import {
  activeRange,
  addRange,
  clamp,
  extendTo,
  fillTarget,
  isInside,
  type Position,
  type Rect,
  rectOf,
  type Selection,
  type Size,
  selectCell,
} from './ranges.ts';
import type { GridRow } from './sheetModel.ts';

const EDGE_CLASSES = [
  'in-range',
  'edge-top',
  'edge-bottom',
  'edge-left',
  'edge-right',
  'active-cell',
  'fill-handle',
  'fill-preview',
];
/** How close to the corner a press takes the fill handle, CSS pixels. */
const HANDLE_REACH = 9;
const SCROLL_EVERY_MS = 40;

export interface SelectionOwner {
  readonly api: GridApi<GridRow>;
  readonly root: HTMLElement;
  columnIndex(columnId: string): number;
  columnId(index: number): string;
  size(): Size;
  changed(): void;
  filled(source: Rect, target: Rect, direction: 'up' | 'down' | 'left' | 'right'): void;
}

type Drag = { readonly kind: 'range' } | { readonly kind: 'fill'; to: Position };

export class GridSelection {
  readonly #owner: SelectionOwner;
  #selection: Selection | null = null;
  #drag: Drag | null = null;
  readonly #painted = new WeakSet<HTMLElement>();
  #scrollTimer: ReturnType<typeof setInterval> | undefined;

  constructor(owner: SelectionOwner) {
    this.#owner = owner;
    const { root } = owner;
    root.addEventListener('mousedown', this.#down);
    root.addEventListener('mouseover', this.#over);
    root.ownerDocument.addEventListener('mouseup', this.#up);
    root.ownerDocument.addEventListener('mousemove', this.#autoScroll);
  }

  destroy(): void {
    const { root } = this.#owner;
    root.removeEventListener('mousedown', this.#down);
    root.removeEventListener('mouseover', this.#over);
    root.ownerDocument.removeEventListener('mouseup', this.#up);
    root.ownerDocument.removeEventListener('mousemove', this.#autoScroll);
    clearInterval(this.#scrollTimer);
  }

  get current(): Selection | null {
    return this.#selection;
  }

  set(selection: Selection | null): void {
    this.#selection = selection;
    this.paint();
    this.#owner.changed();
  }

  /** Selects, scrolls there and puts the grid's focus on the active cell, so that keys and a screen reader are there too. */
  goTo(selection: Selection, visible: Position = selection.active): void {
    const { api } = this.#owner;
    api.ensureIndexVisible(visible.row);
    api.ensureColumnVisible(this.#owner.columnId(visible.column));
    this.set(selection);
    api.setFocusedCell(selection.active.row, this.#owner.columnId(selection.active.column));
  }

  /** Toggles classes on rendered cells only: about forty rows, well under a millisecond. */
  paint(): void {
    for (const cell of this.#owner.root.querySelectorAll<HTMLElement>('.ag-row .ag-cell')) {
      const row = cell.closest('.ag-row')?.getAttribute('row-index');
      const column = cell.getAttribute('col-id');
      if (row != null && column !== null) this.paintCell(cell, Number(row), column);
    }
  }

  paintCell(cell: HTMLElement, row: number, columnId: string): void {
    const at = { row, column: this.#owner.columnIndex(columnId) };
    const wanted = this.#classesAt(at);
    // Almost every cell is neither selected nor was: it costs nothing.
    if (wanted.size === 0 && !this.#painted.has(cell)) return;
    if (wanted.size === 0) this.#painted.delete(cell);
    else this.#painted.add(cell);
    for (const name of EDGE_CLASSES) cell.classList.toggle(name, wanted.has(name));
    if (wanted.has('in-range') || wanted.has('active-cell')) cell.setAttribute('aria-selected', 'true');
    else cell.removeAttribute('aria-selected');
  }

  #classesAt(at: Position): Set<string> {
    const wanted = new Set<string>();
    const selection = this.#selection;
    if (selection === null) return wanted;
    const { active } = selection;
    if (active.row === at.row && active.column === at.column) wanted.add('active-cell');
    for (const range of selection.ranges) {
      const rect = rectOf(range);
      if (!isInside(rect, at)) continue;
      const single = rect.top === rect.bottom && rect.left === rect.right && selection.ranges.length === 1;
      if (!single) {
        wanted.add('in-range');
        if (at.row === rect.top) wanted.add('edge-top');
        if (at.row === rect.bottom) wanted.add('edge-bottom');
        if (at.column === rect.left) wanted.add('edge-left');
        if (at.column === rect.right) wanted.add('edge-right');
      }
      const corner = at.row === rect.bottom && at.column === rect.right;
      if (corner && selection.ranges.length === 1) wanted.add('fill-handle');
    }
    if (this.#drag?.kind === 'fill') {
      const target = fillTarget(rectOf(activeRange(selection)), this.#drag.to);
      if (target !== null && isInside(target.rect, at)) wanted.add('fill-preview');
    }
    return wanted;
  }

  #hit(event: MouseEvent): { readonly at: Position; readonly cell: HTMLElement } | null {
    if (!(event.target instanceof Element)) return null;
    const cell = event.target.closest<HTMLElement>('.ag-cell');
    const row = cell?.closest('.ag-row')?.getAttribute('row-index');
    const columnId = cell?.getAttribute('col-id');
    if (cell == null || row == null || columnId == null) return null;
    return { at: { row: Number(row), column: this.#owner.columnIndex(columnId) }, cell };
  }

  readonly #down = (event: MouseEvent): void => {
    if (event.button !== 0 || !(event.target instanceof Element)) return;
    if (event.target.closest('input, textarea, .cell-suggestions') !== null) return;
    const header = event.target.closest<HTMLElement>('.ag-header-cell');
    if (header !== null) {
      this.#headerDown(header, event);
      return;
    }
    const hit = this.#hit(event);
    if (hit === null) return;
    const box = hit.cell.getBoundingClientRect();
    const onHandle =
      hit.cell.classList.contains('fill-handle') &&
      box.right - event.clientX < HANDLE_REACH &&
      box.bottom - event.clientY < HANDLE_REACH;
    if (onHandle) {
      this.#drag = { kind: 'fill', to: hit.at };
      event.preventDefault();
      return;
    }
    this.#drag = { kind: 'range' };
    const selection = this.#selection;
    if (event.shiftKey && selection !== null) {
      // Shift+click extends: without this the browser would also select text between the cells.
      event.preventDefault();
      this.set(extendTo(selection, hit.at));
    } else if ((event.ctrlKey || event.metaKey) && selection !== null) this.set(addRange(selection, hit.at));
    else this.set(selectCell(hit.at));
  };

  /** A press on a header selects the column, as in every spreadsheet. */
  #headerDown(header: HTMLElement, event: MouseEvent): void {
    if (event.target instanceof Element && event.target.closest('.ag-header-cell-resize') !== null) return;
    const columnId = header.getAttribute('col-id');
    const size = this.#owner.size();
    if (columnId === null || size.rows === 0) return;
    const column = this.#owner.columnIndex(columnId);
    const bottom = { row: size.rows - 1, column };
    const selection = this.#selection;
    if (event.shiftKey && selection !== null) this.set(extendTo(selection, bottom));
    else {
      const top = { row: 0, column };
      this.set({ ranges: [{ anchor: top, focus: bottom }], active: top });
    }
    event.preventDefault();
    this.focusActive();
  }

  /** Puts the keyboard on the active cell without scrolling elsewhere. */
  focusActive(): void {
    const selection = this.#selection;
    if (selection === null) return;
    this.#owner.api.setFocusedCell(selection.active.row, this.#owner.columnId(selection.active.column));
  }

  readonly #over = (event: MouseEvent): void => {
    if (this.#drag === null || (event.buttons & 1) === 0) return;
    const hit = this.#hit(event);
    if (hit !== null) this.#dragTo(hit.at);
  };

  #dragTo(at: Position): void {
    const selection = this.#selection;
    if (selection === null || this.#drag === null) return;
    if (this.#drag.kind === 'fill') {
      this.#drag.to = at;
      this.paint();
    } else this.set(extendTo(selection, at));
  }

  readonly #up = (): void => {
    clearInterval(this.#scrollTimer);
    this.#scrollTimer = undefined;
    const drag = this.#drag;
    this.#drag = null;
    const selection = this.#selection;
    if (drag?.kind !== 'fill' || selection === null) return;
    const source = rectOf(activeRange(selection));
    const target = fillTarget(source, drag.to);
    if (target !== null) this.#owner.filled(source, target.rect, target.direction);
    this.paint();
  };

  /** Drags beyond the top or bottom edge scroll on. */
  readonly #autoScroll = (event: MouseEvent): void => {
    clearInterval(this.#scrollTimer);
    this.#scrollTimer = undefined;
    if (this.#drag === null || (event.buttons & 1) === 0) return;
    const box = this.#owner.root.getBoundingClientRect();
    const by = event.clientY > box.bottom - 4 ? 1 : event.clientY < box.top + 30 ? -1 : 0;
    if (by === 0) return;
    this.#scrollTimer = setInterval(() => {
      const selection = this.#selection;
      if (selection === null || this.#drag === null) return;
      const from = this.#drag.kind === 'fill' ? this.#drag.to : activeRange(selection).focus;
      const to = clamp({ row: from.row + by, column: from.column }, this.#owner.size());
      this.#owner.api.ensureIndexVisible(to.row);
      this.#dragTo(to);
    }, SCROLL_EVERY_MS);
  };
}
