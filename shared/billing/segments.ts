/**
 * Steps 1 to 3 for one line: the segments of a billing period and the units each one counts.
 * Owns: contracted cap, free and makegood units, counter periods. Must not: price or round.
 */

import {
  canonicalJson,
  type DayNumber,
  dayNumber,
  type Line,
  nextPeriod,
  type Period,
  type Price,
  periodLike,
  type RateType,
} from '@countersign/shared/model';
import { add, decimalOf, type Fraction, max, min, subtract, sum, ZERO } from '@countersign/shared/money';
import { closesCounter, counterStart, trailingYear } from './counterWindows.ts';
import { DayCounts } from './dayCounts.ts';
import type { Frozen, FrozenVersion } from './freeze.ts';
import { contractStart, counterReset, governedSpans } from './govern.ts';
import { type Measured, measureLine } from './measure.ts';
import { rateCuts, type SelectedRate, selectRate } from './rate.ts';
import { flightOf, unitRange } from './triggers.ts';

/** A stretch of a billing period in which one line has one set of terms. */
export interface Segment {
  readonly from: DayNumber;
  readonly to: DayNumber;
  /** The version that governs the end of the segment, and all that do where an amendment left the line as it was. */
  readonly version: FrozenVersion;
  readonly versions: readonly FrozenVersion[];
  readonly line: Line;
  readonly flight: { readonly from: DayNumber; readonly to: DayNumber | null };
  readonly rate: SelectedRate | null;
  /** The amendment says RESET: counters restart here. */
  readonly resets: boolean;
}

/** Cuts a billing period for one line where versions, flight or rates change; equal neighbours are joined. */
export function segmentsOf(frozen: Frozen, lineId: string, period: Period): Segment[] {
  const out: Segment[] = [];
  for (const span of governedSpans(frozen.versions, period.from, period.to)) {
    const line = span.version?.lines.get(lineId);
    if (span.version === null || line === undefined) continue;
    const flight = flightOf(span.version, line, contractStart(frozen.versions));
    if (flight.problem !== null) continue;
    const from = Math.max(span.from, flight.from);
    const to = Math.min(span.to, flight.to ?? span.to);
    if (from >= to) continue;
    const cuts = [from, ...rateCuts(span.version.doc, line, from, to)];
    for (const [i, start] of cuts.entries()) {
      const segment: Segment = {
        from: start,
        to: cuts[i + 1] ?? to,
        version: span.version,
        versions: [span.version],
        line,
        flight: { from: flight.from, to: flight.to },
        rate: selectRate(span.version.doc, line, start),
        resets: i === 0 && span.version.doc.tierCounters === 'RESET' && span.version.from >= period.from,
      };
      join(out, segment);
    }
  }
  return out;
}

function termsKey(segment: Segment): string {
  const { label: _label, clauseId: _clause, price: _price, ...line } = segment.line;
  return canonicalJson({ line, flight: segment.flight, price: segment.rate?.price ?? null });
}

function join(out: Segment[], next: Segment): void {
  const last = out.at(-1);
  if (last === undefined || last.to !== next.from || next.resets || termsKey(last) !== termsKey(next)) {
    out.push(next);
    return;
  }
  const versions = last.versions.includes(next.version) ? last.versions : [...last.versions, next.version];
  out[out.length - 1] = { ...next, from: last.from, versions, resets: last.resets };
}

/** Units of one segment after the contracted cap, with what was taken out at rate 0. */
export interface SegmentUnits {
  /** Billable after the contracted cap. */
  readonly counted: Fraction;
  /** Above the contracted cap: never billed. */
  readonly beyond: Fraction;
  /** Before a start by quantity: never billed. */
  readonly early: Fraction;
  readonly free: Fraction;
  readonly makegood: Fraction;
  /** What the price counts: counted − free − makegood. */
  readonly paid: Fraction;
  readonly events: number;
  readonly days: DayCounts;
  readonly measured: Measured | null;
}

const NO_UNITS = {
  beyond: ZERO,
  early: ZERO,
  free: ZERO,
  makegood: ZERO,
  events: 0,
  days: DayCounts.NONE,
  measured: null,
} as const;

/** A key that no other parts give: the lengths say where each text ends. */
function keyOf(line: string, of: string, rateType: RateType, metric: string | undefined, more: string): string {
  const which = metric === undefined ? '-' : `+${metric}`;
  return `${line.length} ${of.length} ${more} ${rateType} ${line}${of}${which}`;
}

/** Measures lines once per document and metric, and remembers units per period. */
export class Meter {
  private readonly measured = new Map<string, Measured>();
  private readonly units = new Map<string, readonly SegmentUnits[]>();
  private readonly segments = new Map<string, readonly Segment[]>();
  private readonly frozen: Frozen;

  constructor(frozen: Frozen) {
    this.frozen = frozen;
  }

  segmentsOf(lineId: string, period: Period): readonly Segment[] {
    const key = `${lineId}\u0000${period.key}`;
    const known = this.segments.get(key);
    if (known !== undefined) return known;
    const found = segmentsOf(this.frozen, lineId, period);
    this.segments.set(key, found);
    return found;
  }

  measuredOf(segment: Segment, rateType: RateType, metric: string | undefined): Measured {
    const { line, flight, version } = segment;
    const key = keyOf(line.id, version.ref.versionId, rateType, metric, String(flight.from));
    const known = this.measured.get(key);
    if (known !== undefined) return known;
    const until = Math.min(flight.to ?? Number.MAX_SAFE_INTEGER, this.frozen.period.to);
    const found = measureLine(this.frozen, line, rateType, metric, flight.from, until);
    this.measured.set(key, found);
    return found;
  }

  /** Units of every segment of a line's billing period, in order. */
  unitsOf(lineId: string, period: Period, rateType: RateType, metric: string | undefined): readonly SegmentUnits[] {
    const key = keyOf(lineId, period.key, rateType, metric, '');
    const known = this.units.get(key);
    if (known !== undefined) return known;
    const found = this.count(lineId, period, rateType, metric);
    this.units.set(key, found);
    return found;
  }

  private count(lineId: string, period: Period, rateType: RateType, metric: string | undefined): SegmentUnits[] {
    let paidSoFar = ZERO;
    let freeUsed = ZERO;
    return this.segmentsOf(lineId, period).map((segment) => {
      if (rateType === 'CPD' || rateType === 'FLAT') {
        const units: Fraction = { n: BigInt(segment.to - segment.from), d: 1n };
        return { ...NO_UNITS, counted: units, paid: units };
      }
      const measured = this.measuredOf(segment, rateType, metric);
      const ownMetric =
        rateType === segment.line.rateType &&
        (metric === undefined || metric === segment.line.controllingMeasurement?.metric);
      const range = ownMetric ? unitRange(segment.version, segment.line, measured.days) : null;
      const at = (day: DayNumber): Fraction => measured.days.before(day);
      const capped = (value: Fraction): Fraction => (range === null ? value : range.billable(value));
      const before = at(segment.from);
      const after = at(segment.to);
      const counted = subtract(capped(after), capped(before));
      const early = range === null ? ZERO : subtract(range.early(after), range.early(before));
      const beyond = subtract(subtract(subtract(after, before), counted), early);
      const makegood = ownMetric ? this.makegoodUnits(segment, measured, capped) : ZERO;
      const chargeable = subtract(counted, makegood);
      const allowance = ownMetric ? decimalOf(segment.line.freeUnits ?? '0') : ZERO;
      const running = add(paidSoFar, chargeable);
      const freeNow = min(max(running, ZERO), allowance);
      const free = subtract(freeNow, freeUsed);
      paidSoFar = running;
      freeUsed = freeNow;
      const days = measured.days.within(segment.from, segment.to);
      const events = days.rows();
      return { counted, beyond, early, free, makegood, paid: subtract(chargeable, free), events, days, measured };
    });
  }

  /** Makegood units are the earliest from their start on, at rate 0. */
  private makegoodUnits(segment: Segment, measured: Measured, capped: (value: Fraction) => Fraction): Fraction {
    const owed = (segment.version.doc.makegoods ?? []).filter(
      (m) =>
        (m.deliveredOn ?? m.lineId) === segment.line.id &&
        (m.rateType === undefined || m.rateType === segment.line.rateType) &&
        // Where the current order comes first, only units above it make good, and those never bill.
        m.order !== 'CURRENT_FIRST',
    );
    return sum(
      owed.map((m) => {
        const start = m.from === undefined ? segment.flight.from : dayNumber(m.from);
        const base = capped(measured.days.before(start));
        const used = (day: DayNumber): Fraction =>
          min(max(subtract(capped(measured.days.before(Math.max(day, start))), base), ZERO), decimalOf(m.quantity));
        return subtract(used(segment.to), used(segment.from));
      }),
    );
  }

  closes(segment: Segment, period: Period, price: Price): boolean {
    return closesCounter(this.frozen, segment.flight.to, period, price);
  }

  /** Units of the twelve full billing months before, which choose a trailing tier; null for other counters. */
  trailing(
    lineId: string,
    period: Period,
    price: Price,
    rateType: RateType,
    metric: string | undefined,
  ): Fraction | null {
    if (!('counter' in price) || price.counter !== 'TRAILING_YEAR') return null;
    const { from, to } = trailingYear(this.frozen, period);
    let cursor = periodLike(period, Math.max(from, contractStart(this.frozen.versions)), this.frozen.calendar);
    let total = ZERO;
    while (cursor.from < to) {
      total = add(total, sum(this.unitsOf(lineId, cursor, rateType, metric).map((u) => u.paid)));
      cursor = nextPeriod(cursor, this.frozen.calendar);
    }
    return total;
  }

  /** Units the price counted in earlier billing periods of its counter period; null when this period opens it. */
  carried(
    lineId: string,
    period: Period,
    price: Price,
    rateType: RateType,
    metric: string | undefined,
  ): Fraction | null {
    const counter = 'counter' in price ? (price.counter ?? 'PERIOD') : 'PERIOD';
    if (counter === 'PERIOD' || counter === 'TRAILING_YEAR') return null;
    const start = counterStart(this.frozen, counter, period);
    let cursor = periodLike(period, start, this.frozen.calendar);
    if (cursor.key === period.key) return null;
    const reset = counterReset(this.frozen.versions, period.from) ?? Number.NEGATIVE_INFINITY;
    let total = ZERO;
    let any = false;
    while (cursor.from < period.from) {
      const segments = this.segmentsOf(lineId, cursor);
      for (const [i, units] of this.unitsOf(lineId, cursor, rateType, metric).entries()) {
        // What was counted before an amendment restarted the counters is not carried.
        if ((segments[i] as Segment).from < reset) continue;
        any = true;
        total = add(total, units.paid);
      }
      cursor = nextPeriod(cursor, this.frozen.calendar);
    }
    return any ? total : null;
  }
}
