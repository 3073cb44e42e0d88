// How long a term still lasts, in words. Shown and never decided by: whether it lasts is the server's to say.
import { countOf } from '../kit/index.ts';

const MINUTE_MS = 60_000;

/** `12 minutes left`; empty where this computer's clock cannot be right, because it says that the term is over or longer than it is. */
export function timeLeft(until: string, minutes: number, now: number): string {
  const left = Date.parse(until) - now;
  if (Number.isNaN(left) || left <= 0 || left > (minutes + 1) * MINUTE_MS) return '';
  return left < MINUTE_MS ? 'less than a minute left' : `${countOf(Math.floor(left / MINUTE_MS), 'minute')} left`;
}
