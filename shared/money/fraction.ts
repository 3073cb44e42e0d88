/**
 * Exact rational numbers. Owns: all arithmetic between the given decimals and the one rounding step.
 * Must not: round, nor hold a JavaScript number; a quotient stays n/d until `roundTo` (rounding.ts) is asked.
 */
import { DomainError, type Place } from './errors.ts';

/** An exact rational: numerator over a positive denominator. Not always in lowest terms; compare with `compare`. */
export interface Fraction {
  readonly n: bigint;
  readonly d: bigint;
}

const POWERS: bigint[] = [1n];

/** 10^k, k ≥ 0. */
export function powerOfTen(k: number): bigint {
  for (let i = POWERS.length; i <= k; i += 1) POWERS.push((POWERS[i - 1] as bigint) * 10n);
  return POWERS[k] as bigint;
}

export const ZERO: Fraction = { n: 0n, d: 1n };
export const ONE: Fraction = { n: 1n, d: 1n };
export const HUNDRED: Fraction = { n: 100n, d: 1n };

/** Beyond this size a fraction is brought to lowest terms, so that long sums do not grow without end. */
const REDUCE_ABOVE = powerOfTen(40);

function make(n: bigint, d: bigint): Fraction {
  if (d > REDUCE_ABOVE) return reduce({ n, d });
  return { n, d };
}

function gcd(a: bigint, b: bigint): bigint {
  let x = a < 0n ? -a : a;
  let y = b < 0n ? -b : b;
  while (y !== 0n) [x, y] = [y, x % y];
  return x;
}

/** The same value in lowest terms. */
export function reduce(f: Fraction): Fraction {
  if (f.n === 0n) return ZERO;
  const g = gcd(f.n, f.d);
  return g === 1n ? f : { n: f.n / g, d: f.d / g };
}

/** A whole number as a fraction. */
export function fromInteger(n: bigint): Fraction {
  return { n, d: 1n };
}

export function add(a: Fraction, b: Fraction): Fraction {
  if (b.n === 0n) return a;
  if (a.n === 0n) return b;
  if (a.d === b.d) return { n: a.n + b.n, d: a.d };
  if (a.d % b.d === 0n) return { n: a.n + b.n * (a.d / b.d), d: a.d };
  if (b.d % a.d === 0n) return { n: a.n * (b.d / a.d) + b.n, d: b.d };
  return make(a.n * b.d + b.n * a.d, a.d * b.d);
}

export function negate(a: Fraction): Fraction {
  return { n: -a.n, d: a.d };
}

export function subtract(a: Fraction, b: Fraction): Fraction {
  return add(a, negate(b));
}

export function multiply(a: Fraction, b: Fraction): Fraction {
  return make(a.n * b.n, a.d * b.d);
}

/** a ÷ b, exact. Refuses b = 0. */
export function divide(a: Fraction, b: Fraction, place: Place = {}): Fraction {
  if (b.n === 0n)
    throw new DomainError(
      'DIVISION_BY_ZERO',
      'A division by zero was asked for.',
      'Give a divisor other than 0.',
      place,
    );
  return b.n < 0n ? make(-a.n * b.d, a.d * -b.n) : make(a.n * b.d, a.d * b.n);
}

/** −1, 0 or 1. */
export function compare(a: Fraction, b: Fraction): -1 | 0 | 1 {
  const left = a.n * b.d;
  const right = b.n * a.d;
  return left < right ? -1 : left > right ? 1 : 0;
}

export function isZero(a: Fraction): boolean {
  return a.n === 0n;
}

export function isNegative(a: Fraction): boolean {
  return a.n < 0n;
}

export function min(a: Fraction, b: Fraction): Fraction {
  return compare(a, b) <= 0 ? a : b;
}

export function max(a: Fraction, b: Fraction): Fraction {
  return compare(a, b) >= 0 ? a : b;
}

export function absolute(a: Fraction): Fraction {
  return a.n < 0n ? negate(a) : a;
}

export function sum(values: Iterable<Fraction>): Fraction {
  let total = ZERO;
  for (const v of values) total = add(total, v);
  return total;
}

/** value × percent ÷ 100, exact. */
export function percentOf(value: Fraction, percent: Fraction): Fraction {
  return make(value.n * percent.n, value.d * percent.d * 100n);
}

/** Largest whole number ≤ a. */
export function floorInteger(a: Fraction): bigint {
  const q = a.n / a.d;
  return a.n < 0n && q * a.d !== a.n ? q - 1n : q;
}

/** Smallest whole number ≥ a. */
export function ceilInteger(a: Fraction): bigint {
  return -floorInteger(negate(a));
}

/**
 * The exact value as text: a plain decimal when it has one (`0.333`), else `n/d` in lowest terms (`1/3`).
 * Never an exponent, no trailing zeros, no minus zero: equal values give equal text.
 */
export function exactText(value: Fraction): string {
  const f = reduce(value);
  let rest = f.d;
  let twos = 0;
  let fives = 0;
  while (rest % 10n === 0n) {
    rest /= 10n;
    twos += 1;
    fives += 1;
  }
  while (rest % 2n === 0n) {
    rest /= 2n;
    twos += 1;
  }
  while (rest % 5n === 0n) {
    rest /= 5n;
    fives += 1;
  }
  if (rest !== 1n) return `${f.n}/${f.d}`;
  const scale = Math.max(twos, fives);
  return scaledText(f.n * (powerOfTen(scale) / f.d), scale);
}

/** digits × 10^−scale as text with exactly `scale` decimals; a negative scale gives whole tens, hundreds … */
export function scaledText(digits: bigint, scale: number): string {
  if (scale <= 0) return (digits * powerOfTen(-scale)).toString();
  const negative = digits < 0n;
  const text = (negative ? -digits : digits).toString().padStart(scale + 1, '0');
  return `${negative ? '-' : ''}${text.slice(0, -scale)}.${text.slice(-scale)}`;
}
