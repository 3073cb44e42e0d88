/** Rows of lines billed by what was measured. Owns: their counters and the steps of their measurement. Must not: adjust. */
import { isoDate, type Price, type RateType } from '@countersign/shared/model';
import { isZero, roundTo } from '@countersign/shared/money';
import { cliffWarnings } from './cliff.ts';
import { labelOf, rateStep, roundStep, row, type Work } from './lineTrace.ts';
import { measureSteps } from './measureTrace.ts';
import { segmentCounter } from './price/counter.ts';
import { type Count, type PriceContext, priceExact } from './price/price.ts';
import type { SelectedRate } from './rate.ts';
import type { BillRow } from './row.ts';
import type { Segment } from './segments.ts';
import type { SegmentUnits } from './segmentUnits.ts';
import type { TraceStep } from './trace.ts';
import { grouped, groupedExact, plural, rateText } from './words.ts';

/** The row of a segment at its rate; null where nothing could be measured, which is then listed as not billed. */
export function measuredRow(
  work: Work,
  segments: readonly Segment[],
  index: number,
  rate: SelectedRate,
  key: string,
): BillRow | null {
  const segment = segments[index] as Segment;
  const { line } = segment;
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
  warnOfMeasure(work, segment, units);
  const children = (): TraceStep[] => [
    ...measureSteps(work, segment, units),
    rateStep(segment, rate),
    ...priced.steps(),
    roundStep(work, priced.exact, gross),
  ];
  const text = (): string =>
    `${plural(line.rateType, units.paid)} from ${isoDate(segment.from)} to before ${isoDate(segment.to)}: ${rateText(rate.price, line.rateType)}.`;
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

/** What a reader must know of the measurement beside its amount. */
function warnOfMeasure(work: Work, segment: Segment, units: SegmentUnits): void {
  const { line } = segment;
  const { measured } = units;
  if (measured === null) return;
  const own = measured.periods.filter((p) => p.period.key === work.period.key);
  if (own.some((p) => p.unmatched) && units.events > 0)
    work.warnings.push({
      code: 'MISSING_OTHER_SOURCE',
      lineId: line.id,
      text: `${labelOf(line)} has a discrepancy rule and no second count to compare with: ${measured.source} stands.`,
    });
  for (const { compared } of own)
    if (compared !== null && !isZero(compared.owed))
      work.warnings.push({
        code: 'UNDER_DELIVERY',
        lineId: line.id,
        text: `${groupedExact(compared.owed)} units are owed as makegood: the controlling count is that much lower.`,
      });
  if (!isZero(units.early) && isZero(units.counted))
    work.warnings.push({
      code: 'TRIGGER_PENDING',
      lineId: line.id,
      text: `${labelOf(line)} is not billed before the quantity it starts at is passed.`,
    });
}
