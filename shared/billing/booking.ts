/** Books adjustments on the rows of a period. Owns: shares, their trace and the entries. Must not: decide amounts. */
import type { ContractVersion, Period } from '@countersign/shared/model';
import { add, type Fraction, type RoundingMode, roundedText, sum } from '@countersign/shared/money';
import { allocate, byLine } from './allocate.ts';
import { clauseFields } from './clauses.ts';
import type { Frozen } from './freeze.ts';
import type { AdjustmentKind, NotBilled, ResultAdjustment } from './result.ts';
import type { BillRow } from './row.ts';
import type { TraceStep } from './trace.ts';
import { grouped } from './words.ts';

/** A component changed by an adjustment. */
export type Component = 'cap' | 'minimum' | 'discount' | 'commission' | 'tax';

/** What adjustments are made of, handed down once. */
export interface AdjustWork {
  readonly frozen: Frozen;
  readonly version: ContractVersion;
  readonly period: Period;
  readonly rows: readonly BillRow[];
  readonly digits: number;
  readonly mode: RoundingMode;
  readonly adjustments: ResultAdjustment[];
  readonly notBilled: NotBilled[];
}

export function text(work: AdjustWork, value: Fraction): string {
  return roundedText(value, work.digits, work.mode);
}

/** Books shares on the rows and lists the adjustment with one trace step a share. */
export function book(
  work: AdjustWork,
  kind: Exclude<AdjustmentKind, 'MAKEGOOD_CREDIT'>,
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
    kind,
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

/** Splits an amount over lines by weight, then each line's share over its segments; remainder-exact, ties to the lowest id. */
export function shareOut(
  work: AdjustWork,
  amount: Fraction,
  rows: readonly BillRow[],
  weight: (row: BillRow) => Fraction,
): Map<BillRow, Fraction> {
  const lines = byLine(rows);
  const weights = lines.map((own) => sum(own.map(weight)));
  const ofLine = allocate(amount, weights, work.digits);
  return new Map(
    lines.flatMap((own, n) => {
      const shares = allocate(ofLine[n] as Fraction, own.map(weight), work.digits);
      return own.map((row, i) => [row, shares[i] as Fraction] as const);
    }),
  );
}
