/**
 * Percentage prices. Owns: percent of a total, and percent of each event with free allowances and limits per event.
 * Must not: round; an action's payout is rounded by attribution, once.
 */
import {
  add,
  compare,
  type Fraction,
  fromInteger,
  max,
  min,
  multiply,
  percentOf,
  subtract,
  ZERO,
} from '@countersign/shared/money';

export interface ExactPercent {
  readonly percent: Fraction;
  readonly fixed: Fraction;
  readonly minPer: Fraction | null;
  readonly maxPer: Fraction | null;
  readonly freeAmount: Fraction;
  readonly freeEvents: bigint;
}

/**
 * Percent of what a counter gained from `from` to `to`, above a free amount that is used up once by the counter; and a
 * fixed amount for each event above the free ones. Nothing at zero units.
 */
export function percentOfTotal(rule: ExactPercent, from: Fraction, to: Fraction, events: bigint): Fraction {
  const charged = (total: Fraction): Fraction => (total.n < 0n ? total : max(subtract(total, rule.freeAmount), ZERO));
  const share = percentOf(subtract(charged(to), charged(from)), rule.percent);
  if (compare(from, to) === 0) return share;
  const counted = events > rule.freeEvents ? events - rule.freeEvents : 0n;
  return add(share, multiply(fromInteger(counted), rule.fixed));
}

/** Percent of one event plus its fixed amount, held within the limits per event. A negative event mirrors its positive. */
export function percentOfEvent(rule: ExactPercent, value: Fraction): Fraction {
  if (value.n < 0n) {
    const mirrored = percentOfEvent(rule, { n: -value.n, d: value.d });
    return { n: -mirrored.n, d: mirrored.d };
  }
  let amount = add(percentOf(value, rule.percent), rule.fixed);
  if (rule.minPer !== null) amount = max(amount, rule.minPer);
  if (rule.maxPer !== null) amount = min(amount, rule.maxPer);
  return amount;
}

/**
 * Events in order. While either allowance is left an event uses one free event; a remaining free amount that exceeds
 * the value makes it free; otherwise the rest is priced and both allowances end.
 */
export function percentPerEvent(rule: ExactPercent, values: readonly Fraction[]): Fraction[] {
  let freeEvents = rule.freeEvents;
  let freeAmount = rule.freeAmount;
  return values.map((value) => {
    if (freeEvents <= 0n && freeAmount.n <= 0n) return percentOfEvent(rule, value);
    freeEvents -= 1n;
    if (freeAmount.n <= 0n) return ZERO;
    if (compare(freeAmount, value) > 0) {
      freeAmount = subtract(freeAmount, value);
      return ZERO;
    }
    const rest = subtract(value, freeAmount);
    freeAmount = ZERO;
    freeEvents = 0n;
    return percentOfEvent(rule, rest);
  });
}
