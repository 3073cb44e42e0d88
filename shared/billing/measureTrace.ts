/** The steps of a line's measurement. Owns: their words and facts. Must not: measure, price or warn. */
import { isoDate } from '@countersign/shared/model';
import { compare, exactText, isZero } from '@countersign/shared/money';
import { clauseFields } from './clauses.ts';
import { version, type Work } from './lineTrace.ts';
import type { Measured } from './measure.ts';
import type { Segment } from './segments.ts';
import type { SegmentUnits } from './segmentUnits.ts';
import type { FactsRef, TraceStep } from './trace.ts';
import { grouped, groupedExact, unitOf } from './words.ts';

function factsRef(units: SegmentUnits, measured: Measured): FactsRef {
  return {
    count: units.events,
    quantity: exactText(units.days.total()),
    from: units.days.first === undefined ? null : isoDate(units.days.first),
    to: units.days.last === undefined ? null : isoDate(units.days.last),
    source: measured.source,
    metric: measured.metric,
    sample: measured.sample,
  };
}

function startClause(segment: Segment): Pick<TraceStep, 'clauseId' | 'clauseText'> {
  const trigger = segment.version.doc.triggers?.find(
    (t) => t.applies === 'START' && t.on === 'ON_QUANTITY' && (t.lineId === undefined || t.lineId === segment.line.id),
  );
  return clauseFields(segment.version.doc, trigger?.clauseId);
}

/** What was measured, compared, deducted and left out, step by step. */
export function measureSteps(work: Work, segment: Segment, units: SegmentUnits): TraceStep[] {
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
          : `${groupedExact(units.days.total())} ${unitOf(line.rateType)} in ${units.events} ${units.events === 1 ? 'row' : 'rows'} counted by ${measured.source}.`,
      facts: factsRef(units, measured),
      ...version(segment),
      children: [],
    },
  ];
  for (const { period, compared } of measured.periods) {
    if (compared === null || period.key !== work.period.key) continue;
    const { rule, controlling, other, exceeded, billable, factor } = compared;
    const verdict = exceeded
      ? `more than ${rule.thresholdPercent}% apart, so the contract's remedy applies`
      : `within ${rule.thresholdPercent}%, so the controlling count stands`;
    steps.push({
      kind: 'DISCREPANCY',
      title: 'Discrepancy',
      text: `Controlling count ${groupedExact(controlling)}, other count ${groupedExact(other)}, measured against the ${rule.base === 'CONTROLLING' ? 'controlling' : 'other'} count: ${verdict}. Billable ${groupedExact(billable)}.`,
      ...(factor === null ? {} : { factor: exactText(factor) }),
      ...clauseFields(segment.version.doc, rule.clauseId),
      children: [],
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
