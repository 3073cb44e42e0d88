// Dates of cells. Owns the reading and the words of ISO dates; must not know time zones (a cell date has none).
import { daysInMonth } from '../calendar.ts';

const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
] as const;

/** A date of the proleptic Gregorian calendar, not yet known to exist. */
export interface DateParts {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

/** "2016-11-07" as parts; null for another form. Whether the date exists is `dateProblem`'s question. */
export function isoParts(text: string): DateParts | null {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (match === null) return null;
  return { year: Number(match[1]), month: Number(match[2]), day: Number(match[3]) };
}

/** Month number of an English name or its first three letters, else 0. */
export function monthNumber(name: string): number {
  const wanted = name.toLowerCase();
  return MONTHS.findIndex((m) => m.toLowerCase() === wanted || m.slice(0, 3).toLowerCase() === wanted) + 1;
}

/** ISO text of parts. */
export function isoText({ year, month, day }: DateParts): string {
  return `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
}

/** [CELL-6] Why the date does not exist, in words; null when it does. */
export function dateProblem({ year, month, day }: DateParts): string | null {
  const last = daysInMonth(year, month);
  if (last === 0) return `There is no month ${month}. Write the date as 2016-11-07.`;
  if (year < 1900 || year > 2199) return `The year ${year} is out of reach. Use 1900 to 2199.`;
  const name = MONTHS[month - 1] ?? '';
  if (day < 1 || day > last) return `There is no ${day} ${name} ${year}: ${name} ${year} has ${last} days.`;
  return null;
}

/** "8 Nov 2016": how sentences name a date. */
export function dateWords(iso: string): string {
  const parts = isoParts(iso);
  if (parts === null) return iso;
  return `${parts.day} ${(MONTHS[parts.month - 1] ?? '').slice(0, 3)} ${parts.year}`;
}

/** The day so many days later; exact over month and year ends. `iso` must be a date that exists. */
export function addDays(iso: string, days: number): string {
  const date = new Date(`${iso}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() + days);
  return date.toISOString().slice(0, 10);
}
