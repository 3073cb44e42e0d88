/**
 * Measures lines once per document and metric, and remembers segments and units per period.
 * Owns: what is measured again, and the units of earlier periods of a counter. Must not: price or round.
 */

import {
  type DayNumber,
  nextPeriod,
  type Period,
  type Price,
  periodLike,
  type RateType,
} from '@countersign/shared/model';
import { add, type Fraction, sum, ZERO } from '@countersign/shared/money';
import { closesCounter, counterStart, trailingYear } from './counterWindows.ts';
import type { Frozen } from './freeze.ts';
import { contractStart, counterReset } from './govern.ts';
import { type Measured, measureLine } from './measure.ts';
import { type Segment, segmentsOf } from './segments.ts';
import { type SegmentUnits, unitsOf } from './segmentUnits.ts';

/** A key that no other parts give: the lengths say where each text ends. */
function keyOf(line: string, of: string, rateType: RateType, metric: string | undefined, more: string): string {
  const which = metric === undefined ? '-' : `+${metric}`;
  return `${line.length} ${of.length} ${more} ${rateType} ${line}${of}${which}`;
}

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
    const segments = this.segmentsOf(lineId, period);
    const found = unitsOf(segments, rateType, metric, (segment) => this.measuredOf(segment, rateType, metric));
    this.units.set(key, found);
    return found;
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
    const first = periodLike(period, Math.max(from, contractStart(this.frozen.versions)), this.frozen.calendar);
    return this.paidBetween(lineId, first, to, rateType, metric) ?? ZERO;
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
    const first = periodLike(period, counterStart(this.frozen, counter, period), this.frozen.calendar);
    const reset = counterReset(this.frozen.versions, period.from) ?? undefined;
    return this.paidBetween(lineId, first, period.from, rateType, metric, reset);
  }

  /**
   * Units paid for in the periods from `first` on that begin before `until`, in segments that begin at or after `since`:
   * what was counted before an amendment restarted the counters is not carried. Null when there is no such segment.
   */
  private paidBetween(
    lineId: string,
    first: Period,
    until: DayNumber,
    rateType: RateType,
    metric: string | undefined,
    since: DayNumber = Number.NEGATIVE_INFINITY,
  ): Fraction | null {
    let total: Fraction | null = null;
    for (let cursor = first; cursor.from < until; cursor = nextPeriod(cursor, this.frozen.calendar)) {
      const segments = this.segmentsOf(lineId, cursor);
      const paid = this.unitsOf(lineId, cursor, rateType, metric)
        .filter((_, i) => (segments[i] as Segment).from >= since)
        .map((units) => units.paid);
      if (paid.length > 0) total = add(total ?? ZERO, sum(paid));
    }
    return total;
  }
}
