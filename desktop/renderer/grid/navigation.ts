// Moving the active cell and the selection by keys. Owns where a key leads; the selection itself is drawn by `selection.ts`.
import {
  activeRange,
  type Direction,
  extendTo,
  jump,
  type Position,
  rectOf,
  type Selection,
  type Size,
  selectCell,
  step,
  walkInside,
} from './ranges.ts';
import type { GridSelection } from './selection.ts';

/** Rows that Page Up and Page Down pass over. */
const PAGE_ROWS = 30;

export interface NavigatedSheet {
  readonly selection: GridSelection | null;
  size(): Size;
  /** The displayed cell that has the grid's focus; the first cell when none has. */
  focused(): Position;
  isFilled(at: Position): boolean;
}

export class GridNavigation {
  readonly #sheet: NavigatedSheet;
  /** A run of Tabs: the column of its first one, and where it stands. Going anywhere else ends it. */
  #tabRun: { readonly from: number; readonly at: Position } | null = null;

  constructor(sheet: NavigatedSheet) {
    this.#sheet = sheet;
  }

  /** The selection, or the focused cell as one. */
  here(): Selection {
    return this.#sheet.selection?.current ?? selectCell(this.#sheet.focused());
  }

  #to(position: Position, extend: boolean): void {
    this.#tabRun = null;
    const here = this.here();
    const next = extend ? extendTo(here, position) : selectCell(position);
    this.#sheet.selection?.goTo(next, position);
  }

  move(direction: Direction, { extend, far }: { readonly extend: boolean; readonly far: boolean }): void {
    const here = this.here();
    const from = extend ? activeRange(here).focus : here.active;
    const { size, isFilled } = { size: this.#sheet.size(), isFilled: (at: Position) => this.#sheet.isFilled(at) };
    this.#to(far ? jump(from, direction, size, isFilled) : step(from, direction, size), extend);
  }

  advance(direction: Direction): void {
    const here = this.here();
    const inside = walkInside(here, direction);
    if (inside !== null) {
      this.#sheet.selection?.goTo(inside);
      return;
    }
    const along = direction === 'left' || direction === 'right';
    const run = this.#tabRun;
    const goesOn = run !== null && run.at.row === here.active.row && run.at.column === here.active.column;
    const from = goesOn ? run.from : here.active.column;
    const next = step(here.active, direction, this.#sheet.size());
    const to = along || next.row === here.active.row ? next : { row: next.row, column: from };
    this.#to(to, false);
    this.#tabRun = along ? { from, at: to } : null;
  }

  page(direction: 'up' | 'down', extend: boolean): void {
    const here = this.here();
    this.#to(step(extend ? activeRange(here).focus : here.active, direction, this.#sheet.size(), PAGE_ROWS), extend);
  }

  home(extend: boolean): void {
    const here = this.here();
    this.#to({ row: (extend ? activeRange(here).focus : here.active).row, column: 0 }, extend);
  }

  end(extend: boolean): void {
    const here = this.here();
    const { row } = extend ? activeRange(here).focus : here.active;
    this.#to({ row, column: this.#sheet.size().columns - 1 }, extend);
  }

  firstCell(extend: boolean): void {
    this.#to({ row: 0, column: 0 }, extend);
  }

  lastCell(extend: boolean): void {
    const { rows, columns } = this.#sheet.size();
    this.#to({ row: Math.max(0, rows - 1), column: columns - 1 }, extend);
  }

  selectAll(): void {
    const { rows, columns } = this.#sheet.size();
    if (rows === 0) return;
    const active = this.here().active;
    this.#sheet.selection?.set({
      ranges: [{ anchor: { row: 0, column: 0 }, focus: { row: rows - 1, column: columns - 1 } }],
      active,
    });
  }

  selectRows(): void {
    const here = this.here();
    const rect = rectOf(activeRange(here));
    this.#sheet.selection?.set({
      ranges: [
        { anchor: { row: rect.top, column: 0 }, focus: { row: rect.bottom, column: this.#sheet.size().columns - 1 } },
      ],
      active: here.active,
    });
  }

  selectColumns(): void {
    const here = this.here();
    const rect = rectOf(activeRange(here));
    this.#sheet.selection?.set({
      ranges: [
        { anchor: { row: 0, column: rect.left }, focus: { row: this.#sheet.size().rows - 1, column: rect.right } },
      ],
      active: here.active,
    });
  }
}
