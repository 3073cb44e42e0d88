/** What a period is settled with: what closes it, what it looks back on, makegoods, schedules and changes to payouts. */
import { type ContractVersion, type DeliveryFact, dayNumber, type Makegood } from '@countersign/shared/model';
import { exactText } from '@countersign/shared/money';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dueBefore, type Schedule } from './schedule.ts';
import { bill, contract, cpm, delivered, line, runs } from './testKit/contract.ts';
import { action, rule } from './testKit/payouts.ts';

const minimum = { id: 'm', scope: 'CONTRACT', kind: 'MINIMUM', amount: '100', basis: 'GROSS' } as const;

describe('the close of a period', () => {
  it('[BILL-13] is the first instant of the next one, where the contract is', () => {
    const version = contract({ lines: [cpm('10')], commitments: [minimum] });
    const at = (asOf: string) => bill(version, { delivery: [delivered('1000')], asOf }).totals.minimum;
    expect(at('2026-02-01T04:59:59.999Z')).toBe('0.00');
    expect(at('2026-02-01T05:00:00.000Z')).toBe('90.00');
  });

  it('[BILL-13] a contract without end owes its minimum where no line is billed; one that has ended does not', () => {
    const owed = (effectiveTo: string | null, period = '2026-02') => {
      const result = bill(contract({ title: 'Framework', commitments: [minimum], effectiveTo }), { period });
      expect(result.warnings).toEqual([]);
      return [result.totals.total, ...result.adjustments.flatMap((a) => a.trace.children.map((c) => c.text))];
    };
    expect(owed(null)).toEqual(['100.00', '100.00 falls to Framework.']);
    expect(owed('2026-02-02')).toEqual(['100.00', '100.00 falls to Framework.']);
    expect(owed('2026-02-01')).toEqual(['0.00']);
  });

  it('[BILL-46] a least payment that an amendment brings looks back on the periods it governed', () => {
    const first = contract({ lines: [cpm('10')] });
    const second: ContractVersion = {
      ...first,
      id: 'v2',
      sequence: 2,
      effectiveFrom: '2026-02-01',
      leastPayment: { amount: '100.00' },
    };
    const delivery = ['01', '02', '03'].map((month) => delivered('4000', `2026-${month}-10`));
    expect(bill([first, second], { delivery, period: '2026-03' }).payment).toMatchObject({
      waited: '40.00',
      waits: '80.00',
    });
  });
});

describe('schedules', () => {
  const [from, to] = [dayNumber('2026-01-11'), dayNumber('2026-03-15')];
  it.each<[Schedule, string[]]>([
    // 21 of 31 days are a month of their own, and so are 14.
    ['STRAIGHTLINE', ['0', '0', '1/63', '1/3', '0.5', '2/3', '5/6', '1', '1']],
    ['PRORATED', ['0', '0', '1/63', '1/3', '5/9', '7/9', '8/9', '1', '1']],
    ['PREPAID', ['0', '0', '1', '1', '1', '1', '1', '1', '1']],
    ['END_OF_CAMPAIGN', ['0', '0', '0', '0', '0', '0', '0', '1', '1']],
  ])('[BILL-16] %s falls due from the first day of the flight to its end', (schedule, expected) => {
    const days = ['01-01', '01-11', '01-12', '02-01', '02-15', '03-01', '03-08', '03-15', '04-01'];
    const due = days.map((day) => exactText(dueBefore(schedule, from, to, dayNumber(`2026-${day}`), 'CALENDAR')));
    expect(due).toEqual(expected);
  });
});

describe('makegoods', () => {
  const start = { from: '2026-01-20' };
  it('[BILL-40] the order in which a document lists them never matters, also where credits take units back', () => {
    const makegood = fc.record({
      quantity: fc.nat(60).map(String),
      from: fc.constantFrom(undefined, '2026-01-08', '2026-01-20', '2026-02-10'),
    });
    const day = fc.record({
      quantity: fc.integer({ min: -30, max: 60 }).map(String),
      day: fc.integer({ min: 1, max: 50 }),
    });
    fc.assert(
      fc.property(fc.array(makegood, { maxLength: 4 }), fc.array(day, { maxLength: 8 }), (owed, counted) => {
        const makegoods = owed.map((m, i): Makegood => ({ id: `m${i}`, lineId: 'l1', ...m }));
        const delivery = counted.map(
          (c, i): DeliveryFact =>
            delivered(
              c.quantity,
              c.day > 31
                ? `2026-02-${String(c.day - 31).padStart(2, '0')}`
                : `2026-01-${String(c.day).padStart(2, '0')}`,
              {
                key: `${i}`,
              },
            ),
        );
        const of = (order: Makegood[]) =>
          ['2026-01', '2026-02'].map(
            (period) =>
              bill(contract({ lines: [cpm('1', { rateType: 'CPC' })], makegoods: order }), { delivery, period }).totals
                .gross,
          );
        expect(of(makegoods.toReversed())).toEqual(of(makegoods));
      }),
      { numRuns: runs(200) },
    );
  });

  it('[BILL-40] where credits lie before both, the earlier one takes what comes first, in either order', () => {
    const makegoods: Makegood[] = [
      { id: 'm0', lineId: 'l1', quantity: '1' },
      { id: 'm1', lineId: 'l1', quantity: '1', from: '2026-02-10' },
    ];
    const delivery = [delivered('-52', '2026-01-05'), delivered('53', '2026-02-10')];
    const of = (order: Makegood[]) =>
      bill(contract({ lines: [cpm('1', { rateType: 'CPC' })], makegoods: order }), { delivery, period: '2026-02' });
    expect([makegoods, makegoods.toReversed()].map((order) => of(order).totals.gross)).toEqual(['51.00', '51.00']);
  });

  it('[BILL-40] units before the start of a makegood bill, also where credits follow', () => {
    const version = contract({
      lines: [cpm('1', { rateType: 'CPC' })],
      makegoods: [{ id: 'm', lineId: 'l1', quantity: '100', ...start }],
    });
    const delivery = [delivered('50', '2026-01-10'), delivered('-20', '2026-01-19'), delivered('5', '2026-01-20')];
    expect(bill(version, { delivery }).totals.gross).toBe('30.00');
  });
});

describe('counters that an amendment restarts', () => {
  it('[BILL-24] restart once, not again where a rate changes within the amendment', () => {
    const tiers = (first: string, second: string) => [
      { upTo: '1000', rate: first },
      { upTo: null, rate: second },
    ];
    const rows = [
      { id: 'a', effectiveTo: '2026-01-20', price: { type: 'GRADUATED', tiers: tiers('10', '5') } },
      { id: 'b', effectiveFrom: '2026-01-20', price: { type: 'GRADUATED', tiers: tiers('8', '4') } },
    ] as const;
    const version = contract({
      lines: [line(undefined, { productKey: 'p' })],
      rateCardRows: rows.map((row) => ({
        ...row,
        price: { ...row.price, tiers: [...row.price.tiers] },
        productKey: 'p',
        rateType: 'CPM',
      })),
    });
    const second: ContractVersion = {
      ...version,
      id: 'v2',
      sequence: 2,
      effectiveFrom: '2026-01-10',
      tierCounters: 'RESET',
    };
    const delivery = ['05', '15', '25'].map((day) => delivered('1000', `2026-01-${day}`));
    expect(bill([version, second], { delivery }).lines.map((l) => l.gross)).toEqual(['10.00', '10.00', '4.00']);
  });
});

describe('changes to payouts', () => {
  const tenth = rule({ type: 'PERCENT', percent: '10' });

  it('[ATTR-9] after lock only the partners whose share changed are listed', () => {
    const version = contract({
      direction: 'PAYABLE',
      payoutRules: [tenth],
      locks: [{ days: 1 }],
      attribution: { model: 'LINEAR', windows: [{ touchType: 'CLICK', size: 'P30D' }] },
      overrides: [{ id: 'o', partnerIds: ['fixed'], price: { type: 'UNIT', rate: '8' } }],
    });
    const touch = (id: string, partnerId: string) => ({
      id,
      partnerId,
      actorId: 'a',
      touchType: 'CLICK',
      at: '2026-01-05T12:00:00Z',
    });
    const returned = action('1', '2026-01-10', {
      partnerId: undefined,
      actorId: 'a',
      statusEvents: [{ status: 'AMENDED', at: '2026-02-10T12:00:00Z', amounts: { order: '60' } }],
    });
    const given = { actions: [returned], touches: [touch('t1', 'fixed'), touch('t2', 'part')] };
    const of = (period: string) =>
      bill(version, { ...given, period }).actions?.map((a) => `${a.partnerId} ${a.payout}`);
    expect(of('2026-01')).toEqual(['fixed 4.00', 'part 5.00']);
    expect(of('2026-02')).toEqual(['part -2.00']);
  });

  it('[ATTR-13] what is refused for an action is said in the bill of its own period, to the day', () => {
    const upgraded = (id: string, day: string) =>
      action(id, day, { statusEvents: [{ status: 'UPGRADED', at: '2026-02-20T12:00:00Z', eventType: 'SALE' }] });
    const version = contract({ direction: 'PAYABLE', payoutRules: [tenth] });
    const actions = [upgraded('1', '2026-01-31'), upgraded('2', '2026-02-01'), upgraded('3', '2026-02-28')];
    const of = (period: string) =>
      bill(version, { actions, period }).warnings.map(({ text }) => text.slice(0, 'Action 1'.length));
    expect([of('2026-01'), of('2026-02'), of('2026-03')].flat().toSorted()).toEqual([
      'Action 1',
      'Action 2',
      'Action 3',
    ]);
  });

  it('[BILL-28] an invoice of lines or of a receivable is converted once, payouts one by one', () => {
    const invoiceCurrency = { to: 'JPY', rate: '1.5', source: 'ECB', at: '2026-02-01T00:00:00Z' } as const;
    const actions = [
      action('1', '2026-01-10', { amounts: { order: '10' } }),
      action('2', '2026-01-11', { amounts: { order: '10' } }),
    ];
    const invoiced = (change: Partial<ContractVersion>) =>
      bill(contract({ invoiceCurrency, ...change }), { actions, delivery: [delivered('200')] }).invoice?.total;
    // Twice 1.00 × 1.5 rounds to 2 and 2, their sum of 2.00 × 1.5 to 3.
    expect(invoiced({ direction: 'PAYABLE', payoutRules: [tenth] })).toBe('4');
    expect(invoiced({ direction: 'RECEIVABLE', payoutRules: [tenth] })).toBe('3');
    expect(invoiced({ direction: 'PAYABLE', lines: [cpm('10')] })).toBe('3');
  });
});

describe('discounts by line', () => {
  it('[BILL-9] nothing is booked for a line that is not on the bill', () => {
    const version = contract({
      lines: [cpm('10'), cpm('10', { id: 'l2', flight: { from: '2026-03-01', to: '2026-04-01' } })],
      adjustments: [{ kind: 'DISCOUNT', id: 'd', percent: '10', lineIds: ['l1', 'l2'] }],
    });
    const { adjustments } = bill(version, { delivery: [delivered('1000')] });
    expect(adjustments.map(({ lineId, amount }) => [lineId, amount])).toEqual([['l1', '-1.00']]);
  });
});
