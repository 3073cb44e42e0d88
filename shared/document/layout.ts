// Names inside a sheet's Yjs document (DESIGN §4). Owns every key string; nothing else spells one.
import type { SheetSpec } from '@countersign/shared/model/sheets';

/** The root maps of a sheet document. */
export const ROOT = { chunks: 'chunks', rows: 'rows', dead: 'dead', cells: 'cells', comments: 'comments' } as const;
/** The roots a person's update may write. `chunks` is the server's alone. */
export const WRITABLE_ROOTS = [ROOT.rows, ROOT.dead, ROOT.cells, ROOT.comments] as const;
export type WritableRoot = (typeof WRITABLE_ROOTS)[number];

/** Pseudo-column of `cells` that holds a new order key. */
const ORDER_COLUMN = '$o';
const SEPARATOR = ':';

/** Form of a row id: no separator, so that a key splits one way. */
export const ROW_ID = /^r-[\w-]{1,40}$/;

/** Key in `cells` of a typed cell. */
export function cellKey(rowId: string, columnId: string): string {
  return `${rowId}${SEPARATOR}${columnId}`;
}

/** Key in `cells` of a row's new place. */
export function orderKey(rowId: string): string {
  return `${rowId}${SEPARATOR}${ORDER_COLUMN}`;
}

/** Key in `comments` of what the command with this id says of a row. */
export function commentKey(rowId: string, commandId: string): string {
  return `${rowId}${SEPARATOR}${commandId}`;
}

/** The row and column of a key in `cells`; `columnId` is null for an order key. Row ids hold no separator. */
export function readCellKey(key: string): { rowId: string; columnId: string | null } | null {
  const at = key.indexOf(SEPARATOR);
  if (at <= 0) return null;
  const column = key.slice(at + 1);
  return { rowId: key.slice(0, at), columnId: column === ORDER_COLUMN ? null : column };
}

/** A stored row: `[rowId, order, ...values by column slot]`. */
export type StoredTuple = [rowId: string, order: string, ...values: (string | null)[]];

/** Slot of the first value in a tuple. */
export const FIRST_SLOT = 2;

/** Column ids to tuple positions. */
export function slotsOf(spec: SheetSpec): ReadonlyMap<string, number> {
  return new Map(spec.columns.map((column, i) => [column.id, i + FIRST_SLOT]));
}

/** A stored tuple from its JSON text; null when it is not one for this sheet. */
export function readTuple(text: string, spec: SheetSpec): StoredTuple | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  return isTuple(value, spec) ? value : null;
}

/** Whether a value has the shape of a stored row of this sheet. */
export function isTuple(value: unknown, spec: SheetSpec): value is StoredTuple {
  if (!Array.isArray(value) || value.length < FIRST_SLOT || value.length > spec.columns.length + FIRST_SLOT)
    return false;
  if (typeof value[0] !== 'string' || typeof value[1] !== 'string') return false;
  for (let i = FIRST_SLOT; i < value.length; i += 1)
    if (value[i] !== null && typeof value[i] !== 'string') return false;
  return true;
}
