/**
 * What a bill is measured against: the plainest programs that add up the same rows. Owns them. They check nothing, replace
 * nothing, trace nothing and know no tier, cap or tax; the float ones are not exact either.
 */
import type { DeliveryColumns } from '@countersign/shared/billing';
import type { DeliveryFact } from '@countersign/shared/model';
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

/** A float for each line and day, which is the least a bill by line needs. */
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

/** decimal.js at every row, the way exactness is usually bought. */
export function decimalFacts(facts: readonly DeliveryFact[], rates: ReadonlyMap<string, Decimal>): string {
  let total = new Decimal(0);
  const zero = new Decimal(0);
  for (const { lineId, quantity } of facts) {
    total = total.plus(new Decimal(quantity).times(rates.get(lineId) ?? zero).div(1000));
  }
  return total.toFixed(2);
}

export { Decimal };
