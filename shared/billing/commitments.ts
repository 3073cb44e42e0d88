/**
 * Steps 6 and 7: caps and minimums over billing periods, quarters, years and terms.
 * Owns: what counts against an amount, and how much it changes this period. Must not: allocate to rows (adjust.ts).
 */

import {
  addMonths,
  type Commitment,
  type ContractVersion,
  type DayNumber,
  dayNumber,
  isoDate,
  type Period,
  periodLike,
} from '@countersign/shared/model';
import {
  add,
  decimalOf,
  divide,
  type Fraction,
  max,
  min,
  multiply,
  subtract,
  sum,
  ZERO,
} from '@countersign/shared/money';
import { windowOf } from './counterWindows.ts';
import type { Frozen } from './freeze.ts';
import { agreedEnd, contractEnd, contractStart } from './govern.ts';
import { grouped, groupedExact } from './words.ts';

/** What one commitment counted and did in the periods before, oldest first. */
export interface CommitmentHistory {
  readonly period: Period;
  /** Amount counted in that period before this commitment acted (caps), or after caps (minimums). */
  readonly counted: Fraction;
  /** Change it made: a reduction is negative, a true-up positive. */
  readonly change: Fraction;
}

export interface CommitmentEffect {
  /** Exact change, to be rounded once: ≤ 0 for a cap (above 0 only when CARRY gives room back), ≥ 0 for a minimum. */
  readonly change: Fraction;
  readonly text: string;
  readonly factor: string | null;
  /** Set when a minimum waits for its window to close. */
  readonly waits: string | null;
}

interface Window {
  readonly from: DayNumber;
  /** Exclusive end as agreed; null: open-ended. */
  readonly to: DayNumber | null;
}

/** The span a commitment's amount stands for, around a period. */
export function windowFor(frozen: Frozen, commitment: Commitment, period: Period): Window {
  switch (commitment.period ?? 'BILLING_PERIOD') {
    case 'BILLING_PERIOD':
      return period;
    case 'QUARTER':
      return windowOf(frozen, 'QUARTER', period);
    case 'YEAR':
      if (commitment.term !== undefined) return yearOf(dayNumber(commitment.term.from), period);
      return windowOf(frozen, 'YEAR', period);
    case 'TERM':
      if (commitment.term !== undefined)
        return { from: dayNumber(commitment.term.from), to: dayNumber(commitment.term.to) };
      return { from: contractStart(frozen.versions), to: agreedEnd(frozen.versions) };
  }
}

/** Whether a billing period counts in a window: one that lies in two counts in the one of its first day. */
export function countsIn(frozen: Frozen, commitment: Commitment, window: Window, period: Period): boolean {
  return period.to > window.from && windowFor(frozen, commitment, period).from === window.from;
}

function yearOf(start: DayNumber, period: Period): Window {
  let years = 0;
  while (addMonths(start, (years + 1) * 12) <= period.from) years += 1;
  return { from: addMonths(start, years * 12), to: addMonths(start, (years + 1) * 12) };
}

/** The amount for a window: raised by its escalator, by days where the contract ended early or a part period is flagged. */
export function committedAmount(
  frozen: Frozen,
  commitment: Commitment,
  window: Window,
): { amount: Fraction; text: string; factor: string | null } {
  let amount = decimalOf(commitment.amount);
  let text = grouped(commitment.amount);
  if (commitment.escalator !== undefined) {
    const from =
      commitment.escalator.from === undefined ? contractStart(frozen.versions) : dayNumber(commitment.escalator.from);
    const rise = add({ n: 1n, d: 1n }, divide(decimalOf(commitment.escalator.percent), { n: 100n, d: 1n }));
    let years = 0;
    while (addMonths(from, (years + 1) * 12) <= window.from) {
      amount = multiply(amount, rise);
      years += 1;
    }
    if (years > 0) text = `${text} raised ${years} times by ${commitment.escalator.percent}%`;
  }
  const to = window.to;
  if (to === null) return { amount, text, factor: null };
  const start = contractStart(frozen.versions);
  const end = contractEnd(frozen.versions);
  const endsEarly = end !== null && end < to;
  const startsLate = start > window.from;
  const servedFrom = commitment.proratePartPeriods === true && startsLate ? start : window.from;
  const servedTo =
    endsEarly && (commitment.prorateOnTermination === true || commitment.proratePartPeriods === true) ? end : to;
  const served = Math.max(servedTo - servedFrom, 0);
  const whole = to - window.from;
  if (served === whole) return { amount, text, factor: null };
  return {
    amount: multiply(amount, { n: BigInt(served), d: BigInt(whole) }),
    text: `${text} × ${served}/${whole} days`,
    factor: `${served}/${whole}`,
  };
}

/** What a running cap lets through: min(use, cap) now less the same before; both sides run over the whole window. */
export function cappedIncrement(usedBefore: Fraction, used: Fraction, capBefore: Fraction, cap: Fraction): Fraction {
  return subtract(min(used, cap), min(usedBefore, capBefore));
}

/** max(minimum − counted, 0), exact. */
export function trueUp(minimum: Fraction, counted: Fraction): Fraction {
  return max(subtract(minimum, counted), ZERO);
}

/** What a cap or minimum changes in a period, given what counted before. Exact; rounded once by the caller. */
export function commitmentEffect(
  frozen: Frozen,
  commitment: Commitment,
  period: Period,
  counted: Fraction,
  history: readonly CommitmentHistory[],
  closed: boolean,
): CommitmentEffect {
  const window = windowFor(frozen, commitment, period);
  const inWindow = history.filter((h) => countsIn(frozen, commitment, window, h.period));
  const { amount, text, factor } = committedAmount(frozen, commitment, window);
  const carrying = carries(commitment);
  if (commitment.kind === 'CAP') {
    const usedBefore = sum((carrying ? history : inWindow).map((h) => h.counted));
    const used = add(usedBefore, counted);
    let limit = amount;
    let limitBefore = amount;
    if (carrying) {
      limitBefore = allowances(frozen, commitment, history);
      limit = add(limitBefore, newAllowance(frozen, commitment, history, period));
    }
    return {
      change: subtract(cappedIncrement(usedBefore, used, limitBefore, limit), counted),
      text: `Cap ${text}${carrying ? `, carried forward to ${groupedExact(limit)}` : ''}; ${groupedExact(used)} counted.`,
      factor,
      waits: null,
    };
  }
  const end = contractEnd(frozen.versions);
  const closesOn = end === null ? window.to : Math.min(window.to ?? end, end);
  if (closesOn === null || closesOn > period.to) {
    const when = closesOn === null ? 'when the contract ends' : `with the period that holds ${isoDate(closesOn - 1)}`;
    return { change: ZERO, text: '', factor, waits: `The minimum ${text} is compared at its close, ${when}.` };
  }
  if (closesOn <= period.from && spansPeriods(commitment)) return { change: ZERO, text: '', factor, waits: null };
  if (!closed)
    return { change: ZERO, text: '', factor, waits: `The minimum ${text} is compared when the period closes.` };
  if (carrying) {
    const committed = add(allowances(frozen, commitment, history), newAllowance(frozen, commitment, history, period));
    const used = add(sum(history.map((h) => h.counted)), counted);
    const billedBefore = sum(history.map((h) => h.change));
    const due = max(subtract(committed, used), ZERO);
    return {
      change: max(subtract(due, billedBefore), ZERO),
      text: `Minimum carried forward to ${groupedExact(committed)}; ${groupedExact(used)} counted and ${groupedExact(billedBefore)} already made up.`,
      factor,
      waits: null,
    };
  }
  const total = add(sum(inWindow.map((h) => h.counted)), counted);
  return {
    change: trueUp(amount, total),
    text: `Minimum ${text}; ${groupedExact(total)} counted.`,
    factor,
    waits: null,
  };
}

/** Amounts of the windows that the periods before opened, added up. */
function allowances(frozen: Frozen, commitment: Commitment, history: readonly CommitmentHistory[]): Fraction {
  const seen = new Set<DayNumber>();
  const amounts: Fraction[] = [];
  for (const h of history) {
    const window = windowFor(frozen, commitment, h.period);
    if (seen.has(window.from)) continue;
    seen.add(window.from);
    amounts.push(committedAmount(frozen, commitment, window).amount);
  }
  return sum(amounts);
}

function newAllowance(
  frozen: Frozen,
  commitment: Commitment,
  history: readonly CommitmentHistory[],
  period: Period,
): Fraction {
  const window = windowFor(frozen, commitment, period);
  const open = history.some((h) => windowFor(frozen, commitment, h.period).from === window.from);
  return open ? ZERO : committedAmount(frozen, commitment, window).amount;
}

/** The version's commitments, and an end by amount as the cap over the term that people read it as. */
export function commitmentsOf(version: ContractVersion): Commitment[] {
  const ends = (version.triggers ?? []).flatMap((trigger): Commitment[] => {
    if (trigger.applies !== 'END' || trigger.on !== 'ON_AMOUNT' || trigger.amount === undefined) return [];
    const scope = trigger.lineId === undefined ? 'CONTRACT' : 'LINE';
    return [
      {
        id: trigger.id,
        scope,
        lineId: trigger.lineId,
        kind: 'CAP',
        amount: trigger.amount,
        period: 'TERM',
        basis: 'GROSS',
        clauseId: trigger.clauseId,
      },
    ];
  });
  return [...(version.commitments ?? []), ...ends];
}

/** Whether unused amounts move on: a term has nowhere to carry to. */
export function carries(commitment: Commitment): boolean {
  return commitment.rollover === 'CARRY' && commitment.period !== 'TERM';
}

/** Whether a commitment needs the periods before. */
export function needsHistory(commitment: Commitment): boolean {
  return spansPeriods(commitment) || commitment.rollover === 'CARRY';
}

function spansPeriods({ period }: Commitment): boolean {
  return period !== undefined && period !== 'BILLING_PERIOD';
}

/** First period whose amounts a commitment may count. */
export function historyStart(frozen: Frozen): Period {
  return periodLike(frozen.period, contractStart(frozen.versions), frozen.calendar);
}
