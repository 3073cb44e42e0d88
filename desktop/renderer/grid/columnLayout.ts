// How a person has laid out the columns of a kind of sheet: widths they pulled, columns they froze. Owns reading it from the grid and
// applying it; where it is kept is the caller's.
import type { GridApi } from 'ag-grid-community';
import type { GridRow } from './sheetModel.ts';

export interface ColumnLook {
  /** CSS pixels by column id, only those a person chose. */
  readonly widths: Readonly<Record<string, number>>;
  /** Columns at the left that stay in sight; the first always does. */
  readonly frozen: number;
}

export const PLAIN_LOOK: ColumnLook = { widths: {}, frozen: 1 };

/** Remembers looks by kind of sheet. */
export interface LookMemory {
  look(sheet: string): ColumnLook;
  keepLook(sheet: string, look: ColumnLook): void;
}

export class ColumnLayout {
  readonly #memory: LookMemory;
  readonly #sheet: string;
  #look: ColumnLook;

  constructor(memory: LookMemory, sheet: string) {
    this.#memory = memory;
    this.#sheet = sheet;
    this.#look = memory.look(sheet);
  }

  get look(): ColumnLook {
    return this.#look;
  }
  /** Whether a person chose this column's width. */
  hasWidth(columnId: string): boolean {
    return this.#look.widths[columnId] !== undefined;
  }

  /** A person pulled the edge of a column. */
  pulled(columnId: string, width: number): void {
    this.#keep({ ...this.#look, widths: { ...this.#look.widths, [columnId]: Math.round(width) } });
  }

  /** Keeps the first columns in sight, in the order of the sheet. */
  freeze(api: GridApi<GridRow>, columnIds: readonly string[], count: number): void {
    this.#keep({ ...this.#look, frozen: Math.max(1, count) });
    api.applyColumnState({
      state: columnIds.map((colId, i) => ({ colId, pinned: i < this.#look.frozen ? ('left' as const) : null })),
    });
  }

  /** Forgets the chosen widths; they hold until the sheet is opened again. */
  forgetWidths(): void {
    this.#keep({ ...this.#look, widths: {} });
  }

  #keep(look: ColumnLook): void {
    this.#look = look;
    this.#memory.keepLook(this.#sheet, look);
  }
}

/** The columns of an open sheet, as a person lays them out. */
export interface LaidOutSheet {
  api(): GridApi<GridRow> | null;
  /** Column ids in the order of the sheet. */
  ids(): readonly string[];
  redraw(): void;
  changed(): void;
}

export class SheetColumns {
  readonly #layout: ColumnLayout;
  readonly #sheet: LaidOutSheet;

  constructor(layout: ColumnLayout, sheet: LaidOutSheet) {
    this.#layout = layout;
    this.#sheet = sheet;
  }

  get look(): ColumnLook {
    return this.#layout.look;
  }

  pulled(columnId: string, width: number): void {
    this.#layout.pulled(columnId, width);
  }

  /** Keeps the first `count` columns in sight while the others scroll. */
  freeze(count: number): void {
    const api = this.#sheet.api();
    if (api === null) return;
    this.#layout.freeze(api, this.#sheet.ids(), count);
    this.#sheet.changed();
  }

  forgetWidths(): void {
    this.#layout.forgetWidths();
    this.#sheet.redraw();
    this.#sheet.changed();
  }
}
