/**
 * Steps 6 and 7 on rows: starts and ends by amount, caps, minimums and guarantees.
 * Owns: which rows carry them. Must not: compute windows (commitments.ts) or balances (guarantees.ts).
 */
import type { Commitment, Guarantee, RatioCap, Trigger } from '@countersign/shared/model';
import {
  add,
  decimalOf,
  exactText,
  type Fraction,
  isZero,
  max,
  min,
  negate,
  percentOf,
  roundTo,
  subtract,
  sum,
  ZERO,
} from '@countersign/shared/money';
import { reduceEarliestFirst, reduceLatestFirst } from './allocate.ts';
import { type AdjustWork, book, shareOut, text } from './booking.ts';
import { type CommitmentHistory, commitmentEffect } from './commitments.ts';
import { guaranteeEffect } from './guarantees.ts';
import { type BillRow, runningAmount } from './row.ts';
import type { TraceStep } from './trace.ts';
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
  const unpaid =
    commitment.kind === 'MINIMUM' && rows.length === 0 && change.n > 0n
      ? `${grouped(text(work, change))} is missing at its close, when the line ${commitment.lineId ?? ''} is not in flight.`
      : null;
  const why = effect.waits ?? unpaid;
  if (why !== null)
    work.notBilled.push({
      clauseId: commitment.clauseId ?? null,
      key: commitment.id,
      // A cap never waits.
      text: `Minimum ${commitment.amount}`,
      why,
    });
  if (isZero(change) || rows.length === 0) return { period, counted, change: ZERO };
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

/**
 * A start or an end by amount, on the running gross of the term: what lies before a start is not billed, earliest lines
 * first, and what lies after an end neither, latest lines first.
 */
export function applyAmountTrigger(
  work: AdjustWork,
  trigger: Trigger,
  history: readonly CommitmentHistory[],
): CommitmentHistory {
  const { period } = work;
  const rows = trigger.lineId === undefined ? work.rows : work.rows.filter((r) => r.lineId === trigger.lineId);
  const counted = sum(rows.map((row) => row.gross));
  const isStart = trigger.applies === 'START';
  const amount = decimalOf(trigger.amount ?? '0');
  const outside = (running: Fraction): Fraction =>
    isStart ? min(running, amount) : max(subtract(running, amount), ZERO);
  const before = sum(history.map((h) => h.counted));
  const held = subtract(outside(add(before, counted)), outside(before));
  const change = roundTo(negate(held), work.digits, work.mode);
  if (isZero(change) || rows.length === 0) return { period, counted, change: ZERO };
  const reduce = isStart ? reduceEarliestFirst : reduceLatestFirst;
  const shares: ReadonlyMap<BillRow, Fraction> =
    change.n < 0n ? reduce(negate(change), rows, runningAmount) : shareOut(work, change, rows, runningAmount);
  const label = `${isStart ? 'Before the start' : 'After the end'} by amount`;
  book(
    work,
    'CAP',
    'cap',
    { id: trigger.id, label, clauseId: trigger.clauseId, lineId: trigger.lineId },
    shares,
    `Billing ${isStart ? 'starts above' : 'ends at'} ${grouped(trigger.amount ?? '0')}; ${grouped(text(work, add(before, counted)))} counted so far.`,
    { exact: exactText(negate(held)) },
  );
  return { period, counted, change };
}

/** A ratio cap: what its lines earned above the percentage of the others' gross is not billed, latest lines first. */
export function applyRatioCap(work: AdjustWork, rule: RatioCap): void {
  const of = (ids: readonly string[]): BillRow[] => work.rows.filter((r) => ids.includes(r.lineId));
  const rows = of(rule.lineIds);
  const counted = sum(rows.map(runningAmount));
  const base = sum(of(rule.ofLineIds).map(runningAmount));
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

/** A guarantee or draw: what falls due is added, what recoups it is taken off the earnings of its lines. */
export function applyGuarantee(
  work: AdjustWork,
  guarantee: Guarantee,
  history: readonly CommitmentHistory[],
): CommitmentHistory {
  const { period } = work;
  const own = guarantee.lineIds;
  const earning = own === undefined ? work.rows : work.rows.filter((r) => own.includes(r.lineId));
  const rows = earning.length > 0 ? earning : work.rows;
  const counted = sum(earning.map(runningAmount));
  const effect = guaranteeEffect(guarantee, period, counted, history);
  const due = roundTo(effect.due, work.digits, work.mode);
  const recouped = roundTo(effect.recouped, work.digits, work.mode);
  const name = guarantee.label ?? 'Guarantee';
  const rule = { id: guarantee.id, clauseId: guarantee.clauseId };
  if (!isZero(recouped)) {
    const shares =
      recouped.n > 0n
        ? reduceLatestFirst(recouped, earning.length > 0 ? earning : rows, runningAmount)
        : shareOut(work, negate(recouped), rows, runningAmount);
    book(work, 'CAP', 'cap', { ...rule, label: `${name}, recouped` }, shares, effect.recoupedText, {
      exact: exactText(negate(effect.recouped)),
    });
  }
  if (!isZero(due)) {
    const shares = shareOut(work, due, rows, runningAmount);
    book(work, 'MINIMUM', 'minimum', { ...rule, label: `${name}, due` }, shares, effect.dueText, {
      exact: exactText(effect.due),
    });
  }
  return { period, counted, change: subtract(due, recouped) };
}
