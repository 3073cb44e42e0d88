/**
 * Steps 8 to 10: discounts, commission and tax. Owns: their bases and rounding. Must not: order the steps (adjust.ts).
 */
import type { Commission, Discount, TaxRule } from '@countersign/shared/model';
import {
  absolute,
  decimalOf,
  divide,
  exactText,
  type Fraction,
  isNegative,
  min,
  negate,
  ONE,
  percentOf,
  type RoundingMode,
  roundTo,
  subtract,
  sum,
  ZERO,
} from '@countersign/shared/money';
import { type AdjustWork, book, shareOut, text } from './booking.ts';
import { type BillRow, runningAmount } from './row.ts';
import { grouped } from './words.ts';

/**
 * What a percentage of at most 100 takes off a base of whole minor units: rounded with its sign, as gross and tax are, so
 * that credits are discounted too; never more than the base.
 */
export function percentReduction(base: Fraction, percent: Fraction, digits: number, mode: RoundingMode): Fraction {
  return negate(roundTo(percentOf(base, percent), digits, mode));
}

/** The gross that leaves a net after a commission: round(net ÷ (1 − percent)). */
export function grossUp(net: Fraction, percent: Fraction, digits: number, mode: RoundingMode): Fraction {
  return roundTo(divide(net, subtract(ONE, percentOf(ONE, percent))), digits, mode);
}

/** Tax of an amount, rounded. */
function taxOf(base: Fraction, percent: Fraction, digits: number, mode: RoundingMode): Fraction {
  return roundTo(percentOf(base, percent), digits, mode);
}

/** Rows a rule speaks of, grouped as it computes: once over all, or once for each line it names. */
function groups(
  work: AdjustWork,
  lineIds: readonly string[] | undefined,
): { lineId: string | undefined; rows: BillRow[] }[] {
  if (lineIds === undefined) return [{ lineId: undefined, rows: [...work.rows] }];
  return lineIds
    .map((lineId) => ({ lineId, rows: work.rows.filter((r) => r.lineId === lineId) }))
    .filter((g) => g.rows.length > 0);
}

/** Books one discount: a percentage or an amount off what the rows come to so far; an amount never takes more than is there. */
export function applyDiscount(work: AdjustWork, rule: Discount): void {
  const { percent, amount = '0' } = rule;
  for (const { lineId, rows } of groups(work, rule.lineIds)) {
    const base = sum(rows.map(runningAmount));
    let change: Fraction;
    if (percent !== undefined) change = percentReduction(base, decimalOf(percent), work.digits, work.mode);
    else {
      const held = min(decimalOf(amount), absolute(base));
      change = isNegative(base) ? held : negate(held);
    }
    const words =
      percent !== undefined
        ? `${percent}% of ${grouped(text(work, base))}.`
        : `${grouped(amount)} off ${grouped(text(work, base))}, never below zero.`;
    const extra =
      percent === undefined
        ? {}
        : { factor: `${percent}%`, exact: exactText(negate(percentOf(base, decimalOf(percent)))) };
    book(
      work,
      'DISCOUNT',
      'discount',
      {
        id: rule.id,
        label: rule.label ?? (percent === undefined ? 'Discount' : `Discount ${percent}%`),
        clauseId: rule.clauseId,
        lineId,
      },
      shareOut(work, change, rows, runningAmount),
      words,
      extra,
    );
  }
}

/** Books one commission: a percentage of what rows came to after discounts (`discounted`), whatever other commissions took. */
export function applyCommission(work: AdjustWork, rule: Commission, discounted: ReadonlyMap<BillRow, Fraction>): void {
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

/** Books one tax by line: of what stands after commissions or, where the rule says so, of `beforeCommission`. */
export function applyTax(work: AdjustWork, rule: TaxRule, beforeCommission: ReadonlyMap<BillRow, Fraction>): void {
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
