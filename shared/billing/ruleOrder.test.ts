/** Several rules of one kind over the same lines: what each comes to, whatever row of the document it stands in. */
import type { Commitment, ContractVersion, Guarantee, Trigger } from '@countersign/shared/model';
import { describe, expect, it } from 'vitest';
import { bill, contract, cpm, delivered, type Given } from './testKit/contract.ts';

/** What the adjustments come to, the rules of a list in the order given and in the opposite one. */
function bothWays(change: (turned: boolean) => Partial<ContractVersion>, given: Given): string[] {
  const [one, other] = [false, true].map((turned) => {
    const { adjustments, totals } = bill(contract({ lines: [cpm('10')], ...change(turned) }), given);
    return [...adjustments.map((a) => `${a.key} ${a.amount}`), `total ${totals.total}`];
  });
  expect(other).toEqual(one);
  return one ?? [];
}
const turn = <T>(list: T[], turned: boolean): T[] => (turned ? [...list].reverse() : list);

const january = delivered('100000');
const february = delivered('100000', '2026-02-10', { key: 'b' });
const limit = (id: string, kind: Commitment['kind'], amount: string, more: Partial<Commitment> = {}): Commitment => ({
  id,
  scope: 'CONTRACT',
  kind,
  amount,
  basis: 'GROSS',
  ...more,
});

describe('several rules of one kind', () => {
  it('[BILL-49] caps of one scope: the shorter span first, and the wider one counts what it left', () => {
    const caps = [limit('a', 'CAP', '1500', { period: 'TERM' }), limit('b', 'CAP', '900')];
    expect(
      bothWays((turned) => ({ commitments: turn(caps, turned) }), {
        delivery: [january, february],
        period: '2026-02',
      }),
    ).toEqual(['CAP:b -100.00', 'CAP:a -300.00', 'total 600.00']);
  });

  it('[BILL-49] caps of one scope and span: the lower id first; the lowest amount holds', () => {
    const caps = [limit('b', 'CAP', '700'), limit('a', 'CAP', '900')];
    const found = bothWays((turned) => ({ commitments: turn(caps, turned) }), { delivery: [january] });
    expect(found).toEqual(['CAP:a -100.00', 'CAP:b -200.00', 'total 700.00']);
  });

  it('[BILL-49] minimums of one scope: what the shorter span made up counts in the longer one', () => {
    const minimums = [limit('a', 'MINIMUM', '2600', { period: 'TERM' }), limit('b', 'MINIMUM', '1200')];
    const found = bothWays((turned) => ({ commitments: turn(minimums, turned), effectiveTo: '2026-03-01' }), {
      delivery: [january, february],
      period: '2026-02',
    });
    expect(found).toEqual(['MINIMUM:b 200.00', 'MINIMUM:a 200.00', 'total 1400.00']);
  });

  it('[BILL-30] a minimum is held against every cap of its scope, span and basis', () => {
    const commitments = [limit('a', 'CAP', '900'), limit('b', 'CAP', '700'), limit('c', 'MINIMUM', '800')];
    expect(() => bill(contract({ lines: [cpm('10')], commitments }))).toThrow('The minimum 800 is above the cap 700.');
  });

  const trigger = (id: string, applies: 'START' | 'END', amount: string, lineId?: string): Trigger => ({
    id,
    applies,
    on: 'ON_AMOUNT',
    amount,
    ...(lineId === undefined ? {} : { lineId }),
  });

  it('[BILL-49] of several starts by amount the latest holds, of several ends the earliest', () => {
    const triggers = [trigger('a', 'START', '100'), trigger('b', 'START', '300'), trigger('c', 'END', '900')];
    const more = [...triggers, trigger('d', 'END', '800')];
    const found = bothWays((turned) => ({ triggers: turn(more, turned) }), { delivery: [january] });
    expect(found).toEqual(['CAP:b -300.00', 'CAP:d -200.00', 'total 500.00']);
  });

  it('[BILL-49] an end of the contract counts what the ends of its lines leave; nothing is taken twice', () => {
    const triggers = [trigger('a', 'END', '500'), trigger('b', 'END', '300', 'l1'), trigger('c', 'START', '2000')];
    const ends = bothWays((turned) => ({ triggers: turn(triggers.slice(0, 2), turned) }), { delivery: [january] });
    expect(ends).toEqual(['CAP:b:l1 -700.00', 'total 300.00']);
    const all = bothWays((turned) => ({ triggers: turn(triggers, turned) }), { delivery: [january] });
    expect(all).toEqual(['CAP:c -1000.00', 'total 0.00']);
  });

  it('[BILL-49] what one guarantee pays is no earning that another recoups from; the oldest debt comes first', () => {
    const draw = (id: string, date: string, amount: string): Guarantee => ({ id, due: [{ date, amount }] });
    const guarantees = [draw('a', '2026-02-01', '400'), draw('b', '2026-01-01', '1300')];
    const found = bothWays((turned) => ({ guarantees: turn(guarantees, turned) }), {
      delivery: [january, february],
      period: '2026-02',
    });
    expect(found).toEqual(['CAP:b -300.00', 'CAP:a -400.00', 'MINIMUM:a 400.00', 'total 700.00']);
  });

  it('[BILL-35] what falls due stands on all lines where none of its own is on the bill', () => {
    const guarantees: Guarantee[] = [{ id: 'g', due: [{ date: '2026-01-05', amount: '50' }], lineIds: ['l2'] }];
    const lines = [cpm('10'), { ...cpm('10'), id: 'l2', flight: { from: '2026-06-01', to: '2026-07-01' } }];
    const { totals } = bill(contract({ lines, guarantees }), { delivery: [january] });
    expect(totals).toMatchObject({ gross: '1000.00', minimum: '50.00', total: '1050.00' });
  });

  it('[BILL-47] every line is held to what the others earned, before any of them was held', () => {
    const lines = ['l1', 'l2', 'l3'].map((id) => ({ ...cpm('10'), id }));
    const ratioCaps = [
      { id: 'a', lineIds: ['l1'], percent: '50', ofLineIds: ['l2'] },
      { id: 'b', lineIds: ['l2'], percent: '50', ofLineIds: ['l3'] },
    ];
    const delivery = lines.map(({ id }) => delivered('100000', '2026-01-10', { lineId: id }));
    const found = bothWays((turned) => ({ lines, ratioCaps: turn(ratioCaps, turned) }), { delivery });
    expect(found).toEqual(['CAP:a -500.00', 'CAP:b -500.00', 'total 2000.00']);
  });

  it('[BILL-49] a discrepancy rule for the line holds before one for all lines', () => {
    const rule = { base: 'CONTROLLING', remedy: 'UPLIFT', thresholdPercent: '5' } as const;
    const discrepancyRules = [
      { ...rule, id: 'a', upliftPercent: '1' },
      { ...rule, id: 'b', upliftPercent: '2', lineIds: ['l1'] },
      { ...rule, id: 'c', upliftPercent: '3', lineIds: ['l1'] },
    ];
    const delivery = [
      { ...january, source: 'own' },
      { ...january, source: 'third', quantity: '200000' },
    ];
    expect(bothWays((turned) => ({ discrepancyRules: turn(discrepancyRules, turned) }), { delivery })).toEqual([
      'total 1020.00',
    ]);
  });
});

describe('several rules of payouts', () => {
  const sale = (id: string, at: string, more = {}) => ({
    id,
    eventType: 'SALE',
    partnerId: 'p',
    amounts: { order: '100' },
    occurredAt: `${at}T12:00:00Z`,
    ...more,
  });
  const program = (change: Partial<ContractVersion>, limits = {}) =>
    contract({
      direction: 'PAYABLE',
      payoutRules: [{ id: 'r', payout: { type: 'UNIT', rate: '10' }, ...limits }],
      ...change,
    });

  it('[ATTR-7] what one limit refuses or cuts uses up none of the others', () => {
    const actions = ['01', '01', '01', '02', '03'].map((day, n) => sale(`a${n}`, `2026-01-${day}`));
    const total = (limits: object[]) => bill(program({}, { limits }), { actions }).totals.total;
    const counts = [
      { quantity: '3', period: 'TERM' },
      { quantity: '1', period: 'DAY' },
    ];
    expect([total(counts), total([...counts].reverse())]).toEqual(['30.00', '30.00']);
    const sums = [
      { amount: '24', period: 'TERM' },
      { amount: '8', period: 'DAY' },
    ];
    expect([total(sums), total([...sums].reverse())]).toEqual(['24.00', '24.00']);
  });

  it('[ATTR-8] the lock of the type holds before the lock of all types', () => {
    const locks = [
      { id: 'a', days: 5 },
      { id: 'b', days: 9, eventType: 'SALE' },
    ];
    const actions = [sale('a1', '2026-01-01'), sale('a2', '2026-01-01', { eventType: 'LEAD' })];
    const on = (list: typeof locks) => bill(program({ locks: list }), { actions }).actions?.map((a) => a.locksOn);
    expect([on(locks), on([...locks].reverse())]).toEqual([
      ['2026-01-10', '2026-01-06'],
      ['2026-01-10', '2026-01-06'],
    ]);
  });

  it('[ATTR-8] an action that became another is locked by the rule of the type it occurred as', () => {
    const locks = [
      { id: 'a', days: 5, eventType: 'LEAD' },
      { id: 'b', days: 9, eventType: 'SALE' },
    ];
    const became = { status: 'UPGRADED' as const, eventType: 'SALE', at: '2026-01-02T00:00:00Z' };
    const lead = sale('a1', '2026-01-01', { eventType: 'LEAD', statusEvents: [became] });
    const upgrades = [{ id: 'u', to: 'SALE', within: 'TERM' as const }];
    const found = bill(program({ locks, upgrades }), { actions: [lead] }).actions;
    expect(found?.map(({ eventType, locksOn }) => `${eventType} ${locksOn}`)).toEqual(['SALE 2026-01-06']);
  });

  it('[ATTR-10] the largest share of reversals is of the actions of its lock rule', () => {
    const locks = [
      { id: 'a', days: 90, eventType: 'SALE', maxReversalPercent: '50' },
      { id: 'b', days: 90 },
    ];
    const reversed = { statusEvents: [{ status: 'REVERSED' as const, at: '2026-01-20T00:00:00Z' }] };
    const actions = [
      sale('a1', '2026-01-01', reversed),
      sale('a2', '2026-01-02', reversed),
      sale('a3', '2026-01-03', { ...reversed, eventType: 'LEAD' }),
      sale('a4', '2026-01-04', { eventType: 'LEAD' }),
    ];
    const { totals, warnings } = bill(program({ locks }), { actions });
    expect(totals.total).toBe('20.00');
    expect(warnings.map((w) => w.text)).toEqual([
      '1 of 2 reversals of 2026-01 are refused: at most 50% of 2 actions may be reversed.',
    ]);
  });
});

describe('spans that do not end with a billing period', () => {
  it('[BILL-13] a week that lies in two quarters counts in the one of its first day, and only there', () => {
    const commitments = [limit('q', 'CAP', '1500', { period: 'QUARTER' })];
    const weekly = contract({ billingCycle: 'WEEKLY', lines: [cpm('10')], commitments });
    const delivery = [delivered('100000', '2026-04-01'), delivered('100000', '2026-04-07', { key: 'b' })];
    expect(bill(weekly, { delivery, period: '2026-04-06' }).totals.total).toBe('1000.00');
    const march = [delivered('100000', '2026-03-25', { key: 'c' }), ...delivery];
    expect(bill(weekly, { delivery: march, period: '2026-03-30' }).totals.total).toBe('500.00');
  });

  it('[BILL-24] a counter of a quarter counts whole weeks', () => {
    const price = {
      type: 'GRADUATED' as const,
      counter: 'QUARTER' as const,
      tiers: [
        { upTo: '100000', rate: '10' },
        { upTo: null, rate: '5' },
      ],
    };
    const weekly = contract({ billingCycle: 'WEEKLY', lines: [{ ...cpm('10'), price }] });
    const delivery = [delivered('100000', '2026-04-01'), delivered('100000', '2026-04-07', { key: 'b' })];
    expect(bill(weekly, { delivery, period: '2026-04-06' }).totals.total).toBe('1000.00');
    const upgrade = { id: 'u', to: 'SALE', within: 'QUARTER' as const };
    const became = { status: 'UPGRADED' as const, eventType: 'SALE', at: '2026-04-02T00:00:00Z' };
    const lead = { id: 'x', eventType: 'LEAD', partnerId: 'p', occurredAt: '2026-04-01T12:00:00Z' };
    const payoutRules = [{ id: 'r', eventType: 'SALE', payout: { type: 'UNIT' as const, rate: '7' } }];
    const paid = contract({ billingCycle: 'WEEKLY', direction: 'PAYABLE', upgrades: [upgrade], payoutRules });
    const actions = [{ ...lead, statusEvents: [became] }];
    expect(bill(paid, { actions, period: '2026-03-30' }).totals.total).toBe('7.00');
  });

  it('[BILL-33] a campaign billed at its end is one billing period, of payouts too', () => {
    const payout = {
      type: 'VOLUME' as const,
      tiers: [
        { upTo: '1', rate: '5' },
        { upTo: null, rate: '8' },
      ],
    };
    const once = contract({
      direction: 'PAYABLE',
      billingCycle: 'END_OF_CAMPAIGN',
      effectiveTo: '2026-03-01',
      payoutRules: [{ id: 'r', payout }],
    });
    const actions = ['2026-01-10', '2026-02-10'].map((day) => ({
      id: day,
      partnerId: 'p',
      occurredAt: `${day}T12:00:00Z`,
    }));
    expect(bill(once, { actions, period: '2026-02' }).totals.total).toBe('16.00');
  });
});
