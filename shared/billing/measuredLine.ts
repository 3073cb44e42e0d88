/** Rows of lines billed by what was measured. Owns: their counters and the steps of their measurement. Must not: adjust. */
import { isoDate, type Price, type RateType } from '@countersign/shared/model';
import { compare, exactText, isZero, roundTo, sum } from '@countersign/shared/money';
import { clauseFields } from './clauses.ts';
import { cliffWarnings } from './cliff.ts';
import { labelOf, rateStep, roundStep, row, version, type Work } from './lineTrace.ts';
import { segmentCounter } from './price/counter.ts';
import { type Count, type PriceContext, priceExact } from './price/price.ts';
import type { FactsRef, TraceStep } from './result.ts';
import type { BillRow } from './row.ts';
import type { Segment, SegmentUnits } from './segments.ts';
import { grouped, groupedExact, plural, rateText, unitOf } from './words.ts';

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

export function measuredRow(work: Work, segments: readonly Segment[], index: number, key: string): BillRow | null {
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
  const warnings = cliffWarnings(rate.price, line.rateType, total, line, work.frozen.head.currency, work.mode);
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

/** What the price may ask of a measured segment: running counters over the period's segments. */
function contextOf(work: Work, segments: readonly Segment[], index: number): PriceContext {
  const segment = segments[index] as Segment;
  const lineId = segment.line.id;
  const count = (rateType: RateType, metric: string | undefined, price: Price): Count => {
    const units = work.meter.unitsOf(lineId, work.period, rateType, metric);
    const carried = work.meter.carried(lineId, work.period, price, rateType, metric);
    const trailing = work.meter.trailing(lineId, work.period, price, rateType, metric);
    const counter = segmentCounter(
      units.map((u) => u.paid),
      segments.map((s) => s.resets),
      index,
      carried,
    );
    return {
      ...counter,
      ...(trailing === null ? {} : { total: trailing }),
      closes: work.meter.closes(segment, work.period, price),
      events: BigInt((units[index] as SegmentUnits).events),
      values: null,
    };
  };
  const days = {
    served: BigInt(segment.to - segment.from),
    of: BigInt(work.period.to - work.period.from),
    opens: index === 0,
  };
  return { rateType: segment.line.rateType, count, days };
}

function startClause(segment: Segment): Pick<TraceStep, 'clauseId' | 'clauseText'> {
  const trigger = segment.version.doc.triggers?.find(
    (t) => t.applies === 'START' && t.on === 'ON_QUANTITY' && (t.lineId === undefined || t.lineId === segment.line.id),
  );
  return clauseFields(segment.version.doc, trigger?.clauseId);
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
          : `${grouped(exactText(sum(units.days.map((d) => d.quantity))))} ${unitOf(line.rateType)} in ${units.events} ${units.events === 1 ? 'row' : 'rows'} counted by ${measured.source ?? 'nobody'}.`,
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
  for (const p of measured.periods) {
    if (p.period.key !== work.period.key) continue;
    for (const { rule, revenue, claimed, taken } of p.deductions) {
      const held = compare(taken, claimed) === 0 ? '' : ` of ${groupedExact(claimed)}, within its cap,`;
      steps.push({
        kind: 'DEDUCTION',
        title: rule.label ?? `Deduction ${rule.id}`,
        text: `${groupedExact(taken)}${held} is taken off revenue of ${groupedExact(revenue)} in the billing period.`,
        exact: exactText(taken),
        ...clauseFields(segment.version.doc, rule.clauseId),
        children: [],
      });
    }
  }
  if (!isZero(units.early)) {
    steps.push({
      kind: 'CONTRACTED_CAP',
      title: 'Before the start',
      text: `${groupedExact(units.early)} units come before the quantity the line starts at and are not billed.`,
      ...startClause(segment),
      children: [],
    });
    if (isZero(units.counted))
      work.warnings.push({
        code: 'TRIGGER_PENDING',
        lineId: line.id,
        text: `${labelOf(line)} is not billed before the quantity it starts at is passed.`,
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
