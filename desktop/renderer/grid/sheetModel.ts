// What the grid shows of one sheet: rows of the draft, rows that went since the base, computed columns, names and texts of cells.
// Owns reading only; every write goes to the session. Holds no cell values of its own.
import { choiceWords, displayCell, plainLabel, sameValue } from '@countersign/shared/model/cell';
import { SHEETS, type SheetId, type SheetSpec } from '@countersign/shared/model/sheets';
import { ROW_FIELD } from '@countersign/shared/protocol';
import { dayText } from '../kit/dates.ts';
import { LOCALE } from '../kit/locale.ts';
import type { CellMarks, Contest, DraftSession } from '../sync/draftSession.ts';
import { lineTotal, TOTAL_COLUMN } from './lineTotal.ts';
import { columnsOf, type GridColumn } from './sheetColumns.ts';
import { editedTermName, jsonWords, termColumn, termName } from './termWords.ts';

/** Rows of the base version of this sheet, by row id, in order. */
export type BaseRows = ReadonlyMap<string, Readonly<Record<string, string>>>;

/** A row in the grid. A ghost is a row of the base that the draft removed: shown in redline, never edited. */
export interface GridRow {
  readonly id: string;
  readonly ghost: boolean;
}

export type RowChange = 'added' | 'changed' | 'removed' | null;

/** The minimum of a session that the model reads. */
export type SheetSource = Pick<DraftSession, 'rowIds' | 'value' | 'marks' | 'editDenial' | 'invalidCells'>;

/** Distinct dates and choices whose words are remembered. */
const MOST_TEXTS = 5_000;

/** Words that a sales system shouts: four capitals or more. Shorter ones are abbreviations such as ROS. */
const SHOUTED = /^[A-Z]{4,}(?:[ /-][A-Z]+)*$/;
/** Enough rows to know the year a sheet is about. */
const ROWS_FOR_YEAR = 200;

/** The contract's currency from the Terms sheet; null while there is none. */
function contractCurrency(source: Pick<DraftSession, 'rowIds' | 'value'>): string | null {
  for (const rowId of source.rowIds('terms'))
    if (source.value('terms', rowId, 'key') === 'currency') return source.value('terms', rowId, 'value');
  return null;
}

export class SheetModel {
  readonly sheet: SheetId;
  readonly spec: SheetSpec;
  readonly columns: readonly GridColumn[];
  readonly #source: SheetSource;
  readonly #byId: ReadonlyMap<string, GridColumn>;
  readonly #texts = new Map<string, string>();
  #base: BaseRows | null = null;
  #redline = false;
  #currency: string | null = null;
  /** Kept while the sheet is open: dates must not change their looks while somebody edits. */
  #mainYear: string | null = null;
  readonly locale: string;

  constructor(source: SheetSource, sheet: SheetId, locale: string = LOCALE) {
    this.#source = source;
    this.sheet = sheet;
    this.spec = SHEETS[sheet];
    this.columns = columnsOf(this.spec);
    this.#byId = new Map(this.columns.map((column) => [column.id, column]));
    this.locale = locale;
    this.refreshCurrency();
  }

  /** Reads the contract's currency again; true when it changed and headers must be drawn anew. */
  refreshCurrency(): boolean {
    const before = this.#currency;
    this.#currency = contractCurrency(this.#source);
    return before !== this.#currency;
  }

  get currency(): string | null {
    return this.#currency;
  }

  /** Sets what "changed" is measured against; redline shows it. */
  setBase(base: BaseRows | null, redline: boolean): void {
    this.#base = base;
    this.#redline = redline && base !== null;
  }

  get redline(): boolean {
    return this.#redline;
  }

  column(field: string): GridColumn | undefined {
    return this.#byId.get(field);
  }

  /** The column as it holds for one row: in the Terms sheet each value is of the type of its term. */
  cellColumn(row: GridRow, column: GridColumn): GridColumn {
    return this.sheet === 'terms' && column.id === 'value' ? termColumn(column, this.value(row, 'key')) : column;
  }

  /** Header words: `Rate, USD`. */
  header(column: GridColumn): string {
    if (column.id === 'quantity' && this.sheet === 'lines') return 'Units';
    return this.#currency === null ? plainLabel(column.label) : column.label.replace('{currency}', this.#currency);
  }

  /** Column name in sentences and cell names: `Rate`. */
  label(column: GridColumn): string {
    return plainLabel(column.label);
  }

  /** Document order, with removed rows of the base after the row they followed while redline is on. */
  rows(): GridRow[] {
    const live = this.#source.rowIds(this.sheet);
    const base = this.#base;
    if (!this.#redline || base === null) return live.map((id) => ({ id, ghost: false }));
    const present = new Set(live);
    const goneAfter = new Map<string | null, string[]>();
    let before: string | null = null;
    for (const id of base.keys()) {
      if (present.has(id)) before = id;
      else goneAfter.set(before, [...(goneAfter.get(before) ?? []), id]);
    }
    const rows: GridRow[] = (goneAfter.get(null) ?? []).map((id) => ({ id, ghost: true }));
    for (const id of live) {
      rows.push({ id, ghost: false });
      for (const gone of goneAfter.get(id) ?? []) rows.push({ id: gone, ghost: true });
    }
    return rows;
  }

  /** Canonical text, or null for blank. */
  value(row: GridRow, field: string): string | null {
    if (field === TOTAL_COLUMN) return this.#total((name) => this.value(row, name));
    if (row.ghost) return this.#base?.get(row.id)?.[field] ?? null;
    return this.#source.value(this.sheet, row.id, field);
  }

  /** The base's canonical text; undefined when the base has no such row. */
  baseValue(row: GridRow, field: string): string | null | undefined {
    const base = this.#base?.get(row.id);
    if (base === undefined) return undefined;
    if (field === TOTAL_COLUMN) return this.#total((name) => base[name] ?? null);
    return base[field] ?? null;
  }

  /** Whether the cell differs from the base (a cell of an added row does not: its row says so). */
  isChanged(row: GridRow, field: string): boolean {
    const before = this.baseValue(row, field);
    if (row.ghost || before === undefined) return false;
    const value = this.value(row, field);
    if (before === value) return false;
    // 2800 and 2800.00 are one rate: imports and older versions may spell it otherwise.
    const column = this.#byId.get(field);
    return column === undefined || !sameValue(this.cellColumn(row, column), before, value);
  }

  rowChange(row: GridRow): RowChange {
    if (row.ghost) return 'removed';
    const base = this.#base;
    if (base === null) return null;
    if (!base.has(row.id)) return 'added';
    return this.spec.columns.some((column) => this.isChanged(row, column.id)) ? 'changed' : null;
  }

  /** What stands in the cell, for people. A misfit is shown as it was typed. */
  text(row: GridRow, column: GridColumn): string {
    const invalid = row.ghost ? null : this.#source.marks(this.sheet, row.id, column.id).invalid;
    if (invalid !== null && column.computed !== true) return invalid.typed;
    return this.textOf(this.cellColumn(row, column), this.value(row, column.id));
  }

  /** What the cell draws: shorter than `text` where the sheet says the rest, as the year that nearly all its dates share. */
  shortText(column: GridColumn, value: string | null): string {
    if (value === null) return '';
    if (column.type === 'date' && value.length === 10 && value.slice(0, 4) === this.#year()) return dayText(value);
    if (column.id === 'breakType' && SHOUTED.test(value)) return `${value.slice(0, 1)}${value.slice(1).toLowerCase()}`;
    return this.textOf(column, value);
  }

  /** The year most dates of the sheet fall in; null while it has none. */
  #year(): string | null {
    if (this.#mainYear !== null) return this.#mainYear;
    const dates = this.columns.filter((column) => column.type === 'date');
    const counts = new Map<string, number>();
    for (const rowId of this.#source.rowIds(this.sheet).slice(0, ROWS_FOR_YEAR))
      for (const column of dates) {
        const year = this.#source.value(this.sheet, rowId, column.id)?.slice(0, 4);
        if (year !== undefined) counts.set(year, (counts.get(year) ?? 0) + 1);
      }
    const [most] = [...counts].sort((a, b) => b[1] - a[1]);
    this.#mainYear = most?.[0] ?? null;
    return this.#mainYear;
  }

  /** A canonical value of the column, for people. */
  textOf(column: GridColumn, value: string | null): string {
    if (value === null) return '';
    if (this.sheet === 'terms' && column.id === 'key') return termName(value);
    if (column.json === true) return jsonWords(value, this.locale);
    // Dates and choices repeat down a sheet, and formatting a date costs a hundred times what finding it again does.
    if (column.type !== 'date' && column.type !== 'choice') return this.#shown(column, value);
    const held = this.#texts.get(value);
    if (held !== undefined) return held;
    const text = this.#shown(column, value);
    if (this.#texts.size < MOST_TEXTS) this.#texts.set(value, text);
    return text;
  }

  #shown(column: GridColumn, value: string): string {
    return displayCell(column, value, this.locale, this.#currency === null ? {} : { currency: this.#currency });
  }

  /** What was typed into cells that do not fit, by `rowId field`: the few of a sheet, for scans over all cells. */
  misfits(): ReadonlyMap<string, string> {
    const cells = this.#source.invalidCells().filter((cell) => cell.sheet === this.sheet);
    return new Map(cells.map(({ rowId, field, invalid }) => [`${rowId} ${field}`, invalid.typed]));
  }

  /** What an editor opens with: plain text that reads back to the same value. */
  editText(row: GridRow, column: GridColumn): string {
    const { invalid } = this.#source.marks(this.sheet, row.id, column.id);
    if (invalid !== null) return invalid.typed;
    const value = this.value(row, column.id);
    if (value === null) return '';
    if (this.sheet === 'terms' && column.id === 'key') return editedTermName(value);
    const { type } = this.cellColumn(row, column);
    if (type === 'choice') return choiceWords(value);
    if (type === 'flag') return value === 'true' ? 'Yes' : 'No';
    return value;
  }

  /** What is to be said of a cell. A removal that met an edit is said at the row's name. */
  marks(row: GridRow, field: string): CellMarks {
    const marks = this.#source.marks(this.sheet, row.id, field);
    if (field !== this.spec.nameColumn || marks.contest !== null) return marks;
    return { ...marks, contest: this.rowContest(row) };
  }

  /** Whether some removed the row and others did not, without having seen each other. */
  rowContest(row: GridRow): Contest | null {
    return row.ghost ? null : this.#source.marks(this.sheet, row.id, ROW_FIELD.dead).contest;
  }

  /** Why the cell cannot be written, in words; null when it can. */
  denial(row: GridRow, column: GridColumn): string | null {
    if (row.ghost) return `${this.rowName(row)} was removed in this version. Undo the removal to bring it back.`;
    if (column.locked === true) return column.lockReason ?? `${this.label(column)} cannot be changed here.`;
    return this.#source.editDenial();
  }

  /** What people call the row: its name column, or its place. */
  rowName(row: GridRow): string {
    const name = this.value(row, this.spec.nameColumn);
    return name === null ? 'New row' : this.textOf(this.#nameColumn(), name);
  }

  #nameColumn(): GridColumn {
    const column = this.#byId.get(this.spec.nameColumn);
    if (column === undefined)
      throw new Error(`Sheet ${this.sheet} names column ${this.spec.nameColumn}, which it has not.`);
    return column;
  }

  /** `42.0 · Rate`. */
  cellName(row: GridRow, column: GridColumn): string {
    return `${this.rowName(row)} · ${this.label(column)}`;
  }

  #total(value: (field: string) => string | null): string | null {
    if (this.#currency === null) return null;
    const figures = {
      status: value('status'),
      quantity: value('quantity'),
      rateType: value('rateType'),
      rate: value('rate'),
      priceModel: value('priceModel'),
    };
    return lineTotal(figures, this.#currency)?.amount ?? null;
  }
}
