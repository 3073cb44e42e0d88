import type { ActionFact, TouchFact } from '@countersign/shared/model';
import { describe, expect, it } from 'vitest';
import { resultProblems } from './invariants.ts';
import { bill, contract } from './testKit/contract.ts';

const action = (id: string, change: Partial<ActionFact> = {}): ActionFact => ({
  id,
  occurredAt: '2026-01-15T12:00:00Z',
  amounts: { order: '129.99' },
  actorId: 'u',
  ...change,
});
const touch = (id: string, partnerId: string, at: string, touchType = 'CLICK'): TouchFact => ({
  id,
  actorId: 'u',
  partnerId,
  at,
  touchType,
});
const program = (change: Parameters<typeof contract>[0] = {}) =>
  contract({
    direction: 'PAYABLE',
    contractKind: 'AFFILIATE',
    payoutRules: [{ id: 'cps', payout: { type: 'PERCENT', percent: '8.5' }, clauseId: 'c1' }],
    clauses: [{ id: 'c1', key: '3', text: 'Partner earns 8.5% of each sale.' }],
    ...change,
  });

describe('payouts', () => {
  it('[ATTR-5] rounds the payout, then splits it over the touches', () => {
    const version = program({ attribution: { model: 'LINEAR', windows: [{ touchType: 'CLICK', size: 'P30D' }] } });
    const touches = [
      touch('t1', 'p', '2026-01-10T00:00:00Z'),
      touch('t2', 'q', '2026-01-12T00:00:00Z'),
      touch('t3', 'r', '2025-11-12T00:00:00Z'),
    ];
    const result = bill(version, { actions: [action('a')], touches });
    expect(result.actions?.map((a) => [a.partnerId, a.payout])).toEqual([
      ['p', '5.53'],
      ['q', '5.52'],
    ]);
    expect(result.totals.total).toBe('11.05');
    expect(result.actions?.[0]?.trace.clauseText).toBe('Partner earns 8.5% of each sale.');
    expect(resultProblems(result)).toEqual([]);
  });

  it('[ATTR-11] the tier counter counts the contract’s actions in time order, whichever partner brought them', () => {
    const version = program({
      payoutRules: [
        {
          id: 'cpa',
          payout: {
            type: 'GRADUATED',
            tiers: [
              { upTo: '2', rate: '10' },
              { upTo: null, rate: '12' },
            ],
          },
          clauseId: 'c1',
        },
      ],
    });
    const actions = [
      action('third', { occurredAt: '2026-01-17T12:00:00Z', partnerId: 'p' }),
      action('first', { occurredAt: '2026-01-15T12:00:00Z', partnerId: 'p' }),
      action('second', { occurredAt: '2026-01-16T12:00:00Z', partnerId: 'q' }),
    ];
    const result = bill(version, { actions });
    expect(Object.fromEntries((result.actions ?? []).map(({ actionId, payout }) => [actionId, payout]))).toEqual({
      first: '10.00',
      second: '10.00',
      third: '12.00',
    });
  });

  it('[ATTR-3] the last touch wins; a click drops views when the policy says so', () => {
    const windows = [
      { touchType: 'CLICK', size: 'P30D' },
      { touchType: 'VIEW', size: 'PT24H' },
    ];
    const touches = [touch('c', 'p', '2026-01-10T00:00:00Z'), touch('v', 'q', '2026-01-15T11:00:00Z', 'VIEW')];
    const winner = (clickOverridesView: boolean) =>
      bill(program({ attribution: { model: 'LAST', windows, clickOverridesView } }), {
        actions: [action('a')],
        touches,
      }).actions?.[0]?.partnerId;
    expect([winner(false), winner(true)]).toEqual(['q', 'p']);
  });

  it('[ATTR-2] a campaign overrides the window; [ATTR-1] outside every window nobody is paid', () => {
    const attribution = {
      model: 'LAST' as const,
      windows: [
        { touchType: 'CLICK', size: 'P30D' },
        { touchType: 'CLICK', size: 'P1D', conditions: [{ field: 'campaign', op: 'EQ' as const, value: 'x' }] },
      ],
    };
    const touches = [touch('c', 'p', '2026-01-10T00:00:00Z')];
    const of = (campaign: string) =>
      bill(program({ attribution }), { actions: [action('a', { dimensions: { campaign } })], touches });
    expect(of('y').actions?.[0]?.payout).toBe('11.05');
    expect(of('x').actions?.[0]).toMatchObject({ payout: '0.00', status: 'UNATTRIBUTED' });
  });

  it('[ATTR-7] eligibility decides in order, and a limit puts later actions outside of terms', () => {
    const version = program({
      eligibility: [
        { id: 'e1', conditions: [{ field: 'amounts.order', op: 'LT', value: '50' }], outcome: 'OUTSIDE_TERMS' },
        {
          id: 'e2',
          conditions: [{ field: 'coupon', op: 'IN', value: ['LEAK'] }],
          outcome: 'REJECT',
          reason: 'Coupon not for partners.',
        },
      ],
      payoutRules: [{ id: 'cpa', payout: { type: 'UNIT', rate: '10' }, limits: [{ quantity: '2' }] }],
    });
    const partnerId = 'p';
    const actions = [
      action('a', { partnerId, amounts: { order: '49.99' } }),
      action('b', { partnerId, dimensions: { coupon: 'LEAK' } }),
      ...['c', 'd', 'e'].map((id) => action(id, { partnerId })),
    ];
    const result = bill(version, { actions });
    expect(result.actions?.map((a) => a.status)).toEqual([
      'OUTSIDE_TERMS',
      'REJECTED',
      'PENDING',
      'PENDING',
      'OUTSIDE_TERMS',
    ]);
    expect(result.totals.total).toBe('20.00');
  });

  it('[ATTR-9] a return before lock edits the action; after lock it is booked in the month of the return', () => {
    const version = program({ locks: [{ months: 0, days: 27, payDay: 15 }] });
    const amended = (at: string) => [
      action('a', { partnerId: 'p', statusEvents: [{ status: 'AMENDED', at, amounts: { order: '79.99' } }] }),
    ];
    expect(bill(version, { actions: amended('2026-02-10T00:00:00Z') }).totals.total).toBe('6.80');
    const late = amended('2026-03-10T00:00:00Z');
    const january = bill(version, { actions: late });
    expect(january.actions?.[0]).toMatchObject({ payout: '11.05', locksOn: '2026-02-28', paysOn: '2026-03-15' });
    expect(bill(version, { actions: late, period: '2026-03' }).totals.total).toBe('-4.25');
    expect(bill(version, { actions: late, period: '2026-02' }).totals.total).toBe('0.00');
  });

  it('[ATTR-10] reversals beyond the limit are refused and said', () => {
    const version = program({ locks: [{ months: 0, days: 5, maxReversalPercent: '50' }] });
    const actions = ['a', 'b', 'c', 'd'].map((id, i) =>
      action(id, { partnerId: 'p', statusEvents: i < 3 ? [{ status: 'REVERSED', at: '2026-01-20T00:00:00Z' }] : [] }),
    );
    const result = bill(version, { actions });
    expect(result.totals.total).toBe('22.10');
    expect(result.warnings.map((w) => w.code)).toContain('REVERSAL_LIMIT');
  });

  it('[ATTR-6] partners with their own price get round(weight × own price)', () => {
    const version = program({
      attribution: { model: 'LINEAR', windows: [{ touchType: 'CLICK', size: 'P30D' }] },
      payoutRules: [{ id: 'cpa', payout: { type: 'UNIT', rate: '1.01' } }],
      overrides: [{ id: 'o', partnerIds: ['q'], price: { type: 'UNIT', rate: '2.03' } }],
    });
    const touches = [touch('t1', 'p', '2026-01-10T00:00:00Z'), touch('t2', 'q', '2026-01-12T00:00:00Z')];
    expect(bill(version, { actions: [action('a')], touches }).actions?.map((a) => a.payout)).toEqual(['0.51', '1.02']);
  });

  it('[ATTR-5] the order basis includes and subtracts named amounts; a hybrid adds a fixed amount', () => {
    const version = program({
      payoutRules: [
        {
          id: 'r',
          payout: { type: 'PERCENT', percent: '10', fixed: '5' },
          orderBasis: { include: ['items'], subtract: ['discount'] },
        },
      ],
    });
    const amounts = { items: '130.00', discount: '10.00', shipping: '8.00', tax: '12.00' };
    expect(bill(version, { actions: [action('a', { partnerId: 'p', amounts })] }).totals.total).toBe('17.00');
  });

  it('[BILL-28] payouts are converted for each action', () => {
    const version = program({
      invoiceCurrency: { to: 'JPY', rate: '150.05', source: 'ECB', at: '2026-02-01T00:00:00Z' },
    });
    const actions = ['a', 'b', 'c'].map((id) => action(id, { partnerId: 'p', amounts: { order: '10.01' } }));
    expect(bill(version, { actions }).invoice?.total).toBe('384');
  });

  it('[BILL-3] an action at 04:59:59.999Z on 1 March belongs to February in New York', () => {
    const actions = [action('a', { partnerId: 'p', occurredAt: '2026-03-01T04:59:59.999Z' })];
    expect(bill(program(), { actions, period: '2026-02' }).actions).toHaveLength(1);
    expect(bill(program(), { actions, period: '2026-03' }).actions).toHaveLength(0);
  });
});

describe('fixed amounts', () => {
  it('[ATTR-5] an action without amount still earns its fixed part, and a cancelled order nets to zero', () => {
    const version = program({ payoutRules: [{ id: 'r', payout: { type: 'PERCENT', percent: '4', fixed: '5' } }] });
    expect(bill(version, { actions: [action('lead', { partnerId: 'p', amounts: {} })] }).totals.total).toBe('5.00');
    const pair = [
      action('o', { partnerId: 'p', amounts: { order: '80.00' } }),
      action('c', { partnerId: 'p', amounts: { order: '-80.00' } }),
    ];
    const result = bill(version, { actions: pair });
    expect(result.actions?.map((a) => a.payout)).toEqual(['-8.20', '8.20']);
    expect(result.totals.total).toBe('0.00');
  });
});
