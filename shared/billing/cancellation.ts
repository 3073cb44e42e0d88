/** Cancellation dates. Owns: when a contract ends after notice. Must not: decide that notice was given. */
import { dayNumber, isoDate } from '@countersign/shared/model';

/** First day that is no longer billable, `days` after the notice. */
export function endAfterNotice(noticeDate: string, days: number): string {
  return isoDate(dayNumber(noticeDate) + days);
}

/** The later of so many days after the first impression and so many after the notice (4A's/IAB v2.0 V(b)). */
export function endLaterOf(
  firstImpressionDate: string,
  afterFirst: number,
  noticeDate: string,
  afterNotice: number,
): string {
  return isoDate(Math.max(dayNumber(firstImpressionDate) + afterFirst, dayNumber(noticeDate) + afterNotice));
}
