import type { Line, Price } from '@countersign/shared/model';
import { decimalOf } from '@countersign/shared/money';
import { describe, expect, it } from 'vitest';
import { cliffWarnings, hasCliff } from './cliff.ts';
import { line } from './testKit/contract.ts';

const volume = (first: string, second: string, change: Partial<Extract<Price, { type: 'VOLUME' }>> = {}): Price => ({
  type: 'VOLUME',
  tiers: [
    { upTo: '100', rate: first },
    { upTo: null, rate: second },
  ],
  ...change,
});
const warned = (price: Price, total: string, change: Partial<Line> = {}) => {
  const of = line(price, { rateType: 'CPC', label: 'Clicks', ...change });
  return cliffWarnings(price, of.rateType, decimalOf(total), of, 'USD', 'HALF_UP').map((w) => w.text);
};

describe('warnings of a falling bill', () => {
  it('[BILL-31] below the bound say what the next unit would do, above it what the last ones did', () => {
    expect(warned(volume('10', '5'), '100')).toEqual([
      'Clicks: the bill falls from 1,000.00 USD to 505.00 USD once 100 units are passed.',
    ]);
    expect(warned(volume('10', '5'), '150')).toEqual([
      'Clicks: 150 units cost 750.00 USD, less than 100 units would: 1,000.00 USD.',
    ]);
  });

  it('[BILL-31] nothing is said where the bill stands still or rises', () => {
    expect(warned(volume('10', '5'), '200')).toEqual([]);
    expect(warned(volume('10', '5'), '0')).toEqual([]);
    expect(warned(volume('1.01', '1'), '100')).toEqual([]);
    expect(warned({ type: 'GRADUATED', tiers: [{ upTo: null, rate: '1' }] }, '100')).toEqual([]);
  });

  it('[BILL-31] a table has a cliff where a bound costs less right after it than at it', () => {
    expect([hasCliff(volume('10', '5'), 'CPC'), hasCliff(volume('5', '5'), 'CPC')]).toEqual([true, false]);
    expect(hasCliff({ type: 'UNIT', rate: '1' }, 'CPC')).toBe(false);
    const three = [
      { upTo: '100', rate: '1' },
      { upTo: '200', rate: '2' },
      { upTo: null, rate: '1' },
    ];
    expect(hasCliff(volume('', '', { tiers: three }), 'CPC')).toBe(true);
    expect(hasCliff(volume('', '', { tiers: three.slice(1) }), 'CPC')).toBe(true);
  });

  it('[BILL-31] rates are read in the unit that the price itself counts', () => {
    // 0.90 fewer by click, 0.0009 fewer by thousand: only the first outweighs a flat of 1.
    const flats = (rateType: 'CPM' | 'CPC' | undefined) =>
      volume('', '', {
        tiers: [
          { upTo: '100', rate: '1' },
          { upTo: null, rate: '0.1', flat: '1' },
        ],
        rateType,
      });
    expect([hasCliff(flats(undefined), 'CPC'), hasCliff(flats(undefined), 'CPM')]).toEqual([true, false]);
    expect([hasCliff(flats('CPC'), 'CPM'), hasCliff(flats('CPM'), 'CPC')]).toEqual([true, false]);
  });
});
