/** Payouts whose counter or limit spans less or more than the billing period. */
import type { ActionFact, ContractVersion, PayoutRule, Price, TouchFact } from '@countersign/shared/model';
import { describe, expect, it } from 'vitest';
import { bill } from './testKit/contract.ts';
import { action, paid, program, rule, unit } from './testKit/payouts.ts';

describe('counters of payouts', () => {
  const actions = ['2026-01-10', '2026-01-20', '2026-02-10', '2026-03-10', '2026-04-10', '2026-04-20'].map((day, i) =>
    action(`${i + 1}`, day),
  );
  const tiers = ['1', '2', '3', '4', '5', null].map((upTo, i) => ({ upTo, rate: `${i + 1}` }));
  const payouts = (
    counter: 'PERIOD' | 'QUARTER' | 'YEAR' | 'TERM' | undefined,
    change: Partial<ContractVersion> = {},
  ) =>
    ['2026-01', '2026-02', '2026-03', '2026-04'].map((period) =>
      (
        bill(program({ payoutRules: [rule({ type: 'GRADUATED', tiers, counter })], ...change }), { actions, period })
          .actions ?? []
      )
        .map(({ payout }) => payout)
        .join(' '),
    );

  it('[BILL-24] [ATTR-11] restart with the period, the quarter, the year or never', () => {
    expect(payouts(undefined)).toEqual(['1.00 2.00', '1.00', '1.00', '1.00 2.00']);
    expect(payouts('PERIOD')).toEqual(['1.00 2.00', '1.00', '1.00', '1.00 2.00']);
    expect(payouts('QUARTER')).toEqual(['1.00 2.00', '3.00', '4.00', '1.00 2.00']);
    expect(payouts('YEAR')).toEqual(['1.00 2.00', '3.00', '4.00', '5.00 6.00']);
    expect(payouts('TERM')).toEqual(['1.00 2.00', '3.00', '4.00', '5.00 6.00']);
    expect(payouts('QUARTER', { billingAnchor: '2026-02-01' })).toEqual(['1.00 2.00', '1.00', '2.00', '3.00 4.00']);
    expect(payouts('YEAR', { billingAnchor: '2025-03-01' })).toEqual(['1.00 2.00', '3.00', '1.00', '2.00 3.00']);
  });

  it('[BILL-24] a RESET restarts them on its day, a CONTINUE does not', () => {
    const versions = (tierCounters: 'RESET' | 'CONTINUE') => {
      const terms = { payoutRules: [rule({ type: 'GRADUATED', tiers, counter: 'TERM' })] };
      return [program(terms), program({ ...terms, id: 'v2', sequence: 2, effectiveFrom: '2026-01-15', tierCounters })];
    };
    expect(paid(versions('RESET'), actions, '2026-01')).toEqual(['1 1.00 PENDING', '2 1.00 PENDING']);
    expect(paid(versions('RESET'), actions, '2026-03')).toEqual(['4 3.00 PENDING']);
    expect(paid(versions('CONTINUE'), actions, '2026-03')).toEqual(['4 4.00 PENDING']);
  });

  it('[BILL-38] the twelve months before choose the tier of a trailing year, its own period does not', () => {
    const trailing: Price = {
      type: 'VOLUME',
      counter: 'TRAILING_YEAR',
      tiers: [
        { upTo: '2', rate: '1' },
        { upTo: '3', rate: '2' },
        { upTo: null, rate: '3' },
      ],
    };
    const version = program({ payoutRules: [rule(trailing)], effectiveTo: '2028-01-01' });
    const later = [...actions, action('7', '2027-02-10'), action('8', '2027-05-10')];
    const of = (period: string) => paid(version, later, period);
    expect(of('2026-01')).toEqual(['1 1.00 PENDING', '2 1.00 PENDING']);
    expect(of('2026-02')).toEqual(['3 1.00 PENDING']);
    expect(of('2026-03')).toEqual(['4 2.00 PENDING']);
    expect(of('2026-04')).toEqual(['5 3.00 PENDING', '6 3.00 PENDING']);
    expect(of('2027-02')).toEqual(['7 3.00 PENDING']);
    expect(of('2027-05')).toEqual(['8 1.00 PENDING']);
  });

  it('[BILL-38] a rule is chosen by its own actions and by those it paid', () => {
    const trailing = (upTo: string): Price => ({
      type: 'PERCENT_TIERS',
      mode: 'VOLUME',
      counter: 'TRAILING_YEAR',
      tiers: [
        { upTo, percent: '1' },
        { upTo: null, percent: '2' },
      ],
    });
    const version = program({
      payoutRules: [
        rule(trailing('150'), { id: 'a', eventType: 'A' }),
        rule(trailing('150'), { id: 'b', eventType: 'B' }),
      ],
    });
    const of = (id: string, day: string, eventType: string, change: Partial<ActionFact> = {}) =>
      action(id, day, { eventType, ...change });
    const reversed: Partial<ActionFact> = { statusEvents: [{ status: 'REVERSED', at: '2026-01-12T00:00:00Z' }] };
    const facts = [
      of('1', '2026-01-10', 'A'),
      of('2', '2026-01-11', 'A'),
      of('3', '2026-01-10', 'B'),
      of('4', '2026-01-11', 'B', reversed),
      of('5', '2026-02-10', 'A'),
      of('6', '2026-02-10', 'B'),
    ];
    expect(paid(version, facts, '2026-02')).toEqual(['5 2.00 PENDING', '6 1.00 PENDING']);
  });
});

describe('limits of payouts', () => {
  const days = ['2026-01-10', '2026-01-10', '2026-01-11', '2026-02-10', '2026-02-10'];
  const actions = days.map((day, i) => action(`${i + 1}`, day, { partnerId: i % 2 === 0 ? 'p' : 'q' }));
  const under = (limits: NonNullable<PayoutRule['limits']>, period: string) =>
    paid(program({ payoutRules: [rule(unit('10'), { limits })] }), actions, period).map((text) => text.split(' ')[1]);

  it('[ATTR-7] hold actions to a number a day, a period or a term, of all or of each partner', () => {
    expect(under([{ quantity: '1', period: 'DAY' }], '2026-01')).toEqual(['10.00', '0.00', '10.00']);
    expect(under([{ quantity: '1', period: 'DAY' }], '2026-02')).toEqual(['10.00', '0.00']);
    for (const period of [undefined, 'BILLING_PERIOD'] as const) {
      expect(under([{ quantity: '2', period }], '2026-01')).toEqual(['10.00', '10.00', '0.00']);
      expect(under([{ quantity: '2', period }], '2026-02')).toEqual(['10.00', '10.00']);
    }
    expect(under([{ quantity: '4', period: 'TERM' }], '2026-02')).toEqual(['10.00', '0.00']);
    expect(under([{ quantity: '1', per: 'PARTNER' }], '2026-01')).toEqual(['10.00', '10.00', '0.00']);
    expect(under([{ quantity: '1', per: 'PARTNER', period: 'TERM' }], '2026-02')).toEqual(['0.00', '0.00']);
    expect(under([{ quantity: '1', per: 'CONTRACT' }], '2026-01')).toEqual(['10.00', '0.00', '0.00']);
    expect(under([{ quantity: '0' }], '2026-01')).toEqual(['0.00', '0.00', '0.00']);
  });

  it('[ATTR-7] hold payouts to an amount a day, a period or a term, of all or of each partner', () => {
    expect(under([{ amount: '12', period: 'DAY' }], '2026-01')).toEqual(['10.00', '2.00', '10.00']);
    expect(under([{ amount: '25' }], '2026-01')).toEqual(['10.00', '10.00', '5.00']);
    expect(under([{ amount: '25' }], '2026-02')).toEqual(['10.00', '10.00']);
    expect(under([{ amount: '35', period: 'TERM' }], '2026-02')).toEqual(['5.00', '0.00']);
    expect(under([{ amount: '15', per: 'PARTNER' }], '2026-01')).toEqual(['10.00', '10.00', '5.00']);
    expect(under([{ amount: '25', per: 'PARTNER', period: 'TERM' }], '2026-02')).toEqual(['10.00', '5.00']);
    expect(under([{ amount: '12.349' }], '2026-01')).toEqual(['10.00', '2.34', '0.00']);
    expect(under([{ amount: '30' }], '2026-01')).toEqual(['10.00', '10.00', '10.00']);
  });

  it('[ATTR-7] several limits hold together, and what one refuses uses up nothing of the next', () => {
    expect(under([{ quantity: '2' }, { amount: '15' }], '2026-01')).toEqual(['10.00', '5.00', '0.00']);
    expect(under([{ amount: '12', period: 'DAY' }, { amount: '21' }], '2026-01')).toEqual(['10.00', '2.00', '9.00']);
    expect(under([{ quantity: '1', period: 'DAY' }, { quantity: '2' }], '2026-01')).toEqual(['10.00', '0.00', '10.00']);
  });

  it('[ATTR-7] say what was reached and what is left, and rules do not share them', () => {
    const version = program({
      payoutRules: [
        rule(unit('10'), { id: 'a', eventType: 'A', limits: [{ quantity: '1' }], clauseId: 'k' }),
        rule(unit('10'), { id: 'b', eventType: 'B', limits: [{ amount: '13.5' }] }),
      ],
      clauses: [{ id: 'k', key: '1', text: 'One action a month.' }],
    });
    const given = ['A', 'A', 'B', 'B', 'B'].map((eventType, i) => action(`${i + 1}`, '2026-01-10', { eventType }));
    const said = bill(version, { actions: given }).actions?.map((a) => [a.payout, a.status, a.reason]);
    expect(said).toEqual([
      ['10.00', 'PENDING', expect.stringMatching(/10/)],
      ['0.00', 'OUTSIDE_TERMS', 'The limit of 1 actions was reached.'],
      ['10.00', 'PENDING', expect.not.stringContaining('limit')],
      ['3.50', 'PENDING', expect.stringMatching(/\. The limit of the payout rule leaves 3\.5\.$/)],
      ['0.00', 'OUTSIDE_TERMS', expect.stringMatching(/\. The limit of the payout rule leaves 0\.$/)],
    ]);
    expect(bill(version, { actions: given }).actions?.[1]?.trace.clauseText).toBe('One action a month.');
  });

  it('[ATTR-7] a payout that is cut is split as it was, and a credit passes', () => {
    const attribution = { model: 'LINEAR' as const, windows: [{ touchType: 'CLICK', size: 'P30D' }] };
    const touch = (id: string, partnerId: string): TouchFact => ({
      id,
      actorId: 'u',
      touchType: 'CLICK',
      partnerId,
      at: `2026-01-0${id}T00:00:00Z`,
    });
    const given = {
      actions: [action('1', '2026-01-10', { partnerId: undefined, actorId: 'u' })],
      touches: [touch('1', 'p'), touch('2', 'q'), touch('3', 'r')],
    };
    const cut = bill(program({ attribution, payoutRules: [rule(unit('10'), { limits: [{ amount: '7' }] })] }), given);
    expect(cut.actions?.map((a) => `${a.partnerId} ${a.payout}`)).toEqual(['p 2.34', 'q 2.33', 'r 2.33']);
    const percent = rule({ type: 'PERCENT', percent: '10' }, { limits: [{ amount: '15' }] });
    const sums = ['100', '-100', '300'].map((order, i) => action(`${i}`, '2026-01-10', { amounts: { order } }));
    expect(paid(program({ payoutRules: [percent] }), sums, '2026-01')).toEqual([
      '0 10.00 PENDING',
      '1 -10.00 PENDING',
      '2 15.00 PENDING',
    ]);
  });
});
