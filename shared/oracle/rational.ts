/**
 * Test-only. Exact fractions of big integers, written again so that the oracle shares no arithmetic with the kernel.
 * Must not: import `shared/money`, or know what a number stands for.
 */

/** n/d in lowest terms, d > 0. */
export interface Q {
  readonly n: bigint;
  readonly d: bigint;
}

function gcd(a: bigint, b: bigint): bigint {
  let [x, y] = [a < 0n ? -a : a, b < 0n ? -b : b];
  while (y !== 0n) [x, y] = [y, x % y];
  return x;
}

export function ratio(n: bigint, d: bigint): Q {
  if (d === 0n) throw new RangeError('A fraction cannot have the denominator 0.');
  const sign = d < 0n ? -1n : 1n;
  const common = gcd(n, d);
  return common === 0n ? { n: 0n, d: 1n } : { n: (sign * n) / common, d: (sign * d) / common };
}

export const ZERO: Q = { n: 0n, d: 1n };
export const ONE: Q = { n: 1n, d: 1n };

export function whole(n: number | bigint): Q {
  return { n: BigInt(n), d: 1n };
}

/** Reads decimal text such as "-12.50", or an exact value of the kernel such as "1001/400". */
export function q(text: string): Q {
  const slash = text.indexOf('/');
  if (slash >= 0) return ratio(BigInt(text.slice(0, slash)), BigInt(text.slice(slash + 1)));
  const match = /^(-?)(\d*)(?:\.(\d*))?$/.exec(text);
  if (match === null) throw new RangeError(`"${text}" is not decimal text.`);
  const digits = match[3] ?? '';
  const n = BigInt(`${match[2] ?? ''}${digits}` || '0');
  return ratio(match[1] === '-' ? -n : n, 10n ** BigInt(digits.length));
}

export const plus = (a: Q, b: Q): Q => ratio(a.n * b.d + b.n * a.d, a.d * b.d);
export const minus = (a: Q, b: Q): Q => ratio(a.n * b.d - b.n * a.d, a.d * b.d);
export const times = (a: Q, b: Q): Q => ratio(a.n * b.n, a.d * b.d);
export const over = (a: Q, b: Q): Q => ratio(a.n * b.d, a.d * b.n);
export const negate = (a: Q): Q => ({ n: -a.n, d: a.d });
export const sum = (values: Iterable<Q>): Q => [...values].reduce(plus, ZERO);
export const percentOf = (a: Q, percent: string): Q => times(a, over(q(percent), whole(100)));
export const magnitude = (a: Q): Q => (a.n < 0n ? negate(a) : a);

/** −1, 0 or 1. */
export function compare(a: Q, b: Q): number {
  const difference = a.n * b.d - b.n * a.d;
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}
export const above = (a: Q, b: Q): boolean => compare(a, b) > 0;
export const below = (a: Q, b: Q): boolean => compare(a, b) < 0;
export const equal = (a: Q, b: Q): boolean => compare(a, b) === 0;
export const least = (a: Q, b: Q): Q => (above(a, b) ? b : a);
export const most = (a: Q, b: Q): Q => (below(a, b) ? b : a);
export const signOf = (a: Q): number => compare(a, ZERO);

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
