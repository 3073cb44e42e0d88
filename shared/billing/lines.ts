/**
 * Steps 1 to 5 for measured and contracted lines: one row for each segment, rounded once.
 * Owns: the rows of a period with their traces. Must not: adjust (adjust.ts) or pay actions (payouts.ts).
 */

import {
  type DayNumber,
  dayNumber,
  isoDate,
  type Line,
  type Period,
  type Price,
  type RateType,
} from '@countersign/shared/model';
import {
  compare,
  decimalOf,
  exactText,
  type Fraction,
  isZero,
  minorDigits,
  multiply,
  type RoundingMode,
  roundedText,
  roundTo,
  subtract,
  sum,
  ZERO,
} from '@countersign/shared/money';
import { clauseFields } from './clauses.ts';
import { cliffWarnings } from './cliff.ts';
import type { Frozen } from './freeze.ts';
import { contractStart, governedSpans } from './govern.ts';
import { countedBefore, flightOf, overDelivery } from './measure.ts';
import { segmentCounter } from './price/counter.ts';
import { type Count, type PriceContext, type Priced, priceExact } from './price/price.ts';
import type { FactsRef, NotBilled, TraceStep, Warning } from './result.ts';
import { type BillRow, NO_ADJUSTMENTS, type PeriodRows } from './row.ts';
import { dueBefore } from './schedule.ts';
import type { Meter, Segment, SegmentUnits } from './segments.ts';
import { grouped, groupedExact, plural, rateText, unitOf } from './words.ts';

/** What rows are made of, handed down once. */
interface Work {
  readonly frozen: Frozen;
  readonly meter: Meter;
  readonly period: Period;
  readonly mode: RoundingMode;
  readonly digits: number;
  readonly notBilled: NotBilled[];
  readonly warnings: Warning[];
}

/** Bills every line of the period that some version governs. */
export function billLines(frozen: Frozen, meter: Meter, period: Period): PeriodRows {
  const { currency } = frozen.head;
  const work: Work = {
    frozen,
    meter,
    period,
    mode: frozen.head.roundingMode ?? 'HALF_UP',
    digits: minorDigits(currency),
    notBilled: [],
    warnings: [],
  };
  const rows: BillRow[] = [];
  for (const lineId of lineIds(frozen)) rows.push(...billLine(work, lineId));
  return { rows, notBilled: work.notBilled, warnings: work.warnings };
}

/** Line ids in the order of the newest version, then those only older versions have. */
function lineIds(frozen: Frozen): string[] {
  const ids = new Set<string>();
  for (const version of [...frozen.versions].reverse()) for (const line of version.doc.lines ?? []) ids.add(line.id);
  return [...ids];
}

function billLine(work: Work, lineId: string): BillRow[] {
  const segments = work.meter.segmentsOf(lineId, work.period);
  reportUngoverned(work, lineId, segments);
  const rows: BillRow[] = [];
  segments.forEach((segment, index) => {
    const key = index === 0 ? lineId : `${lineId}@${isoDate(segment.from)}`;
    const status = segment.line.status ?? 'NORMAL';
    if (status === 'REVISED' || status === 'PREEMPTED' || status === 'CANCELLED') {
      rows.push(silentRow(work, segment, key, status));
      return;
    }
    if (segment.rate === null) {
      work.warnings.push({
        code: 'NO_RATE',
        lineId,
        text: `${labelOf(segment.line)} has no rate from ${isoDate(segment.from)}.`,
      });
      work.notBilled.push({
        clauseId: segment.line.clauseId ?? null,
        key: lineId,
        text: labelOf(segment.line),
        why: `No rate holds from ${isoDate(segment.from)}: neither the line, the rate card nor a default has one.`,
      });
      return;
    }
    const row =
      segment.line.billingSource === 'CONTRACTED'
        ? contractedRow(work, segment, key)
        : measuredRow(work, segments, index, key);
    if (row !== null) rows.push(row);
  });
  const last = segments.at(-1);
  if (last !== undefined && last.rate !== null) rows.push(...deliveryPromise(work, last));
  return rows;
}

function labelOf(line: Line): string {
  return line.label ?? line.productKey ?? line.id;
}

function version(segment: Segment): Pick<TraceStep, 'versionRef'> {
  return { versionRef: segment.version.ref };
}

/** Facts that no segment takes: outside the flight, or where no version governs. Said in words, never dropped silently. */
function reportUngoverned(work: Work, lineId: string, segments: readonly Segment[]): void {
  const { frozen, period } = work;
  const taken = (day: DayNumber): boolean => segments.some((s) => s.from <= day && day < s.to);
  const spans = governedSpans(frozen.versions, period.from, period.to);
  const governs = (day: DayNumber): boolean => spans.some((s) => s.version !== null && s.from <= day && day < s.to);
  for (const series of frozen.delivery.byLine.get(lineId) ?? []) {
    for (const governed of [false, true]) {
      const lost = series.days.filter(
        (d) => d.day >= period.from && d.day < period.to && !taken(d.day) && governs(d.day) === governed,
      );
      if (lost.length === 0) continue;
      const quantity = groupedExact(sum(lost.map((d) => d.quantity)));
      const text = `${quantity} units of ${lineId} counted by ${series.source} on ${lost.length === 1 ? isoDate((lost[0] as { day: number }).day) : `${lost.length} days`}`;
      const why = governed ? 'The line is not in flight on those days.' : 'No executed version governs those days.';
      work.notBilled.push({ clauseId: null, key: lineId, text, why });
      work.warnings.push({ code: 'NOT_GOVERNED', lineId, text: `${text} are not billed. ${why}` });
    }
  }
  for (const span of spans) {
    const line = span.version?.doc.lines?.find((l) => l.id === lineId);
    if (span.version === null || line === undefined) continue;
    const { problem, clauseId } = flightOf(span.version, line, contractStart(frozen.versions));
    if (problem === null) continue;
    work.notBilled.push({ clauseId: clauseId ?? null, key: lineId, text: labelOf(line), why: problem });
    work.warnings.push({ code: 'TRIGGER_PENDING', lineId, text: `${labelOf(line)} is not billed. ${problem}` });
  }
}

function silentRow(work: Work, segment: Segment, key: string, status: string): BillRow {
  const { line } = segment;
  const why =
    status === 'REVISED'
      ? 'A later revision replaces this line.'
      : status === 'PREEMPTED'
        ? 'The spot was pre-empted and did not air.'
        : 'The line was cancelled.';
  return {
    ...frame(segment, key),
    quantity: ZERO,
    rateText: segment.rate === null ? 'no rate' : rateText(segment.rate.price, line.rateType),
    exact: ZERO,
    gross: ZERO,
    factsCount: 0,
    warnings: [],
    trace: lineStep(work, segment, ZERO, ZERO, `0 billed. ${why}`, [
      { kind: 'NOTE', title: 'Nothing to bill', text: why, children: [] },
    ]),
  };
}

type Frame = Pick<
  BillRow,
  | 'key'
  | 'lineId'
  | 'label'
  | 'productKey'
  | 'from'
  | 'to'
  | 'quantityUnit'
  | 'rateType'
  | 'taxCode'
  | 'flightFrom'
  | 'flightTo'
  | 'cap'
  | 'minimum'
  | 'discount'
  | 'commission'
  | 'tax'
>;

function frame(segment: Segment, key: string): Frame {
  const { line } = segment;
  return {
    key,
    lineId: line.id,
    label: labelOf(line),
    productKey: line.productKey ?? '',
    from: segment.from,
    to: segment.to,
    quantityUnit: unitOf(line.rateType),
    rateType: line.rateType,
    taxCode: line.taxCode,
    flightFrom: segment.flight.from,
    flightTo: segment.flight.to,
    ...NO_ADJUSTMENTS,
  };
}

function money(work: Work, value: Fraction): string {
  return roundedText(value, work.digits, work.mode);
}

function roundStep(work: Work, exact: Fraction, gross: Fraction): TraceStep {
  const from = exactText(exact);
  const to = money(work, gross);
  const changed = compare(exact, gross) !== 0;
  const text = changed
    ? `${grouped(from)} rounded once to ${grouped(to)}.`
    : `${grouped(to)} exactly; nothing to round.`;
  return {
    kind: 'ROUND',
    title: 'Rounding',
    text,
    amount: to,
    exact: from,
    rounding: { mode: work.mode, minorDigits: work.digits, from, to },
    children: [],
  };
}

function lineStep(
  work: Work,
  segment: Segment,
  exact: Fraction,
  gross: Fraction,
  text: string,
  children: readonly TraceStep[],
): TraceStep {
  const clauseId = segment.rate?.clauseId ?? segment.line.clauseId;
  return {
    kind: 'LINE',
    title: labelOf(segment.line),
    text,
    amount: money(work, gross),
    exact: exactText(exact),
    ...clauseFields(segment.version.doc, clauseId),
    ...version(segment),
    ...(segment.rate === null ? {} : { rateRow: segment.rate.source }),
    children,
  };
}

function rateStep(segment: Segment): TraceStep {
  const { rate, line } = segment;
  if (rate === null) return { kind: 'RATE', title: 'Rate', text: 'No rate.', children: [] };
  const layer = {
    OVERRIDE: 'partner override',
    LINE: 'line',
    RATE_CARD: 'rate card row',
    DEFAULT: 'default rate',
    PAYOUT_RULE: 'payout rule',
  }[rate.source.layer];
  const floor =
    rate.raisedFrom === null ? '' : ` The stated rate ${grouped(rate.raisedFrom)} was below the floor and was raised.`;
  const which = segment.versions.map((v) => `version ${v.sequence}, in force from ${v.ref.effectiveFrom}`).join('; ');
  return {
    kind: 'RATE',
    title: 'Rate',
    text: `${rateText(rate.price, line.rateType)}, from the ${layer} ${rate.source.id} of ${which}.${floor}`,
    ...clauseFields(segment.version.doc, rate.clauseId),
    ...version(segment),
    rateRow: rate.source,
    children: [],
  };
}

function factsRef(units: SegmentUnits): FactsRef {
  return {
    count: units.events,
    quantity: exactText(sum(units.days.map((d) => d.quantity))),
    from: units.days[0] === undefined ? null : isoDate(units.days[0].day),
    to: units.days.at(-1) === undefined ? null : isoDate((units.days.at(-1) as { day: number }).day),
    source: units.measured?.source ?? null,
    metric: units.measured?.metric ?? null,
    sample: units.measured?.sample ?? [],
  };
}

function measuredRow(work: Work, segments: readonly Segment[], index: number, key: string): BillRow | null {
  const segment = segments[index] as Segment;
  const { line, rate } = segment;
  if (rate === null) return null;
  const all = work.meter.unitsOf(line.id, work.period, line.rateType, undefined);
  const units = all[index] as SegmentUnits;
  if (units.measured?.problem != null) {
    work.notBilled.push({
      clauseId: line.clauseId ?? null,
      key: line.id,
      text: labelOf(line),
      why: units.measured.problem,
    });
    return null;
  }
  const context = contextOf(work, segments, index);
  const priced = priceExact(rate.price, context);
  const gross = roundTo(priced.exact, work.digits, work.mode);
  const total = context.count(rate.price.rateType ?? line.rateType, rate.price.metric, rate.price).total;
  const warnings = cliffWarnings(rate.price, line.rateType, total, line.id, work.frozen.head.currency, work.mode);
  if (rate.raisedFrom !== null)
    warnings.push({
      code: 'RATE_FLOOR',
      lineId: line.id,
      text: `The rate ${grouped(rate.raisedFrom)} was below its floor and was raised.`,
    });
  const children = [
    ...measureSteps(work, segment, units),
    rateStep(segment),
    ...priced.steps,
    roundStep(work, priced.exact, gross),
  ];
  const text = `${plural(line.rateType, units.paid)} from ${isoDate(segment.from)} to before ${isoDate(segment.to)}: ${rateText(rate.price, line.rateType)}.`;
  return row(work, segment, key, units.counted, priced, gross, units.events, warnings, text, children);
}

function row(
  work: Work,
  segment: Segment,
  key: string,
  quantity: Fraction,
  priced: Priced,
  gross: Fraction,
  factsCount: number,
  warnings: readonly Warning[],
  text: string,
  children: readonly TraceStep[],
): BillRow {
  const price = segment.rate?.price as Price;
  return {
    ...frame(segment, key),
    quantity,
    rateText: rateText(price, segment.line.rateType),
    ...(priced.tier === undefined ? {} : { tier: priced.tier }),
    exact: priced.exact,
    gross,
    factsCount,
    warnings,
    trace: lineStep(work, segment, priced.exact, gross, text, children),
  };
}

/** What the price may ask of a measured segment: running counters over the period's segments. */
function contextOf(work: Work, segments: readonly Segment[], index: number): PriceContext {
  const segment = segments[index] as Segment;
  const lineId = segment.line.id;
  const count = (rateType: RateType, metric: string | undefined, price: Price): Count => {
    const units = work.meter.unitsOf(lineId, work.period, rateType, metric);
    const carried = work.meter.carried(lineId, work.period, price, rateType, metric);
    const counter = segmentCounter(
      units.map((u) => u.paid),
      segments.map((s) => s.resets),
      index,
      carried,
    );
    return { ...counter, events: BigInt((units[index] as SegmentUnits).events), values: null };
  };
  const days = {
    served: BigInt(segment.to - segment.from),
    of: BigInt(work.period.to - work.period.from),
    opens: index === 0,
  };
  return { rateType: segment.line.rateType, count, days };
}

function measureSteps(work: Work, segment: Segment, units: SegmentUnits): TraceStep[] {
  const { line } = segment;
  const { measured } = units;
  if (measured === null) {
    const days = `${segment.to - segment.from} of the ${work.period.to - work.period.from} days of the period`;
    return [{ kind: 'MEASURE', title: 'Days', text: `In flight on ${days}.`, children: [] }];
  }
  const steps: TraceStep[] = [
    {
      kind: 'MEASURE',
      title: 'Measured',
      text:
        units.events === 0
          ? `No ${unitOf(line.rateType)} were reported.`
          : `${grouped(exactText(sum(units.days.map((d) => d.quantity))))} ${unitOf(line.rateType)} in ${units.events} rows counted by ${measured.source ?? 'nobody'}.`,
      facts: factsRef(units),
      ...version(segment),
      children: [],
    },
  ];
  const unmatched = measured.periods.some(
    (p) => p.rule !== null && p.other === null && p.period.key === work.period.key,
  );
  if (unmatched && units.events > 0)
    work.warnings.push({
      code: 'MISSING_OTHER_SOURCE',
      lineId: line.id,
      text: `${labelOf(line)} has a discrepancy rule and no second count to compare with: ${measured.source ?? ''} stands.`,
    });
  for (const p of measured.periods) {
    if (p.rule === null || p.other === null || p.period.key !== work.period.key) continue;
    const verdict = p.result.exceeded
      ? `more than ${p.rule.thresholdPercent}% apart, so the contract's remedy applies`
      : `within ${p.rule.thresholdPercent}%, so the controlling count stands`;
    steps.push({
      kind: 'DISCREPANCY',
      title: 'Discrepancy',
      text: `Controlling count ${groupedExact(p.controlling)}, other count ${groupedExact(p.other)}, measured against the ${p.rule.base === 'CONTROLLING' ? 'controlling' : 'other'} count: ${verdict}. Billable ${groupedExact(p.result.billable)}.`,
      ...(p.result.factor === null ? {} : { factor: exactText(p.result.factor) }),
      ...clauseFields(segment.version.doc, p.rule.clauseId),
      children: [],
    });
    if (!isZero(p.result.owed))
      work.warnings.push({
        code: 'UNDER_DELIVERY',
        lineId: line.id,
        text: `${groupedExact(p.result.owed)} units are owed as makegood: the controlling count is that much lower.`,
      });
  }
  if (!isZero(units.beyond))
    steps.push({
      kind: 'CONTRACTED_CAP',
      title: 'Above contracted',
      text: `${groupedExact(units.beyond)} units lie above the ${line.contractedQuantity === undefined ? 'agreed end' : `contracted ${grouped(line.contractedQuantity)}`} and are not billed.`,
      children: [],
    });
  if (!isZero(units.free))
    steps.push({
      kind: 'FREE',
      title: 'Free units',
      text: `${groupedExact(units.free)} units are free; the earliest count first.`,
      children: [],
    });
  if (!isZero(units.makegood))
    steps.push({
      kind: 'MAKEGOOD',
      title: 'Makegood',
      text: `${groupedExact(units.makegood)} units make good an earlier shortfall at rate 0.`,
      children: [],
    });
  return steps;
}

/** CONTRACTED: what was ordered, due by its schedule, whatever was measured. */
function contractedRow(work: Work, segment: Segment, key: string): BillRow | null {
  const { line, rate, flight } = segment;
  if (rate === null) return null;
  const whole = contractedUnits(line, flight);
  const flat = rate.price.type === 'FLAT' || line.rateType === 'FLAT';
  if (whole === null || (flight.to === null && line.ordered === undefined)) {
    const why =
      whole === null
        ? 'It bills what was contracted, and no contracted quantity is stated.'
        : 'It bills what was contracted over its flight, and the flight has no end.';
    work.notBilled.push({ clauseId: line.clauseId ?? null, key: line.id, text: labelOf(line), why });
    return null;
  }
  const end = flight.to ?? segment.to;
  const orderedIn = (from: DayNumber, to: DayNumber): Fraction =>
    sum(
      (line.ordered ?? [])
        .filter((o) => dayNumber(o.date) >= from && dayNumber(o.date) < to)
        .map((o) => decimalOf(o.quantity)),
    );
  const due = (day: DayNumber): Fraction =>
    dueBefore(line.schedule ?? 'PRORATED', flight.from, end, day, work.frozen.calendar);
  const unitsUpTo = (day: DayNumber): Fraction =>
    line.ordered !== undefined ? orderedIn(flight.from, day) : multiply(whole, due(day));
  const charge = (units: Fraction): Priced =>
    priceExact(rate.price, {
      rateType: line.rateType,
      days: { served: 1n, of: 1n, opens: true },
      count: () => ({ from: null, to: units, units, total: units, carried: null, events: 0n, values: null }),
    });
  const full = charge(whole);
  const upTo = (day: DayNumber): Fraction =>
    line.ordered !== undefined && !flat ? charge(unitsUpTo(day)).exact : multiply(full.exact, due(day));
  const complete = segment.from <= flight.from && segment.to >= end;
  const exact = subtract(upTo(segment.to), segment.from <= flight.from ? ZERO : upTo(segment.from));
  const gross = subtract(
    roundTo(upTo(segment.to), work.digits, work.mode),
    segment.from <= flight.from ? ZERO : roundTo(upTo(segment.from), work.digits, work.mode),
  );
  const quantity = subtract(unitsUpTo(segment.to), segment.from <= flight.from ? ZERO : unitsUpTo(segment.from));
  const priced: Priced = complete
    ? full
    : {
        exact,
        steps: [
          {
            kind: 'PRORATION',
            title: 'Share of the flight',
            text: `${groupedExact(quantity)} of ${groupedExact(whole)} ${unitOf(line.rateType)} fall due from ${isoDate(segment.from)} to before ${isoDate(segment.to)}. The shares of all periods sum to ${grouped(money(work, roundTo(full.exact, work.digits, work.mode)))}.`,
            exact: exactText(exact),
            children: [],
          },
        ],
      };
  const measure: TraceStep = {
    kind: 'MEASURE',
    title: 'Ordered',
    text: `${plural(line.rateType, quantity)} ordered${line.status === 'MAKEGOOD' && line.makegoodFor !== undefined ? `, making good ${line.makegoodFor}` : ''}.`,
    ...version(segment),
    children: [],
  };
  const children = [measure, rateStep(segment), ...priced.steps, roundStep(work, exact, gross)];
  const text = `${plural(line.rateType, quantity)} as contracted: ${rateText(rate.price, line.rateType)}.`;
  return row(work, segment, key, quantity, { ...priced, exact }, gross, 0, [], text, children);
}

function contractedUnits(line: Line, flight: { from: DayNumber; to: DayNumber | null }): Fraction | null {
  if (line.ordered !== undefined) return sum(line.ordered.map((o) => decimalOf(o.quantity)));
  if (line.contractedQuantity !== undefined) return decimalOf(line.contractedQuantity);
  if (line.rateType === 'FLAT') return { n: 1n, d: 1n };
  if (line.rateType === 'CPD' && flight.to !== null) return { n: BigInt(flight.to - flight.from), d: 1n };
  return null;
}

/** Over- and under-delivery of a line: warnings, and the credit for units that were billed but not delivered. */
function deliveryPromise(work: Work, segment: Segment): BillRow[] {
  const { line, flight, rate } = segment;
  if (line.contractedQuantity === undefined || rate === null || line.rateType === 'FLAT' || line.rateType === 'CPD')
    return [];
  const contracted = decimalOf(line.contractedQuantity);
  const measured = work.meter.measuredOf(segment, line.rateType, undefined);
  if (measured.source === null || measured.days.length === 0) return [];
  const delivered = countedBefore(measured.days, Math.min(work.period.to, flight.to ?? work.period.to));
  if (
    line.overDeliveryPercent !== undefined &&
    overDelivery(delivered, contracted, decimalOf(line.overDeliveryPercent)).consentNeeded
  )
    work.warnings.push({
      code: 'OVER_DELIVERY_CONSENT',
      lineId: line.id,
      text: `${labelOf(line)} delivered ${groupedExact(delivered)} of ${grouped(line.contractedQuantity)} contracted: the bonus is above ${line.overDeliveryPercent}% and needs consent. It is not billed.`,
    });
  const ends = flight.to !== null && flight.to > work.period.from && flight.to <= work.period.to;
  if (!ends || line.guaranteed !== true || compare(delivered, contracted) >= 0) return [];
  const madeGood = sum(
    (segment.version.doc.makegoods ?? [])
      .filter((m) => m.shortfallRef === line.id && m.rateType === undefined)
      .map((m) => decimalOf(m.quantity)),
  );
  const shortfall = subtract(subtract(contracted, delivered), madeGood);
  if (shortfall.n <= 0n) return [];
  if (line.billingSource !== 'CONTRACTED') {
    work.warnings.push({
      code: 'UNDER_DELIVERY',
      lineId: line.id,
      text: `${labelOf(line)} fell short by ${groupedExact(shortfall)} ${unitOf(line.rateType)}: they are owed as makegood, and were not billed.`,
    });
    return [];
  }
  const credit = shortfallCredit(rate.price, line.rateType, contracted, subtract(contracted, shortfall));
  const exact = { n: -credit.n, d: credit.d };
  const gross = roundTo(exact, work.digits, work.mode);
  const quantity = { n: -shortfall.n, d: shortfall.d };
  const text = `${groupedExact(shortfall)} of ${grouped(line.contractedQuantity)} contracted ${unitOf(line.rateType)} were not delivered; their value is credited.`;
  work.warnings.push({ code: 'UNDER_DELIVERY', lineId: line.id, text: `${labelOf(line)}: ${text}` });
  const trace = lineStep(work, segment, exact, gross, text, [
    rateStep(segment),
    { kind: 'MAKEGOOD', title: 'Credit for the shortfall', text, exact: exactText(exact), children: [] },
    roundStep(work, exact, gross),
  ]);
  return [
    {
      ...frame(segment, `${line.id}#credit`),
      label: `${labelOf(line)}, credit for under-delivery`,
      quantity,
      rateText: rateText(rate.price, line.rateType),
      exact,
      gross,
      factsCount: 0,
      warnings: [],
      trace,
    },
  ];
}

/** Exact value of the units that were contracted but not earned: price(contracted) − price(earned). */
export function shortfallCredit(price: Price, rateType: RateType, contracted: Fraction, earned: Fraction): Fraction {
  const at = (units: Fraction): Fraction =>
    priceExact(price, {
      rateType,
      days: { served: 1n, of: 1n, opens: true },
      count: () => ({ from: null, to: units, units, total: units, carried: null, events: 0n, values: null }),
    }).exact;
  return subtract(at(contracted), at(earned));
}
