/**
 * The order in which rules of one kind act, where the order would change the bill. Owns: that the rows of a document may
 * stand in any order (BILL-49). Must not: apply a rule.
 */
import type { Commitment, Guarantee, Trigger } from '@countersign/shared/model';
import { compare, decimalOf } from '@countersign/shared/money';

interface Identified {
  readonly id?: string | undefined;
}

const SPANS = ['BILLING_PERIOD', 'QUARTER', 'YEAR', 'TERM'] as const;

/** Ascending id, by code unit; a rule without one comes first. */
export function byId(a: Identified, b: Identified): number {
  const [left, right] = [a.id ?? '', b.id ?? ''];
  return left < right ? -1 : left > right ? 1 : 0;
}

/** Places what this holds of behind the others. */
function last(holds: boolean): 0 | 1 {
  return holds ? 1 : 0;
}

/** Narrow before wide: a line's own before the contract's, then the shorter span, then the lower id. */
export function inCommitmentOrder(commitments: readonly Commitment[]): Commitment[] {
  const span = (c: Commitment): number => SPANS.indexOf(c.period ?? 'BILLING_PERIOD');
  return commitments.toSorted(
    (a, b) => last(a.scope === 'CONTRACT') - last(b.scope === 'CONTRACT') || span(a) - span(b) || byId(a, b),
  );
}

/** The debt that fell due first is recouped first, ties to the lower id. */
export function inGuaranteeOrder(guarantees: readonly Guarantee[]): Guarantee[] {
  const first = (g: Guarantee): string => g.due.map(({ date }) => date).sort()[0] ?? '';
  return guarantees.toSorted((a, b) => (first(a) < first(b) ? -1 : first(a) > first(b) ? 1 : byId(a, b)));
}

/**
 * Starts and ends by amount: starts before ends, a line's before the contract's, the strictest of one scope first, the
 * latest start and the earliest end.
 */
export function inAmountOrder(triggers: readonly Trigger[]): Trigger[] {
  const amount = (t: Trigger) => decimalOf(t.amount ?? '0');
  return triggers.toSorted((a, b) => {
    const strictest = compare(amount(a), amount(b));
    return (
      last(a.applies === 'END') - last(b.applies === 'END') ||
      last(a.lineId === undefined) - last(b.lineId === undefined) ||
      (a.applies === 'START' ? -strictest : strictest) ||
      byId(a, b)
    );
  });
}

/** The rule that speaks of something by name, else the one that speaks of all; the lowest id of several. */
export function closestRule<T extends Identified>(
  rules: readonly T[] | undefined,
  names: (rule: T) => 'IT' | 'ALL' | 'OTHERS',
): T | null {
  const sorted = (rules ?? []).toSorted(byId);
  return sorted.find((rule) => names(rule) === 'IT') ?? sorted.find((rule) => names(rule) === 'ALL') ?? null;
}
