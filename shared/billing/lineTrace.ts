/** What every row of a line is made of: its frame and the steps of its trace. Must not: measure or price. */
import type { Line, Period, Price } from '@countersign/shared/model';
import { compare, exactText, type Fraction, type RoundingMode, roundedText } from '@countersign/shared/money';
import { clauseFields } from './clauses.ts';
import type { Frozen } from './freeze.ts';
import type { Meter } from './meter.ts';
import type { Priced } from './price/price.ts';
import type { SelectedRate } from './rate.ts';
import type { NotBilled, Warning } from './result.ts';
import { type BillRow, NO_ADJUSTMENTS } from './row.ts';
import type { Segment } from './segments.ts';
import type { TraceStep } from './trace.ts';
import { grouped, rateText, unitOf } from './words.ts';

/** What rows are made of, handed down once. */
export interface Work {
  readonly frozen: Frozen;
  readonly meter: Meter;
  readonly period: Period;
  readonly mode: RoundingMode;
  readonly digits: number;
  readonly notBilled: NotBilled[];
  readonly warnings: Warning[];
}

export function labelOf(line: Line): string {
  return line.label ?? line.productKey ?? line.id;
}

export function version(segment: Segment): Pick<TraceStep, 'versionRef'> {
  return { versionRef: segment.version.ref };
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

export function frame(segment: Segment, key: string): Frame {
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

export function money(work: Work, value: Fraction): string {
  return roundedText(value, work.digits, work.mode);
}

export function roundStep(work: Work, exact: Fraction, gross: Fraction): TraceStep {
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

export function lineStep(
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

export function rateStep(segment: Segment, rate: SelectedRate): TraceStep {
  const { line } = segment;
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
    children: rate.rules.map(({ rule, before, after }) => ({
      kind: 'RATE' as const,
      title: rule.label ?? `Rate rule ${rule.id}`,
      text: `${rateText(before, line.rateType)} × ${rule.factor}${rule.rounding === undefined ? '' : `, rounded to ${rule.rounding.decimals} decimals`}: ${rateText(after, line.rateType)}.`,
      factor: rule.factor,
      ...clauseFields(segment.version.doc, rule.clauseId),
      children: [],
    })),
  };
}

export function row(
  work: Work,
  segment: Segment,
  key: string,
  quantity: Fraction,
  priced: Priced,
  gross: Fraction,
  factsCount: number,
  warnings: readonly Warning[],
  text: () => string,
  children: () => readonly TraceStep[],
): BillRow {
  const price = segment.rate?.price as Price;
  return {
    ...frame(segment, key),
    quantity,
    rateText: rateText(price, segment.line.rateType),
    ...(priced.rate === undefined ? {} : { rate: priced.rate }),
    ...(priced.tier === undefined ? {} : { tier: priced.tier }),
    exact: priced.exact,
    gross,
    factsCount,
    warnings,
    trace: () => lineStep(work, segment, priced.exact, gross, text(), children()),
  };
}
