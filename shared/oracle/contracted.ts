/**
 * Test-only. What of an order falls due in a billing period when what was ordered is billed (DOMAIN §3 Proration):
 * part k = round(cumulative k) − round(cumulative k−1). Must not: look at what was delivered.
 */
import type { Line } from '@countersign/shared/model';
import { billingMonthOf, dayOf, type Span } from './days.ts';
import { allUnitsFlat, costOf, isAllUnits } from './prices.ts';
import { minus, over, plus, type Q, q, sum, times, whole, ZERO } from './rational.ts';
import { rounded } from './rounding.ts';
import type { World } from './world.ts';

/** The whole order, exact. */
function worth(line: Line, quantity: Q): Q {
  const { price } = line;
  if (price === undefined || price.type === 'COMBINE' || price.type === 'FLAT') return ZERO;
  const divisor = whole(line.rateType === 'CPM' || line.rateType === 'VCPM' ? 1000 : 1);
  const units = costOf(price, quantity, quantity, divisor);
  return isAllUnits(price) && price.type !== 'BLOCKS'
    ? plus(units, allUnitsFlat(price, null, quantity, quantity, divisor))
    : units;
}

/** The flight, or the contract's term. */
function flightOf(world: World, line: Line): { from: number; to: number } {
  const from = dayOf(line.flight?.from ?? world.any.effectiveFrom);
  return { from, to: dayOf(line.flight?.to ?? world.any.effectiveTo ?? '9999-01-01') };
}

/** What has fallen due by the end of a period, exact. */
function dueBy(world: World, line: Line, end: number): Q {
  const { from, to } = flightOf(world, line);
  if (line.ordered !== undefined)
    return worth(line, sum(line.ordered.filter((o) => dayOf(o.date) < end).map((o) => q(o.quantity))));
  const all = worth(line, q(line.contractedQuantity ?? '0'));
  const share = (part: number, of: number): Q => times(all, over(whole(part), whole(of)));
  // In equal parts by billing months, however many of them are billed together.
  const months: Span[] = [];
  const monthOf = (day: number): Span => billingMonthOf(day, world.broadcast);
  for (let span = monthOf(from); span.from < to; span = monthOf(span.to)) months.push(span);
  const begun = months.filter((span) => span.to <= end).length;
  switch (line.schedule ?? 'PRORATED') {
    case 'PREPAID':
      return begun > 0 ? all : ZERO;
    case 'END_OF_CAMPAIGN':
      return begun === months.length ? all : ZERO;
    case 'STRAIGHTLINE':
      return share(begun, months.length);
    case 'PRORATED':
      return share(Math.max(Math.min(end, to) - from, 0), to - from);
  }
}

/** The part of the order that falls due in the period, rounded; null outside of the flight. */
export function contractedGross(world: World, line: Line, period: Span): Q | null {
  const { from, to } = flightOf(world, line);
  if (to <= period.from || from >= period.to) return null;
  const upTo = (end: number): Q => rounded(dueBy(world, line, end), world.digits, world.mode);
  return minus(upTo(period.to), upTo(period.from));
}
