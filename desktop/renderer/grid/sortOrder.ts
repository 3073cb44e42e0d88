// Sorting as a command: an order of row ids, made once (DESIGN §4). Pure; rows are never moved by an edit afterwards.
import type { ColumnType } from '@countersign/shared/model/sheets';
import { LOCALE } from '../kit/locale.ts';

export interface SortCommand {
  readonly field: string;
  readonly direction: 'ascending' | 'descending';
}

const DECIMAL_TYPES: ReadonlySet<ColumnType> = new Set(['money', 'rate', 'percent', 'quantity']);
const PLAIN_DECIMAL = /^-?\d+(?:\.\d+)?$/;
const words = new Intl.Collator(LOCALE, { numeric: true, sensitivity: 'base' });

/** Row ids by a column: numbers by exact value, dates by day, text as people order it; blanks last; ties keep their order. */
export function sortedRows(
  rowIds: readonly string[],
  cellOf: (rowId: string) => string | null,
  type: ColumnType,
  direction: SortCommand['direction'],
): string[] {
  const values = rowIds.map(cellOf);
  const compare = DECIMAL_TYPES.has(type) ? byDecimal(values) : byText(values, type);
  const sign = direction === 'ascending' ? 1 : -1;
  const places = rowIds.map((_, place) => place);
  places.sort((a, b) => {
    const aBlank = values[a] === null;
    const bBlank = values[b] === null;
    if (aBlank || bBlank) return aBlank === bBlank ? a - b : aBlank ? 1 : -1;
    return sign * compare(a, b) || a - b;
  });
  return places.flatMap((place) => rowIds[place] ?? []);
}

type ByPlace = (a: number, b: number) => number;

/** Keys are made once, as integers at the finest scale of the column: a comparison never parses text. */
function byDecimal(values: readonly (string | null)[]): ByPlace {
  const plain = values.map((value) => (value !== null && PLAIN_DECIMAL.test(value) ? value : null));
  const scale = plain.reduce((most, value) => Math.max(most, value?.split('.')[1]?.length ?? 0), 0);
  const keys = plain.map((value) => {
    if (value === null) return null;
    const [whole = '0', decimals = ''] = value.split('.');
    return BigInt(whole + decimals.padEnd(scale, '0'));
  });
  return (a, b) => {
    const left = keys[a] ?? null;
    const right = keys[b] ?? null;
    // What is no number sorts after the numbers.
    if (left === null || right === null) return left === right ? 0 : left === null ? 1 : -1;
    return left < right ? -1 : left > right ? 1 : 0;
  };
}

function byText(values: readonly (string | null)[], type: ColumnType): ByPlace {
  const order =
    type === 'date' || type === 'time' ? (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0) : words.compare;
  return (a, b) => order(values[a] ?? '', values[b] ?? '');
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
