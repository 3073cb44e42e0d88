/**
 * Dates without clocks. Owns: day numbers, months, broadcast months, weeks and billing periods.
 * Must not: know time zones (zone.ts). A day number is a whole count of days since 1970-01-01, never money.
 */
import { DomainError, type Place } from '@countersign/shared/money';

/** Whole days since 1970-01-01. */
export type DayNumber = number;

/** Day number of an ISO date. The date must be well formed. */
export function dayNumber(date: string): DayNumber {
  return dayOf(Number(date.slice(0, 4)), Number(date.slice(5, 7)), Number(date.slice(8, 10)));
}

/** Day number of a civil date; the month may lie outside 1–12 and carries into the year. */
export function dayOf(year: number, month: number, day: number): DayNumber {
  // setUTCFullYear, because Date.UTC reads the years 0–99 as 1900–1999.
  return Math.round(new Date(0).setUTCFullYear(year, month - 1, day) / 86_400_000);
}

export interface CivilDate {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

/** Year, month from 1 and day of the month of a day number. */
export function civil(day: DayNumber): CivilDate {
  const date = new Date(day * 86_400_000);
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
}

/** Dates already written: a bill asks for the same few thousand again and again. */
const WRITTEN = new Map<DayNumber, string>();
const MOST_WRITTEN = 20_000;

/** ISO date of a day number. */
export function isoDate(day: DayNumber): string {
  const known = WRITTEN.get(day);
  if (known !== undefined) return known;
  if (WRITTEN.size >= MOST_WRITTEN) WRITTEN.clear();
  const text = new Date(day * 86_400_000).toISOString().slice(0, 10);
  WRITTEN.set(day, text);
  return text;
}

/** 0 Monday … 6 Sunday. */
export function weekday(day: DayNumber): number {
  return (((day + 3) % 7) + 7) % 7;
}

/** Days of a month of the Gregorian calendar, 28 to 31; 0 for a month that is not one. */
export function daysInMonth(year: number, month: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
  if (month < 1 || month > 12) return 0;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** The same day of another month; beyond its end, its last day. */
export function addMonths(day: DayNumber, months: number): DayNumber {
  const { year, month, day: dayOfMonth } = civil(day);
  const first = civil(dayOf(year, month + months, 1));
  return dayOf(first.year, first.month, Math.min(dayOfMonth, daysInMonth(first.year, first.month)));
}

/** First day of the month after the day's month: the exclusive month end. */
export function monthEnd(day: DayNumber): DayNumber {
  const { year, month } = civil(day);
  return dayOf(year, month + 1, 1);
}

export interface Period {
  /** YYYY-MM, for a quarter its last month; or YYYY-MM-DD of the Monday for a week. */
  readonly key: string;
  readonly from: DayNumber;
  /** Exclusive. */
  readonly to: DayNumber;
  /** Present: a quarter of three billing months. */
  readonly months?: 3;
}

export type Calendar = 'CALENDAR' | 'BROADCAST';

function monthKey(year: number, month: number): string {
  return `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}`;
}

/** The day after the last Sunday of the month: where its broadcast month ends. */
function broadcastEnd(year: number, month: number): DayNumber {
  const last = dayOf(year, month + 1, 1) - 1;
  return last - ((weekday(last) + 1) % 7) + 1;
}

/** Months already made, by number since year 0: every line of a bill asks for the same few. */
const MADE: Readonly<Record<Calendar, Map<number, Period>>> = { CALENDAR: new Map(), BROADCAST: new Map() };
const MOST_MADE = 4800;

/** The month of the calendar with this number; months carry into years. */
export function monthPeriod(year: number, month: number, calendar: Calendar): Period {
  const made = MADE[calendar];
  const number = year * 12 + month;
  const known = made.get(number);
  if (known !== undefined) return known;
  if (made.size >= MOST_MADE) made.clear();
  const period = makeMonth(year, month, calendar);
  made.set(number, period);
  return period;
}

function makeMonth(year: number, month: number, calendar: Calendar): Period {
  const first = civil(dayOf(year, month, 1));
  const key = monthKey(first.year, first.month);
  if (calendar === 'CALENDAR')
    return { key, from: dayOf(first.year, first.month, 1), to: dayOf(first.year, first.month + 1, 1) };
  return { key, from: broadcastEnd(first.year, first.month - 1), to: broadcastEnd(first.year, first.month) };
}

/** The week (Monday to Sunday) that holds the day. */
export function weekPeriod(day: DayNumber): Period {
  const from = day - weekday(day);
  return { key: isoDate(from), from, to: from + 7 };
}

/** The month of the calendar that holds the day. A Monday may already belong to the next broadcast month. */
export function monthOf(day: DayNumber, calendar: Calendar): Period {
  const { year, month } = civil(day);
  const own = monthPeriod(year, month, calendar);
  return day < own.to ? own : monthPeriod(year, month + 1, calendar);
}

/** Reads a period key: YYYY-MM, or YYYY-MM-DD for the week that holds the day. */
export function parsePeriod(key: string, calendar: Calendar, place: Place = {}): Period {
  const month = /^(\d{4})-(0[1-9]|1[0-2])$/.exec(key);
  if (month !== null) return monthPeriod(Number(month[1]), Number(month[2]), calendar);
  if (/^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/.test(key)) return weekPeriod(dayNumber(key));
  throw new DomainError(
    'BAD_PERIOD',
    `"${key}" is not a billing period.`,
    'Write a month as YYYY-MM, or a week as the date of its Monday.',
    place,
  );
}

const monthNumber = (day: DayNumber, calendar: Calendar): number => {
  const { key } = monthOf(day, calendar);
  return Number(key.slice(0, 4)) * 12 + Number(key.slice(5, 7)) - 1;
};

/** The quarter that holds the day: three billing months, counted from the month that holds `anchor`. */
export function quarterPeriod(anchor: DayNumber, day: DayNumber, calendar: Calendar): Period {
  const start = monthNumber(anchor, calendar);
  const first = start + Math.floor((monthNumber(day, calendar) - start) / 3) * 3;
  const month = (number: number): Period => monthPeriod(Math.floor(number / 12), (number % 12) + 1, calendar);
  const last = month(first + 2);
  return { key: last.key, from: month(first).from, to: last.to, months: 3 };
}

/** The period after this one, of the same kind. */
export function nextPeriod(period: Period, calendar: Calendar): Period {
  return periodLike(period, period.to, calendar);
}

/** The period that holds the day, of the same kind as `like`. */
export function periodLike(like: Period, day: DayNumber, calendar: Calendar): Period {
  if (like.months === 3) return quarterPeriod(like.from, day, calendar);
  return like.key.length > 7 ? weekPeriod(day) : monthOf(day, calendar);
}
