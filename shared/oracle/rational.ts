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
  if (d === 1n) return { n, d };
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
