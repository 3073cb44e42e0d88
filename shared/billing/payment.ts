/**
 * What is paid now where small totals wait. Owns: the running sum of what waits. Must not: change what is billed or posted:
 * a total is earned in its period whenever it is paid.
 */
import type { LeastPayment, Period } from '@countersign/shared/model';
import { add, compare, decimalOf, type Fraction, ZERO } from '@countersign/shared/money';
import { clauseFields } from './clauses.ts';
import type { Frozen } from './freeze.ts';
import type { FrozenVersion } from './frozenVersion.ts';
import { contractEnd } from './govern.ts';
import type { Payment } from './result.ts';
import { type BillRow, rowTotal } from './row.ts';
import { grouped } from './words.ts';

/** What a period pays, and what waits after it. */
export interface PaidPeriod {
  readonly rule: LeastPayment;
  readonly version: FrozenVersion;
  readonly waited: Fraction;
  readonly total: Fraction;
  readonly due: Fraction;
  readonly waits: Fraction;
  readonly ends: boolean;
}

/** Sets the total of a period against the least payment of the version that settles it; null where there is none. */
export function payPeriod(
  frozen: Frozen,
  version: FrozenVersion,
  period: Period,
  rows: readonly BillRow[],
  waited: Fraction,
): PaidPeriod | null {
  const rule = version.doc.leastPayment;
  if (rule === undefined) return null;
  let total = ZERO;
  for (const row of rows) total = add(total, rowTotal(row));
  const open = add(waited, total);
  const end = contractEnd(frozen.versions);
  const ends = end !== null && end <= period.to;
  const pays = compare(open, decimalOf(rule.amount)) >= 0 || (ends && rule.atEnd !== 'KEEP');
  return { rule, version, waited, total, due: pays ? open : ZERO, waits: pays ? ZERO : open, ends };
}

/** The payment as the result states it. */
export function paymentOf(paid: PaidPeriod, write: (value: Fraction) => string): Payment {
  const { rule, version, waited, total, due, waits, ends } = paid;
  const sum = write(add(waited, total));
  const parts =
    waited.n === 0n ? grouped(write(total)) : `${grouped(write(total))} and ${grouped(write(waited))} that waited`;
  const least = `the least payment of ${grouped(rule.amount)}`;
  let text = `${parts}: ${grouped(sum)} reaches ${least} and is paid.`;
  if (waits.n !== 0n)
    text = ends
      ? `${parts}: ${grouped(sum)} is below ${least}, the contract ends and it is kept.`
      : `${parts}: ${grouped(sum)} is below ${least} and waits for the next period.`;
  else if (compare(add(waited, total), decimalOf(rule.amount)) < 0)
    text = `${parts}: ${grouped(sum)} is paid, because the contract ends.`;
  return {
    least: rule.amount,
    waited: write(waited),
    due: write(due),
    waits: write(waits),
    text,
    ...clauseFields(version.doc, rule.clauseId),
  };
}
