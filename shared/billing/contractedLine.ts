/** Rows of CONTRACTED lines: what was ordered, due by its schedule, whatever was measured. Must not: adjust. */
import { type DayNumber, dayNumber, isoDate, type Line } from '@countersign/shared/model';
import { decimalOf, exactText, type Fraction, multiply, roundTo, subtract, sum, ZERO } from '@countersign/shared/money';
import { labelOf, money, rateStep, roundStep, row, version, type Work } from './lineTrace.ts';
import { type Priced, priceExact } from './price/price.ts';
import type { SelectedRate } from './rate.ts';
import type { BillRow } from './row.ts';
import { dueBefore } from './schedule.ts';
import type { Segment } from './segments.ts';
import type { TraceStep } from './trace.ts';
import { FLAT_AMOUNTS, grouped, groupedExact, plural, rateText, unitOf } from './words.ts';

/** CONTRACTED: what was ordered, due by its schedule, whatever was measured. */
export function contractedRow(work: Work, segment: Segment, rate: SelectedRate, key: string): BillRow | null {
  const { line, flight } = segment;
  const whole = contractedUnits(line, flight);
  const flat = rate.price.type === 'FLAT' || line.rateType === 'FLAT';
  if (whole === null || (flight.to === null && line.ordered === undefined)) {
    const why =
      whole === null
        ? 'It bills what was contracted, and no contracted quantity is stated.'
        : 'It bills what was contracted over its flight, and the flight has no end.';
    work.notBilled.push({ clauseId: line.clauseId ?? null, key: line.id, text: labelOf(line), why });
    return null;
  }
  const end = flight.to ?? segment.to;
  const due = (day: DayNumber): Fraction =>
    dueBefore(line.schedule ?? 'PRORATED', flight.from, end, day, work.frozen.calendar);
  const unitsUpTo = (day: DayNumber): Fraction =>
    line.ordered === undefined
      ? multiply(whole, due(day))
      : orderedUnits(line.ordered.filter(({ date }) => dayNumber(date) >= flight.from && dayNumber(date) < day));
  const charge = (units: Fraction): Priced =>
    priceExact(rate.price, {
      rateType: line.rateType,
      days: { served: 1n, of: 1n, opens: true },
      count: () => ({ from: null, to: units, units, total: units, carried: null, events: 0n, values: null }),
    });
  const full = charge(whole);
  const upTo = (day: DayNumber): Fraction =>
    line.ordered !== undefined && !flat ? charge(unitsUpTo(day)).exact : multiply(full.exact, due(day));
  const complete = segment.from <= flight.from && segment.to >= end;
  const exact = subtract(upTo(segment.to), segment.from <= flight.from ? ZERO : upTo(segment.from));
  const gross = subtract(
    roundTo(upTo(segment.to), work.digits, work.mode),
    segment.from <= flight.from ? ZERO : roundTo(upTo(segment.from), work.digits, work.mode),
  );
  const quantity = subtract(unitsUpTo(segment.to), unitsUpTo(segment.from));
  const priced: Priced = complete
    ? full
    : {
        exact,
        steps: () => [
          {
            kind: 'PRORATION',
            title: 'Share of the flight',
            text: `${groupedExact(quantity)} of ${groupedExact(whole)} ${unitOf(line.rateType)} fall due from ${isoDate(segment.from)} to before ${isoDate(segment.to)}. The shares of all periods sum to ${grouped(money(work, roundTo(full.exact, work.digits, work.mode)))}.`,
            exact: exactText(exact),
            children: [],
          },
        ],
      };
  const measure = (): TraceStep => ({
    kind: 'MEASURE',
    title: 'Ordered',
    text: `${ordered(line, quantity)} ordered${line.status === 'MAKEGOOD' && line.makegoodFor !== undefined ? `, making good ${line.makegoodFor}` : ''}.`,
    ...version(segment),
    children: [],
  });
  const children = (): TraceStep[] => [
    measure(),
    rateStep(segment, rate),
    ...priced.steps(),
    roundStep(work, exact, gross),
  ];
  const text = (): string => `${ordered(line, quantity)} as contracted: ${rateText(rate.price, line.rateType)}.`;
  const made = row(work, segment, key, quantity, { ...priced, exact }, gross, 0, [], text, children);
  return line.rateType === 'FLAT' ? { ...made, quantityUnit: FLAT_AMOUNTS } : made;
}

/** What is contracted at a flat amount is the amount, not a day of it. */
function ordered(line: Line, quantity: Fraction): string {
  if (line.rateType !== 'FLAT') return plural(line.rateType, quantity);
  return quantity.n === quantity.d ? 'The flat amount' : `${groupedExact(quantity)} of the flat amount`;
}

function orderedUnits(ordered: NonNullable<Line['ordered']>): Fraction {
  return sum(ordered.map(({ quantity }) => decimalOf(quantity)));
}

function contractedUnits(line: Line, flight: { from: DayNumber; to: DayNumber | null }): Fraction | null {
  if (line.ordered !== undefined) return orderedUnits(line.ordered);
  if (line.contractedQuantity !== undefined) return decimalOf(line.contractedQuantity);
  if (line.rateType === 'FLAT') return { n: 1n, d: 1n };
  if (line.rateType === 'CPD' && flight.to !== null) return { n: BigInt(flight.to - flight.from), d: 1n };
  return null;
}
