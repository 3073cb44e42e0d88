// What a sheet's column may hold. Owns the closed set of column types; must not know any single sheet.

/** The kinds of cell a typed sheet knows. Every cell is stored as text or as null (blank); the type says which text is allowed. */
export const COLUMN_TYPES = [
  'text',
  'choice',
  'money',
  'rate',
  'percent',
  'quantity',
  'date',
  'time',
  'flag',
  'days',
  'currency',
  'reference',
] as const;
export type ColumnType = (typeof COLUMN_TYPES)[number];

/** One column of a sheet. The position in `SheetSpec.columns` is the slot in stored chunks: append only, never reorder. */
export interface ColumnSpec {
  /** Stable field name, as in DOMAIN.md; part of every cell key and of the content hash. */
  readonly id: string;
  /** Header in sentence case. A `{currency}` is replaced by the contract's currency. */
  readonly label: string;
  readonly type: ColumnType;
  /** Allowed values of a `choice`. */
  readonly choices?: readonly string[];
  /** Where a `reference` points: another sheet's column whose values are the allowed ones. */
  readonly refersTo?: { readonly sheet: string; readonly column: string };
  /** A row without it is not valid and blocks submission. */
  readonly required?: boolean;
  /** Shown with a lock: written by the server or computed from other cells of the row. */
  readonly locked?: boolean;
  /** Width in CSS pixels. */
  readonly width?: number;
}

/** A typed sheet of a draft workbook (DESIGN §4). */
export interface SheetSpec {
  readonly id: string;
  readonly label: string;
  /** Column whose text names a row for people: "42.0 · Rate". */
  readonly nameColumn: string;
  readonly columns: readonly ColumnSpec[];
  /** What an empty sheet says, and what to do next. */
  readonly empty: string;
}
