/**
 * Step 2: what a line's facts count for. Owns: the controlling series and the discrepancy rule per invoice period.
 * Must not: price, nor read facts outside the frozen input.
 */

import type { ContractVersion, DayNumber, DiscrepancyRule, Line, Period, RateType } from '@countersign/shared/model';
import { compare, type Fraction, min, percentOf, subtract } from '@countersign/shared/money';
import { periodOfDay } from './cycle.ts';
import { DayCounts } from './dayCounts.ts';
import { netOfDeductions, type TakenDeduction } from './deductions.ts';
import { type Comparison, compareCounts } from './discrepancy.ts';
import type { Frozen } from './freeze.ts';
import { governedSpans, governing } from './govern.ts';
import { closestRule } from './ruleOrder.ts';
import type { Series } from './series.ts';
import { metricOf } from './words.ts';

/** One invoice period of a line's measurement. */
export interface MeasuredPeriod {
  readonly period: Period;
  /** The controlling count set against another; null where there is no rule, or no second count. */
  readonly compared: Comparison | null;
  /** A rule asks for a second count and there is none. */
  readonly unmatched: boolean;
  /** What was taken off revenue before it is shared. */
  readonly deductions: readonly TakenDeduction[];
}

/** A line's billable counts by day, before the contracted cap. */
export interface Measured {
  readonly source: string | null;
  readonly metric: string;
  readonly days: DayCounts;
  readonly sample: readonly string[];
  readonly periods: readonly MeasuredPeriod[];
  /** Why nothing could be measured, in words. */
  readonly problem: string | null;
}

/** `unnamed` is what facts without metric count: the metric of the line's own rate type, whatever a price asks for. */
function seriesFor(list: readonly Series[], source: string, metric: string, unnamed: string): Series | undefined {
  return (
    list.find((s) => s.source === source && s.metric === metric) ??
    (metric === unnamed ? list.find((s) => s.source === source && s.metric === '') : undefined)
  );
}

function controllingSource(
  line: Line,
  list: readonly Series[],
  metric: string,
  unnamed: string,
): string | null | undefined {
  const named = line.controllingMeasurement?.entity;
  if (named !== undefined) return named;
  const sources = [
    ...new Set(list.filter((s) => s.metric === metric || (s.metric === '' && metric === unnamed)).map((s) => s.source)),
  ];
  const wanted =
    line.billingSource === 'THIRD_PARTY_VOLUME'
      ? sources.filter((s) => s !== 'own')
      : sources.includes('own')
        ? ['own']
        : sources;
  if (wanted.length === 0) return undefined;
  return wanted.length === 1 ? (wanted[0] as string) : null;
}

/** Series without the days that no version governs: they are not billed and use up nothing that is. */
function governedSeries(frozen: Frozen, list: readonly Series[], from: DayNumber, to: DayNumber): readonly Series[] {
  const gaps = governedSpans(frozen.versions, from, to).filter((span) => span.version === null);
  return gaps.reduce<readonly Series[]>(
    (left, gap) =>
      left.map((series) => ({ ...series, days: series.days.filter((day) => day < gap.from || day >= gap.to) })),
    list,
  );
}

/** Measures a line on the facts of [from, to): the controlling count of each day, discrepancy applied per invoice period. */
export function measureLine(
  frozen: Frozen,
  line: Line,
  rateType: RateType,
  metricName: string | undefined,
  from: DayNumber,
  to: DayNumber,
): Measured {
  const list = governedSeries(frozen, frozen.delivery.byLine.get(line.id) ?? [], from, to);
  const metric = metricName ?? line.controllingMeasurement?.metric ?? metricOf(rateType);
  const unnamed = metricOf(line.rateType);
  const ownMetric = metric === (line.controllingMeasurement?.metric ?? unnamed);
  const deductions = ownMetric ? line.deductions : undefined;
  const counting = controllingSource(line, list, metric, unnamed);
  // Returns are taken off also where no revenue was ever reported beside them.
  const source = counting === undefined && deductions !== undefined ? 'own' : counting;
  const none: Measured = {
    source: null,
    metric,
    days: DayCounts.NONE,
    sample: [],
    periods: [],
    problem: null,
  };
  if (source === undefined) return none;
  if (source === null)
    return {
      ...none,
      problem: `Several sources counted ${metric.toLowerCase().replaceAll('_', ' ')} and the line names none of them as controlling.`,
    };
  const own = seriesFor(list, source, metric, unnamed);
  const ownDays = (own?.days ?? DayCounts.NONE).within(from, to);
  const days: DayCounts[] = [];
  const periods: MeasuredPeriod[] = [];
  const others = list.filter(
    (s) => s.source !== source && (s.metric === metric || (s.metric === '' && metric === unnamed)),
  );
  const reported = list.filter((s) => s.source === source && deductions?.some((rule) => rule.metric === s.metric));
  const begun = [...others, ...reported].map((s) => s.days.within(from, to).first ?? to);
  const firstDay = Math.min(ownDays.first ?? to, ...begun);
  let cursor = firstDay;
  while (cursor < to) {
    const period = periodOfDay(frozen, cursor);
    const start = Math.max(period.from, from);
    const end = Math.min(period.to, to);
    const rule = ruleFor(governing(frozen.versions, end - 1)?.doc ?? null, line);
    const inPeriod = ownDays.within(start, end);
    const { compared, days: counted } =
      rule === null
        ? { compared: null, days: inPeriod }
        : compareCounts(rule, inPeriod, otherDays(rule, others).within(start, end));
    days.push(counted);
    periods.push({ period, compared, unmatched: rule !== null && compared === null, deductions: [] });
    cursor = period.to;
  }
  const measured: Measured = {
    source,
    metric,
    days: DayCounts.joined(days),
    sample: own?.sample ?? [],
    periods,
    problem: null,
  };
  return deductions === undefined ? measured : netOfDeductions(deductions, measured, list, from, to);
}

/** The days of the source a rule compares with: the one it names, else the only other one. */
function otherDays(rule: DiscrepancyRule, others: readonly Series[]): DayCounts {
  const { otherSource } = rule;
  const only = others.length === 1 ? others[0] : undefined;
  const found = otherSource === undefined ? only : others.find((s) => s.source === otherSource);
  return found?.days ?? DayCounts.NONE;
}

function ruleFor(version: ContractVersion | null, line: Line): DiscrepancyRule | null {
  return closestRule(version?.discrepancyRules, ({ lineIds }) =>
    lineIds === undefined ? 'ALL' : lineIds.includes(line.id) ? 'IT' : 'OTHERS',
  );
}

/** min(delivered, contracted) with the bonus, and whether the bonus needs consent. */
export function overDelivery(
  delivered: Fraction,
  contracted: Fraction,
  limitPercent: Fraction | null,
): { billable: Fraction; bonus: Fraction; consentNeeded: boolean } {
  const billable = min(delivered, contracted);
  const bonus = subtract(delivered, billable);
  return {
    billable,
    bonus,
    consentNeeded: limitPercent !== null && compare(bonus, percentOf(contracted, limitPercent)) > 0,
  };
}
