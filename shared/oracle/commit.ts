/**
 * Test-only. What a cap or a minimum comes to in a billing period (DOMAIN §3 steps 6 and 7; settled 13 to 15): windows,
 * anniversaries, part periods, what is carried over.
 * Must not: give its change to lines.
 */
import type { Commitment } from '@countersign/shared/model';
import { addMonths, dayOf, type Span } from './days.ts';
import { least, most } from './order.ts';
import { minus, percentOf, plus, type Q, q, ratio, sum, times, ZERO } from './rational.ts';
import type { Memory } from './rows.ts';
import type { World } from './world.ts';

/** The stated amount, risen by its percentage on each anniversary that has passed when the window begins. */
function statedAmount(world: World, commitment: Commitment, window: Span): Q {
  const { escalator } = commitment;
  let amount = q(commitment.amount);
  if (escalator === undefined) return amount;
  const start = escalator.from === undefined ? world.firstDay : dayOf(escalator.from);
  const begins = Math.max(window.from, world.firstDay);
  for (let years = 1; addMonths(start, 12 * years) <= begins; years += 1)
    amount = plus(amount, percentOf(amount, escalator.percent));
  return amount;
}

/** The amount of one window; of a part of it by days, when the commitment says so (settled 15). */
function amountOf(world: World, commitment: Commitment, window: Span): Q {
  const amount = statedAmount(world, commitment, window);
  const { term } = commitment;
  if (term !== undefined && commitment.prorateOnTermination && world.lastDay < dayOf(term.to)) {
    const lived = world.lastDay - Math.max(dayOf(term.from), world.firstDay);
    return times(amount, ratio(BigInt(lived), BigInt(dayOf(term.to) - dayOf(term.from))));
  }
  if (!commitment.proratePartPeriods || !Number.isFinite(window.to)) return amount;
  const days = Math.max(Math.min(window.to, world.lastDay) - Math.max(window.from, world.firstDay), 0);
  return times(amount, ratio(BigInt(days), BigInt(window.to - window.from)));
}

/** The amounts of all windows that have begun by this period, over the contract's term (settled 14). */
function amountUpTo(world: World, commitment: Commitment, period: Span): Q {
  const windows = new Map<number, Span>();
  for (const span of world.periodsUpTo(period).filter((past) => past.from < world.lastDay)) {
    const window = windowOf(world, commitment, span);
    windows.set(window.from, window);
  }
  return sum([...windows.values()].map((window) => amountOf(world, commitment, window)));
}

/** A period that lies in two windows counts in the one of its first day. */
const counts = (world: World, commitment: Commitment, { period }: Memory, window: Span): boolean =>
  period.to > window.from && windowOf(world, commitment, period).from === window.from;

function windowOf(world: World, commitment: Commitment, period: Span): Span {
  const length = commitment.period ?? 'BILLING_PERIOD';
  return length === 'BILLING_PERIOD' ? period : world.window(length, period.from);
}

/** What a cap takes (negative) or gives back of what its lines come to, exact. */
export function capChange(world: World, commitment: Commitment, period: Span, counted: Q, past: readonly Memory[]): Q {
  const carry = commitment.rollover === 'CARRY';
  const window = windowOf(world, commitment, period);
  const mine = past.filter((m) => carry || counts(world, commitment, m, window));
  const before = sum(mine.map((m) => m.counted));
  const last = mine.at(-1);
  const limit = (span: Span): Q => (carry ? amountUpTo(world, commitment, span) : amountOf(world, commitment, window));
  const billedBefore = last === undefined ? ZERO : least(before, limit(last.period));
  return minus(minus(least(plus(before, counted), limit(period)), billedBefore), counted);
}

/** What a minimum asks for at the close of its window, exact; null: that is still to come, or not known to have come. */
export function trueUp(
  world: World,
  commitment: Commitment,
  period: Span,
  counted: Q,
  past: readonly Memory[],
): Q | null {
  const window = windowOf(world, commitment, period);
  const carry = commitment.rollover === 'CARRY';
  // The contract's last period closes what it ends within.
  const close = world.periodOf(Math.min(window.to, world.lastDay) - 1).to;
  if (period.to > close) return ZERO;
  if (period.to < close || !world.isOver(period.to)) return null;
  const mine = past.filter((m) => carry || counts(world, commitment, m, window));
  const owed = carry ? amountUpTo(world, commitment, period) : amountOf(world, commitment, window);
  const earlier = sum(mine.map((m) => plus(m.counted, m.change)));
  return most(minus(owed, plus(earlier, counted)), ZERO);
}
