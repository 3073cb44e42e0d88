import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Aggregator } from './aggregates.ts';

function aggregate(texts: readonly (string | null)[], currency?: string) {
  const sums = new Aggregator();
  for (const text of texts) sums.add(text, true);
  return sums.result(currency);
}

describe('Aggregator', () => {
  it('[GRID-40] adds decimals exactly where floats would not', () => {
    expect(aggregate(['0.1', '0.2']).figures?.sum).toBe('0.3');
    expect(aggregate(['9007199254740993', '0.000000000001']).figures?.sum).toBe('9007199254740993.000000000001');
  });

  it('[GRID-40] the figures of the status bar for the rates of six lines', () => {
    const result = aggregate(['4000.00', '400.00', '500.00', '600.00', '300.00', '300.00'], 'USD');
    expect(result).toEqual({
      count: 6,
      figures: { numbers: 6, average: '1016.67', min: '300.00', max: '4000.00', sum: '6100' },
    });
  });

  it('[GRID-41] blanks are left out, text and misfits only count', () => {
    const sums = new Aggregator();
    sums.add('Jeopardy', false);
    sums.add('4,0', true);
    sums.add(null, true);
    sums.add('2', true);
    expect(sums.result()).toEqual({
      count: 3,
      figures: { numbers: 1, average: '2.00', min: '2', max: '2', sum: '2' },
    });
    expect(new Aggregator().result()).toEqual({ count: 0, figures: null });
  });

  it('[GRID-40] the sum of cents is the integer sum of cents, in any order', () => {
    const cents = fc.array(fc.bigInt({ min: -(10n ** 14n), max: 10n ** 14n }), { minLength: 1, maxLength: 40 });
    const text = (n: bigint) => {
      const digits = (n < 0n ? -n : n).toString().padStart(3, '0');
      return `${n < 0n ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
    };
    fc.assert(
      fc.property(cents, (values) => {
        const total = values.reduce((sum, value) => sum + value, 0n);
        const shown = aggregate(values.map(text)).figures?.sum ?? '';
        const [whole = '', decimals = ''] = shown.replace('-', '').split('.');
        const read = BigInt(whole + decimals.padEnd(2, '0')) * (shown.startsWith('-') ? -1n : 1n);
        expect(read).toBe(total);
      }),
    );
  });
});
