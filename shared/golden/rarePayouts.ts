/**
 * Test-only. Actions at every edge of payouts: every status, every limit, rules and overrides that compete.
 * Must not: say what is paid; the kernel does, and its bytes are kept.
 */
import type { PreviewInput } from '@countersign/shared/billing';
import type { ActionFact, ContractVersion, TouchFact } from '@countersign/shared/model';
import { asked, version } from './rare.ts';

const at = (time: string): string => `2026-01-${time}Z`;
const ASKED_AT = at('20T12:00:00.000');

const action = (id: string, day: string, change: Partial<ActionFact> = {}): ActionFact => ({
  id,
  eventType: 'SALE',
  occurredAt: at(`${day}T15:00:00`),
  partnerId: 'p1',
  amounts: { ORDER: '100.05', SHIPPING: '10', TAX: '5' },
  ...change,
});
const happened = (status: string, day: string, more: object = {}) =>
  [{ status, at: at(`${day}T10:00:00`), ...more }] as ActionFact['statusEvents'];
const actions: ActionFact[] = [
  action('a1', '05'),
  action('a2', '05', { partnerId: 'p2', orderId: 'o2', recordedAt: ASKED_AT }),
  action('a3', '06', { eventType: 'LEAD' }),
  action('a4', '06', { eventType: 'OTHER' }),
  action('a5', '07', { partnerId: undefined, actorId: 'u1' }),
  action('a6', '08', { statusEvents: happened('REVERSED', '12') }),
  action('a7', '08', { statusEvents: happened('APPROVED', '12', { recordedAt: at('21T00:00:00') }) }),
  action('a8', '09', { statusEvents: happened('PAID', '20') }),
  action('a9', '09', { statusEvents: happened('EXTENDED', '10') }),
  action('b1', '10', { statusEvents: happened('OUTSIDE_TERMS', '11', { reason: 'Coupon.' }) }),
  action('b2', '10', { statusEvents: happened('AMENDED', '11', { amounts: { ORDER: '50' } }) }),
  action('b3', '11', { eventType: 'LEAD', statusEvents: happened('UPGRADED', '20', { eventType: 'SALE' }) }),
  action('b4', '11', { statusEvents: [...(happened('REVERSED', '25') ?? []), ...(happened('APPROVED', '12') ?? [])] }),
  action('b5', '12', { dimensions: { customer: 'new' } }),
  action('b5', '12', { dimensions: { customer: 'old' } }),
  action('b6', '12', { amounts: {} }),
  action('b7', '13', {
    statusEvents: [
      ...(happened('AMENDED', '16', { amounts: { ORDER: '70' } }) ?? []),
      ...(happened('AMENDED', '14', { amounts: { ORDER: '30', SHIPPING: '3' } }) ?? []),
    ],
  }),
  action('b8', '13', { occurredAt: '2026-01-13T23:30:00-05:00' }),
  action('b9', '13', { occurredAt: '2026-01-14T01:30:00+09:00', eventType: 'LEAD' }),
  action('a0', '13', { occurredAt: '2026-02-03T12:00:00Z' }),
  action('00', '13', { occurredAt: '2026-02-03T12:00:00Z', eventType: 'LEAD', partnerId: undefined }),
];
const touches: TouchFact[] = [
  { id: 't1', actorId: 'u1', touchType: 'CLICK', partnerId: 'p1', at: at('06T10:00:00') },
  { id: 't2', actorId: 'u1', touchType: 'VIEW', partnerId: 'p2', at: at('07T10:00:00') },
  { id: 't2', actorId: 'u1', touchType: 'VIEW', partnerId: 'p3', at: at('07T10:00:00') },
  {
    id: 't3',
    actorId: 'u1',
    touchType: 'CLICK',
    partnerId: 'p3',
    at: at('07T10:00:00'),
    recordedAt: at('21T00:00:00'),
  },
];
const sale = {
  id: 'sale',
  eventType: 'SALE',
  payout: { type: 'PERCENT', percent: '7' },
  orderBasis: { include: ['ORDER', 'SHIPPING'], subtract: ['TAX'] },
} as const;
const lead = {
  id: 'lead',
  eventType: 'LEAD',
  payout: { type: 'UNIT', rate: '4.5' },
  clauseId: 'k',
  label: 'Leads',
} as const;
const attribution = {
  model: 'LINEAR',
  windows: [
    { touchType: 'CLICK', size: 'P30D' },
    { touchType: 'VIEW', size: 'PT24H', kind: 'CALENDAR' },
  ],
} as const;
const tiered = {
  type: 'VOLUME',
  tiers: [
    { upTo: '3', rate: '1' },
    { upTo: '6', rate: '2' },
    { upTo: null, rate: '3' },
  ],
} as const;
const TERMS: readonly object[] = [
  { payoutRules: [sale, lead] },
  {
    payoutRules: [
      { ...sale, priority: 2 },
      { ...sale, id: 'any', eventType: undefined, priority: 1 },
      { ...sale, id: 'b', priority: 2 },
    ],
  },
  { payoutRules: [sale, lead], attribution },
  {
    payoutRules: [sale],
    attribution: { ...attribution, model: 'POSITION' },
    overrides: [{ id: 'o', partnerIds: ['p2'], price: { type: 'PERCENT', percent: '9' } }],
  },
  {
    payoutRules: [sale, lead],
    overrides: [
      { id: 'o1', payoutRuleId: 'lead', price: { type: 'UNIT', rate: '5' } },
      { id: 'o2', eventType: 'SALE', partnerIds: ['p2'], price: { type: 'FLAT', amount: '3' } },
      { id: 'o3', lineId: 'l1', price: { type: 'UNIT', rate: '8' } },
    ],
  },
  {
    payoutRules: [
      { ...sale, payout: tiered },
      { ...lead, payout: { ...tiered, counter: 'YEAR' } },
    ],
  },
  {
    payoutRules: [
      {
        ...sale,
        limits: [
          { quantity: '3', period: 'DAY' },
          { amount: '20', per: 'PARTNER' },
        ],
      },
      { ...lead, limits: [{ quantity: '1', period: 'TERM' }] },
    ],
  },
  {
    payoutRules: [
      { ...sale, limits: [{ amount: '15.005', period: 'TERM' }] },
      { ...lead, limits: [{ quantity: '1', per: 'PARTNER', period: 'BILLING_PERIOD' }] },
    ],
  },
  {
    payoutRules: [sale, lead],
    locks: [
      { eventType: 'SALE', days: 3, payDay: 31, payMonthsAfterLock: 1, maxReversalPercent: '10' },
      { months: 1, afterMonthEnd: true, dayOfMonth: 31, extensionMonths: 2, clauseId: 'k' },
    ],
  },
  {
    payoutRules: [sale, lead],
    locks: [{ days: 0 }],
    upgrades: [{ id: 'u', from: 'LEAD', to: 'SALE', within: 'BILLING_PERIOD' }],
  },
  {
    payoutRules: [sale],
    eligibility: [
      {
        id: 'e1',
        conditions: [{ field: 'customer', op: 'EQ', value: 'new' }],
        outcome: 'REJECT',
        reason: 'Known.',
        clauseId: 'k',
      },
      { id: 'e2', conditions: [{ field: 'customer', op: 'MISSING' }], outcome: 'PAY' },
      { id: 'e3', conditions: [{ field: 'eventType', op: 'IN', value: ['LEAD', 'OTHER'] }], outcome: 'OUTSIDE_TERMS' },
    ],
  },
  { payoutRules: [{ ...sale, conditions: [{ field: 'customer', op: 'NE', value: 'new' }], orderBasis: undefined }] },
  { payoutRules: [] },
];
export const rarePayouts: readonly PreviewInput[] = TERMS.flatMap((terms) => [
  ...['2026-01', '2026-02'].map((period) =>
    asked(
      {
        direction: 'PAYABLE',
        clauses: [{ id: 'k', key: '1', text: 'As agreed.' }],
        ...terms,
      } as Partial<ContractVersion>,
      { facts: { actions, touches }, period },
    ),
  ),
  asked({ direction: 'PAYABLE', ...terms } as Partial<ContractVersion>, {
    facts: { actions: [...actions].reverse(), touches },
    asOf: ASKED_AT,
  }),
  asked({ direction: 'PAYABLE', ...terms } as Partial<ContractVersion>, {
    facts: { actions, touches },
    more: [
      version({
        direction: 'PAYABLE',
        id: 'v2',
        sequence: 2,
        effectiveFrom: '2026-01-09',
        tierCounters: 'RESET',
        ...terms,
      } as Partial<ContractVersion>),
    ],
  }),
]);
