// Order of decimal texts. Owns comparing without arithmetic on JavaScript numbers.
import type { ColumnSpec } from '../sheets/column.ts';

/** −1, 0 or 1 by exact value; text that is not a plain decimal compares as equal (its cell is reported by itself). */
export function compareDecimals(a: string, b: string): number {
  if (!/^-?\d+(\.\d+)?$/.test(a) || !/^-?\d+(\.\d+)?$/.test(b)) return 0;
  const places = Math.max(a.split('.')[1]?.length ?? 0, b.split('.')[1]?.length ?? 0);
  const scaled = (text: string): bigint => {
    const [whole = '0', decimals = ''] = text.split('.');
    return BigInt(whole + decimals.padEnd(places, '0'));
  };
  const difference = scaled(a) - scaled(b);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

const DECIMAL_TYPES: ReadonlySet<ColumnSpec['type']> = new Set(['money', 'rate', 'percent', 'quantity']);
const PLAIN = /^-?\d+(\.\d+)?$/;

/** [CELL-9] Whether two canonical values of a column mean the same: equal text, or equal decimals in a column of decimals. */
export function sameValue(column: Pick<ColumnSpec, 'type'>, a: string | null, b: string | null): boolean {
  if (a === b) return true;
  if (a === null || b === null || !DECIMAL_TYPES.has(column.type)) return false;
  return PLAIN.test(a) && PLAIN.test(b) && compareDecimals(a, b) === 0;
}
