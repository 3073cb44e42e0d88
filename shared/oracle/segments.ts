/**
 * Test-only. The segments of a line in a billing period and their exact gross (DOMAIN §3 steps 1, 4, 5; settled 1, 5, 9,
 * 16). Must not: apply caps, discounts or taxes.
 */
import type { ContractVersion, Line, Price } from '@countersign/shared/model';
import { contractedGross } from './contracted.ts';
import { dayOf, type Span } from './days.ts';
import { least, most } from './order.ts';
import { allUnitsFlat, costOf, isAllUnits } from './prices.ts';
import { defaultMetric, unitsOf } from './quantities.ts';
import { minus, over, plus, type Q, q, sum, times, whole, ZERO } from './rational.ts';
import { rounded } from './rounding.ts';
import { metricOf, type World } from './world.ts';

export interface Segment {
  readonly lineId: string;
  readonly from: number;
  readonly to: number;
  readonly line: Line;
  readonly version: ContractVersion;
}

export interface Priced extends Segment {
  readonly quantity: Q;
  readonly exact: Q;
  readonly gross: Q;
}

/** The first day of a version that restarts counters, when it governs that day. */
function restartsOn(world: World, day: number): boolean {
  const version = world.governs(day);
  return version?.tierCounters === 'RESET' && dayOf(version.effectiveFrom) === day;
}

/** Runs of days with equal terms of one line in [from, to). */
function segmentsOf(world: World, lineId: string, from: number, to: number): Segment[] {
  const segments: (Segment & { to: number })[] = [];
  for (let day = from; day < to; day += 1) {
    const line = world.lineOn(lineId, day);
    const version = world.governs(day);
    if (line === undefined || version === undefined) continue;
    const last = segments.at(-1);
    const joins = last !== undefined && JSON.stringify(last.line) === JSON.stringify(line) && !restartsOn(world, day);
    if (joins && last.to === day) last.to = day + 1;
    else segments.push({ lineId, from: day, to: day + 1, line, version });
  }
  return segments;
}

/** The day from which a counter runs that prices this segment. */
function counterStart(world: World, segment: Segment, counter: string): number {
  let start = world.windowStart(counter, segment.from);
  for (const version of world.versions) {
    const day = dayOf(version.effectiveFrom);
    if (day > start && day <= segment.from && restartsOn(world, day)) start = day;
  }
  return start;
}

function daysOfFlight(segment: Segment): Q {
  return whole(segment.to - segment.from);
}

function priceOf(world: World, segment: Segment, period: Span, price: Price, rateType: string, metric: string): Q {
  if (price.type === 'COMBINE') {
    const parts = price.of.map((part) =>
      priceOf(
        world,
        segment,
        period,
        part,
        part.rateType ?? rateType,
        part.metric ?? (part.rateType ? metricOf(part.rateType) : metric),
      ),
    );
    if (price.op === 'SUM') return sum(parts);
    return parts.reduce(price.op === 'GREATER_OF' ? most : least);
  }
  if (price.type === 'FLAT') {
    // Agreed for the period, not for its days: charged once, with the first segment (BILL-27).
    const first = firstIn(world, segment.lineId, period.from, period);
    if (price.proration === 'NONE') return segment.from === first ? q(price.amount) : ZERO;
    return times(q(price.amount), over(daysOfFlight(segment), whole(period.to - period.from)));
  }
  const divisor = whole(rateType === 'CPM' || rateType === 'VCPM' ? 1000 : 1);
  const counter = ('counter' in price && price.counter) || 'PERIOD';
  const start = counter === 'TRAILING_YEAR' ? period.from : counterStart(world, segment, counter);
  const units = (from: number, to: number): Q =>
    rateType === 'CPD'
      ? sum(segmentsOf(world, segment.lineId, from, to).map(daysOfFlight))
      : sum(
          unitsOf(world, segment.lineId, metric)
            .filter((u) => u.day >= from && u.day < to)
            .map((u) => u.charged),
        );
  if (counter === 'TRAILING_YEAR') {
    const reached = units(world.yearBefore(period), period.from);
    return costOf(price, units(segment.from, segment.to), reached, divisor);
  }
  if (price.type === 'VOLUME' && price.assumedTotal !== undefined) {
    const { assumedTotal } = price;
    const end = closes(world, segment, counter);
    const billedBy = (day: number): Q => {
      const so = units(start, day);
      return costOf(price, so, day >= end ? so : most(so, q(assumedTotal)), divisor);
    };
    return minus(billedBy(period.to), start < period.from ? billedBy(period.from) : ZERO);
  }
  const counterEnd = endOfCounter(world, segment, period);
  const [before, after, total] = [units(start, segment.from), units(start, segment.to), units(start, counterEnd)];
  const earlier = segmentsOf(world, segment.lineId, start, segment.from);
  const isFirst = earlier.length === 0;
  if (!isAllUnits(price)) {
    const paid = isFirst ? ZERO : costOf(price, before, total, divisor);
    return minus(costOf(price, after, total, divisor), paid);
  }
  let exact = minus(costOf(price, after, total, divisor), costOf(price, before, total, divisor));
  if (price.type !== 'BLOCKS') exact = plus(exact, allUnitsFlat(price, isFirst ? null : before, after, total, divisor));
  if (start < period.from && segment.from === firstIn(world, segment.lineId, start, period)) {
    // The units of earlier periods move to the tier the counter has reached by now.
    const then = units(start, period.from);
    const past = segmentsOf(world, segment.lineId, start, period.from);
    if (past.length > 0) {
      const at = (reached: Q): Q => {
        const units = costOf(price, then, reached, divisor);
        return price.type === 'BLOCKS' ? units : plus(units, allUnitsFlat(price, null, then, reached, divisor));
      };
      exact = plus(exact, minus(at(total), at(then)));
    }
  }
  return exact;
}

/** When a counter has seen its last unit: where it ends, or the flight, or the contract. */
function closes(world: World, segment: Segment, counter: string): number {
  const ends = [segment.line.flight?.to, segment.version.effectiveTo].map((date) =>
    date ? dayOf(date) : Number.POSITIVE_INFINITY,
  );
  return Math.min(world.window(counter, segment.from).to, ...ends);
}

/** A counter that a later amendment restarts ends there; else what the period holds counts. */
function endOfCounter(world: World, segment: Segment, period: Span): number {
  for (let day = segment.from + 1; day < period.to; day += 1) if (restartsOn(world, day)) return day;
  return period.to;
}

function firstIn(world: World, lineId: string, start: number, period: Span): number | undefined {
  return segmentsOf(world, lineId, Math.max(start, period.from), period.to)[0]?.from;
}

/** The segments of a line in a period with what each comes to. */
export function pricedSegments(world: World, lineId: string, period: Span): Priced[] {
  const segments = segmentsOf(world, lineId, period.from, period.to);
  const first = segments[0];
  if (first?.line.billingSource === 'CONTRACTED') {
    const due = contractedGross(world, first.line, period);
    return due === null ? [] : [{ ...first, quantity: ZERO, exact: due, gross: due }];
  }
  return segments.map((segment) => {
    const { line } = segment;
    const metric = defaultMetric(line);
    const exact = line.price === undefined ? ZERO : priceOf(world, segment, period, line.price, line.rateType, metric);
    const quantity =
      line.rateType === 'CPD' || line.price?.type === 'FLAT'
        ? daysOfFlight(segment)
        : sum(
            unitsOf(world, lineId, metric)
              .filter((u) => u.day >= segment.from && u.day < segment.to)
              .map((u) => u.billable),
          );
    return { ...segment, quantity, exact, gross: rounded(exact, world.digits, world.mode) };
  });
}
