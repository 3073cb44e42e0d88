/**
 * Test-only. Money guaranteed or advanced on dates and recouped from earnings (BILL-35): what falls due in a billing
 * period and what earnings recoup.
 * Must not: give amounts to lines.
 */
import type { Guarantee } from '@countersign/shared/model';
import { dayOf, type Span } from './days.ts';
import { least, most } from './order.ts';
import { minus, negate, plus, type Q, q, sum, ZERO } from './rational.ts';
import type { World } from './world.ts';

export interface GuaranteeEffect {
  /** Added to the bill. */
  readonly due: Q;
  /** Taken off earnings; below zero: given back. */
  readonly recouped: Q;
}

/** What a guarantee has done so far. */
export interface GuaranteeMemory {
  readonly due: Q;
  readonly earned: Q;
  readonly recouped: Q;
}
export const NOTHING_DUE: GuaranteeMemory = { due: ZERO, earned: ZERO, recouped: ZERO };

/** The effect of a guarantee in a period in which its lines earned so much, and what is remembered of it. */
export function guaranteeEffect(
  world: World,
  guarantee: Guarantee,
  period: Span,
  earned: Q,
  before: GuaranteeMemory,
): [GuaranteeEffect, GuaranteeMemory] {
  const mine = guarantee.due.filter(({ date }) => world.periodOf(dayOf(date)).from === period.from);
  const due = sum(mine.map(({ amount }) => q(amount)));
  const sunk = guarantee.until !== undefined && period.from >= dayOf(guarantee.until);
  const after = { due: plus(before.due, due), earned: plus(before.earned, earned), recouped: before.recouped };
  if (sunk) return [{ due, recouped: ZERO }, after];
  if (guarantee.offsets === 'BOTH_WAYS') {
    // Payable to date is the greater of guaranteed and earned.
    const paid = minus(most(after.due, after.earned), most(before.due, before.earned));
    const more = minus(paid, earned);
    return [{ due: most(more, ZERO), recouped: most(negate(more), ZERO) }, after];
  }
  const balance = minus(after.due, before.recouped);
  const recouped = most(least(earned, balance), negate(before.recouped));
  return [
    { due, recouped },
    { ...after, recouped: plus(before.recouped, recouped) },
  ];
}
