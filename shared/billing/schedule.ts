/**
 * Billing schedules of contracted lines. Owns: how much of a flight has fallen due by a day.
 * Must not: round; parts are differences of rounded running totals (splitCumulative), so they sum to the contract.
 */

import { type Calendar, type DayNumber, monthOf } from '@countersign/shared/model';
import { add, type Fraction, ONE, ZERO } from '@countersign/shared/money';

export type Schedule = 'STRAIGHTLINE' | 'PRORATED' | 'PREPAID' | 'END_OF_CAMPAIGN';

/** Exact share of [from, to) that is due before `day`: by local days, by billing months, at the start or at the end. */
export function dueBefore(
  schedule: Schedule,
  from: DayNumber,
  to: DayNumber,
  day: DayNumber,
  calendar: Calendar,
): Fraction {
  if (day <= from) return ZERO;
  if (day >= to) return ONE;
  switch (schedule) {
    case 'PRORATED':
      return { n: BigInt(day - from), d: BigInt(to - from) };
    case 'PREPAID':
      return ONE;
    case 'END_OF_CAMPAIGN':
      return ZERO;
    case 'STRAIGHTLINE': {
      let months = 0n;
      let done: Fraction = ZERO;
      for (let cursor = from; cursor < to; ) {
        const end = Math.min(monthOf(cursor, calendar).to, to);
        const served = Math.max(Math.min(day, end) - cursor, 0);
        done = add(done, { n: BigInt(served), d: BigInt(end - cursor) });
        months += 1n;
        cursor = end;
      }
      return { n: done.n, d: done.d * months };
    }
  }
}

/** Days on which the shares of a schedule are cut: the ends of the billing months inside a flight. */
export function monthCuts(from: DayNumber, to: DayNumber, calendar: Calendar): DayNumber[] {
  const cuts: DayNumber[] = [from];
  for (let cursor = from; cursor < to; ) {
    cursor = Math.min(monthOf(cursor, calendar).to, to);
    cuts.push(cursor);
  }
  return cuts;
}
