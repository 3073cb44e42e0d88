// Dates and times for people, by the locale of the computer. Owns formatting from ISO text; must not decide which day an event belongs to.

import { LOCALE } from './locale.ts';

const formatters = new Map<string, Intl.DateTimeFormat>();

function formatter(key: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const cached = formatters.get(key);
  if (cached !== undefined) return cached;
  const made = new Intl.DateTimeFormat(LOCALE, options);
  formatters.set(key, made);
  return made;
}

const LOCAL_DATE = /^(\d{4})-(\d{2})-(\d{2})$/;

/** Today on this computer as an ISO local date: for people and for what they write, never for which day an event belongs to. */
export function todayIso(now: Date = new Date()): string {
  const two = (n: number) => String(n).padStart(2, '0');
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
}

/** An ISO local date (`2016-11-07`) as `7 Nov 2016`; other text is returned as it is. */
export function dateText(iso: string): string {
  if (!LOCAL_DATE.test(iso)) return iso;
  const at = new Date(`${iso}T00:00:00Z`);
  if (Number.isNaN(at.getTime())) return iso;
  return formatter('date', { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' }).format(at);
}

/** A sentence with every ISO local date in it as people here write dates. */
export function withDates(text: string): string {
  return text.replaceAll(/\b\d{4}-\d{2}-\d{2}\b/g, (day) => dateText(day));
}

/** An ISO local date without its year, `7 Nov`, for places that say the year themselves. */
export function dayText(iso: string): string {
  if (!LOCAL_DATE.test(iso)) return iso;
  const at = new Date(`${iso}T00:00:00Z`);
  if (Number.isNaN(at.getTime())) return iso;
  return formatter('dayOnly', { day: 'numeric', month: 'short', timeZone: 'UTC' }).format(at);
}

/** An ISO local date with its weekday, for headings. */
export function longDateText(iso: string): string {
  if (!LOCAL_DATE.test(iso)) return iso;
  const options = { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' } as const;
  return formatter('long', options).format(new Date(`${iso}T00:00:00Z`));
}

/** An ISO instant as the time of day on this computer: `9:14`. */
export function timeText(instant: string): string {
  const at = new Date(instant);
  return Number.isNaN(at.getTime()) ? instant : formatter('time', { hour: 'numeric', minute: '2-digit' }).format(at);
}

/** An ISO instant with seconds: `9:14:05`. */
export function exactTimeText(instant: string): string {
  const at = new Date(instant);
  return Number.isNaN(at.getTime())
    ? instant
    : formatter('seconds', { hour: 'numeric', minute: '2-digit', second: '2-digit' }).format(at);
}

/** An ISO instant as date and time. */
export function instantText(instant: string): string {
  const at = new Date(instant);
  if (Number.isNaN(at.getTime())) return instant;
  const options = { day: 'numeric', month: 'short', year: 'numeric', hour: 'numeric', minute: '2-digit' } as const;
  return formatter('instant', options).format(at);
}

/** An ISO instant with seconds and the zone it is told in, for records: `8 Nov 2016, 9:30:12 GMT-5`. */
export function recordedText(instant: string): string {
  const at = new Date(instant);
  if (Number.isNaN(at.getTime())) return instant;
  const day = { day: 'numeric', month: 'short', year: 'numeric' } as const;
  const time = { hour: 'numeric', minute: '2-digit', second: '2-digit', timeZoneName: 'short' } as const;
  return formatter('recorded', { ...day, ...time }).format(at);
}

/** A sentence with every ISO instant in it as people here write times. */
export function withInstants(text: string): string {
  return text.replaceAll(/\b\d{4}-\d{2}-\d{2}T[\d:.]+Z/g, (instant) => recordedText(instant));
}

/** For a list of records: `9:14:05` today, `7 Nov, 9:14` this year, `7 Nov 2015` before. `now` is an ISO instant. */
export function entryTimeText(instant: string, now: string = new Date().toISOString()): string {
  const [at, today] = [new Date(instant), new Date(now)];
  if (at.toDateString() === today.toDateString()) return exactTimeText(instant);
  if (at.getFullYear() !== today.getFullYear()) return whenText(instant, now);
  const options = { day: 'numeric', month: 'short', hour: 'numeric', minute: '2-digit' } as const;
  return formatter('entry', options).format(at);
}

/** `9:14` today, `7 Nov` this year, `7 Nov 2015` before. `now` is an ISO instant (for tests and for lists drawn at once). */
export function whenText(instant: string, now: string = new Date().toISOString()): string {
  const at = new Date(instant);
  if (Number.isNaN(at.getTime())) return instant;
  const today = new Date(now);
  if (at.toDateString() === today.toDateString()) return timeText(instant);
  if (at.getFullYear() === today.getFullYear()) return formatter('day', { day: 'numeric', month: 'short' }).format(at);
  return formatter('localDate', { day: 'numeric', month: 'short', year: 'numeric' }).format(at);
}
