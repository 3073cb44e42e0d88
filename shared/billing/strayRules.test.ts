import type { ContractVersion } from '@countersign/shared/model';
import { describe, expect, it } from 'vitest';
import { bill, contract, cpm, delivered } from './testKit/contract.ts';

const of = (change: Partial<ContractVersion>) =>
  bill(contract({ lines: [cpm('10')], ...change }), { delivery: [delivered('100000')] });
const said = (name: string) => ({
  clauseId: 'c9',
  key: 'r',
  text: `${name} r`,
  why: 'It speaks of the line x, which this version does not have.',
});
const named = { id: 'r', clauseId: 'c9' };

describe('rules that name a line the version does not have', () => {
  it.each<[string, Partial<ContractVersion>]>([
    ['Discount', { adjustments: [{ ...named, kind: 'DISCOUNT', percent: '10', lineIds: ['x'] }] }],
    ['Commission', { adjustments: [{ ...named, kind: 'COMMISSION', percent: '10', lineIds: ['l1', 'x'] }] }],
    ['Tax', { adjustments: [{ ...named, kind: 'TAX', code: 'VAT', percent: '10', lineIds: ['x'] }] }],
    ['Rate rule', { rateRules: [{ ...named, factor: '2', lineIds: ['x'] }] }],
    ['Guarantee', { guarantees: [{ ...named, due: [{ date: '2026-06-01', amount: '1' }], lineIds: ['x'] }] }],
    [
      'Discrepancy rule',
      {
        discrepancyRules: [
          { ...named, thresholdPercent: '10', base: 'OTHER', remedy: 'UNDER_DELIVERY', lineIds: ['x'] },
        ],
      },
    ],
    ['Override', { overrides: [{ ...named, lineId: 'x', price: { type: 'UNIT', rate: '1' } }] }],
    ['Start', { triggers: [{ ...named, applies: 'START', on: 'ON_DATE', date: '2026-02-01', lineId: 'x' }] }],
    ['End', { triggers: [{ ...named, applies: 'END', on: 'ON_AMOUNT', amount: '1', lineId: 'x' }] }],
  ])('[BILL-29] are listed with their clause: %s', (name, change) => {
    const { notBilled, totals } = of(change);
    expect(notBilled).toEqual([said(name)]);
    expect(totals.gross).toBe('1000.00');
  });

  it('[BILL-29] a payout rule may be named as a line may', () => {
    const { notBilled } = bill(
      contract({
        payoutRules: [{ id: 'p', payout: { type: 'UNIT', rate: '1' } }],
        adjustments: [{ kind: 'DISCOUNT', id: 'd', percent: '10', lineIds: ['p'] }],
      }),
    );
    expect(notBilled).toEqual([]);
  });
});
