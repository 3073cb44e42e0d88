/** Which price an action is paid at: partners' own prices, counters of rules, and what limits leave of it. */
import type { ActionFact, ContractVersion, PartnerOverride, TouchFact } from '@countersign/shared/model';
import { describe, expect, it } from 'vitest';
import { bill } from './testKit/contract.ts';
import { action, program, rule, unit } from './testKit/payouts.ts';

const paid = (
  version: ContractVersion | readonly ContractVersion[],
  actions: readonly ActionFact[],
  period = '2026-01',
) => (bill(version, { actions, period }).actions ?? []).map((a) => `${a.actionId} ${a.payout}`);

describe('prices of a partner’s own', () => {
  const own = (change: Partial<PartnerOverride>): PartnerOverride => ({ id: 'o', price: unit('2'), ...change });
  const of = (overrides: PartnerOverride[], change: Partial<ActionFact> = {}) =>
    bill(program({ payoutRules: [rule(unit('1'), { eventType: 'SALE' }), rule(unit('1'), { id: 's' })], overrides }), {
      actions: [action('1', '2026-01-10', { eventType: 'SALE', ...change })],
    }).totals.total;

  it.each<[string, Partial<PartnerOverride>, string]>([
    ['one of its own', { partnerIds: ['p'] }, '2.00'],
    ['one of another partner', { partnerIds: ['q'] }, '1.00'],
    ['one for everybody', {}, '2.00'],
    ['one for its kind of action', { eventType: 'SALE' }, '2.00'],
    ['one for another kind of action', { eventType: 'LEAD' }, '1.00'],
    ['one for its rule', { payoutRuleId: 'r' }, '2.00'],
    ['one for another rule', { payoutRuleId: 's' }, '1.00'],
    ['one for its market', { dimensions: { market: 'DE' } }, '2.00'],
    ['one for another market', { dimensions: { market: 'FR' } }, '1.00'],
    ['one from its day on', { from: '2026-01-10' }, '2.00'],
    ['one that has ended', { to: '2026-01-10' }, '1.00'],
    ['one for a product, which speaks of lines', { productKey: 'banner' }, '1.00'],
    ['one for orders as large', { conditions: [{ field: 'amounts.order', op: 'GTE', value: '100' }] }, '2.00'],
    ['one for larger orders', { conditions: [{ field: 'amounts.order', op: 'GT', value: '100' }] }, '1.00'],
  ])('[ATTR-6] %s', (_, change, total) => {
    expect(of([own(change)], { dimensions: { market: 'DE' } })).toBe(total);
  });

  it('[ATTR-6] asks the amounts as the action stands after a return', () => {
    const large = own({ conditions: [{ field: 'amounts.order', op: 'GTE', value: '100' }] });
    const returned = { status: 'AMENDED', at: '2026-01-12T00:00:00Z', amounts: { order: '99' } } as const;
    expect(of([large], { statusEvents: [returned] })).toBe('1.00');
  });

  it('[ATTR-6] of several the more specific holds, wherever it stands in the list', () => {
    const all = own({ id: 'a', price: unit('3') });
    const sale = own({ id: 'z', eventType: 'SALE', price: unit('5') });
    expect([of([all, sale]), of([sale, all])]).toEqual(['5.00', '5.00']);
  });

  it('[ATTR-2] a window of calendar days reads the zone of the touch, also before the contract and a change of clocks', () => {
    const of = (size: string) => {
      const windows = [{ touchType: 'CLICK', size, kind: 'CALENDAR' as const }];
      const version = program({
        effectiveFrom: '2026-03-20',
        attribution: { model: 'LAST', windows },
        payoutRules: [rule(unit('1'))],
      });
      // 23:30 on 28 February in New York; half past midnight by the summer clock of March.
      const touch: TouchFact = {
        id: 't',
        actorId: 'u',
        touchType: 'CLICK',
        partnerId: 'q',
        at: '2026-03-01T04:30:00Z',
      };
      const actions = [action('1', '2026-03-25', { partnerId: undefined, actorId: 'u' })];
      return bill(version, { actions, touches: [touch], period: '2026-03' }).totals.total;
    };
    expect([of('P24D'), of('P25D')]).toEqual(['0.00', '1.00']);
  });

  it('[ATTR-6] two partners with a price each are paid by their own', () => {
    const version = program({
      attribution: { model: 'LINEAR', windows: [{ touchType: 'CLICK', size: 'P30D' }] },
      payoutRules: [rule(unit('1'))],
      overrides: [
        own({ id: 'forP', partnerIds: ['p'], price: unit('4') }),
        own({ id: 'forQ', partnerIds: ['q'], price: unit('6') }),
      ],
    });
    const touches = ['p', 'q'].map(
      (partnerId): TouchFact => ({
        id: partnerId,
        actorId: 'u',
        touchType: 'CLICK',
        partnerId,
        at: '2026-01-05T00:00:00Z',
      }),
    );
    const actions = [action('1', '2026-01-10', { partnerId: undefined, actorId: 'u' })];
    const { actions: shares, totals } = bill(version, { actions, touches });
    expect(shares?.map((a) => `${a.partnerId} ${a.payout}`)).toEqual(['p 2.00', 'q 3.00']);
    expect(totals.total).toBe('5.00');
  });
});

describe('counters of a payout rule', () => {
  const tiers = [
    { upTo: '1', rate: '10' },
    { upTo: null, rate: '4' },
  ];
  const actions = ['2025-12-31', '2026-01-01', '2026-01-20', '2026-02-10', '2026-12-31', '2027-01-05'].map((day, i) =>
    action(`${i + 1}`, day),
  );
  const since = { effectiveFrom: '2025-12-01', effectiveTo: '2028-01-01' };

  it('[BILL-24] a RESET begins them anew', () => {
    const payoutRules = [rule({ type: 'GRADUATED', tiers, counter: 'TERM' })];
    const first = program({ ...since, payoutRules });
    const second = { ...first, id: 'v2', sequence: 2, effectiveFrom: '2026-01-15' };
    expect(paid([first, second], actions)).toEqual(['2 4.00', '3 4.00']);
    expect(paid([first, { ...second, tierCounters: 'RESET' }], actions)).toEqual(['2 4.00', '3 10.00']);
    expect(paid([first, { ...second, tierCounters: 'RESET' }], actions, '2026-02')).toEqual(['4 4.00']);
  });

  it('[BILL-4] an all-units counter takes the tier of all that its own span holds', () => {
    const of = (counter: 'QUARTER' | undefined, period: string) =>
      paid(program({ ...since, payoutRules: [rule({ type: 'VOLUME', tiers, counter })] }), actions, period);
    expect(['2025-12', '2026-02', '2026-12'].map((period) => of('QUARTER', period))).toEqual([
      ['1 10.00'],
      ['4 4.00'],
      ['5 10.00'],
    ]);
    expect([of(undefined, '2026-01'), of(undefined, '2026-02')]).toEqual([['2 4.00', '3 4.00'], ['4 10.00']]);
  });

  it('[BILL-38] a trailing year holds its first day and not the month itself', () => {
    const version = program({ ...since, payoutRules: [rule({ type: 'VOLUME', tiers, counter: 'TRAILING_YEAR' })] });
    const of = (days: readonly string[], period: string) =>
      paid(
        version,
        days.map((day, i) => action(`${i}`, day)),
        period,
      );
    expect(of(['2026-01-01', '2026-12-31', '2027-01-01'], '2027-01')).toEqual(['2 4.00']);
    expect(of(['2025-12-31', '2026-12-31', '2027-01-01'], '2027-01')).toEqual(['2 10.00']);
    expect(of(['2026-01-01', '2027-01-01', '2027-01-01'], '2027-01')).toEqual(['1 10.00', '2 10.00']);
  });

  it('[BILL-38] counts what its own rule paid for, and no action that no rule pays', () => {
    const version = program({
      ...since,
      payoutRules: [
        rule({ type: 'VOLUME', tiers, counter: 'TRAILING_YEAR' }, { eventType: 'SALE' }),
        rule(unit('1'), { id: 'lead', eventType: 'LEAD' }),
      ],
    });
    const of = (eventType: string) =>
      paid(
        version,
        [
          action('1', '2026-01-10', { eventType }),
          action('2', '2026-01-11', { eventType: 'SALE' }),
          action('3', '2026-02-10', { eventType: 'SALE' }),
        ],
        '2026-02',
      );
    expect([of('SALE'), of('LEAD'), of('OTHER')]).toEqual([['3 4.00'], ['3 10.00'], ['3 10.00']]);
  });
});
