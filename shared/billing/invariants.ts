/**
 * What must hold of every result. Owns: the checks that lines, adjustments, totals and traces add up.
 * Used by tests and before export; must not repair.
 */
import { add, compare, decimalOf, decimalOrZero, type Fraction, sum, ZERO } from '@countersign/shared/money';
import type { PreviewResult } from './result.ts';
import type { TraceStep } from './trace.ts';

/** The leaves of a trace: steps with an amount none of whose children has one. */
export function traceLeaves(step: TraceStep): TraceStep[] {
  const below = step.children.flatMap(traceLeaves);
  if (below.length > 0) return below;
  return step.amount === undefined ? [] : [step];
}

/** Sum of the leaves' amounts. */
export function leavesTotal(step: TraceStep): Fraction {
  return sum(traceLeaves(step).map((leaf) => decimalOrZero(leaf.amount)));
}

/** Everything that does not add up, in words; empty for a sound result. */
export function resultProblems(result: PreviewResult): string[] {
  const problems: string[] = [];
  const equal = (what: string, a: Fraction, b: Fraction): void => {
    if (compare(a, b) !== 0) problems.push(what);
  };
  const { totals } = result;
  const amount = (text: string): Fraction => decimalOf(text);
  for (const line of result.lines) {
    equal(`The trace of line ${line.key} does not sum to its gross.`, leavesTotal(line.trace), amount(line.gross));
    const { shares } = line;
    const parts = [line.gross, shares.cap, shares.minimum, shares.discount, shares.commission, shares.tax].map(amount);
    equal(`The shares of line ${line.key} do not sum to its total.`, sum(parts), amount(shares.total));
  }
  for (const adjustment of result.adjustments)
    equal(
      `The trace of ${adjustment.key} does not sum to its amount.`,
      leavesTotal(adjustment.trace),
      amount(adjustment.amount),
    );
  const gross = sum(result.lines.map((line) => amount(line.gross)));
  const adjusted = result.adjustments.reduce((total, a) => add(total, amount(a.amount)), ZERO);
  equal('Lines do not sum to the gross.', gross, amount(totals.gross));
  equal('Lines and adjustments do not sum to the total.', add(gross, adjusted), amount(totals.total));
  equal('Net and tax do not sum to the total.', add(amount(totals.net), amount(totals.tax)), amount(totals.total));
  const components = [totals.gross, totals.cap, totals.minimum, totals.discount, totals.commission].map(amount);
  equal('Components do not sum to the net.', sum(components), amount(totals.net));
  const delta = sum(result.posting.entries.map((entry) => amount(entry.delta)));
  equal('Posting entries do not sum to the amount to post.', delta, amount(result.posting.total));
  for (const entry of result.posting.entries)
    equal(
      `Posting ${entry.lineKey} is not cumulative less posted.`,
      add(amount(entry.posted), amount(entry.delta)),
      amount(entry.cumulative),
    );
  return problems;
}
