/**
 * The net that a share of revenue is taken of. Owns: deductions within their caps, on the running revenue of a billing
 * period, so that any cut of the period gives the same sum. Must not: price or round.
 */
import type { DayNumber, Deduction } from '@countersign/shared/model';
import { decimalOf, type Fraction, max, min, percentOf, subtract, sum, ZERO } from '@countersign/shared/money';
import { type DayCount, DayCounts } from './dayCounts.ts';
import type { Measured } from './measure.ts';
import type { Series } from './series.ts';

/** One deduction of one billing period. */
export interface TakenDeduction {
  readonly rule: Deduction;
  /** Revenue before deductions. */
  readonly revenue: Fraction;
  /** What was reported or follows from the percentage. */
  readonly claimed: Fraction;
  /** What the caps let through. */
  readonly taken: Fraction;
}

function takenOf(rule: Deduction, revenue: Fraction, reported: Fraction): TakenDeduction {
  const claimed = rule.percent === undefined ? reported : percentOf(revenue, decimalOf(rule.percent));
  const caps = [
    ...(rule.capPercent === undefined ? [] : [max(percentOf(revenue, decimalOf(rule.capPercent)), ZERO)]),
    ...(rule.capAmount === undefined ? [] : [decimalOf(rule.capAmount)]),
  ];
  return { rule, revenue, claimed, taken: caps.reduce(min, claimed) };
}

/** Replaces the revenue of each day by what it adds to the running net of its billing period. */
export function netOfDeductions(
  rules: readonly Deduction[],
  measured: Measured,
  list: readonly Series[],
  from: DayNumber,
  to: DayNumber,
): Measured {
  const daysOf = ({ metric }: Deduction): DayCounts =>
    list.find((s) => s.source === measured.source && s.metric === metric)?.days ?? DayCounts.NONE;
  const reported = rules.map(daysOf);
  const days: DayCount[] = [];
  const periods = measured.periods.map((p) => {
    const start = Math.max(p.period.from, from);
    const end = Math.min(p.period.to, to);
    const gross = measured.days.within(start, end);
    const counts = new Map(gross.list().map((d) => [d.day, d.count]));
    const taken = reported.map((r) => r.within(start, end));
    const all = [...new Set([gross, ...taken].flatMap((r) => r.list().map((d) => d.day)))].sort((a, b) => a - b);
    let before = ZERO;
    let deductions: TakenDeduction[] = [];
    for (const day of all) {
      const revenue = gross.before(day + 1);
      deductions = rules.map((rule, i) => takenOf(rule, revenue, (taken[i] as DayCounts).before(day + 1)));
      const net = subtract(revenue, sum(deductions.map((d) => d.taken)));
      days.push({ day, quantity: subtract(net, before), count: counts.get(day) ?? 0 });
      before = net;
    }
    return { ...p, deductions };
  });
  return { ...measured, days: DayCounts.of(days), periods };
}
