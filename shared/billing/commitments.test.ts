import type { Commitment } from '@countersign/shared/model';
import { describe, expect, it } from 'vitest';
import { resultProblems } from './invariants.ts';
import { bill, contract, cpm, delivered } from './testKit/contract.ts';

const month = (n: number): string => `2026-${String(n).padStart(2, '0')}`;
/** Units at $1 each, one delivery a month. */
function billed(
  amounts: readonly string[],
  commitment: Partial<Commitment>,
  change: Parameters<typeof contract>[0] = {},
) {
  const commitments = [
    { id: 'k', scope: 'CONTRACT', kind: 'CAP', amount: '0', basis: 'GROSS', ...commitment },
  ] as Commitment[];
  const version = contract({ lines: [cpm('1', { rateType: 'CPC' })], commitments, ...change });
  const delivery = amounts.map((quantity, i) => delivered(quantity, `${month(i + 1)}-10`));
  return amounts.map((_, i) => {
    const result = bill(version, { delivery, period: month(i + 1) });
    expect(resultProblems(result)).toEqual([]);
    return result.totals.total;
  });
}

describe('caps and minimums over several periods', () => {
  it('[BILL-14] a cap that carries forward bills earlier over-use in later room', () => {
    const used = ['61250', '42000', '55500'];
    expect(billed(used, { amount: '50000', rollover: 'CARRY' })).toEqual(['50000.00', '50000.00', '50000.00']);
    expect(billed(used, { amount: '50000' })).toEqual(['50000.00', '42000.00', '50000.00']);
  });

  it('[BILL-14] what a cap gives back falls to lines by what they bill', () => {
    const version = contract({
      lines: ['l1', 'l2'].map((id) => cpm('1', { id, rateType: 'CPC' })),
      commitments: [{ id: 'k', scope: 'CONTRACT', kind: 'CAP', amount: '100', basis: 'GROSS', rollover: 'CARRY' }],
    });
    const delivery = [
      delivered('120', '2026-01-10'),
      delivered('30', '2026-02-10'),
      delivered('20', '2026-02-10', { lineId: 'l2' }),
    ];
    const { lines, totals } = bill(version, { delivery, period: '2026-02' });
    expect(lines.map((l) => l.shares.cap)).toEqual(['12.00', '8.00']);
    expect(totals.total).toBe('70.00');
  });

  it('[BILL-13] what a year misses is on no bill when its line is out of flight, but listed', () => {
    const flight = { from: '2026-01-01', to: '2026-06-01' };
    const version = contract({
      lines: [cpm('1', { rateType: 'CPC', flight }), cpm('1', { id: 'l2', rateType: 'CPC' })],
      commitments: [
        { id: 'm', scope: 'LINE', lineId: 'l1', kind: 'MINIMUM', amount: '100', basis: 'GROSS', period: 'YEAR' },
      ],
    });
    const { adjustments, notBilled, totals } = bill(version, {
      delivery: [delivered('40', '2026-01-10'), delivered('7', '2026-12-10', { lineId: 'l2' })],
      period: '2026-12',
    });
    expect([adjustments, totals.total]).toEqual([[], '7.00']);
    expect(notBilled.map((n) => n.why)).toEqual(['60.00 is missing at its close, when the line l1 is not in flight.']);
  });

  it('[BILL-14] quarter and term caps never let the running total above the cap', () => {
    const used = ['60', '50', '30', '60', '10'];
    expect(billed(used, { amount: '100', period: 'QUARTER' })).toEqual(['60.00', '40.00', '0.00', '60.00', '10.00']);
    expect(billed(used, { amount: '100', period: 'TERM' })).toEqual(['60.00', '40.00', '0.00', '0.00', '0.00']);
  });

  it('[BILL-13] a quarterly minimum is made up in the third month from the billing anchor', () => {
    expect(billed(['10', '20', '30', '5', '0'], { kind: 'MINIMUM', amount: '100', period: 'QUARTER' })).toEqual([
      '10.00',
      '20.00',
      '70.00',
      '5.00',
      '0.00',
    ]);
    const anchored = billed(
      ['10', '20', '30', '5'],
      { kind: 'MINIMUM', amount: '100', period: 'QUARTER' },
      { billingAnchor: '2026-02-01' },
    );
    expect(anchored).toEqual(['100.00', '20.00', '30.00', '50.00']);
  });

  it('[BILL-14] a carried minimum counts earlier use and never gives a billed shortfall back', () => {
    expect(billed(['150', '20', '10', '400', '0'], { kind: 'MINIMUM', amount: '100', rollover: 'CARRY' })).toEqual([
      '150.00',
      '50.00',
      '100.00',
      '400.00',
      '0.00',
    ]);
  });

  it('[BILL-15] an escalator raises the amount on each anniversary, compounding', () => {
    const version = contract({
      effectiveTo: '2029-01-01',
      lines: [cpm('1')],
      commitments: [
        {
          id: 'm',
          scope: 'CONTRACT',
          kind: 'MINIMUM',
          amount: '1000',
          basis: 'GROSS',
          period: 'YEAR',
          escalator: { percent: '5' },
        },
      ],
    });
    const totals = ['2026-12', '2027-12', '2028-12'].map((period) => bill(version, { period }).totals.total);
    expect(totals).toEqual(['1000.00', '1050.00', '1102.50']);
  });

  it('[BILL-15] an escalator may count from a day of its own', () => {
    const of = (from: string | undefined) =>
      billed(['0'], { kind: 'MINIMUM', amount: '1000', escalator: { percent: '10', from } });
    expect([of(undefined), of('2025-01-01'), of('2024-01-01'), of('2025-01-02')].flat()).toEqual([
      '1000.00',
      '1100.00',
      '1210.00',
      '1000.00',
    ]);
  });

  it('[BILL-13] of a contract without an end a quarter is due in full at its close', () => {
    const minimum = { kind: 'MINIMUM', amount: '100', period: 'QUARTER', prorateOnTermination: true } as const;
    expect(billed(['10', '20', '30'], minimum, { effectiveTo: null })).toEqual(['10.00', '20.00', '70.00']);
    expect(billed(['10', '20', '0'], minimum, { effectiveTo: '2026-03-16' })).toEqual(['10.00', '20.00', '52.22']);
  });

  it('[BILL-13] a minimum waits for its close and says so', () => {
    const version = contract({
      lines: [cpm('1')],
      commitments: [{ id: 'm', scope: 'CONTRACT', kind: 'MINIMUM', amount: '1000', basis: 'GROSS' }],
    });
    const open = bill(version, { asOf: '2026-01-20T00:00:00Z' });
    expect(open.totals.total).toBe('0.00');
    expect(open.notBilled[0]).toMatchObject({ key: 'm', why: expect.stringContaining('when the period closes') });
    expect(bill(version, { asOf: '2026-02-02T00:00:00Z' }).totals.total).toBe('1000.00');
  });

  it('[BILL-6] a line minimum trues up that line and passes commission and tax', () => {
    const version = contract({
      lines: [cpm('1', { rateType: 'CPC' }), cpm('1', { id: 'l2', rateType: 'CPC' })],
      commitments: [{ id: 'm', scope: 'LINE', lineId: 'l1', kind: 'MINIMUM', amount: '100', basis: 'GROSS' }],
      adjustments: [
        { kind: 'COMMISSION', id: 'c', percent: '10' },
        { kind: 'TAX', id: 't', code: 'VAT', percent: '20' },
      ],
    });
    const result = bill(version, { delivery: [delivered('40'), delivered('7', '2026-01-04', { lineId: 'l2' })] });
    expect(result.lines.map((l) => l.shares.minimum)).toEqual(['60.00', '0.00']);
    expect(result.totals).toMatchObject({
      gross: '47.00',
      minimum: '60.00',
      commission: '-10.70',
      net: '96.30',
      tax: '19.26',
      total: '115.56',
    });
  });

  it('[BILL-8] a cap reduces the line that ends latest first', () => {
    const version = contract({
      lines: [
        cpm('1', { rateType: 'CPC', flight: { from: '2026-01-01', to: '2026-03-01' } }),
        cpm('1', { id: 'l2', rateType: 'CPC', flight: { from: '2026-01-01', to: '2026-02-01' } }),
      ],
      commitments: [{ id: 'k', scope: 'CONTRACT', kind: 'CAP', amount: '100', basis: 'GROSS' }],
    });
    const result = bill(version, { delivery: [delivered('70'), delivered('80', '2026-01-04', { lineId: 'l2' })] });
    expect(result.lines.map((l) => l.shares.cap)).toEqual(['-50.00', '0.00']);
  });

  it('[BILL-9] discounts compound in their order and a credit is discounted too', () => {
    const version = contract({
      lines: [cpm('1', { rateType: 'CPC' })],
      adjustments: [
        { kind: 'DISCOUNT', id: 'b', percent: '10', order: 2 },
        { kind: 'DISCOUNT', id: 'a', percent: '50', order: 1 },
        { kind: 'DISCOUNT', id: 'z', amount: '1000', order: 3 },
      ],
    });
    const of = (quantity: string) => bill(version, { delivery: [delivered(quantity)] });
    expect(of('100').adjustments.map((a) => a.amount)).toEqual(['-50.00', '-5.00', '-45.00']);
    expect(of('-100').adjustments.map((a) => a.amount)).toEqual(['50.00', '5.00', '45.00']);
  });
});
