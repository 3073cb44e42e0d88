/**
 * Guarantees and draws. Owns: what falls due in a period and what earnings recoup, over types and years until a sunset.
 * Must not: choose rows or round.
 */
import { type ContractVersion, dayNumber, type Guarantee, type Period } from '@countersign/shared/model';
import { add, decimalOf, type Fraction, max, min, negate, subtract, sum, ZERO } from '@countersign/shared/money';
import type { CommitmentHistory } from './commitments.ts';
import { groupedExact } from './words.ts';

export interface GuaranteeEffect {
  /** Added to the bill: an instalment, or what of it earnings have not yet covered. */
  readonly due: Fraction;
  /** Taken off earnings; negative where a correction gives back what was recouped. */
  readonly recouped: Fraction;
  readonly dueText: string;
  readonly recoupedText: string;
}

function dueBefore(guarantee: Guarantee, day: number): Fraction {
  return sum(guarantee.due.filter((d) => dayNumber(d.date) < day).map((d) => decimalOf(d.amount)));
}

/**
 * DRAW: each instalment is due in full, and earnings recoup the balance. BOTH_WAYS: what is payable to date is the greater
 * of guaranteed and earned, so earnings paid before an instalment reduce it too. From the sunset on earnings are owed in
 * full, whatever the balance.
 */
export function guaranteeEffect(
  guarantee: Guarantee,
  period: Period,
  counted: Fraction,
  history: readonly CommitmentHistory[],
): GuaranteeEffect {
  const dueToDate = dueBefore(guarantee, period.to);
  const dueEarlier = dueBefore(guarantee, period.from);
  const due = subtract(dueToDate, dueEarlier);
  const paidEarlier = sum(history.map((h) => add(h.counted, h.change)));
  const sunset = guarantee.until !== undefined && period.from >= dayNumber(guarantee.until);
  if (sunset)
    return {
      due,
      recouped: ZERO,
      dueText: `${groupedExact(due)} falls due.`,
      recoupedText: `Nothing is recouped from ${guarantee.until} on.`,
    };
  if (guarantee.offsets === 'BOTH_WAYS') {
    const earned = add(sum(history.map((h) => h.counted)), counted);
    const payable = max(dueToDate, earned);
    const change = subtract(subtract(payable, paidEarlier), counted);
    const sentence = `Payable to date is the greater of ${groupedExact(dueToDate)} guaranteed and ${groupedExact(earned)} earned, less ${groupedExact(paidEarlier)} before.`;
    return {
      due: max(change, ZERO),
      recouped: max(negate(change), ZERO),
      dueText: sentence,
      recoupedText: sentence,
    };
  }
  const balance = add(sum(history.map((h) => h.change)), due);
  const recoupedEarlier = subtract(dueEarlier, sum(history.map((h) => h.change)));
  const recouped = counted.n >= 0n ? min(counted, max(balance, ZERO)) : max(counted, negate(recoupedEarlier));
  return {
    due,
    recouped,
    dueText: `${groupedExact(due)} falls due and is recouped from earnings.`,
    recoupedText: `${groupedExact(recouped)} of ${groupedExact(counted)} earned recoups the balance of ${groupedExact(balance)}; ${groupedExact(subtract(balance, recouped))} remains.`,
  };
}

/** Whether a version holds guarantees, which look back over all periods. */
export function hasGuarantees(version: ContractVersion): boolean {
  return (version.guarantees ?? []).length > 0;
}
