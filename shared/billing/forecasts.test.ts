import type { Price } from '@countersign/shared/model';
import { describe, expect, it } from 'vitest';
import { bill, contract, cpm, delivered, line } from './testContract.ts';

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

  it('[BILL-41] nothing is forecast without facts, nor for a bound that was reached', () => {
    const version = contract({ lines: [line(graduated())] });
    expect(bill(version).forecasts).toEqual([]);
    expect(bill(version, { delivery: [delivered('1200000')] }).forecasts).toEqual([]);
  });
});
