/**
 * Test-only. Which of two exact fractions is greater. Must not: round.
 */
import { negate, type Q, ZERO } from './rational.ts';

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
export const magnitude = (a: Q): Q => (a.n < 0n ? negate(a) : a);
