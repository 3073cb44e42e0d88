// Sums of what the list shows. Owns that amounts of different currencies, and what is paid and what is received, are never added. Exact.
import { add, decimalOf, toMoney, ZERO } from '@countersign/shared/money';
import type { ContractRow } from './contractRows.ts';

/** An exact sum of ordered gross. */
export interface Total {
  readonly amount: string;
  readonly currency: string;
  /** Of contracts under which we pay. */
  readonly payable: boolean;
}

/** [SCR-65] Ordered gross of these rows by currency, what we pay apart; the currencies in order of their letters. */
export function totalsOf(rows: readonly ContractRow[]): Total[] {
  const amounts = rows.flatMap(({ figures }) =>
    figures?.worth?.kind === 'ordered' ? [{ ...figures.worth, payable: figures.direction === 'PAYABLE' }] : [],
  );
  const groups = Map.groupBy(amounts, ({ currency, payable }) => `${currency}${payable ? ' paid' : ''}`);
  return [...groups]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, held]) => {
      const [first] = held;
      if (first === undefined) return [];
      const sum = held.reduce((so, { amount }) => add(so, decimalOf(amount)), ZERO);
      return [{ ...toMoney(sum, first.currency), payable: first.payable }];
    });
}

/** The rows that are still being worked on. */
export function openRows(rows: readonly ContractRow[]): ContractRow[] {
  return rows.filter(({ state }) => state === 'DRAFT' || state === 'IN_REVIEW');
}
