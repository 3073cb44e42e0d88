/**
 * What comes next at the run rate of the period: the next tier, the contracted quantity, the cap.
 * Owns: the rate and the day. Must not: change an amount; a forecast is never billed.
 *
 * The run rate is what was counted in the period over the days up to the last fact: no clock is read.
 */
import { type DayNumber, isoDate } from '@countersign/shared/model';
import {
  add,
  ceilInteger,
  decimalOf,
  divide,
  exactText,
  type Fraction,
  floorInteger,
  minorDigits,
  roundedText,
  subtract,
  sum,
} from '@countersign/shared/money';
import { type CommitmentHistory, carries, commitmentsOf, committedAmount, countsIn, windowFor } from './commitments.ts';
import { windowOf } from './counterWindows.ts';
import type { Frozen } from './freeze.ts';
import { contractEnd } from './govern.ts';
import { labelOf } from './lineTrace.ts';
import type { Meter } from './meter.ts';
import { segmentCounter } from './price/counter.ts';
import { tiersOf } from './price/price.ts';
import { type ExactTier, tierIndexOf } from './price/tiers.ts';
import type { Forecast } from './result.ts';
import { byId } from './ruleOrder.ts';
import type { Segment } from './segments.ts';
import type { Settled } from './settle.ts';
import { grouped, groupedExact, unitOf } from './words.ts';

/** What a forecast is made of: where the count stands, how fast it runs and until when it matters. */
interface Run {
  readonly counted: Fraction;
  readonly bound: Fraction;
  /** Counted in the period, over these days. */
  readonly recent: Fraction;
  readonly days: number;
  /** First day not yet counted. */
  readonly through: DayNumber;
  /** Exclusive; null: no end. */
  readonly until: DayNumber | null;
  /** A tier is entered when its bound is passed; a limit is reached when it is met. */
  readonly mustPass: boolean;
}

function reached(run: Run): { perDay: Fraction; on: DayNumber | null } | null {
  const left = subtract(run.bound, run.counted);
  if (run.days <= 0 || run.recent.n <= 0n || (run.until !== null && run.until <= run.through)) return null;
  if (left.n < 0n || (left.n === 0n && !run.mustPass)) return null;
  const perDay = divide(run.recent, { n: BigInt(run.days), d: 1n });
  const ratio = divide(left, perDay);
  const days = run.mustPass ? floorInteger(ratio) + 1n : ceilInteger(ratio);
  // Beyond a century the day says nothing.
  const on = days > 36_525n ? null : run.through + Number(days) - 1;
  return { perDay, on: on === null || (run.until !== null && on >= run.until) ? null : on };
}

function forecastOf(
  kind: Forecast['kind'],
  name: string,
  of: Pick<Forecast, 'lineId' | 'commitmentId'>,
  run: Run,
  say: (value: Fraction) => string,
  what: string,
): Forecast[] {
  const result = reached(run);
  if (result === null) return [];
  const { perDay, on } = result;
  const until = run.until === null ? null : isoDate(run.until);
  const when = on === null ? `not ${until === null ? 'within a century' : `before ${until}`}` : `on ${isoDate(on)}`;
  return [
    {
      kind,
      ...of,
      counted: exactText(run.counted),
      bound: exactText(run.bound),
      perDay: exactText(perDay),
      reachedOn: on === null ? null : isoDate(on),
      until,
      text: `${name}: ${what} ${say(run.bound)} is reached ${when} at the rate of the last ${run.days} ${run.days === 1 ? 'day' : 'days'}; it stands at ${say(run.counted)}.`,
    },
  ];
}

function ofLine(frozen: Frozen, meter: Meter, segments: readonly Segment[]): Forecast[] {
  const segment = segments.at(-1) as Segment;
  const { line, flight, rate } = segment;
  if (rate === null || line.billingSource === 'CONTRACTED' || line.rateType === 'CPD' || line.rateType === 'FLAT')
    return [];
  const { period } = frozen;
  const say = (value: Fraction): string => `${groupedExact(value)} ${unitOf(line.rateType)}`;
  const measured = meter.measuredOf(segment, line.rateType, rate.price.metric);
  const first = (segments[0] as Segment).from;
  const last = measured.days.within(Number.MIN_SAFE_INTEGER, period.to).last;
  if (last === undefined || last < first) return [];
  const through = last + 1;
  const days = through - first;
  const own = meter.unitsOf(line.id, period, line.rateType, rate.price.metric);
  const recent = sum(own.map((u) => u.paid));
  const out: Forecast[] = [];
  const { price } = rate;
  if (price.type === 'GRADUATED' || price.type === 'VOLUME' || price.type === 'PERCENT_TIERS') {
    const counter = segmentCounter(
      own.map((u) => u.paid),
      segments.map((s) => s.resets),
      segments.length - 1,
      meter.carried(line.id, period, price, line.rateType, price.metric),
    );
    // Its bounds are the same in every unit.
    const tiers = tiersOf(price, line.rateType);
    const { upTo } = tiers[tierIndexOf(tiers, counter.to)] as ExactTier;
    if (upTo !== null && price.counter !== 'TRAILING_YEAR') {
      const until = soonest([counterEnd(frozen, price.counter ?? 'PERIOD'), flight.to, contractEnd(frozen.versions)]);
      const run: Run = { counted: counter.to, bound: upTo, recent, days, through, until, mustPass: true };
      out.push(...forecastOf('NEXT_TIER', labelOf(line), { lineId: line.id }, run, say, 'the tier above'));
    }
  }
  if (line.contractedQuantity !== undefined) {
    const counted = measured.days.before(period.to);
    const bound = decimalOf(line.contractedQuantity);
    const pace = subtract(counted, measured.days.before(first));
    const run: Run = { counted, bound, recent: pace, days, through, until: flight.to, mustPass: false };
    out.push(...forecastOf('CONTRACTED', labelOf(line), { lineId: line.id }, run, say, 'the contracted quantity'));
  }
  return out;
}

function counterEnd(frozen: Frozen, counter: 'PERIOD' | 'QUARTER' | 'YEAR' | 'TERM'): DayNumber | null {
  if (counter === 'PERIOD') return frozen.period.to;
  return counter === 'TERM' ? contractEnd(frozen.versions) : windowOf(frozen, counter, frozen.period).to;
}

function soonest(ends: readonly (DayNumber | null)[]): DayNumber | null {
  const known = ends.filter((end): end is DayNumber => end !== null);
  return known.length === 0 ? null : Math.min(...known);
}

function ofCaps(
  frozen: Frozen,
  settled: Settled,
  history: ReadonlyMap<string, readonly CommitmentHistory[]>,
): Forecast[] {
  const { period, head } = frozen;
  const last = lastFactDay(frozen);
  if (last === null) return [];
  const first = Math.max(period.from, (frozen.versions[0] as { from: DayNumber }).from);
  const money = (value: Fraction): string =>
    `${grouped(roundedText(value, minorDigits(head.currency), head.roundingMode ?? 'HALF_UP'))} ${head.currency}`;
  return commitmentsOf(settled.version.doc)
    .sort(byId)
    .flatMap((cap) => {
      const now = settled.outcome.commitments.get(cap.id);
      if (cap.kind !== 'CAP' || carries(cap) || now === undefined) return [];
      const window = windowFor(frozen, cap, period);
      const before = (history.get(cap.id) ?? []).filter((h) => countsIn(frozen, cap, window, h.period));
      const counted = add(sum(before.map((h) => h.counted)), now.counted);
      const bound = committedAmount(frozen, cap, window).amount;
      const until = soonest([window.to, contractEnd(frozen.versions)]);
      const run: Run = {
        counted,
        bound,
        recent: now.counted,
        days: last + 1 - first,
        through: last + 1,
        until,
        mustPass: false,
      };
      const of = { commitmentId: cap.id, ...(cap.lineId === undefined ? {} : { lineId: cap.lineId }) };
      return forecastOf('CAP', `Cap ${cap.id}`, of, run, money, 'the amount');
    });
}

/** Last day of the period with a delivery fact. */
function lastFactDay(frozen: Frozen): DayNumber | null {
  let last: DayNumber | null = null;
  for (const list of frozen.delivery.byLine.values())
    for (const series of list) {
      const day = series.days.within(Number.MIN_SAFE_INTEGER, frozen.period.to).last;
      if (day !== undefined && day >= frozen.period.from && (last === null || day > last)) last = day;
    }
  return last;
}

/** Forecasts of a settled period: lines in the order of the bill, then caps. */
export function forecastsOf(
  frozen: Frozen,
  meter: Meter,
  settled: Settled,
  history: ReadonlyMap<string, readonly CommitmentHistory[]>,
): Forecast[] {
  const lineIds = [...new Set(settled.rows.map((row) => row.lineId))];
  const lines = lineIds.flatMap((lineId) => {
    const segments = meter.segmentsOf(lineId, frozen.period);
    return segments.length === 0 ? [] : ofLine(frozen, meter, segments);
  });
  return [...lines, ...ofCaps(frozen, settled, history)];
}
