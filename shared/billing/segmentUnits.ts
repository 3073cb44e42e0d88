/**
 * Step 2 for one line: the units that each segment of a billing period counts.
 * Owns: contracted cap, free and makegood units. Must not: price or round.
 */

import { type DayNumber, dayNumber, type Makegood, type RateType } from '@countersign/shared/model';
import { add, decimalOf, decimalOrZero, type Fraction, max, min, subtract, ZERO } from '@countersign/shared/money';
import { DayCounts } from './dayCounts.ts';
import type { Measured } from './measure.ts';
import type { Segment } from './segments.ts';
import { unitRange } from './triggers.ts';

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

/**
 * Units of every segment of a line's billing period, in order: free units are the earliest of the whole period (BILL-23).
 * `measuredOf` gives what was measured for a segment.
 */
export function unitsOf(
  segments: readonly Segment[],
  rateType: RateType,
  metric: string | undefined,
  measuredOf: (segment: Segment) => Measured,
): SegmentUnits[] {
  let paidSoFar = ZERO;
  let freeUsed = ZERO;
  return segments.map((segment) => {
    if (rateType === 'CPD' || rateType === 'FLAT') {
      const units: Fraction = { n: BigInt(segment.to - segment.from), d: 1n };
      return { ...NO_UNITS, counted: units, paid: units };
    }
    const measured = measuredOf(segment);
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
    const makegood = ownMetric ? makegoodUnits(segment, measured, capped) : ZERO;
    const chargeable = subtract(counted, makegood);
    const allowance = ownMetric ? decimalOrZero(segment.line.freeUnits) : ZERO;
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

/** Makegood units are the earliest from their start on, at rate 0; a unit makes good one that is owed, never two. */
function makegoodUnits(segment: Segment, measured: Measured, capped: (value: Fraction) => Fraction): Fraction {
  const owed = segment.version.doc.makegoods?.filter(
    (m) =>
      (m.deliveredOn ?? m.lineId) === segment.line.id &&
      (m.rateType === undefined || m.rateType === segment.line.rateType) &&
      // Where the current order comes first, only units above it make good, and those never bill.
      m.order !== 'CURRENT_FIRST',
  );
  if (owed === undefined) return ZERO;
  const startOf = (m: Makegood): DayNumber => (m.from === undefined ? segment.flight.from : dayNumber(m.from));
  // Each makegood counts what those before it left.
  let left = (day: DayNumber): Fraction => capped(measured.days.before(day));
  for (const m of owed.sort((a, b) => startOf(a) - startOf(b))) {
    const [start, offered] = [startOf(m), left];
    const used = (day: DayNumber): Fraction =>
      min(max(subtract(offered(Math.max(day, start)), offered(start)), ZERO), decimalOf(m.quantity));
    left = (day) => subtract(offered(day), used(day));
  }
  const all = (day: DayNumber): Fraction => subtract(capped(measured.days.before(day)), left(day));
  return subtract(all(segment.to), all(segment.from));
}
