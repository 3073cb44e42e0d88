/** Over- and under-delivery of a line. Owns: its warnings and the credit for units billed but not delivered. */
import type { Price, RateType } from '@countersign/shared/model';
import { decimalOf, exactText, type Fraction, roundTo, subtract, sum } from '@countersign/shared/money';
import { frame, labelOf, lineStep, rateStep, roundStep, type Work } from './lineTrace.ts';
import { overDelivery } from './measure.ts';
import { priceExact } from './price/price.ts';
import type { SelectedRate } from './rate.ts';
import type { BillRow } from './row.ts';
import type { Segment } from './segments.ts';
import type { TraceStep } from './trace.ts';
import { grouped, groupedExact, rateText, unitOf } from './words.ts';

/** Over- and under-delivery of a line: warnings, and the credit for units that were billed but not delivered. */
export function deliveryPromise(work: Work, segment: Segment, rate: SelectedRate): BillRow[] {
  const { line, flight } = segment;
  if (line.contractedQuantity === undefined || line.rateType === 'FLAT' || line.rateType === 'CPD') return [];
  const contracted = decimalOf(line.contractedQuantity);
  const measured = work.meter.measuredOf(segment, line.rateType, undefined);
  // Nothing reported is not nothing delivered.
  if (measured.days.length === 0) return [];
  const delivered = measured.days.before(Math.min(work.period.to, flight.to ?? work.period.to));
  if (
    line.overDeliveryPercent !== undefined &&
    overDelivery(delivered, contracted, decimalOf(line.overDeliveryPercent)).consentNeeded
  )
    work.warnings.push({
      code: 'OVER_DELIVERY_CONSENT',
      lineId: line.id,
      text: `${labelOf(line)} delivered ${groupedExact(delivered)} of ${grouped(line.contractedQuantity)} contracted: the bonus is above ${line.overDeliveryPercent}% and needs consent. It is not billed.`,
    });
  const ends = flight.to !== null && flight.to <= work.period.to;
  if (!ends || line.guaranteed !== true) return [];
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
  const trace = (): TraceStep =>
    lineStep(work, segment, exact, gross, text, [
      rateStep(segment, rate),
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
