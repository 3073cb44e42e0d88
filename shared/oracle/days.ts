/**
 * Test-only. Local dates, billing periods and locks, by the platform's own wall clock and by counting days.
 * Must not: import the kernel's calendar or zone tables.
 */
const DAY = 86_400_000;

/** Whole days since 1970-01-01. */
export const dayOf = (iso: string): number => Date.parse(`${iso}T00:00:00Z`) / DAY;
export const isoOf = (day: number): string => new Date(day * DAY).toISOString().slice(0, 10);
const partsOf = (day: number): [number, number, number] => {
  const date = new Date(day * DAY);
  return [date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate()];
};
const firstOf = (year: number, month: number): number => Date.UTC(year, month - 1, 1) / DAY;
/** 0 Sunday … 6 Saturday; 1970-01-01 was a Thursday. */
const weekday = (day: number): number => (((day + 4) % 7) + 7) % 7;

const formatters = new Map<string, Intl.DateTimeFormat>();
/** What a wall clock in the zone shows, as if it were UTC. */
function wallClock(zone: string, at: number): number {
  let format = formatters.get(zone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    formatters.set(zone, format);
  }
  const read: Record<string, number> = {};
  for (const { type, value } of format.formatToParts(at)) read[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = read;
  return Date.UTC(year, month - 1, day, hour, minute, second) + (((at % 1000) + 1000) % 1000);
}

/** When a date begins: its wall-clock time, the first of two, or as far after the gap as it lay in it (settled 23). */
function beginning(zone: string, day: number, startMs: number): number {
  const key = `${zone} ${day} ${startMs}`;
  const at = beginnings.get(key) ?? findBeginning(zone, day, startMs);
  beginnings.set(key, at);
  return at;
}
const beginnings = new Map<string, number>();

function findBeginning(zone: string, day: number, startMs: number): number {
  const wanted = day * DAY + startMs;
  const offsets = [-1, 1].map((side) => wallClock(zone, wanted + side * DAY) - (wanted + side * DAY));
  const hits = offsets.map((offset) => wanted - offset).filter((at) => wallClock(zone, at) === wanted);
  return hits.length > 0 ? Math.min(...hits) : wanted - (offsets[0] ?? 0);
}

/** The local (or broadcast) date of an instant: the latest that has begun. */
export function localDate(zone: string, at: number, startMs = 0): number {
  let day = Math.floor(at / DAY) + 2;
  while (beginning(zone, day, startMs) > at) day -= 1;
  return day;
}

export interface Span {
  readonly key: string;
  readonly from: number;
  /** Exclusive. */
  readonly to: number;
}

/** The day after a month's last Sunday. */
function broadcastEnd(year: number, month: number): number {
  let day = firstOf(year, month + 1) - 1;
  while (weekday(day) !== 0) day -= 1;
  return day + 1;
}

export interface CalendarTerms {
  readonly broadcast: boolean;
  readonly weekly: boolean;
}

/** The billing month a year and month name; months beyond 1–12 carry. */
export function billingMonth(year: number, month: number, broadcast: boolean): Span {
  const first = firstOf(year, month);
  const key = isoOf(first).slice(0, 7);
  return broadcast
    ? { key, from: broadcastEnd(year, month - 1), to: broadcastEnd(year, month) }
    : { key, from: first, to: firstOf(year, month + 1) };
}

/** The billing month that holds a day. */
export function billingMonthOf(day: number, broadcast: boolean): Span {
  const [year, month] = partsOf(day);
  const own = billingMonth(year, month, broadcast);
  return day < own.to ? own : billingMonth(year, month + 1, broadcast);
}

/** The billing period that holds a day. */
export function periodOf(day: number, terms: CalendarTerms): Span {
  if (!terms.weekly) return billingMonthOf(day, terms.broadcast);
  let from = day;
  while (weekday(from) !== 1) from -= 1;
  return { key: isoOf(from), from, to: from + 7 };
}

/** So many billing months that start with the one of the anchor, and hold the day: a quarter or a year (settled 15). */
export function monthsFrom(anchor: number, months: number, day: number, broadcast: boolean): Span {
  const monthNumber = (span: Span): number => Number(span.key.slice(0, 4)) * 12 + Number(span.key.slice(5, 7)) - 1;
  const start = monthNumber(billingMonthOf(anchor, broadcast));
  const index = monthNumber(billingMonthOf(day, broadcast)) - start;
  const first = start + Math.floor(index / months) * months;
  const span = (n: number): Span => billingMonth(Math.floor(n / 12), (n % 12) + 1, broadcast);
  return { key: span(first).key, from: span(first).from, to: span(first + months - 1).to };
}

/** The same day of a later month, or that month's last day. */
export function addMonths(day: number, months: number): number {
  const [year, month, dayOfMonth] = partsOf(day);
  return monthDay(year, month + months, dayOfMonth);
}

/** A day of a month; beyond its end, its last day (settled 19). */
export function monthDay(year: number, month: number, dayOfMonth: number): number {
  return Math.min(firstOf(year, month) + dayOfMonth, firstOf(year, month + 1)) - 1;
}

export function nextMonthStart(day: number): number {
  const [year, month] = partsOf(day);
  return firstOf(year, month + 1);
}

export const yearAndMonth = (day: number): [number, number] => {
  const [year, month] = partsOf(day);
  return [year, month];
};
