/**
 * Steps 6 to 10 on the rows of a period: caps, minimums, discounts, commission, tax, in the order the domain fixes.
 * Owns: bases, allocation to rows and the adjustment entries. Must not: price. Every component is rounded when made.
 */

import type { Commission, Commitment, ContractVersion, Discount, Period, TaxRule } from '@countersign/shared/model';
import {
  absolute,
  add,
  decimalOf,
  divide,
  exactText,
  type Fraction,
  isZero,
  min,
  minorDigits,
  negate,
  ONE,
  percentOf,
  type RoundingMode,
  roundedText,
  roundTo,
  subtract,
  sum,
  ZERO,
} from '@countersign/shared/money';
import { allocate, byLowestId, reduceLatestFirst } from './allocate.ts';
import { clauseFields } from './clauses.ts';
import { type CommitmentHistory, commitmentEffect, commitmentsOf } from './commitments.ts';
import type { Frozen } from './freeze.ts';
import type { AdjustmentKind, NotBilled, ResultAdjustment, TraceStep } from './result.ts';
import { type BillRow, runningAmount } from './row.ts';
import { grouped } from './words.ts';

/** A component changed by an adjustment. */
type Component = 'cap' | 'minimum' | 'discount' | 'commission' | 'tax';

export interface AdjustOutcome {
  readonly adjustments: readonly ResultAdjustment[];
  readonly notBilled: readonly NotBilled[];
  /** What each commitment counted and did, for the periods that follow. */
  readonly commitments: ReadonlyMap<string, CommitmentHistory>;
}

interface Work {
  readonly frozen: Frozen;
  readonly version: ContractVersion;
  readonly period: Period;
  readonly rows: readonly BillRow[];
  readonly digits: number;
  readonly mode: RoundingMode;
  readonly adjustments: ResultAdjustment[];
  readonly notBilled: NotBilled[];
}

/** Percentage of a base, rounded, never more than the base and never of the other sign: credits are discounted too. */
export function percentReduction(base: Fraction, percent: Fraction, digits: number, mode: RoundingMode): Fraction {
  const reduction = roundTo(percentOf(absolute(base), percent), digits, mode);
  const held = min(reduction, absolute(base));
  return base.n < 0n ? held : negate(held);
}

/** The gross that leaves a net after a commission: round(net ÷ (1 − percent)). */
export function grossUp(net: Fraction, percent: Fraction, digits: number, mode: RoundingMode): Fraction {
  return roundTo(divide(net, subtract(ONE, percentOf(ONE, percent))), digits, mode);
}

/** Tax of an amount, rounded. */
export function taxOf(base: Fraction, percent: Fraction, digits: number, mode: RoundingMode): Fraction {
  return roundTo(percentOf(base, percent), digits, mode);
}

/** Applies the version's commitments and adjustments to the rows, in place, and lists what was done. */
export function adjustRows(
  frozen: Frozen,
  version: ContractVersion,
  period: Period,
  rows: readonly BillRow[],
  history: ReadonlyMap<string, readonly CommitmentHistory[]>,
  closed: boolean,
): AdjustOutcome {
  const work: Work = {
    frozen,
    version,
    period,
    rows,
    digits: minorDigits(version.currency),
    mode: version.roundingMode ?? 'HALF_UP',
    adjustments: [],
    notBilled: [],
  };
  const commitments = new Map<string, CommitmentHistory>();
  const commit = (kind: 'CAP' | 'MINIMUM', basis: 'GROSS' | 'NET_OF_DISCOUNT'): void => {
    const due = commitmentsOf(version).filter((c) => c.kind === kind && c.basis === basis);
    // Narrow before wide: a line's own limit first, then the contract's.
    for (const c of [...due.filter((d) => d.scope === 'LINE'), ...due.filter((d) => d.scope === 'CONTRACT')])
      commitments.set(c.id, applyCommitment(work, c, history.get(c.id) ?? [], closed));
  };
  commit('CAP', 'GROSS');
  commit('MINIMUM', 'GROSS');
  const rules = version.adjustments ?? [];
  const inOrder = <T extends { order?: number | undefined; id: string }>(list: T[]): T[] =>
    list.sort((a, b) => (a.order ?? 0) - (b.order ?? 0) || (a.id < b.id ? -1 : 1));
  for (const rule of inOrder(rules.filter((r): r is Discount => r.kind === 'DISCOUNT'))) applyDiscount(work, rule);
  commit('CAP', 'NET_OF_DISCOUNT');
  commit('MINIMUM', 'NET_OF_DISCOUNT');
  const beforeCommission = new Map(rows.map((row) => [row, runningAmount(row)]));
  for (const rule of inOrder(rules.filter((r): r is Commission => r.kind === 'COMMISSION')))
    applyCommission(work, rule, beforeCommission);
  for (const rule of rules.filter((r): r is TaxRule => r.kind === 'TAX').sort((a, b) => (a.id < b.id ? -1 : 1)))
    applyTax(work, rule, beforeCommission);
  return { adjustments: work.adjustments, notBilled: work.notBilled, commitments };
}

function text(work: Work, value: Fraction): string {
  return roundedText(value, work.digits, work.mode);
}

/** Books shares on the rows and lists the adjustment with one trace step a share. */
function book(
  work: Work,
  kind: AdjustmentKind,
  component: Component,
  rule: { id: string; label: string; clauseId?: string | undefined; lineId?: string | undefined },
  shares: ReadonlyMap<BillRow, Fraction>,
  sentence: string,
  extra: Partial<TraceStep>,
): void {
  const amount = sum(shares.values());
  const children: TraceStep[] = [...shares].map(([row, share]) => {
    row[component] = add(row[component], share);
    return {
      kind: 'SHARE',
      title: row.label,
      text: `${grouped(text(work, share))} falls to ${row.label}.`,
      amount: text(work, share),
      children: [],
    };
  });
  const fields = clauseFields(work.version, rule.clauseId);
  const trace: TraceStep = {
    kind: kind === 'MAKEGOOD_CREDIT' ? 'MAKEGOOD' : kind,
    title: rule.label,
    text: sentence,
    amount: text(work, amount),
    ...fields,
    ...extra,
    children,
  };
  work.adjustments.push({
    key: `${kind}:${rule.id}${rule.lineId === undefined ? '' : `:${rule.lineId}`}`,
    kind,
    label: rule.label,
    ...(rule.lineId === undefined ? {} : { lineId: rule.lineId }),
    ...(rule.clauseId === undefined ? {} : { clauseId: rule.clauseId }),
    amount: text(work, amount),
    trace,
  });
}

function shareOut(
  work: Work,
  amount: Fraction,
  rows: readonly BillRow[],
  weight: (row: BillRow) => Fraction,
): Map<BillRow, Fraction> {
  const ordered = byLowestId(rows);
  const shares = allocate(amount, ordered.map(weight), work.digits);
  return new Map(ordered.map((row, i) => [row, shares[i] as Fraction]));
}

function applyCommitment(
  work: Work,
  commitment: Commitment,
  history: readonly CommitmentHistory[],
  closed: boolean,
): CommitmentHistory {
  const { period } = work;
  const rows = commitment.scope === 'LINE' ? work.rows.filter((r) => r.lineId === commitment.lineId) : work.rows;
  const counted = sum(rows.map(runningAmount));
  const effect = commitmentEffect(work.frozen, commitment, period, counted, history, closed);
  if (effect.waits !== null)
    work.notBilled.push({
      clauseId: commitment.clauseId ?? null,
      key: commitment.id,
      text: `${commitment.kind === 'CAP' ? 'Cap' : 'Minimum'} ${commitment.amount}`,
      why: effect.waits,
    });
  const change = roundTo(effect.change, work.digits, work.mode);
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

/** Rows a rule speaks of, grouped as it computes: once over all, or once for each line it names. */
function groups(work: Work, lineIds: readonly string[] | undefined): { lineId: string | undefined; rows: BillRow[] }[] {
  if (lineIds === undefined) return [{ lineId: undefined, rows: [...work.rows] }];
  return lineIds
    .map((lineId) => ({ lineId, rows: work.rows.filter((r) => r.lineId === lineId) }))
    .filter((g) => g.rows.length > 0);
}

function applyDiscount(work: Work, rule: Discount): void {
  for (const { lineId, rows } of groups(work, rule.lineIds)) {
    const base = sum(rows.map(runningAmount));
    let change: Fraction;
    if (rule.percent !== undefined) change = percentReduction(base, decimalOf(rule.percent), work.digits, work.mode);
    else {
      const held = min(decimalOf(rule.amount ?? '0'), absolute(base));
      change = base.n < 0n ? held : negate(held);
    }
    const words =
      rule.percent !== undefined
        ? `${rule.percent}% of ${grouped(text(work, base))}.`
        : `${grouped(rule.amount ?? '0')} off ${grouped(text(work, base))}, never below zero.`;
    const extra =
      rule.percent === undefined
        ? {}
        : { factor: `${rule.percent}%`, exact: exactText(negate(percentOf(base, decimalOf(rule.percent)))) };
    book(
      work,
      'DISCOUNT',
      'discount',
      {
        id: rule.id,
        label: rule.label ?? (rule.percent === undefined ? 'Discount' : `Discount ${rule.percent}%`),
        clauseId: rule.clauseId,
        lineId,
      },
      shareOut(work, change, rows, runningAmount),
      words,
      extra,
    );
  }
}

function applyCommission(work: Work, rule: Commission, discounted: ReadonlyMap<BillRow, Fraction>): void {
  for (const { lineId, rows } of groups(work, rule.lineIds)) {
    const of = (row: BillRow): Fraction => discounted.get(row) ?? ZERO;
    const base = sum(rows.map(of));
    const change = percentReduction(base, decimalOf(rule.percent), work.digits, work.mode);
    const extra = { factor: `${rule.percent}%`, exact: exactText(negate(percentOf(base, decimalOf(rule.percent)))) };
    book(
      work,
      'COMMISSION',
      'commission',
      { id: rule.id, label: rule.label ?? `Commission ${rule.percent}%`, clauseId: rule.clauseId, lineId },
      shareOut(work, change, rows, of),
      `${rule.percent}% of the discounted amount ${grouped(text(work, base))}.`,
      extra,
    );
  }
}

function taxes(rule: TaxRule, row: BillRow): boolean {
  if (rule.lineIds !== undefined) return rule.lineIds.includes(row.lineId);
  return row.taxCode === undefined || row.taxCode === rule.code;
}

function applyTax(work: Work, rule: TaxRule, beforeCommission: ReadonlyMap<BillRow, Fraction>): void {
  const taxed = work.rows.filter((row) => taxes(rule, row));
  const base = (row: BillRow): Fraction =>
    rule.base === 'BEFORE_COMMISSION' ? (beforeCommission.get(row) ?? ZERO) : runningAmount(row);
  const shares = new Map<BillRow, Fraction>();
  for (const rows of Map.groupBy(taxed, (row) => row.lineId).values()) {
    const total = sum(rows.map(base));
    const tax = taxOf(total, decimalOf(rule.percent), work.digits, work.mode);
    for (const [row, share] of shareOut(work, tax, rows, base)) shares.set(row, share);
  }
  if (shares.size === 0) return;
  const total = sum(taxed.map(base));
  book(
    work,
    'TAX',
    'tax',
    { id: rule.id, label: rule.label ?? `${rule.code} ${rule.percent}%`, clauseId: rule.clauseId },
    shares,
    `${rule.percent}% of ${grouped(text(work, total))} ${rule.base === 'BEFORE_COMMISSION' ? 'before' : 'after'} commission, rounded for each line.`,
    { factor: `${rule.percent}%` },
  );
}
