// How large a schedule is: who is there and how much happens. Owns the mix: many short schedules find more in the same time than a few
// long ones, and some things only show among many people over a long time.
import type { Random } from './random.ts';

export const SIZES = ['small', 'middle', 'large'] as const;
export type SizeName = (typeof SIZES)[number];

export interface Size {
  /** Computers that write, from and below. */
  readonly writers: readonly [number, number];
  /** Computers that decide: one of these. */
  readonly deciders: readonly number[];
  /** Steps, from and below. */
  readonly steps: readonly [number, number];
}

export const SIZE: Readonly<Record<SizeName, Size>> = {
  small: { writers: [1, 3], deciders: [1], steps: [12, 46] },
  middle: { writers: [2, 4], deciders: [1, 2], steps: [25, 81] },
  large: { writers: [1, 7], deciders: [1, 2, 2, 2], steps: [40, 140] },
};
/** Of a hundred schedules, how many are of a size; small ones find most planted bugs for a second of the processor (docs/spec/sim.md). */
const OF_HUNDRED: Readonly<Record<SizeName, number>> = { small: 90, middle: 6, large: 4 };

/** The size of a seed's schedule, drawn from a stream of its own. */
export function sizeOf(random: Random): SizeName {
  return random.fork('size').weighted(OF_HUNDRED);
}
