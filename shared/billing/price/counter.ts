/** Running tier counters over the segments of a period. Owns: where a counter stands and where it restarts. */
import { add, type Fraction, sum, ZERO } from '@countersign/shared/money';
import type { Position } from './tiers.ts';

export interface SegmentCounter {
  readonly from: Position;
  readonly to: Fraction;
  readonly units: Fraction;
  /** Total of the counter: what chooses an all-units tier. */
  readonly total: Fraction;
  readonly carried: { readonly units: Fraction; readonly total: Fraction } | null;
}

/**
 * Counter of segment `index`. Counters run through amendments (CONTINUE) and restart where `resets` is true (RESET);
 * `carriedUnits` were counted in earlier billing periods of the counter period, null when this one opens it.
 */
export function segmentCounter(
  units: readonly Fraction[],
  resets: readonly boolean[],
  index: number,
  carriedUnits: Fraction | null,
): SegmentCounter {
  const restart = resets.findLastIndex((reset, i) => reset && i <= index);
  const next = resets.findIndex((reset, i) => reset && i > index);
  const first = Math.max(restart, 0);
  const brought = restart >= 0 ? null : carriedUnits;
  const start = brought ?? ZERO;
  const before = add(start, sum(units.slice(first, index)));
  const own = units[index] ?? ZERO;
  const opens = index === first;
  return {
    from: opens && brought === null ? null : before,
    to: add(before, own),
    units: own,
    total: add(start, sum(units.slice(first, next < 0 ? undefined : next))),
    carried: opens && brought !== null ? { units: brought, total: brought } : null,
  };
}
