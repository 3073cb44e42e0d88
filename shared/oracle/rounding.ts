/**
 * Test-only. Exact fractions to so many digits, and amounts in parts that sum to them. Must not: know what a number stands for.
 */
import { compare, magnitude, signOf } from './order.ts';
import { minus, negate, over, type Q, ratio, sum, times, whole } from './rational.ts';

/** The largest whole number not above the value. */
export function floor(a: Q): bigint {
  const part = a.n / a.d;
  return a.n < 0n && part * a.d !== a.n ? part - 1n : part;
}
export const ceiling = (a: Q): bigint => -floor(negate(a));

/** The whole number nearest to the value by the named mode; ties as the mode says. */
function nearest(a: Q, mode: string): bigint {
  const size = magnitude(a);
  const low = floor(size);
  const rest = minus(size, whole(low));
  const away = a.n < 0n ? -(low + 1n) : low + 1n;
  const near = a.n < 0n ? -low : low;
  if (signOf(rest) === 0) return near;
  const half = compare(rest, ratio(1n, 2n));
  switch (mode) {
    case 'UP':
      return away;
    case 'DOWN':
      return near;
    case 'CEILING':
      return a.n < 0n ? near : away;
    case 'FLOOR':
      return a.n < 0n ? away : near;
    case 'HALF_EVEN':
      return half > 0 || (half === 0 && low % 2n === 1n) ? away : near;
    case 'HALF_DOWN':
      return half > 0 ? away : near;
    case 'HALF_UP':
      return half >= 0 ? away : near;
    default:
      throw new RangeError(`"${mode}" is not a rounding mode.`);
  }
}

/** The value rounded to so many digits after the point. */
export function rounded(a: Q, digits: number, mode: string): Q {
  const scale = 10n ** BigInt(digits);
  return ratio(nearest(times(a, whole(scale)), mode), scale);
}

/** Decimal text with so many digits; the value must have no more. */
export function fixed(a: Q, digits: number): string {
  const scale = 10n ** BigInt(digits);
  const scaled = times(a, whole(scale));
  if (scaled.d !== 1n) throw new RangeError(`${a.n}/${a.d} has more than ${digits} digits.`);
  const text = (scaled.n < 0n ? -scaled.n : scaled.n).toString().padStart(digits + 1, '0');
  const point = text.length - digits;
  return `${scaled.n < 0n ? '-' : ''}${text.slice(0, point)}${digits > 0 ? `.${text.slice(point)}` : ''}`;
}

/**
 * Shares of an amount by weight that sum to it: each rounded toward zero to minor units, what is left goes by one unit
 * to the largest remainders, ties to the earlier place in the list. Weights have one sign.
 */
export function largestRemainder(amount: Q, weights: readonly Q[], digits: number): Q[] {
  const scale = whole(10n ** BigInt(digits));
  const units = times(magnitude(amount), scale);
  const all = sum(weights);
  const exact = weights.map((weight) => over(times(units, weight), all));
  const parts = exact.map(floor);
  let left = floor(units) - parts.reduce((a, b) => a + b, 0n);
  const order = exact
    .map((value, index) => ({ index, rest: minus(value, whole(floor(value))) }))
    .sort((a, b) => compare(b.rest, a.rest) || a.index - b.index);
  for (const { index } of order) {
    if (left === 0n) break;
    parts[index] = (parts[index] ?? 0n) + 1n;
    left -= 1n;
  }
  return parts.map((part) => over(whole(amount.n < 0n ? -part : part), scale));
}
