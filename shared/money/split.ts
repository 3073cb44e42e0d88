/**
 * Remainder-exact splits. Owns: largest remainder and cumulative rounding, so that parts always sum to the whole.
 * Must not: know what is split or why.
 */
import { DomainError } from './errors.ts';
import {
  add,
  compare,
  divide,
  type Fraction,
  isNegative,
  isZero,
  multiply,
  powerOfTen,
  subtract,
  sum,
  ZERO,
} from './fraction.ts';
import { type RoundingMode, roundToUnits } from './rounding.ts';

/**
 * Splits an amount over weights in whole minor units (10^−scale): each share is cut towards zero, and the units left
 * over go to the largest remainders, ties to the earlier index. The shares sum to the amount exactly. The amount must
 * itself be a whole number of minor units; weights must not be negative; all-zero weights are taken as equal.
 */
export function splitLargestRemainder(amount: Fraction, weights: readonly Fraction[], scale: number): Fraction[] {
  if (weights.length === 0) return [];
  const unit = powerOfTen(scale);
  const whole = roundToUnits(amount, scale, 'DOWN');
  if (whole * amount.d !== amount.n * unit)
    throw new DomainError(
      'NOT_MINOR_UNITS',
      'An amount with a fraction of a minor unit cannot be split.',
      'Round it first.',
    );
  if (weights.some(isNegative))
    throw new DomainError('NEGATIVE_WEIGHT', 'A split has a negative weight.', 'Give weights of 0 or more.');
  const total = sum(weights);
  const even: Fraction = { n: 1n, d: 1n };
  const used = isZero(total) ? weights.map(() => even) : weights;
  const divisor = isZero(total) ? { n: BigInt(weights.length), d: 1n } : total;
  const negative = whole < 0n;
  const size = negative ? -whole : whole;
  const parts = used.map((weight, index) => {
    const exact = divide(multiply({ n: size, d: 1n }, weight), divisor);
    const floor = exact.n / exact.d;
    return { index, floor, rest: subtract(exact, { n: floor, d: 1n }) };
  });
  let left = size - parts.reduce((acc, part) => acc + part.floor, 0n);
  const byRest = [...parts].sort((a, b) => compare(b.rest, a.rest) || a.index - b.index);
  for (const part of byRest) {
    if (left === 0n) break;
    part.floor += 1n;
    left -= 1n;
  }
  return parts.map((part) => ({ n: negative ? -part.floor : part.floor, d: unit }));
}

/** Parts of a schedule: part k = round(sum of the first k) − round(sum of the first k−1). They sum to round(total). */
export function splitCumulative(exactParts: readonly Fraction[], scale: number, mode: RoundingMode): Fraction[] {
  let running = ZERO;
  let before = 0n;
  return exactParts.map((part) => {
    running = add(running, part);
    const upTo = roundToUnits(running, scale, mode);
    const share = { n: upTo - before, d: powerOfTen(scale) };
    before = upTo;
    return share;
  });
}
