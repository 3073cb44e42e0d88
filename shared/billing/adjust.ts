/**
 * Steps 6 to 10 on the rows of a period: caps, minimums, discounts, commission, tax, in the order the domain fixes.
 * Owns: the order and the bases. Must not: price. Every component is rounded when made.
 */
import type { Commission, ContractVersion, Discount, Period, TaxRule } from '@countersign/shared/model';
import { minorDigits } from '@countersign/shared/money';
import type { AdjustWork } from './booking.ts';
import type { CommitmentHistory } from './commitments.ts';
import type { Frozen } from './freeze.ts';
import { applyAmountTrigger, applyCommitment, applyGuarantee, applyRatioCap } from './limits.ts';
import { applyCommission, applyDiscount, applyTax } from './reductions.ts';
import type { NotBilled, ResultAdjustment } from './result.ts';
import { type BillRow, runningAmount } from './row.ts';
import { amountTriggers } from './triggers.ts';

export interface AdjustOutcome {
  readonly adjustments: readonly ResultAdjustment[];
  readonly notBilled: readonly NotBilled[];
  /** What each commitment counted and did, for the periods that follow. */
  readonly commitments: ReadonlyMap<string, CommitmentHistory>;
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
  const work: AdjustWork = {
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
    const due = (version.commitments ?? []).filter((c) => c.kind === kind && c.basis === basis);
    // Narrow before wide: a line's own limit first, then the contract's.
    for (const c of [...due.filter((d) => d.scope === 'LINE'), ...due.filter((d) => d.scope === 'CONTRACT')])
      commitments.set(c.id, applyCommitment(work, c, history.get(c.id) ?? [], closed));
  };
  for (const trigger of amountTriggers(version))
    commitments.set(trigger.id, applyAmountTrigger(work, trigger, history.get(trigger.id) ?? []));
  for (const rule of version.ratioCaps ?? []) applyRatioCap(work, rule);
  commit('CAP', 'GROSS');
  commit('MINIMUM', 'GROSS');
  for (const guarantee of version.guarantees ?? [])
    commitments.set(guarantee.id, applyGuarantee(work, guarantee, history.get(guarantee.id) ?? []));
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
