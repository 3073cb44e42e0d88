/**
 * Test-only. What of a line counts on each day (DOMAIN §3 step 2, settled 6 to 8, 20): discrepancy, contracted quantity,
 * makegoods, free units. Must not: price.
 */
import type { DiscrepancyRule, Line, Makegood } from '@countersign/shared/model';
import { dayOf, type Span } from './days.ts';
import { above, equal, least, magnitude, most, signOf } from './order.ts';
import { withoutFree } from './prices.ts';
import { minus, ONE, over, percentOf, plus, type Q, q, sum, times, whole, ZERO } from './rational.ts';
import { metricOf, type World } from './world.ts';

export interface DayUnits {
  readonly day: number;
  /** Within the contract: what the bill shows. */
  readonly billable: Q;
  /** Of it, what is not free. */
  readonly charged: Q;
}

/** Who counts for a line: whom it names, else its own count, else the only source that counted it. */
function controllingSource(world: World, line: Line, metric: string): string {
  const named = line.controllingMeasurement?.entity;
  if (named !== undefined) return named;
  const mine = world.counts.filter((fact) => fact.lineId === line.id && fact.metric === metric);
  const sources = new Set(mine.map((fact) => fact.source));
  const [only] = sources;
  return sources.size === 1 && only !== undefined ? only : 'own';
}

/** Days of a metric from one source that a version governs and the flight holds. */
function daysOf(world: World, lineId: string, metric: string, source: (line: Line) => (name: string) => boolean) {
  const days = new Map<number, Q>();
  for (const fact of world.counts) {
    if (fact.lineId !== lineId || fact.metric !== metric) continue;
    const line = world.lineOn(lineId, fact.day);
    if (line === undefined || !source(line)(fact.source)) continue;
    days.set(fact.day, plus(days.get(fact.day) ?? ZERO, fact.quantity));
  }
  return days;
}

/** By what the counts of a billing period are multiplied before they are added. */
interface Factors {
  readonly own: Q;
  readonly other: Q;
}
const AS_COUNTED: Factors = { own: ONE, other: ZERO };

function discrepancyRule(world: World, lineId: string): DiscrepancyRule | undefined {
  const rules = [...(world.any.discrepancyRules ?? [])].sort((a, b) => (a.id < b.id ? -1 : 1));
  return rules.find((r) => r.lineIds?.includes(lineId)) ?? rules.find((r) => r.lineIds === undefined);
}

/** Settled 6 and 20; `other` undefined: the other source reported nothing, so there is nothing to compare. */
function discrepancyFactors(rule: DiscrepancyRule | undefined, own: Q, other: Q | undefined): Factors {
  if (rule === undefined || other === undefined) return AS_COUNTED;
  const either = rule.remedy === 'SPLIT_DIFFERENCE';
  const gap = either ? magnitude(minus(other, own)) : minus(other, own);
  if (signOf(gap) <= 0) return AS_COUNTED;
  const base = rule.base === 'OTHER' ? other : own;
  const limit = percentOf(base, rule.thresholdPercent);
  const exceeded = signOf(base) === 0 || above(gap, limit) || (rule.inclusive === true && equal(gap, limit));
  if (!exceeded) return AS_COUNTED;
  if (rule.remedy === 'UPLIFT') return { own: plus(ONE, percentOf(ONE, rule.upliftPercent ?? '0')), other: ZERO };
  if (!either) return AS_COUNTED;
  // Of nothing on one side the half of the other is billed, on the days the other counted.
  if (signOf(own) === 0) return { own: ZERO, other: over(ONE, whole(2)) };
  return { own: over(over(plus(own, other), whole(2)), own), other: ZERO };
}

function sumIn(days: ReadonlyMap<number, Q>, span: Span): Q {
  return sum([...days].filter(([day]) => day >= span.from && day < span.to).map(([, quantity]) => quantity));
}

/** What of a running count lies after the quantity a line starts at and before the one it ends at. */
function agreedWindow(world: World, lineId: string): { upTo(day: number, running: Q): Q } {
  const mine = world.triggersOf(lineId).filter((t) => t.on === 'ON_QUANTITY');
  const starts = mine.filter((t) => t.applies === 'START').map((t) => q(t.quantity ?? '0'));
  const ends = mine.flatMap(({ applies, quantity, notBefore }) =>
    applies === 'END' && quantity !== undefined ? [{ last: q(quantity), notBefore }] : [],
  );
  return {
    upTo(day, running) {
      let upper = running;
      for (const end of ends) {
        // The later of a day and the quantity: until then everything counts.
        if (end.notBefore !== undefined && day < dayOf(end.notBefore)) end.last = most(end.last, running);
        upper = least(upper, end.last);
      }
      return starts.length === 0 ? upper : most(minus(upper, starts.reduce(most)), ZERO);
    },
  };
}

/** Revenue by day after deductions, each within its caps on the running revenue of the billing period. */
function deducted(world: World, lineId: string, revenue: ReadonlyMap<number, Q>): Map<number, Q> {
  const line = world.versions.flatMap((v) => v.lines ?? []).find((l) => l.id === lineId);
  const { deductions = [] } = line ?? {};
  if (deductions.length === 0) return new Map(revenue);
  const reported = deductions.map(({ metric }) =>
    metric === undefined
      ? new Map<number, Q>()
      : daysOf(world, lineId, metric, (l) => (name) => name === controllingSource(world, l, 'REVENUE')),
  );
  const days = [...new Set([...revenue.keys(), ...reported.flatMap((map) => [...map.keys()])])].sort((a, b) => a - b);
  const net = new Map<number, Q>();
  let [period, running, before] = [Number.NaN, ZERO, ZERO];
  let beside = deductions.map(() => ZERO);
  for (const day of days) {
    const { from } = world.periodOf(day);
    if (period !== from) [period, running, before, beside] = [from, ZERO, ZERO, deductions.map(() => ZERO)];
    running = plus(running, revenue.get(day) ?? ZERO);
    beside = beside.map((so, n) => plus(so, reported[n]?.get(day) ?? ZERO));
    const off = deductions.map((d, n) => {
      let amount = d.percent === undefined ? (beside[n] ?? ZERO) : percentOf(running, d.percent);
      if (d.capPercent !== undefined) amount = least(amount, percentOf(running, d.capPercent));
      if (d.capAmount !== undefined) amount = least(amount, q(d.capAmount));
      return amount;
    });
    const now = minus(running, sum(off));
    net.set(day, minus(now, before));
    before = now;
  }
  return net;
}

/**
 * Whether a line's own units make good what is owed, at rate 0 (BILL-40): owed in its unit, and before the current order.
 * Where the current order comes first only what no price asks for makes good: the units above the contracted quantity.
 */
function deliversOn(makegood: Makegood, line: Line): boolean {
  const { deliveredOn, lineId, rateType, order } = makegood;
  return (
    (deliveredOn ?? lineId) === line.id && (rateType ?? line.rateType) === line.rateType && order !== 'CURRENT_FIRST'
  );
}

const counted = new WeakMap<World, Map<string, DayUnits[]>>();

/** The units of a line by day, in order, over the whole contract. */
export function unitsOf(world: World, lineId: string, metric: string): DayUnits[] {
  const known = counted.get(world) ?? new Map<string, DayUnits[]>();
  counted.set(world, known);
  const key = JSON.stringify([lineId, metric]);
  const units = known.get(key) ?? countUnits(world, lineId, metric);
  known.set(key, units);
  return units;
}

function countUnits(world: World, lineId: string, metric: string): DayUnits[] {
  const measured = daysOf(world, lineId, metric, (line) => (name) => name === controllingSource(world, line, metric));
  const own = metric === 'REVENUE' ? deducted(world, lineId, measured) : measured;
  const rule = discrepancyRule(world, lineId);
  const others = daysOf(
    world,
    lineId,
    metric,
    (line) => (name) =>
      rule?.otherSource === undefined ? name !== controllingSource(world, line, metric) : name === rule.otherSource,
  );
  const line = world.versions.flatMap((v) => v.lines ?? []).find((l) => l.id === lineId);
  const makegoods = line === undefined ? [] : (world.any.makegoods ?? []).filter((m) => deliversOn(m, line));
  const limit = line?.contractedQuantity === undefined ? undefined : q(line.contractedQuantity);
  const factors = new Map<number, Factors>();
  const window = agreedWindow(world, lineId);
  let [running, kept, period, inPeriod] = [ZERO, ZERO, Number.NaN, ZERO];
  const owed = makegoods
    .map((m) => ({
      from: m.from === undefined ? Number.NEGATIVE_INFINITY : dayOf(m.from),
      quantity: q(m.quantity),
      running: ZERO,
    }))
    .sort((a, b) => (a.from < b.from ? -1 : a.from > b.from ? 1 : 0));
  const result: DayUnits[] = [];
  for (const day of [...new Set([...own.keys(), ...others.keys()])].sort((a, b) => a - b)) {
    const span = world.periodOf(day);
    let factor = factors.get(span.from);
    if (factor === undefined) {
      const any = [...others.keys()].some((d) => d >= span.from && d < span.to);
      factor = discrepancyFactors(rule, sumIn(own, span), any ? sumIn(others, span) : undefined);
      factors.set(span.from, factor);
    }
    const counted = times(own.get(day) ?? ZERO, factor.own);
    running = plus(running, plus(counted, times(others.get(day) ?? ZERO, factor.other)));
    const agreed = window.upTo(day, running);
    const keptNow = limit === undefined ? agreed : least(agreed, limit);
    const billable = minus(keptNow, kept);
    kept = keptNow;
    let charged = billable;
    for (const makegood of owed.filter((m) => day >= m.from)) {
      const [then, now] = [makegood.running, plus(makegood.running, charged)];
      makegood.running = now;
      charged = minus(withoutFree(now, makegood.quantity), withoutFree(then, makegood.quantity));
    }
    if (period !== span.from) [period, inPeriod] = [span.from, ZERO];
    const free = q(line?.freeUnits ?? '0');
    const [before, after] = [inPeriod, plus(inPeriod, charged)];
    inPeriod = after;
    charged = minus(withoutFree(after, free), withoutFree(before, free));
    result.push({ day, billable, charged });
  }
  return result;
}

export const defaultMetric = (line: Line): string => line.controllingMeasurement?.metric ?? metricOf(line.rateType);
