/** Spans that counters run over: quarters, years, terms and trailing years of billing months. Must not: count units. */
import { type DayNumber, dayNumber, monthOf, monthPeriod, type Period, type Price } from '@countersign/shared/model';
import type { Frozen } from './freeze.ts';
import { contractEnd, contractStart } from './govern.ts';

/** Whether the period closes the counter of a price: the last of its window, of the line's flight or of the contract. */
export function closesCounter(frozen: Frozen, flightTo: DayNumber | null, period: Period, price: Price): boolean {
  const counter = 'counter' in price ? price.counter : undefined;
  if (counter === undefined || counter === 'PERIOD' || counter === 'TRAILING_YEAR') return true;
  const ends = [contractEnd(frozen.versions), flightTo];
  if (counter !== 'TERM') ends.push(windowOf(frozen, counter, period).to);
  return ends.some((end) => end !== null && end <= period.to);
}

/** The twelve full billing months before a period: [from, to). */
export function trailingYear(frozen: Frozen, period: Period): { from: DayNumber; to: DayNumber } {
  const month = monthOf(period.from, frozen.calendar);
  const [year, number] = [Number(month.key.slice(0, 4)), Number(month.key.slice(5, 7))];
  return { from: monthPeriod(year - 1, number, frozen.calendar).from, to: month.from };
}

/** First billing month of the contract's quarters and years. */
function anchorMonth(frozen: Frozen): Period {
  const anchor = frozen.head.billingAnchor;
  return monthOf(anchor === undefined ? contractStart(frozen.versions) : dayNumber(anchor), frozen.calendar);
}

/** First day of the quarter, year or term that holds the period asked for. */
export function counterStart(
  frozen: Frozen,
  counter: 'QUARTER' | 'YEAR' | 'TERM',
  at: Period = frozen.period,
): DayNumber {
  if (counter === 'TERM') return contractStart(frozen.versions);
  return windowOf(frozen, counter, at).from;
}

/** The quarter (three billing months) or year (twelve) from the anchor that holds a day, or a period by its first day. */
export function windowOf(
  frozen: Frozen,
  counter: 'QUARTER' | 'YEAR',
  at: Pick<Period, 'from'>,
): { from: DayNumber; to: DayNumber } {
  const size = counter === 'QUARTER' ? 3 : 12;
  const anchor = anchorMonth(frozen);
  const month = monthOf(at.from, frozen.calendar);
  const index = (p: Period): number => Number(p.key.slice(0, 4)) * 12 + Number(p.key.slice(5, 7)) - 1;
  const first = index(anchor) + Math.floor((index(month) - index(anchor)) / size) * size;
  const start = monthPeriod(Math.floor(first / 12), (first % 12) + 1, frozen.calendar);
  const last = monthPeriod(Math.floor((first + size - 1) / 12), ((first + size - 1) % 12) + 1, frozen.calendar);
  return { from: start.from, to: last.to };
}
