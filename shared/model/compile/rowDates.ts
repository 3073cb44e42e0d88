// Last days and exclusive ends. A sheet says the last day, as paper does; the model says the first day after it.
import { addDays, dateProblem, isoParts } from '../cell/calendarDate.ts';

function exists(date: string): boolean {
  const parts = isoParts(date);
  return parts !== null && dateProblem(parts) === null;
}

/** The first day after a last day; text that is no date is handed on for the schema to refuse. */
export function endAfter(lastDay: string): string {
  return exists(lastDay) ? addDays(lastDay, 1) : lastDay;
}

/** The last day before an exclusive end. */
export function lastDayBefore(end: string): string {
  return exists(end) ? addDays(end, -1) : end;
}
