// How soon a schedule's server folds its drafts: far sooner than a real one, so that folds come between everything else. Owns the mix.
import type { Random } from './random.ts';

/** Edited cells above which a draft is folded, and of a hundred schedules how many have it. */
const OF_HUNDRED: Readonly<Record<string, number>> = { 0: 5, 2: 10, 6: 15, 20: 10, Infinity: 60 };

/** Drawn from a stream of its own, so that a schedule is otherwise the same. */
export function foldAboveOf(random: Random): number {
  return Number(random.fork('folding').weighted(OF_HUNDRED));
}
