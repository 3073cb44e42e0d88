// Sorting as a command: an order of row ids, made once (DESIGN §4). Pure; rows are never moved by an edit afterwards.
import { compareDecimals } from '@countersign/shared/model/cell';
import type { ColumnType } from '@countersign/shared/model/sheets';

export interface SortCommand {
  readonly field: string;
  readonly direction: 'ascending' | 'descending';
}

const DECIMAL_TYPES: ReadonlySet<ColumnType> = new Set(['money', 'rate', 'percent', 'quantity']);
const words = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });

/** Row ids by a column: numbers by exact value, dates by day, text as people order it; blanks last; ties keep their order. */
export function sortedRows(
  rowIds: readonly string[],
  cellOf: (rowId: string) => string | null,
  type: ColumnType,
  direction: SortCommand['direction'],
): string[] {
  const compare = comparator(type);
  const sign = direction === 'ascending' ? 1 : -1;
  const keyed = rowIds.map((rowId, place) => ({ rowId, place, value: cellOf(rowId) }));
  keyed.sort((a, b) => {
    if (a.value === null || b.value === null) {
      if (a.value === b.value) return a.place - b.place;
      return a.value === null ? 1 : -1;
    }
    return sign * compare(a.value, b.value) || a.place - b.place;
  });
  return keyed.map((key) => key.rowId);
}

function comparator(type: ColumnType): (a: string, b: string) => number {
  if (DECIMAL_TYPES.has(type)) return compareDecimals;
  if (type === 'date' || type === 'time') return (a, b) => (a < b ? -1 : a > b ? 1 : 0);
  return words.compare;
}

/**
 * A kept order after rows came or went: known rows stay where they are, new ones follow the row before them in the document.
 */
export function mergedOrder(kept: readonly string[], document: readonly string[]): string[] {
  const present = new Set(document);
  const known = new Set(kept);
  const after = new Map<string | null, string[]>();
  let before: string | null = null;
  for (const rowId of document) {
    if (known.has(rowId)) before = rowId;
    else after.set(before, [...(after.get(before) ?? []), rowId]);
  }
  const order = [...(after.get(null) ?? [])];
  for (const rowId of kept) {
    if (present.has(rowId)) order.push(rowId);
    order.push(...(after.get(rowId) ?? []));
  }
  return order;
}
