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

/** What was made before under a key, or what is made now and kept. */
function remembered<V>(memory: Map<string, V>, of: readonly (string | number | undefined)[], make: () => V): V {
  // JSON says where each text ends, and tells none from an empty one.
  const key = JSON.stringify(of);
  const known = memory.get(key);
  if (known !== undefined) return known;
  const made = make();
  memory.set(key, made);
  return made;
}

/** The counter a price states, if it has one. */
function counterOf(price: Price): string | undefined {
  return 'counter' in price ? price.counter : undefined;
}

/** What the lines of a frozen input measured, counted once however often it is asked. */
export class Meter {
  private readonly measured = new Map<string, Measured>();
  private readonly units = new Map<string, readonly SegmentUnits[]>();
  private readonly segments = new Map<string, readonly Segment[]>();
  private readonly frozen: Frozen;

  constructor(frozen: Frozen) {
    this.frozen = frozen;
  }

  segmentsOf(lineId: string, period: Period): readonly Segment[] {
    return remembered(this.segments, [lineId, period.key], () => segmentsOf(this.frozen, lineId, period));
  }

  measuredOf(segment: Segment, rateType: RateType, metric: string | undefined): Measured {
    const { line, flight, version } = segment;
    return remembered(this.measured, [line.id, version.ref.versionId, flight.from, rateType, metric], () => {
      const until = Math.min(flight.to ?? Number.MAX_SAFE_INTEGER, this.frozen.period.to);
      return measureLine(this.frozen, line, rateType, metric, flight.from, until);
    });
  }

  /** Units of every segment of a line's billing period, in order. */
  unitsOf(lineId: string, period: Period, rateType: RateType, metric: string | undefined): readonly SegmentUnits[] {
    return remembered(this.units, [lineId, period.key, rateType, metric], () =>
      unitsOf(this.segmentsOf(lineId, period), rateType, metric, (segment) =>
        this.measuredOf(segment, rateType, metric),
      ),
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
    if (counterOf(price) !== 'TRAILING_YEAR') return null;
    const { from, to } = trailingYear(this.frozen, period);
    const begin = contractStart(this.frozen.versions);
    const first = begin > from ? periodLike(period, begin, this.frozen.calendar) : this.firstFrom(period, from);
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
    const counter = counterOf(price);
    if (counter !== 'QUARTER' && counter !== 'YEAR' && counter !== 'TERM') return null;
    const start = counterStart(this.frozen, counter, period);
    const first = counter === 'TERM' ? periodLike(period, start, this.frozen.calendar) : this.firstFrom(period, start);
    const reset = counterReset(this.frozen.versions, period.from) ?? undefined;
    return this.paidBetween(lineId, first, period.from, rateType, metric, reset);
  }

  /** The first period that begins on or after a day: a week that lies in two spans counts in the one of its first day. */
  private firstFrom(like: Period, day: DayNumber): Period {
    const holding = periodLike(like, day, this.frozen.calendar);
    return holding.from < day ? nextPeriod(holding, this.frozen.calendar) : holding;
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
