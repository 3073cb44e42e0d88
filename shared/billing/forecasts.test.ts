import type { Price } from '@countersign/shared/model';
import { describe, expect, it } from 'vitest';
import { bill, contract, cpm, delivered, line } from './testKit/contract.ts';

const tiers = [
  { upTo: '1000000', rate: '20' },
  { upTo: null, rate: '18' },
];
const graduated = (counter?: 'TERM'): Price => ({ type: 'GRADUATED', tiers, ...(counter && { counter }) });

describe('forecasts', () => {
  it('[BILL-41] the next tier is reached on the day its bound is passed at the run rate of the period', () => {
    const version = contract({ lines: [line(graduated())] });
    // 500,000 in ten days: the bound is met on 20 January and passed on the 21st.
    const result = bill(version, { delivery: [delivered('500000', '2026-01-10')] });
    expect(result.forecasts).toMatchObject([
      {
        kind: 'NEXT_TIER',
        lineId: 'l1',
        counted: '500000',
        bound: '1000000',
        perDay: '50000',
        reachedOn: '2026-01-21',
      },
    ]);
    expect(result.forecasts?.[0]?.text).toContain('is reached on 2026-01-21 at the rate of the last 10 days');
  });

  it('[BILL-41] a bound that the counter does not reach says until when', () => {
    const delivery = [delivered('100000', '2026-01-10')];
    const [slow] = bill(contract({ lines: [line(graduated())] }), { delivery }).forecasts ?? [];
    expect(slow).toMatchObject({ reachedOn: null, until: '2026-02-01' });
    const [term] = bill(contract({ lines: [line(graduated('TERM'))] }), { delivery }).forecasts ?? [];
    expect(term).toMatchObject({ reachedOn: '2026-04-11', until: '2027-01-01' });
  });

  it('[BILL-41] the contracted quantity and a cap over the term', () => {
    const version = contract({
      lines: [cpm('10', { contractedQuantity: '300000' })],
      commitments: [{ id: 'cap', scope: 'CONTRACT', kind: 'CAP', amount: '2500', period: 'TERM', basis: 'GROSS' }],
    });
    const delivery = [delivered('100000', '2026-01-10')];
    expect(bill(version, { delivery }).forecasts).toMatchObject([
      { kind: 'CONTRACTED', reachedOn: '2026-01-30' },
      { kind: 'CAP', commitmentId: 'cap', counted: '1000', bound: '2500', perDay: '100', reachedOn: '2026-01-25' },
    ]);
  });

  it('[BILL-41] a flight that ends on that day ends before it, and a century is as far as it looks', () => {
    const on = (flight: { from: string; to: string | null }, contractedQuantity: string, quantity: string) => {
      const lines = [cpm('10', { rateType: 'CPC', contractedQuantity, flight })];
      const delivery = [delivered(quantity, '2026-01-10')];
      return bill(contract({ effectiveTo: null, lines }), { delivery }).forecasts?.map((f) => f.reachedOn);
    };
    const from = '2026-01-01';
    expect(on({ from, to: '2026-01-31' }, '300000', '100000')).toEqual(['2026-01-30']);
    expect(on({ from, to: '2026-01-30' }, '300000', '100000')).toEqual([null]);
    expect(on({ from, to: null }, '36535', '10')).toEqual(['2126-01-11']);
    expect(on({ from, to: null }, '36536', '10')).toEqual([null]);
  });

  it('[BILL-41] a cap of a line is told in the money and rounding of the contract, from the first day on', () => {
    const text = (roundingMode?: 'DOWN') => {
      const escalator = { percent: '0.02', from: '2024-12-31' };
      const cap = { id: 'cap', kind: 'CAP', amount: '25', period: 'TERM', basis: 'GROSS', escalator } as const;
      const version = contract({
        lines: [cpm('10')],
        commitments: [{ ...cap, scope: 'LINE', lineId: 'l1' }],
        roundingMode,
      });
      return bill(version, { delivery: [delivered('1000', '2026-01-01')] }).forecasts;
    };
    const said = (amount: string) =>
      `Cap cap: the amount ${amount} USD is reached on 2026-01-03 at the rate of the last 1 day; it stands at 10.00 USD.`;
    expect(text()).toMatchObject([{ lineId: 'l1', text: said('25.01') }]);
    expect(text('DOWN')).toMatchObject([{ lineId: 'l1', text: said('25.00') }]);
  });

  it('[BILL-41] a cap that is met says nothing more, nor do facts of another month', () => {
    const of = (quantity: string, day: string) => {
      const cap = { id: 'cap', scope: 'CONTRACT', kind: 'CAP', amount: '10', period: 'TERM', basis: 'GROSS' } as const;
      return bill(contract({ lines: [cpm('10')], commitments: [cap] }), {
        delivery: [delivered(quantity, day)],
        period: '2026-02',
      }).forecasts?.length;
    };
    expect([of('999', '2026-02-10'), of('1000', '2026-02-10'), of('500', '2026-01-10')]).toEqual([1, 0, 0]);
  });

  it('[BILL-41] nothing is forecast without facts, nor for a bound that was reached', () => {
    const version = contract({ lines: [line(graduated())] });
    expect(bill(version).forecasts).toEqual([]);
    expect(bill(version, { delivery: [delivered('1200000')] }).forecasts).toEqual([]);
  });
});
