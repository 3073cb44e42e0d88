/** Payouts for tests. Owns: one order of partner "p", a program that pays, its rules. Must not: be imported by the product. */
import type { ActionFact, ContractVersion, PayoutRule, Price } from '@countersign/shared/model';
import { bill, contract } from './contract.ts';

/** An order of 100 at noon in New York (17:00Z in winter) of `day`, written YYYY-MM-DD. */
export function action(id: string, day: string, change: Partial<ActionFact> = {}): ActionFact {
  return { id, occurredAt: `${day}T17:00:00Z`, partnerId: 'p', amounts: { order: '100' }, ...change };
}

export function program(change: Partial<ContractVersion>): ContractVersion {
  return contract({ direction: 'PAYABLE', ...change });
}

export function unit(rate: string): Price {
  return { type: 'UNIT', rate };
}

export function rule(payout: Price, change: Partial<PayoutRule> = {}): PayoutRule {
  return { id: 'r', payout, ...change };
}

/** What each action of a period pays, as "id payout status". */
export function paid(
  version: ContractVersion | readonly ContractVersion[],
  actions: readonly ActionFact[],
  period: string,
): string[] {
  return (bill(version, { actions, period }).actions ?? []).map((a) => `${a.actionId} ${a.payout} ${a.status}`);
}
