/**
 * Reading vectors and comparing outputs. Owns: what counts as equal. Must not: compute.
 * Decimals are equal when their exact values are; everything else must be identical.
 */
import { type DayNumber, dayNumber, LocalDate } from '@countersign/shared/model';
import {
  compare,
  DomainError,
  decimalOf,
  decimalProblem,
  exactText,
  type Fraction,
  parseRoundingMode,
  type RoundingMode,
  roundedText,
  roundTo,
} from '@countersign/shared/money';

/** A value a vector expects, or one we computed. */
export type Output = string | null | readonly Output[];
export type Outputs = Readonly<Record<string, Output>>;
export type Bag = Readonly<Record<string, unknown>>;

const WIDE = { maxIntegerDigits: 40, maxDecimals: 40 };

/** Whether an output is what the file expects. */
export function sameOutput(expected: unknown, actual: unknown): boolean {
  if (Array.isArray(expected))
    return (
      Array.isArray(actual) && actual.length === expected.length && expected.every((e, i) => sameOutput(e, actual[i]))
    );
  if (typeof expected === 'boolean' || typeof expected === 'number') return sameOutput(String(expected), actual);
  if (expected !== null && typeof expected === 'object') {
    if (actual === null || typeof actual !== 'object' || Array.isArray(actual)) return false;
    const keys = Object.keys(expected);
    return (
      keys.length === Object.keys(actual).length &&
      keys.every((key) => sameOutput((expected as Bag)[key], (actual as Bag)[key]))
    );
  }
  if (
    typeof expected === 'string' &&
    typeof actual === 'string' &&
    decimalProblem(expected, WIDE) === null &&
    decimalProblem(actual, WIDE) === null
  )
    return compare(decimalOf(expected), decimalOf(actual)) === 0;
  return expected === actual;
}

/** Reads the parameters of one vector; a missing or malformed one is a typed error, which fails the vector. */
export class Reader {
  readonly bag: Bag;

  constructor(bag: Bag) {
    this.bag = bag;
  }

  has(name: string): boolean {
    return this.bag[name] !== undefined && this.bag[name] !== null;
  }

  text(name: string, otherwise?: string): string {
    const value = this.bag[name] ?? otherwise;
    if (typeof value === 'string') return value;
    if (typeof value === 'boolean') return String(value);
    throw new DomainError('VECTOR_FIELD', `The vector has no text "${name}".`, 'Give it as a string.');
  }

  decimal(name: string, otherwise?: string): Fraction {
    return exactDecimal(this.bag[name] ?? otherwise, name);
  }

  /** The text of a decimal, for a price that holds it as text. */
  decimalText(name: string, otherwise?: string): string {
    this.decimal(name, otherwise);
    return this.text(name, otherwise);
  }

  whole(name: string, otherwise?: string): number {
    const value = this.decimal(name, otherwise);
    if (value.n % value.d !== 0n)
      throw new DomainError('VECTOR_FIELD', `"${name}" is not a whole number.`, 'Give a whole number.');
    return Number(value.n / value.d);
  }

  /** How many things a list would have: 0 to 1,000,000. */
  count(name: string): number {
    const count = this.whole(name);
    if (count >= 0 && count <= 1_000_000) return count;
    throw new DomainError('VECTOR_FIELD', `"${name}" is not a number of things.`, 'Give 0 to 1,000,000.');
  }

  /** One of the words the file's head knows; any other is a typed error, never the default. */
  oneOf<T extends string>(name: string, words: readonly T[], otherwise?: T): T {
    const given = this.text(name, otherwise);
    const word = words.find((known) => known === given);
    if (word !== undefined) return word;
    throw new DomainError('VECTOR_FIELD', `"${name}" is "${given}".`, `Use one of ${words.join(', ')}.`);
  }

  day(name: string): DayNumber {
    return dayNumber(this.date(name));
  }

  /** A date of the calendar. */
  date(name: string): string {
    const given = this.text(name);
    if (LocalDate.safeParse(given).success) return given;
    throw new DomainError('VECTOR_FIELD', `"${name}" is "${given}", which is no date.`, 'Write it as 2026-01-31.');
  }

  flag(name: string): boolean {
    return this.bag[name] === true || this.bag[name] === 'true';
  }

  list(name: string): readonly unknown[] {
    const value = this.bag[name];
    if (Array.isArray(value)) return value;
    throw new DomainError('VECTOR_FIELD', `The vector has no list "${name}".`, 'Give a list.');
  }

  decimals(name: string): Fraction[] {
    return this.list(name).map((value, i) => exactDecimal(value, `${name}[${i}]`));
  }

  rows(name: string): Reader[] {
    return this.list(name).map((value) => new Reader(asBag(value)));
  }

  /** Rows of which there must be one. */
  someRows(name: string): Reader[] {
    const rows = this.rows(name);
    if (rows.length > 0) return rows;
    throw new DomainError('VECTOR_FIELD', `The list "${name}" is empty.`, 'Give at least one row.');
  }

  child(name: string): Reader {
    return new Reader(asBag(this.bag[name]));
  }
}

export function asBag(value: unknown): Bag {
  if (value !== null && typeof value === 'object' && !Array.isArray(value)) return value as Bag;
  throw new DomainError('VECTOR_FIELD', 'An object was expected in the vector.', 'Give an object.');
}

function exactDecimal(value: unknown, name: string): Fraction {
  const problem = decimalProblem(value, WIDE);
  if (problem !== null) throw new DomainError(problem[0], `"${name}": ${problem[1]}`, problem[2]);
  return decimalOf(value as string);
}

/** The rounding of a vector: {scale, mode}; absent or NONE keeps the exact value. */
export interface VectorRounding {
  apply(value: Fraction): Fraction;
  write(value: Fraction): string;
}

export function roundingOf(value: unknown): VectorRounding {
  const exact: VectorRounding = { apply: (v) => v, write: exactText };
  if (value === undefined || value === null) return exact;
  const reader = new Reader(asBag(value));
  const mode = reader.text('mode', 'HALF_UP');
  if (mode === 'NONE') return exact;
  const scale = Number(reader.bag.scale ?? 0);
  if (!Number.isInteger(scale) || Math.abs(scale) > 40)
    throw new DomainError(
      'VECTOR_FIELD',
      `"scale" is ${String(reader.bag.scale)}.`,
      'Give at most 40 decimals, or places before the point.',
    );
  return fixedRounding(scale, parseRoundingMode(mode));
}

export function fixedRounding(scale: number, mode: RoundingMode): VectorRounding {
  return { apply: (v) => roundTo(v, scale, mode), write: (v) => roundedText(v, scale, mode) };
}
