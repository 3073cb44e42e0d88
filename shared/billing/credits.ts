/** Credits set against lines. Owns: the order of consumption. Must not: create credits. */
import { add, type Fraction, min, negate, subtract, ZERO } from '@countersign/shared/money';

/** Credits consumed in their order over lines in theirs; gives what is left of each line. A line is never overdrawn. */
export function consumeCredits(lines: readonly Fraction[], credits: readonly Fraction[]): Fraction[] {
  const left = [...credits];
  return lines.map((line) => {
    let open = line;
    for (const [i, credit] of left.entries()) {
      if (open.n <= 0n) break;
      const used = min(open, credit);
      open = subtract(open, used);
      left[i] = add(credit, negate(used));
    }
    return open;
  });
}

/** What a spend limit takes off a line: clamp(already + line − limit, 0, line). */
export function spendOverage(already: Fraction, line: Fraction, limit: Fraction): Fraction {
  const over = subtract(add(already, line), limit);
  if (over.n <= 0n) return ZERO;
  return min(over, line);
}

/** Free allowance: what earlier use left of it is applied to the quantity. */
export function applyAllowance(
  allowance: Fraction,
  before: Fraction,
  quantity: Fraction,
): { applied: Fraction; billable: Fraction } {
  const rest = subtract(allowance, min(before, allowance));
  const applied = min(rest, quantity);
  return { applied, billable: subtract(quantity, applied) };
}
