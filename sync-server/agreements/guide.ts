// The fenced examples of docs/guide/contract-format.md, read for the test that keeps them true. A fence says what it
// holds: ```json line. Owns finding and checking examples, and the bills stated in the text; must not compute bills.
import { contractProblems, type Facts } from '@countersign/shared/billing';
import {
  ActionFact,
  ActionStatusEvent,
  Adjustment,
  AttributionPolicy,
  AttributionWindow,
  Clause,
  Commitment,
  Condition,
  ContractVersion,
  DeliveryFact,
  DiscrepancyRule,
  EligibilityRule,
  Escalator,
  ExchangeRate,
  Limit,
  Line,
  LockRule,
  Makegood,
  PartnerOverride,
  Party,
  PayoutRule,
  Price,
  RateCardRow,
  Term,
  TouchFact,
  Trigger,
} from '@countersign/shared/model';

/** One fenced JSON example with the kind its fence names and its line in the guide. */
export interface GuideBlock {
  readonly kind: string;
  readonly line: number;
  readonly text: string;
}

/** A whole contract of the guide with the facts and the stated bills that follow it. */
export interface GuideContract {
  readonly line: number;
  readonly version: ContractVersion;
  readonly facts: Facts;
  readonly bills: readonly { readonly period: string; readonly total: string }[];
}

export interface Guide {
  readonly blocks: readonly GuideBlock[];
  readonly contracts: readonly GuideContract[];
  /** Names of all fields of a version, its parts and the facts that the guide does not mention. */
  readonly missingFields: readonly string[];
}

/** Fence kinds that stand for one entry of a list of a version, with that list and the schema of its entries. */
const PARTS = {
  party: ['parties', Party],
  clause: ['clauses', Clause],
  term: ['terms', Term],
  line: ['lines', Line],
  rateRow: ['rateCardRows', RateCardRow],
  commitment: ['commitments', Commitment],
  discrepancy: ['discrepancyRules', DiscrepancyRule],
  makegood: ['makegoods', Makegood],
  payoutRule: ['payoutRules', PayoutRule],
  eligibility: ['eligibility', EligibilityRule],
  lock: ['locks', LockRule],
  override: ['overrides', PartnerOverride],
  trigger: ['triggers', Trigger],
} as const;
const LISTS: Readonly<Record<string, keyof ContractVersion>> = {
  ...Object.fromEntries(Object.entries(PARTS).map(([kind, [list]]) => [kind, list])),
  defaultRate: 'defaultRates',
  adjustment: 'adjustments',
};
const FACTS = { delivery: DeliveryFact, touches: TouchFact, actions: ActionFact } as const;

const HOST = {
  id: 'v',
  contractId: 'c',
  number: 'guide',
  effectiveFrom: '2026-01-01',
  currency: 'USD',
  timeZone: 'America/New_York',
  lines: [{ id: 'video', rateType: 'CPM', price: { type: 'UNIT', rate: '1' } }],
};

function problemOf(document: unknown): string | null {
  return contractProblems(document)[0]?.message ?? null;
}

/** What is wrong with an example: a sentence, or null. A part is checked inside a small contract, so rules between fields count. */
export function guideProblem(block: GuideBlock): string | null {
  const value: unknown = JSON.parse(block.text);
  if (block.kind === 'contract') return problemOf(value);
  if (block.kind === 'price') {
    const price = Price.safeParse(value);
    return price.success
      ? problemOf({ ...HOST, lines: [{ id: 'video', rateType: 'CPM', price: price.data }] })
      : price.error.message;
  }
  if (block.kind === 'attribution') return problemOf({ ...HOST, attribution: value });
  if (block.kind in FACTS) {
    const facts = FACTS[block.kind as keyof typeof FACTS].array().safeParse(value);
    return facts.success ? null : facts.error.message;
  }
  const list = LISTS[block.kind];
  if (list === undefined) return `The fence "json ${block.kind}" names nothing the guide knows.`;
  return problemOf({ ...HOST, [list]: [value] });
}

/** Fields of every object of the format. */
function fieldNames(): string[] {
  const objects = [
    ContractVersion,
    ...Object.values(PARTS).map(([, schema]) => schema),
    ...Adjustment.options,
    AttributionPolicy,
    AttributionWindow,
    Condition,
    Escalator,
    ExchangeRate,
    Limit,
    ...Object.values(FACTS),
    ActionStatusEvent,
  ];
  return [...new Set(objects.flatMap((object) => Object.keys(object.shape)))];
}

const FENCE = /^```json ?(\w*)\n([\s\S]*?)^```$|^Bill of (\d{4}-\d{2}): \*\*([\d,.-]+) [A-Z]{3}\*\*$/gm;

/** Reads the guide's examples in order; facts and stated bills belong to the contract above them, up to the next heading of the fields. */
export function readGuide(text: string): Guide {
  const blocks: GuideBlock[] = [];
  const contracts: {
    line: number;
    version: ContractVersion;
    facts: { delivery: DeliveryFact[]; touches: TouchFact[]; actions: ActionFact[] };
    bills: { period: string; total: string }[];
  }[] = [];
  const patternsEnd = text.indexOf('\n## Every field');
  for (const match of text.matchAll(FENCE)) {
    const [, kind, body, period, total] = match;
    const line = text.slice(0, match.index).split('\n').length;
    const current = contracts.at(-1);
    if (period !== undefined && total !== undefined) {
      current?.bills.push({ period, total: total.replaceAll(',', '') });
      continue;
    }
    if (kind === undefined || body === undefined) continue;
    blocks.push({ kind, line, text: body });
    if (match.index > patternsEnd) continue;
    if (kind === 'contract')
      contracts.push({
        line,
        version: JSON.parse(body) as ContractVersion,
        facts: { delivery: [], touches: [], actions: [] },
        bills: [],
      });
    else if (kind === 'delivery' || kind === 'touches' || kind === 'actions')
      current?.facts[kind].push(...JSON.parse(body));
  }
  return { blocks, contracts, missingFields: fieldNames().filter((name) => !text.includes(`\`${name}\``)) };
}
