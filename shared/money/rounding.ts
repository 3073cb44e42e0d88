/**
 * The rounding step. Owns: the modes and the only place where an exact value becomes minor units.
 * Must not: decide when to round; billing does, and says so in the trace.
 */
import { DomainError, type Place } from './errors.ts';
import { type Fraction, powerOfTen, scaledText } from './fraction.ts';

/** Rounding modes by their usual names; HALF_UP sends ties away from zero. */
export const ROUNDING_MODES = ['HALF_UP', 'HALF_EVEN', 'HALF_DOWN', 'UP', 'DOWN', 'CEILING', 'FLOOR'] as const;
export type RoundingMode = (typeof ROUNDING_MODES)[number];

/** Checks a mode that came from outside. */
export function parseRoundingMode(value: unknown, place: Place = {}): RoundingMode {
  const found = ROUNDING_MODES.find((mode) => mode === value);
  if (found !== undefined) return found;
  throw new DomainError(
    'UNKNOWN_ROUNDING_MODE',
    `"${String(value)}" is not a rounding mode.`,
    `Use one of ${ROUNDING_MODES.join(', ')}.`,
    place,
  );
}

/** The value in units of 10^−scale, rounded once. Scale may be negative (−2 rounds to hundreds). */
export function roundToUnits(value: Fraction, scale: number, mode: RoundingMode): bigint {
  const n = scale >= 0 ? value.n * powerOfTen(scale) : value.n;
  const d = scale >= 0 ? value.d : value.d * powerOfTen(-scale);
  const quotient = n / d;
  const remainder = n - quotient * d;
  if (remainder === 0n) return quotient;
  const away = n < 0n ? quotient - 1n : quotient + 1n;
  const twice = (remainder < 0n ? -remainder : remainder) * 2n;
  switch (mode) {
    case 'HALF_UP':
      return twice >= d ? away : quotient;
    case 'HALF_DOWN':
      return twice > d ? away : quotient;
    case 'HALF_EVEN':
      return twice > d || (twice === d && quotient % 2n !== 0n) ? away : quotient;
    case 'UP':
      return away;
    case 'DOWN':
      return quotient;
    case 'CEILING':
      return n > 0n ? away : quotient;
    case 'FLOOR':
      return n < 0n ? away : quotient;
  }
}

/** The value rounded once, as an exact fraction again. */
export function roundTo(value: Fraction, scale: number, mode: RoundingMode): Fraction {
  const units = roundToUnits(value, scale, mode);
  return scale >= 0 ? { n: units, d: powerOfTen(scale) } : { n: units * powerOfTen(-scale), d: 1n };
}

/** The value rounded once and written with exactly `scale` decimals. */
export function roundedText(value: Fraction, scale: number, mode: RoundingMode): string {
  return scaledText(roundToUnits(value, scale, mode), scale);
}
