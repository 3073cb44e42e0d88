/**
 * Test-only. The rows of a bill, and how an amount for several of them is given to each (settled 10 and 12).
 * Must not: decide an amount.
 */
import type { Line } from '@countersign/shared/model';
import { dayOf, type Span } from './days.ts';
import { least, magnitude, most, signOf } from './order.ts';
import { minus, negate, plus, type Q, sum, whole, ZERO } from './rational.ts';
import { largestRemainder } from './rounding.ts';
import type { Priced } from './segments.ts';
import type { World } from './world.ts';

export const PARTS = ['gross', 'cap', 'minimum', 'discount', 'commission', 'tax'] as const;
export type Part = (typeof PARTS)[number];
export type Amounts = Record<Part, Q>;

export interface LineBill {
  readonly lineId: string;
  readonly line: Line;
  readonly segments: readonly Priced[];
  readonly amounts: Amounts;
  /** What is left of the line after the steps so far. */
  running: Q;
}

export function rowOf(line: Line, gross: Q, segments: readonly Priced[] = []): LineBill {
  const amounts = { gross, cap: ZERO, minimum: ZERO, discount: ZERO, commission: ZERO, tax: ZERO };
  return { lineId: line.id, line, segments, amounts, running: gross };
}

function add(line: LineBill, part: Part, amount: Q): void {
  line.amounts[part] = plus(line.amounts[part], amount);
  if (part === 'commission') return;
  line.running = plus(line.running, amount);
}

/** Gives an amount to lines by largest remainder, ties to the lowest id. */
export function share(world: World, part: Part, amount: Q, scope: readonly LineBill[], weights: readonly Q[]): void {
  if (signOf(amount) === 0 || scope.length === 0) return;
  const none = weights.every((weight) => signOf(weight) === 0);
  // Charges and credits that sum to nothing carry by their size.
  const sized = signOf(sum(weights)) === 0 ? weights.map(magnitude) : weights;
  const shares = largestRemainder(amount, none ? weights.map(() => whole(1)) : sized, world.digits);
  for (const [index, line] of scope.entries()) add(line, part, shares[index] ?? ZERO);
}

/**
 * What falls to lines as a cap: taken from the latest lines first (settled 12), of what lies before a start from the
 * earliest; given back by what is left of each.
 */
export function reduce(world: World, scope: readonly LineBill[], change: Q, from: 'LATEST' | 'EARLIEST'): void {
  if (signOf(change) > 0) {
    share(
      world,
      'cap',
      change,
      scope,
      scope.map((line) => line.running),
    );
    return;
  }
  let left = negate(change);
  const ordered = [...scope].sort(latestFirst(world));
  for (const line of from === 'LATEST' ? ordered : ordered.reverse()) {
    const taken = least(left, most(line.running, ZERO));
    add(line, 'cap', negate(taken));
    left = minus(left, taken);
  }
}

/** Settled 12: flight end, flight start, id, all descending. */
function latestFirst(world: World): (a: LineBill, b: LineBill) => number {
  const end = (l: LineBill): number => dayOf(l.line.flight?.to ?? world.any.effectiveTo ?? '9999-01-01');
  const start = (l: LineBill): number => dayOf(l.line.flight?.from ?? world.any.effectiveFrom);
  return (a, b) => end(b) - end(a) || start(b) - start(a) || (a.lineId < b.lineId ? 1 : -1);
}

/** What a rule counted in each period before, and what it changed. */
export interface Memory {
  readonly period: Span;
  readonly counted: Q;
  readonly change: Q;
}
