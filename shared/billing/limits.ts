/**
 * Steps 6 and 7 on rows: caps, caps as a part of other lines, minimums and guarantees.
 * Owns: which rows carry them. Must not: compute windows (commitments.ts) or balances (guarantees.ts).
 */
import type { Commitment, Guarantee, RatioCap } from '@countersign/shared/model';
import {
  decimalOf,
  exactText,
  type Fraction,
  isZero,
  max,
  negate,
  percentOf,
  roundTo,
  subtract,
  sum,
  ZERO,
} from '@countersign/shared/money';
import { reduceLatestFirst } from './allocate.ts';
import { type AdjustWork, book, shareOut, text } from './booking.ts';
import { type CommitmentHistory, commitmentEffect } from './commitments.ts';
import { guaranteeEffect } from './guarantees.ts';
import { type BillRow, runningAmount } from './row.ts';
import { byId, inGuaranteeOrder } from './ruleOrder.ts';
import type { TraceStep } from './trace.ts';
import { openContractStart } from './triggers.ts';
import { grouped } from './words.ts';

/** A cap or a minimum: its effect, rounded once, on the rows it speaks of. */
export function applyCommitment(
  work: AdjustWork,
  commitment: Commitment,
  history: readonly CommitmentHistory[],
  closed: boolean,
): CommitmentHistory {
  const { period } = work;
  const rows = commitment.scope === 'LINE' ? work.rows.filter((r) => r.lineId === commitment.lineId) : work.rows;
  const counted = sum(rows.map(runningAmount));
  // A minimum of one period is not due for a line that is not in flight in it.
  if (rows.length === 0 && (commitment.period ?? 'BILLING_PERIOD') === 'BILLING_PERIOD')
    return { period, counted, change: ZERO };
  const effect = commitmentEffect(work.frozen, commitment, period, counted, history, closed);
  const change = roundTo(effect.change, work.digits, work.mode);
  const notStarted =
    commitment.kind === 'MINIMUM' && rows.every((row) => row.ofContract) ? openContractStart(work.version) : null;
  const outOfFlight =
    rows.length === 0
      ? `${grouped(text(work, change))} is missing at its close, when the line ${commitment.lineId ?? ''} is not in flight.`
      : null;
  const unpaid = commitment.kind === 'MINIMUM' && change.n > 0n ? (notStarted ?? outOfFlight) : null;
  const why = effect.waits ?? unpaid;
  if (why !== null)
    work.notBilled.push({
      clauseId: commitment.clauseId ?? null,
      key: commitment.id,
      // A cap never waits.
      text: `Minimum ${grouped(commitment.amount)}`,
      why,
    });
  if (isZero(change) || rows.length === 0 || notStarted !== null) return { period, counted, change: ZERO };
  const isCap = commitment.kind === 'CAP';
  const shares =
    isCap && change.n < 0n
      ? reduceLatestFirst(negate(change), rows, runningAmount)
      : shareOut(work, change, rows, runningAmount);
  const label = `${isCap ? 'Cap' : 'Minimum'}${commitment.scope === 'LINE' ? ` of ${rows[0]?.label ?? ''}` : ''}`;
  const extra: Partial<TraceStep> = {
    exact: exactText(effect.change),
    ...(effect.factor === null ? {} : { factor: effect.factor }),
  };
  book(
    work,
    isCap ? 'CAP' : 'MINIMUM',
    isCap ? 'cap' : 'minimum',
    { id: commitment.id, label, clauseId: commitment.clauseId, lineId: commitment.lineId },
    shares,
    effect.text,
    extra,
  );
  return { period, counted, change };
}

/** Ratio caps by id; what others earn is read before any of them acts, so that none takes from another's base. */
export function applyRatioCaps(work: AdjustWork, rules: readonly RatioCap[]): void {
  const earned = new Map(work.rows.map((row) => [row, runningAmount(row)]));
  for (const rule of rules.toSorted(byId)) applyRatioCap(work, rule, earned);
}

/** A ratio cap: what its lines earned above the percentage of the others' gross is not billed, latest lines first. */
function applyRatioCap(work: AdjustWork, rule: RatioCap, earned: ReadonlyMap<BillRow, Fraction>): void {
  const of = (ids: readonly string[]): BillRow[] => work.rows.filter((r) => ids.includes(r.lineId));
  const rows = of(rule.lineIds);
  const counted = sum(rows.map(runningAmount));
  const base = sum(of(rule.ofLineIds).map((row) => earned.get(row) ?? ZERO));
  const limit = max(percentOf(base, decimalOf(rule.percent)), ZERO);
  const over = subtract(counted, limit);
  const change = roundTo(negate(over), work.digits, work.mode);
  if (over.n <= 0n || isZero(change)) return;
  book(
    work,
    'CAP',
    'cap',
    { id: rule.id, label: rule.label ?? `Held to ${rule.percent}% of other lines`, clauseId: rule.clauseId },
    reduceLatestFirst(negate(change), rows, runningAmount),
    `At most ${rule.percent}% of ${grouped(text(work, base))}; ${grouped(text(work, counted))} counted.`,
    { exact: exactText(negate(over)), factor: `${rule.percent}%` },
  );
}

/**
 * Guarantees and draws: all recoup from what the lines earned, then what falls due is added, so that no instalment is
 * taken for an earning of another.
 */
export function applyGuarantees(
  work: AdjustWork,
  guarantees: readonly Guarantee[],
  history: ReadonlyMap<string, readonly CommitmentHistory[]>,
): Map<string, CommitmentHistory> {
  const entries = new Map<string, CommitmentHistory>();
  const instalments = inGuaranteeOrder(guarantees).map((guarantee) => {
    const { period } = work;
    const own = guarantee.lineIds;
    const earning = own === undefined ? work.rows : work.rows.filter((r) => own.includes(r.lineId));
    const rows = earning.length > 0 ? earning : work.rows;
    const counted = sum(earning.map(runningAmount));
    const effect = guaranteeEffect(guarantee, period, counted, history.get(guarantee.id) ?? []);
    const due = roundTo(effect.due, work.digits, work.mode);
    const recouped = roundTo(effect.recouped, work.digits, work.mode);
    entries.set(guarantee.id, { period, counted, change: subtract(due, recouped) });
    if (!isZero(recouped)) {
      const shares =
        recouped.n > 0n
          ? reduceLatestFirst(recouped, rows, runningAmount)
          : shareOut(work, negate(recouped), rows, runningAmount);
      book(work, 'CAP', 'cap', ruleOf(guarantee, 'recouped'), shares, effect.recoupedText, {
        exact: exactText(negate(effect.recouped)),
      });
    }
    return { guarantee, rows, due, effect };
  });
  for (const { guarantee, rows, due, effect } of instalments)
    if (!isZero(due))
      book(
        work,
        'MINIMUM',
        'minimum',
        ruleOf(guarantee, 'due'),
        shareOut(work, due, rows, runningAmount),
        effect.dueText,
        { exact: exactText(effect.due) },
      );
  return entries;
}

function ruleOf(guarantee: Guarantee, what: 'recouped' | 'due') {
  return { id: guarantee.id, label: `${guarantee.label ?? 'Guarantee'}, ${what}`, clauseId: guarantee.clauseId };
}
