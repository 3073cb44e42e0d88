/**
 * Starts and ends by amount, on the running gross of the term: what lies before a start is not billed, earliest lines
 * first, and what lies after an end neither, latest lines first.
 * Owns: what each of several counts, so that no amount is taken twice (BILL-49). Must not: order them (ruleOrder.ts).
 */
import type { Trigger } from '@countersign/shared/model';
import {
  add,
  decimalOrZero,
  exactText,
  type Fraction,
  isZero,
  max,
  min,
  negate,
  roundTo,
  subtract,
  sum,
  ZERO,
} from '@countersign/shared/money';
import { reduceEarliestFirst, reduceLatestFirst } from './allocate.ts';
import { type AdjustWork, book, shareOut, text } from './booking.ts';
import type { CommitmentHistory } from './commitments.ts';
import { type BillRow, runningAmount } from './row.ts';
import { grouped } from './words.ts';

/** Applies starts and ends by amount in their order; of several starts of one scope the latest holds. */
export function applyAmountTriggers(
  work: AdjustWork,
  inOrder: readonly Trigger[],
  history: ReadonlyMap<string, readonly CommitmentHistory[]>,
): Map<string, CommitmentHistory> {
  const entries = new Map<string, CommitmentHistory>();
  const started = new Set<string | undefined>();
  // What ends have taken: an end of the contract counts what the ends of its lines left, from the first unit on.
  const ended = new Map<BillRow, Fraction>();
  for (const trigger of inOrder) {
    const isStart = trigger.applies === 'START';
    const rows = trigger.lineId === undefined ? work.rows : work.rows.filter((r) => r.lineId === trigger.lineId);
    const counted = sum(rows.map((row) => (isStart ? runningAmount(row) : add(row.gross, ended.get(row) ?? ZERO))));
    const past = history.get(trigger.id) ?? [];
    const held = isStart && started.has(trigger.lineId) ? ZERO : heldBy(trigger, counted, past);
    if (isStart) started.add(trigger.lineId);
    const left = max(sum(rows.map(runningAmount)), ZERO);
    const outside = held.n > 0n ? min(held, left) : held;
    const change = roundTo(negate(outside), work.digits, work.mode);
    const entry = { period: work.period, counted, change: rows.length === 0 ? ZERO : change };
    entries.set(trigger.id, entry);
    if (isZero(entry.change)) continue;
    const shares = bookTrigger(work, trigger, rows, change, outside, add(sum(past.map((h) => h.counted)), counted));
    if (!isStart) for (const [row, share] of shares) ended.set(row, add(ended.get(row) ?? ZERO, share));
  }
  return entries;
}

/** What of the amount counted now lies before the start or after the end. */
function heldBy(trigger: Trigger, counted: Fraction, past: readonly CommitmentHistory[]): Fraction {
  const amount = decimalOrZero(trigger.amount);
  const outside = (running: Fraction): Fraction =>
    trigger.applies === 'START' ? min(running, amount) : max(subtract(running, amount), ZERO);
  const before = sum(past.map((h) => h.counted));
  return subtract(outside(add(before, counted)), outside(before));
}

function bookTrigger(
  work: AdjustWork,
  trigger: Trigger,
  rows: readonly BillRow[],
  change: Fraction,
  outside: Fraction,
  soFar: Fraction,
): ReadonlyMap<BillRow, Fraction> {
  const isStart = trigger.applies === 'START';
  const reduce = isStart ? reduceEarliestFirst : reduceLatestFirst;
  const shares: ReadonlyMap<BillRow, Fraction> =
    change.n < 0n ? reduce(negate(change), rows, runningAmount) : shareOut(work, change, rows, runningAmount);
  book(
    work,
    'CAP',
    'cap',
    {
      id: trigger.id,
      label: `${isStart ? 'Before the start' : 'After the end'} by amount`,
      clauseId: trigger.clauseId,
      lineId: trigger.lineId,
    },
    shares,
    `Billing ${isStart ? 'starts above' : 'ends at'} ${grouped(trigger.amount ?? '0')}; ${grouped(text(work, soFar))} counted so far.`,
    { exact: exactText(negate(outside)) },
  );
  return shares;
}
