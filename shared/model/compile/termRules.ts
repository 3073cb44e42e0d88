// Rules of a version that single terms say: starts, ends, the discrepancy rule, the least payment. Owns both ways between the
// rows of the Terms sheet and the model; a rule that says more than its terms can stands beside the sheet.
import type { ContractVersion } from '../contract.ts';

/** What the Terms sheet says under a known key. */
export interface StatedTerms {
  value(key: string): string | undefined;
  clause(key: string): string | undefined;
}

/** A known term with its value and the clause it rests on. */
export interface SpelledTerm {
  readonly key: string;
  readonly value: string;
  readonly clauseId?: string | undefined;
}

type Rules = Pick<ContractVersion, 'triggers' | 'discrepancyRules' | 'leastPayment'>;

function present(members: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}

/** [DOC-51] The rules that the terms say; the schema checks them with the rest of the version. */
export function rulesOfTerms(terms: StatedTerms): Record<string, unknown> {
  const { value } = terms;
  const clauseId = (key: string): string | undefined => terms.clause(key);
  const triggers: unknown[] = [];
  if (value('starts.event') !== undefined)
    triggers.push(
      present({
        id: 'starts-event',
        applies: 'START',
        on: 'ON_EVENT',
        event: value('starts.event'),
        occurredOn: value('starts.eventOn'),
        clauseId: clauseId('starts.event'),
      }),
    );
  if (value('ends.quantity') !== undefined)
    triggers.push(
      present({
        id: 'ends-quantity',
        applies: 'END',
        on: 'ON_QUANTITY',
        quantity: value('ends.quantity'),
        clauseId: clauseId('ends.quantity'),
      }),
    );
  if (value('ends.amount') !== undefined)
    triggers.push(
      present({
        id: 'ends-amount',
        applies: 'END',
        on: 'ON_AMOUNT',
        amount: value('ends.amount'),
        clauseId: clauseId('ends.amount'),
      }),
    );
  const discrepancy = present({
    id: 'discrepancy',
    thresholdPercent: value('discrepancy.threshold'),
    base: value('discrepancy.base'),
    remedy: value('discrepancy.remedy'),
    upliftPercent: value('discrepancy.uplift'),
    clauseId: clauseId('discrepancy.threshold'),
  });
  const least = present({
    amount: value('leastPayment'),
    atEnd: value('leastPayment.atEnd'),
    clauseId: clauseId('leastPayment'),
  });
  return {
    ...(triggers.length === 0 ? {} : { triggers }),
    ...(Object.keys(discrepancy).length === 1 ? {} : { discrepancyRules: [discrepancy] }),
    ...(Object.keys(least).length === 0 ? {} : { leastPayment: least }),
  };
}

/** The terms that say these rules; what they cannot say wholly is left out and stands beside the sheet. */
export function termsOfRules(version: Rules): SpelledTerm[] {
  const spelled = [...triggerTerms(version), ...discrepancyTerms(version), ...leastTerms(version)];
  return spelled.filter(({ value }) => value !== '');
}

const ONE_OF_EACH = ['starts-event', 'ends-quantity', 'ends-amount'] as const;

function triggerTerms({ triggers = [] }: Rules): SpelledTerm[] {
  const order: readonly string[] = ONE_OF_EACH;
  const places = triggers.map(({ id }) => order.indexOf(id));
  const sayable = triggers.every(
    (trigger, i) =>
      (places[i] ?? -1) > (places[i - 1] ?? -1) && trigger.lineId === undefined && trigger.notBefore === undefined,
  );
  if (!sayable) return [];
  return triggers.flatMap(({ id, event, occurredOn, quantity, amount, clauseId }): SpelledTerm[] => {
    if (id === 'starts-event')
      return [
        { key: 'starts.event', value: event ?? '', clauseId },
        { key: 'starts.eventOn', value: occurredOn ?? '' },
      ];
    return id === 'ends-quantity'
      ? [{ key: 'ends.quantity', value: quantity ?? '', clauseId }]
      : [{ key: 'ends.amount', value: amount ?? '', clauseId }];
  });
}

function discrepancyTerms({ discrepancyRules = [] }: Rules): SpelledTerm[] {
  const [rule] = discrepancyRules;
  const only = rule !== undefined && discrepancyRules.length === 1 && rule.id === 'discrepancy';
  if (!only || rule.lineIds !== undefined || rule.inclusive !== undefined || rule.otherSource !== undefined) return [];
  return [
    { key: 'discrepancy.threshold', value: rule.thresholdPercent, clauseId: rule.clauseId },
    { key: 'discrepancy.base', value: rule.base },
    { key: 'discrepancy.remedy', value: rule.remedy },
    { key: 'discrepancy.uplift', value: rule.upliftPercent ?? '' },
  ];
}

function leastTerms({ leastPayment }: Rules): SpelledTerm[] {
  if (leastPayment === undefined) return [];
  return [
    { key: 'leastPayment', value: leastPayment.amount, clauseId: leastPayment.clauseId },
    { key: 'leastPayment.atEnd', value: leastPayment.atEnd ?? '' },
  ];
}
