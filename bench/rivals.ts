/**
 * What a bill is measured against: the plainest programs that add up the same rows. Owns them. They check nothing, replace
 * nothing, trace nothing and know no tier, cap or tax; the float ones are not exact either.
 */
import type { DeliveryColumns } from '@countersign/shared/billing';
import type { DeliveryFact } from '@countersign/shared/model';
import Big from 'big.js';
import BigNumber from 'bignumber.js';
import { Decimal } from 'decimal.js';

/** One accumulator over columns: nothing simpler gives a total. */
export function floatColumns({ series, quantities }: DeliveryColumns, rates: readonly number[]): number {
  let total = 0;
  for (let i = 0; i < quantities.length; i += 1) {
    total += ((quantities[i] ?? 0) * (rates[series[i] ?? 0] ?? 0)) / 1000;
  }
  return total;
}

/** One accumulator over rows as JSON gives them. */
export function floatFacts(facts: readonly DeliveryFact[], rates: ReadonlyMap<string, number>): number {
  let total = 0;
  for (const { lineId, quantity } of facts) total += (Number(quantity) * (rates.get(lineId) ?? 0)) / 1000;
  return total;
}

/** A float for each line, which is the least a bill by line needs, over rows as JSON gives them. */
export function floatByLine(facts: readonly DeliveryFact[], rates: ReadonlyMap<string, number>): number {
  const sums = new Map<string, number>();
  for (const { lineId, quantity } of facts) sums.set(lineId, (sums.get(lineId) ?? 0) + Number(quantity));
  let total = 0;
  for (const [lineId, units] of sums) total += (units * (rates.get(lineId) ?? 0)) / 1000;
  return total;
}

/** A float for each line over columns. */
export function floatByLineColumns({ names, series, quantities }: DeliveryColumns, rates: readonly number[]): number {
  const sums = new Float64Array(names.length);
  for (let i = 0; i < quantities.length; i += 1) {
    const line = series[i] ?? 0;
    sums[line] = (sums[line] ?? 0) + (quantities[i] ?? 0);
  }
  let total = 0;
  for (let line = 0; line < sums.length; line += 1) total += ((sums[line] ?? 0) * (rates[line] ?? 0)) / 1000;
  return total;
}

/** A float for each line and day, which is what a bill needs that may be cut at any day. */
export function floatByLineAndDay(facts: readonly DeliveryFact[], rates: ReadonlyMap<string, number>): number {
  const sums = new Map<string, Map<string, number>>();
  for (const { lineId, localDate, quantity } of facts) {
    let days = sums.get(lineId);
    if (days === undefined) {
      days = new Map();
      sums.set(lineId, days);
    }
    const day = localDate ?? '';
    days.set(day, (days.get(day) ?? 0) + Number(quantity));
  }
  let total = 0;
  for (const [lineId, days] of sums) {
    for (const units of days.values()) total += (units * (rates.get(lineId) ?? 0)) / 1000;
  }
  return total;
}

/** What the decimal libraries have in common. */
interface Exact<T> {
  plus(other: T): T;
  times(other: T): T;
  div(other: number): T;
  toFixed(digits: number): string;
}

/** A decimal at every row, the way exactness is usually bought. `rates` holds the rate of each line, made beforehand. */
function exactFacts<T extends Exact<T>>(
  facts: readonly DeliveryFact[],
  of: (text: string) => T,
  rates: ReadonlyMap<string, T>,
): string {
  const zero = of('0');
  let total = zero;
  for (const { lineId, quantity } of facts)
    total = total.plus(
      of(quantity)
        .times(rates.get(lineId) ?? zero)
        .div(1000),
    );
  return total.toFixed(2);
}

/** The decimal libraries, each as its readers use it. */
export const LIBRARIES = {
  'decimal.js': (facts: readonly DeliveryFact[], rates: readonly Rate[]) =>
    exactFacts(
      facts,
      (text) => new Decimal(text),
      ratesOf(rates, (text) => new Decimal(text)),
    ),
  'big.js': (facts: readonly DeliveryFact[], rates: readonly Rate[]) =>
    exactFacts(
      facts,
      (text) => new Big(text),
      ratesOf(rates, (text) => new Big(text)),
    ),
  'bignumber.js': (facts: readonly DeliveryFact[], rates: readonly Rate[]) =>
    exactFacts(
      facts,
      (text) => new BigNumber(text),
      ratesOf(rates, (text) => new BigNumber(text)),
    ),
} as const;

export type Rate = readonly [lineId: string, rate: string];

function ratesOf<T>(rates: readonly Rate[], of: (text: string) => T): Map<string, T> {
  return new Map(rates.map(([lineId, rate]) => [lineId, of(rate)]));
}
