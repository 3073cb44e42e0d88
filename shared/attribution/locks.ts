/**
 * Lock and pay dates of actions. Owns: one way of counting month ends. Must not: know amounts.
 * Month end is the first day of the next local month; months are added first, then days.
 */
import {
  addMonths,
  civil,
  type DayNumber,
  dayOf,
  daysInMonth,
  type LockRule,
  monthEnd,
} from '@countersign/shared/model';

/** A day of the month, months after the day's month; beyond the month's end its last day. */
export function dayOfMonthAfter(day: DayNumber, monthsAfter: number, dayOfMonth: number): DayNumber {
  const { year, month } = civil(day);
  const first = civil(dayOf(year, month + monthsAfter, 1));
  return dayOf(first.year, first.month, Math.min(dayOfMonth, daysInMonth(first.year, first.month)));
}

/** First day on which the action can no longer be edited. */
export function lockDay(rule: LockRule, eventDay: DayNumber, extended: boolean): DayNumber {
  const more = extended ? (rule.extensionMonths ?? 1) : 0;
  if (rule.dayOfMonth !== undefined) return dayOfMonthAfter(eventDay, 1 + more, rule.dayOfMonth);
  const afterMonthEnd = rule.afterMonthEnd ?? rule.months !== undefined;
  const start = afterMonthEnd ? monthEnd(eventDay) : eventDay;
  return addMonths(start, (rule.months ?? 0) + more) + (rule.days ?? 0);
}

/** The day a locked action is paid; null when the rule names none. */
export function payDay(rule: LockRule, lockedOn: DayNumber): DayNumber | null {
  return rule.payDay === undefined ? null : dayOfMonthAfter(lockedOn, rule.payMonthsAfterLock ?? 1, rule.payDay);
}

/** How many reversals a limit allows: floor(actions × percent), at most those requested. */
export function allowedReversals(actions: bigint, percent: { n: bigint; d: bigint }, requested: bigint): bigint {
  const most = (actions * percent.n) / (percent.d * 100n);
  return requested < most ? requested : most;
}
