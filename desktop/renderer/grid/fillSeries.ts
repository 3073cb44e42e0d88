// What a fill writes: a series where the source shows one, else the source again. Pure, exact, on canonical text.

import type { ColumnType } from '@countersign/shared/model/sheets';
import {
  add,
  decimalOf,
  decimalProblem,
  exactText,
  type Fraction,
  QUANTITY_LIMITS,
  subtract,
} from '@countersign/shared/money';

const DECIMAL_TYPES: ReadonlySet<ColumnType> = new Set(['money', 'rate', 'percent', 'quantity']);
const DAY = 86_400_000;

/**
 * `count` further values after `source`, nearest first. Two or more numbers or dates with one constant step go on by that
 * step; one date goes on by a day; `copy` (Ctrl+D) and everything else repeats the source.
 * `back` fills before the source: the series runs the other way.
 */
export function fillSeries(
  source: readonly (string | null)[],
  count: number,
  type: ColumnType,
  options: { readonly copy?: boolean; readonly back?: boolean } = {},
): (string | null)[] {
  const ordered = options.back === true ? [...source].reverse() : source;
  const next = options.copy === true ? null : seriesOf(ordered, type);
  return Array.from({ length: count }, (_, i) => (next === null ? (ordered[i % ordered.length] ?? null) : next(i + 1)));
}

type Series = (place: number) => string;

function seriesOf(source: readonly (string | null)[], type: ColumnType): Series | null {
  if (source.some((value) => value === null)) return null;
  const values = source.filter((value) => value !== null);
  if (DECIMAL_TYPES.has(type)) return decimalSeries(values, type);
  if (type === 'date') return dateSeries(values);
  if (type === 'text') return numberedSeries(values);
  return null;
}

function decimalSeries(values: readonly string[], type: ColumnType): Series | null {
  if (values.length < 2 || values.some((value) => decimalProblem(value, QUANTITY_LIMITS) !== null)) return null;
  const fractions = values.map(decimalOf);
  const delta = constantStep(fractions);
  const last = fractions.at(-1);
  if (delta === null || last === undefined) return null;
  const decimals = Math.max(...values.map((value) => value.split('.')[1]?.length ?? 0));
  return (place) => {
    let value = last;
    for (let i = 0; i < place; i += 1) value = add(value, delta);
    const text = withDecimals(exactText(value), decimals);
    // A quantity below zero means nothing; the series stops at 0.
    return type === 'quantity' && text.startsWith('-') ? '0' : text;
  };
}

function constantStep(values: readonly Fraction[]): Fraction | null {
  const [first, second] = values;
  if (first === undefined || second === undefined) return null;
  const delta = subtract(second, first);
  for (let i = 1; i < values.length; i += 1) {
    const before = values[i - 1];
    const here = values[i];
    if (before === undefined || here === undefined) return null;
    if (exactText(subtract(here, before)) !== exactText(delta)) return null;
  }
  return delta;
}

function withDecimals(text: string, decimals: number): string {
  const [whole = '0', rest = ''] = text.split('.');
  const padded = rest.padEnd(decimals, '0');
  return padded === '' ? whole : `${whole}.${padded}`;
}

function dateSeries(values: readonly string[]): Series | null {
  const days = values.map((value) => Date.parse(`${value}T00:00:00Z`) / DAY);
  if (days.some((day) => !Number.isInteger(day))) return null;
  const last = days.at(-1);
  if (last === undefined) return null;
  const delta = days.length === 1 ? 1 : (days[1] ?? 0) - (days[0] ?? 0);
  const even = days.every((day, i) => i === 0 || day - (days[i - 1] ?? 0) === delta);
  if (!even) return null;
  return (place) => new Date((last + delta * place) * DAY).toISOString().slice(0, 10);
}

/** Texts that are alike but for their last number, which steps by one amount: "Cut 1", "Cut 2" go on with "Cut 3"; "12.0", "13.0" do not. */
function numberedSeries(values: readonly string[]): Series | null {
  if (values.length < 2) return null;
  const parts = values.map((value) => /^(.*?)(\d{1,15})(\D*)$/.exec(value));
  const [first] = parts;
  if (!first) return null;
  const same = parts.every((part) => part !== null && part[1] === first[1] && part[3] === first[3]);
  if (!same) return null;
  const numbers = parts.map((part) => BigInt(part?.[2] ?? '0'));
  const delta = (numbers[1] ?? 0n) - (numbers[0] ?? 0n);
  const even = numbers.every((n, i) => i === 0 || n - (numbers[i - 1] ?? 0n) === delta);
  const last = numbers.at(-1);
  if (!even || delta === 0n || last === undefined) return null;
  const width = first[2]?.startsWith('0') === true ? first[2].length : 0;
  return (place) => {
    const n = last + delta * BigInt(place);
    return `${first[1]}${(n < 0n ? 0n : n).toString().padStart(width, '0')}${first[3]}`;
  };
}
