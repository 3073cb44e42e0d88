/**
 * Steps 1 to 5 for measured and contracted lines: one row for each segment, rounded once.
 * Owns: the rows of a period with their traces. Must not: adjust (adjust.ts) or pay actions (payouts.ts).
 */
import { type DayNumber, isoDate, type Period } from '@countersign/shared/model';
import { minorDigits, ZERO } from '@countersign/shared/money';
import { contractedRow } from './contractedLine.ts';
import { deliveryPromise } from './deliveryPromise.ts';
import type { Frozen } from './freeze.ts';
import { governedSpans } from './govern.ts';
import { frame, labelOf, lineStep, type Work } from './lineTrace.ts';
import { measuredRow } from './measuredLine.ts';
import type { Meter } from './meter.ts';
import type { BillRow, PeriodRows } from './row.ts';
import type { Segment } from './segments.ts';
import { openStarts } from './triggers.ts';
import { groupedExact, rateText } from './words.ts';

/** Bills every line of the period that some version governs. */
export function billLines(frozen: Frozen, meter: Meter, period: Period): PeriodRows {
  const { currency } = frozen.head;
  const work: Work = {
    frozen,
    meter,
    period,
    mode: frozen.mode,
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
        ? contractedRow(work, segment, segment.rate, key)
        : measuredRow(work, segments, index, segment.rate, key);
    if (row !== null) rows.push(row);
  });
  const last = segments.at(-1);
  if (last !== undefined && last.rate !== null) rows.push(...deliveryPromise(work, last, last.rate));
  return rows;
}

/** Facts that no segment takes: outside the flight, or where no version governs. Said in words, never dropped silently. */
function reportUngoverned(work: Work, lineId: string, segments: readonly Segment[]): void {
  const { frozen, period } = work;
  const taken = (day: DayNumber): boolean => segments.some((s) => s.from <= day && day < s.to);
  const spans = governedSpans(frozen.versions, period.from, period.to);
  const governs = (day: DayNumber): boolean => spans.some((s) => s.version !== null && s.from <= day && day < s.to);
  for (const series of frozen.delivery.byLine.get(lineId) ?? []) {
    const left = series.days.within(period.from, period.to).filter((day) => !taken(day));
    if (left.length === 0) continue;
    for (const governed of [false, true]) {
      const lost = left.filter((day) => governs(day) === governed);
      if (lost.first === undefined) continue;
      const quantity = groupedExact(lost.total());
      const text = `${quantity} units of ${lineId} counted by ${series.source} on ${lost.length === 1 ? isoDate(lost.first) : `${lost.length} days`}`;
      const why = governed ? 'The line is not in flight on those days.' : 'No executed version governs those days.';
      work.notBilled.push({ clauseId: null, key: lineId, text, why });
      work.warnings.push({ code: 'NOT_GOVERNED', lineId, text: `${text} are not billed. ${why}` });
    }
  }
  for (const span of spans) {
    const line = span.version?.lines.get(lineId);
    if (span.version === null || line === undefined) continue;
    for (const { trigger, why } of openStarts(span.version, line)) {
      work.notBilled.push({ clauseId: trigger.clauseId ?? null, key: lineId, text: labelOf(line), why });
      work.warnings.push({ code: 'TRIGGER_PENDING', lineId, text: `${labelOf(line)} is not billed. ${why}` });
    }
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
    trace: () =>
      lineStep(work, segment, ZERO, ZERO, `0 billed. ${why}`, [
        { kind: 'NOTE', title: 'Nothing to bill', text: why, children: [] },
      ]),
  };
}
