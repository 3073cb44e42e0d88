// Finding text in a sheet: in what is shown and in what is stored. Owns the scan; 1.5 million cells take well under a second.
import type { GridColumn } from './sheetColumns.ts';
import type { GridRow, SheetModel } from './sheetModel.ts';

export interface FoundCell {
  readonly rowId: string;
  readonly field: string;
}

/** Types whose shown text differs from the stored text in more than grouping. */
const SHOWN_DIFFERS: ReadonlySet<GridColumn['type']> = new Set(['date', 'choice', 'flag']);

/** A scan over cells for one text; made once, so that a hundred thousand rows cost one look-up of misfits. */
export class CellSearch {
  readonly #model: SheetModel;
  readonly #asked: string;
  readonly #hasLetters: boolean;
  /** The asked number without grouping, when it was asked with some. */
  readonly #ungrouped: string | null;
  readonly #misfits: ReadonlyMap<string, string>;

  constructor(model: SheetModel, text: string) {
    this.#model = model;
    this.#asked = text.trim().toLowerCase();
    this.#hasLetters = /\p{L}/u.test(this.#asked);
    this.#ungrouped = /^\d[\d,.]*,[\d,.]*$/.test(this.#asked) ? this.#asked.replaceAll(',', '') : null;
    this.#misfits = model.misfits();
  }

  get isBlank(): boolean {
    return this.#asked === '';
  }

  /** Whether the cell holds the text, in what is stored or in what is shown, ignoring case and grouping. */
  holds(row: GridRow, column: GridColumn): boolean {
    const model = this.#model;
    const misfit = row.ghost || this.#misfits.size === 0 ? undefined : this.#misfits.get(`${row.id} ${column.id}`);
    const value = misfit ?? model.value(row, column.id);
    if (value === null) return false;
    if (this.#has(value)) return true;
    const cell = model.cellColumn(row, column);
    if (misfit === undefined && (SHOWN_DIFFERS.has(cell.type) || model.sheet === 'terms'))
      return this.#has(model.textOf(cell, value));
    return this.#ungrouped !== null && value.includes(this.#ungrouped);
  }

  #has(text: string): boolean {
    return (this.#hasLetters ? text.toLowerCase() : text).includes(this.#asked);
  }
}

/** Every cell that holds the text, row by row. */
export function findCells(model: SheetModel, rows: readonly GridRow[], text: string): FoundCell[] {
  const search = new CellSearch(model, text);
  if (search.isBlank) return [];
  const found: FoundCell[] = [];
  for (const row of rows)
    for (const column of model.columns) if (search.holds(row, column)) found.push({ rowId: row.id, field: column.id });
  return found;
}
