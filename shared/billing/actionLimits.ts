/** Limits of payout rules: actions beyond a count, payouts beyond a sum. Must not: price. */
import { type Credit, splitCredit } from '@countersign/shared/attribution';
import { isoDate } from '@countersign/shared/model';
import { add, compare, decimalOf, type Fraction, isZero, roundTo, subtract, ZERO } from '@countersign/shared/money';
import type { ActionValue } from './actionPrice.ts';
import { periodOfDay } from './cycle.ts';
import type { Frozen } from './freeze.ts';
import type { Candidate, PayableAction } from './qualify.ts';
import { grouped, groupedExact } from './words.ts';

/** Actions beyond a rule's count limit are outside of terms, in order of time and id. */
export function applyCountLimits(frozen: Frozen, candidates: readonly Candidate[]): Candidate[] {
  const used = new Map<string, bigint>();
  return candidates.map((c) => {
    if (c.refusal !== null) return c;
    const counts = new Map<string, bigint>();
    for (const [i, limit] of (c.rule.limits ?? []).entries()) {
      if (limit.quantity === undefined) continue;
      const key = `${c.rule.id}\u0000${i}\u0000${limitSpan(frozen, c, limit)}`;
      const count = (used.get(key) ?? 0n) + 1n;
      if (compare({ n: count, d: 1n }, decimalOf(limit.quantity)) > 0)
        return {
          ...c,
          refusal: {
            outcome: 'OUTSIDE_TERMS' as const,
            reason: `The limit of ${grouped(limit.quantity)} actions was reached.`,
            clauseId: c.rule.clauseId,
          },
        };
      counts.set(key, count);
    }
    // What one limit refuses uses up none of the others.
    for (const [key, count] of counts) used.set(key, count);
    return c;
  });
}

function limitSpan(
  frozen: Frozen,
  c: PayableAction,
  limit: { period?: string | undefined; per?: string | undefined },
): string {
  const span =
    limit.period === 'DAY' ? isoDate(c.day) : limit.period === 'TERM' ? 'term' : periodOfDay(frozen, c.day).key;
  return limit.per === 'PARTNER' ? `${span}\u0000${(c.attribution.credits[0] as Credit).partnerId}` : span;
}

/** A payout that would pass an amount limit is cut to what is left. */
export function limitAmount(
  frozen: Frozen,
  c: PayableAction,
  value: ActionValue,
  spent: Map<string, Fraction>,
  digits: number,
): ActionValue {
  let payout = value.payout;
  const keys: string[] = [];
  for (const [i, limit] of (c.rule.limits ?? []).entries()) {
    if (limit.amount === undefined) continue;
    const key = `${c.rule.id}\u0000${i}\u0000${limitSpan(frozen, c, limit)}`;
    // A payout is whole minor units: of a limit between two, the lower holds.
    const left = roundTo(subtract(decimalOf(limit.amount), spent.get(key) ?? ZERO), digits, 'DOWN');
    if (compare(payout, left) > 0) payout = left;
    keys.push(key);
  }
  // What one limit cuts uses up none of the others.
  for (const key of keys) spent.set(key, add(spent.get(key) ?? ZERO, payout));
  if (compare(payout, value.payout) === 0) return value;
  const shares = splitCredit(
    payout,
    value.shares.map((s) => s.amount),
    digits,
  );
  const reason = `${value.reason} The limit of the payout rule leaves ${groupedExact(payout)}.`;
  return {
    ...value,
    payout,
    reason,
    outcome: isZero(payout) ? 'OUTSIDE_TERMS' : value.outcome,
    shares: value.shares.map((s, i) => ({ ...s, amount: shares[i] as Fraction })),
  };
}
