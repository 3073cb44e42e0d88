// The billing periods a contract can be previewed for, newest first. Owns which periods are offered and how they are named;
// the calendar itself is shared/model's. Must not price anything. Dates are ISO local dates, ends are exclusive.
import { billingPeriodOf } from '@countersign/shared/billing';
import {
  type ContractVersion,
  dayNumber,
  isoDate,
  monthOf,
  monthPeriod,
  type Period,
  weekPeriod,
} from '@countersign/shared/model';

export interface BillingPeriod {
  /** YYYY-MM, or the Monday YYYY-MM-DD under a weekly cycle. */
  readonly key: string;
  /** For people: "September 2016", "November 2016, broadcast month". */
  readonly label: string;
  /** First local date. */
  readonly from: string;
  /** First local date after it. */
  readonly to: string;
}

export type BillingCalendar = 'CALENDAR' | 'BROADCAST';

/** More periods than this are not offered; the oldest are left out. */
const MOST_PERIODS = 240;
const monthName = new Intl.DateTimeFormat('en-GB', { month: 'long', year: 'numeric', timeZone: 'UTC' });

/** The name of a period key for people. */
export function periodLabel(key: string, calendar: BillingCalendar): string {
  if (key.length > 7) return `Week of ${key}`;
  const month = monthName.format(new Date(`${key}-01T00:00:00Z`));
  return calendar === 'BROADCAST' ? `${month}, broadcast month` : month;
}

/** "January to March 2026", by its months. */
function quarterLabel(period: Period, calendar: BillingCalendar): string {
  const first = monthOf(period.from, calendar).key;
  const from = monthName.format(new Date(`${first}-01T00:00:00Z`)).split(' ');
  const to = monthName.format(new Date(`${period.key}-01T00:00:00Z`)).split(' ');
  return from[1] === to[1] ? `${from[0]} to ${to.join(' ')}` : `${from.join(' ')} to ${to.join(' ')}`;
}

function shown(period: Period, calendar: BillingCalendar): BillingPeriod {
  return {
    key: period.key,
    label: period.months === 3 ? quarterLabel(period, calendar) : periodLabel(period.key, calendar),
    from: isoDate(period.from),
    to: isoDate(period.to),
  };
}

const dayBefore = (date: string): string => isoDate(dayNumber(date) - 1);
const earliest = (dates: readonly string[], fallback: string): string => [...dates].sort()[0] ?? fallback;
const latest = (dates: readonly string[], fallback: string): string => [...dates].sort().at(-1) ?? fallback;

/** First and last local date the versions or their facts speak of; `today` closes what is open-ended. */
function span(
  versions: readonly ContractVersion[],
  withFacts: readonly BillingPeriod[],
  today: string,
): [string, string] {
  const first = withFacts.map((period) => period.from);
  const last = withFacts.map((period) => dayBefore(period.to));
  for (const version of versions) {
    first.push(version.effectiveFrom);
    const flights = (version.lines ?? []).flatMap((line) => line.flight ?? []);
    first.push(...flights.map((flight) => flight.from));
    const ends = flights.flatMap((flight) => flight.to ?? []);
    if (version.effectiveTo) ends.push(version.effectiveTo);
    last.push(...(ends.length === 0 ? [today] : ends.map(dayBefore)));
  }
  const from = earliest(first, today);
  return [from, latest([...last, from], from)];
}

/** One period by its key; null when the key is not a period. */
export function periodByKey(key: string, calendar: BillingCalendar): BillingPeriod | null {
  const match = /^(\d{4})-(0[1-9]|1[0-2])(?:-\d{2})?$/.exec(key);
  if (match === null) return null;
  const [, year, month] = match;
  return key.length > 7
    ? shown(weekPeriod(dayNumber(key)), calendar)
    : shown(monthPeriod(Number(year), Number(month), calendar), calendar);
}

/**
 * Periods from the first flight or fact to the last, newest first, at most 240.
 * @param factKeys period keys that hold facts.
 * @param today local ISO date that closes an open-ended contract.
 */
export function billingPeriods(
  versions: readonly ContractVersion[],
  factKeys: readonly string[],
  today: string,
): BillingPeriod[] {
  const terms = versions.at(-1);
  if (terms === undefined) return [];
  const calendar = terms.billingCalendar ?? 'CALENDAR';
  const withFacts = factKeys.flatMap((key) => periodByKey(key, calendar) ?? []);
  const [first, last] = span(versions, withFacts, today);
  const from = dayNumber(first);
  const to = dayNumber(last);
  const periods: BillingPeriod[] = [];
  let period = billingPeriodOf(versions, to);
  while (period.to > from && periods.length < MOST_PERIODS) {
    periods.push(shown(period, calendar));
    period = billingPeriodOf(versions, period.from - 1);
  }
  return periods;
}

/** The period shown first: the newest with facts, else the newest begun by `today`, else the oldest. */
export function firstPeriod(
  periods: readonly BillingPeriod[],
  factKeys: readonly string[],
  today: string,
): BillingPeriod | undefined {
  const keys = new Set(factKeys);
  return periods.find((p) => keys.has(p.key)) ?? periods.find((p) => p.from <= today) ?? periods.at(-1);
}
