/**
 * Decimals from text. Owns: what counts as a decimal, and every refusal. The only import of decimal.js.
 * Must not: accept a JavaScript number (its digits are already lost), a formula, an exponent or a local format.
 */
import { Decimal as Base } from 'decimal.js';
import { DomainError, type Place } from './errors.ts';
import { type Fraction, powerOfTen, ZERO } from './fraction.ts';

/**
 * decimal.js at 100 digits (its default of 20 is not exact for money times rates). Used for the one irrational
 * factor of the domain, the time decay 2^−x; everything else is a `Fraction`.
 */
export const Decimal = Base.clone({ precision: 100, rounding: Base.ROUND_HALF_UP, toExpNeg: -9e15, toExpPos: 9e15 });

export interface DecimalLimits {
  /** Digits before the point; 13 holds every sum of money a contract states. */
  readonly maxIntegerDigits: number;
  /** Digits after the point; rates carry up to 12. */
  readonly maxDecimals: number;
}

const DEFAULT_LIMITS: DecimalLimits = { maxIntegerDigits: 13, maxDecimals: 12 };

/** Quantities of facts (impressions over a campaign, micro-units) may be longer than money. */
export const QUANTITY_LIMITS: DecimalLimits = { maxIntegerDigits: 18, maxDecimals: 12 };

const PLAIN = /^-?(?:0|[1-9]\d*)(?:\.(\d+))?$/;

/** Says why a text is not a plain decimal, with the cure; `null` when it is one. */
export function decimalProblem(
  value: unknown,
  limits: DecimalLimits = DEFAULT_LIMITS,
): [code: string, what: string, cure: string] | null {
  if (typeof value === 'number')
    return [
      'NUMBER_NOT_TEXT',
      `The number ${value} was given where a decimal text is needed.`,
      `Write it as text, "${value}": a JavaScript number cannot hold money exactly.`,
    ];
  if (typeof value !== 'string')
    return ['NOT_A_DECIMAL', 'A decimal is needed here.', 'Write it as text, for example "12.50".'];
  if (/^\s*[=+@]/.test(value))
    return [
      'FORMULA_TEXT',
      `"${value}" is a formula or starts like one.`,
      'Write the resulting decimal, for example "2".',
    ];
  const match = PLAIN.exec(value);
  if (match === null)
    return [
      'NOT_A_DECIMAL',
      `"${value}" is not a plain decimal.`,
      'Write digits with at most one point, for example "1234.56", without separators, signs of currency or exponents.',
    ];
  const decimals = match[1]?.length ?? 0;
  const whole = value.length - (value.startsWith('-') ? 1 : 0) - (decimals > 0 ? decimals + 1 : 0);
  if (whole > limits.maxIntegerDigits)
    return [
      'TOO_MANY_DIGITS',
      `"${value}" has ${whole} digits before the point; at most ${limits.maxIntegerDigits} are kept.`,
      'Check the unit of the value.',
    ];
  if (decimals > limits.maxDecimals)
    return [
      'TOO_MANY_DECIMALS',
      `"${value}" has ${decimals} decimals; at most ${limits.maxDecimals} are kept.`,
      `Round it to ${limits.maxDecimals} decimals or fewer where the contract allows.`,
    ];
  return null;
}

/** Parses a plain decimal exactly. Throws a typed `DomainError` that names the place and the cure. */
export function parseDecimal(value: unknown, place: Place = {}, limits: DecimalLimits = DEFAULT_LIMITS): Fraction {
  const problem = decimalProblem(value, limits);
  if (problem !== null) throw new DomainError(...problem, place);
  return decimalOf(value as string);
}

/** The exact value of a text already known to be a plain decimal (a checked document, a result of the kernel). */
export function decimalOf(text: string): Fraction {
  const point = text.indexOf('.');
  if (point < 0) return { n: BigInt(text), d: 1n };
  return { n: BigInt(text.slice(0, point) + text.slice(point + 1)), d: powerOfTen(text.length - point - 1) };
}

/** The exact value of a checked decimal that may be left out; 0 without it. */
export function decimalOrZero(text: string | undefined): Fraction {
  return text === undefined ? ZERO : decimalOf(text);
}
