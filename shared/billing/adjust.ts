/**
 * Steps 6 to 10 on the rows of a period: caps, minimums, discounts, commission, tax, in the order the domain fixes.
 * Owns: the order and the bases. Must not: price. Every component is rounded when made.
 */
import type { Commission, ContractVersion, Discount, Period, TaxRule } from '@countersign/shared/model';
import { minorDigits } from '@countersign/shared/money';
import { applyAmountTriggers } from './amountTriggers.ts';
import type { AdjustWork } from './booking.ts';
import type { CommitmentHistory } from './commitments.ts';
import type { Frozen } from './freeze.ts';
import { applyCommitment, applyGuarantees, applyRatioCaps } from './limits.ts';
import { applyCommission, applyDiscount, applyTax } from './reductions.ts';
import type { NotBilled, ResultAdjustment } from './result.ts';
import { type BillRow, runningAmount } from './row.ts';
import { byId, inCommitmentOrder } from './ruleOrder.ts';
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
    for (const c of inCommitmentOrder(due))
      commitments.set(c.id, applyCommitment(work, c, history.get(c.id) ?? [], closed));
  };
  for (const [id, entry] of applyAmountTriggers(work, amountTriggers(version), history)) commitments.set(id, entry);
  applyRatioCaps(work, version.ratioCaps ?? []);
  commit('CAP', 'GROSS');
  commit('MINIMUM', 'GROSS');
  for (const [id, entry] of applyGuarantees(work, version.guarantees ?? [], history)) commitments.set(id, entry);
  const rules = version.adjustments ?? [];
  const inOrder = <T extends { order?: number | undefined; id: string }>(list: T[]): T[] =>
    list.sort((a, b) => (a.order ?? 0) - (b.order ?? 0) || byId(a, b));
  for (const rule of inOrder(rules.filter((r): r is Discount => r.kind === 'DISCOUNT'))) applyDiscount(work, rule);
  commit('CAP', 'NET_OF_DISCOUNT');
  commit('MINIMUM', 'NET_OF_DISCOUNT');
  const beforeCommission = new Map(rows.map((row) => [row, runningAmount(row)]));
  for (const rule of inOrder(rules.filter((r): r is Commission => r.kind === 'COMMISSION')))
    applyCommission(work, rule, beforeCommission);
  for (const rule of rules.filter((r): r is TaxRule => r.kind === 'TAX').sort(byId))
    applyTax(work, rule, beforeCommission);
  return { adjustments: work.adjustments, notBilled: work.notBilled, commitments };
}
