// Sums of a CPA or CPS statement by partner and by outcome, exactly, from the kernel's rounded shares. Must not price.
import type { ActionOutcome, ResultAction } from '@countersign/shared/billing';
import type { ActionFact } from '@countersign/shared/model';
import { add, decimalOf, type Fraction, roundedText, ZERO } from '@countersign/shared/money';
import { amountText } from '../../kit/amount.ts';
import { OUTCOME_WORDS } from './statementWords.ts';

export interface ActionGroup {
  readonly key: string;
  readonly label: string;
  readonly count: number;
  /** Decimal text at the currency's minor digits. */
  readonly payout: string;
}

function grouped(
  actions: readonly ResultAction[],
  keyOf: (action: ResultAction) => string,
  labelOf: (key: string) => string,
): ActionGroup[] {
  const groups = new Map<string, { count: number; sum: Fraction; digits: number }>();
  for (const action of actions) {
    const key = keyOf(action);
    const before = groups.get(key) ?? { count: 0, sum: ZERO, digits: 0 };
    groups.set(key, {
      count: before.count + 1,
      sum: add(before.sum, decimalOf(action.payout)),
      // Sums keep the longest decimals of their parts: 2 for USD, 0 for JPY, as the kernel rounded them.
      digits: Math.max(before.digits, (action.payout.split('.')[1] ?? '').length),
    });
  }
  return [...groups].map(([key, { count, sum, digits }]) => ({
    key,
    label: labelOf(key),
    count,
    payout: roundedText(sum, digits, 'HALF_UP'),
  }));
}

/** Payout by partner, in order of first appearance. */
export function byPartner(actions: readonly ResultAction[]): ActionGroup[] {
  return grouped(
    actions,
    (action) => action.partnerId,
    (key) => (key === '' ? 'No partner' : key),
  );
}

/** Payout by outcome, in the order of an action's life. */
export function byOutcome(actions: readonly ResultAction[]): ActionGroup[] {
  const order = Object.keys(OUTCOME_WORDS);
  return grouped(
    actions,
    (action) => action.status,
    (key) => OUTCOME_WORDS[key as ActionOutcome],
  ).sort((a, b) => order.indexOf(a.key) - order.indexOf(b.key));
}

/** Actions that match the words typed into the filter: order, partner, event or outcome. */
export function matchingActions(actions: readonly ResultAction[], words: string, outcome: string): ResultAction[] {
  const wanted = words.trim().toLowerCase();
  return actions.filter(
    (action) =>
      (outcome === '' || action.status === outcome) &&
      (wanted === '' ||
        [action.orderId, action.partnerId, action.eventType, action.actionId].some((text) =>
          text.toLowerCase().includes(wanted),
        )),
  );
}

/** What each order came to, by action id, for people: its amount `order`, else the only amount it names. */
export function basisOf(facts: readonly ActionFact[]): ReadonlyMap<string, string> {
  return new Map(
    facts.flatMap(({ id, amounts = {} }) => {
      const named = Object.values(amounts);
      const amount = amounts.order ?? amounts.ORDER ?? (named.length === 1 ? named[0] : undefined);
      return amount === undefined ? [] : [[id, amountText(amount, { decimals: 2 })] as const];
    }),
  );
}
