/**
 * Two counts of one invoice period under a discrepancy rule. Owns: when they lie too far apart, and what is billed then.
 * Must not: choose the counts (measure.ts) or cap them.
 */
import type { DiscrepancyRule } from '@countersign/shared/model';
import {
  absolute,
  add,
  compare,
  decimalOf,
  decimalOrZero,
  divide,
  type Fraction,
  HUNDRED,
  isZero,
  multiply,
  ONE,
  percentOf,
  subtract,
  ZERO,
} from '@countersign/shared/money';
import type { DayCounts } from './dayCounts.ts';

const TWO: Fraction = { n: 2n, d: 1n };

/** Two counts of one invoice period under a rule. */
export interface Comparison extends DiscrepancyResult {
  readonly rule: DiscrepancyRule;
  readonly controlling: Fraction;
  readonly other: Fraction;
}

/** The outcome of comparing two counts of one invoice period. */
export interface DiscrepancyResult {
  readonly exceeded: boolean;
  /** Billable units before the contracted cap. */
  readonly billable: Fraction;
  /** Exact factor on the controlling count; null when units are added instead (split of a zero count). */
  readonly factor: Fraction | null;
  /** other − controlling, owed as makegood under UNDER_DELIVERY; else 0. */
  readonly owed: Fraction;
}

/**
 * Exceeded when the controlling count is lower than the other by strictly more than the threshold of the base. A base of
 * zero with other > 0 counts as exceeded.
 */
export function applyDiscrepancy(
  rule: Pick<DiscrepancyRule, 'thresholdPercent' | 'base' | 'remedy' | 'upliftPercent' | 'inclusive'>,
  controlling: Fraction,
  other: Fraction,
): DiscrepancyResult {
  const same: DiscrepancyResult = { exceeded: false, billable: controlling, factor: ONE, owed: ZERO };
  const gap = subtract(other, controlling);
  // Only a split looks at counts in either direction.
  const size = rule.remedy === 'SPLIT_DIFFERENCE' ? absolute(gap) : gap;
  if (size.n <= 0n) return same;
  const base = rule.base === 'CONTROLLING' ? controlling : other;
  const exceeded =
    compare(multiply(size, HUNDRED), multiply(base, decimalOf(rule.thresholdPercent))) >=
    (rule.inclusive === true ? 0 : 1);
  if (!exceeded) return same;
  switch (rule.remedy) {
    case 'UPLIFT': {
      const factor = add(ONE, percentOf(ONE, decimalOrZero(rule.upliftPercent)));
      return { exceeded, billable: multiply(controlling, factor), factor, owed: ZERO };
    }
    case 'UNDER_DELIVERY':
      return { exceeded, billable: controlling, factor: ONE, owed: gap };
    case 'SPLIT_DIFFERENCE': {
      const billable = divide(add(controlling, other), TWO);
      return { exceeded, billable, factor: isZero(controlling) ? null : divide(billable, controlling), owed: ZERO };
    }
  }
}

/** Compares the days of an invoice period with those of another source: what is billed of them, and why. */
export function compareCounts(
  rule: DiscrepancyRule,
  own: DayCounts,
  others: DayCounts,
): { compared: Comparison | null; days: DayCounts } {
  // A source that reported nothing in the invoice period did not count zero: there is nothing to compare with.
  if (others.length === 0) return { compared: null, days: own };
  const [controlling, other] = [own.total(), others.total()];
  const result = applyDiscrepancy(rule, controlling, other);
  const { factor } = result;
  const days =
    factor === null
      ? others.map((quantity) => divide(quantity, TWO))
      : own.map((quantity) => multiply(quantity, factor));
  return { compared: { ...result, rule, controlling, other }, days };
}
