import { decimalOf, exactText, type Fraction } from '@countersign/shared/money';
import { describe, expect, it } from 'vitest';
import { allocate, byLatestFirst, byLowestId, reduceEarliestFirst, reduceLatestFirst } from './allocate.ts';
import type { BillRow } from './row.ts';

const shares = (amount: string, weights: readonly string[], scale = 2): string =>
  allocate(decimalOf(amount), weights.map(decimalOf), scale).map(exactText).join(' ');
const row = (key: string, flightFrom: number, flightTo: number | null): BillRow =>
  ({ key, lineId: key, flightFrom, flightTo }) as BillRow;
const keys = (rows: readonly BillRow[]): string => rows.map(({ key }) => key).join(' ');

describe('shares of a contract-wide amount', () => {
  it('[BILL-8] by largest remainder, ties to the first, credits like charges', () => {
    expect(shares('1.00', ['1', '1', '1'])).toBe('0.34 0.33 0.33');
    expect(shares('-1.00', ['1', '1', '1'])).toBe('-0.34 -0.33 -0.33');
    expect(shares('1.00', ['10', '10', '39'])).toBe('0.17 0.17 0.66');
    expect(shares('0.05', ['1', '4', '2'])).toBe('0.01 0.03 0.01');
    expect(shares('0.00', ['3', '5'])).toBe('0 0');
    expect(shares('7', ['1', '2'], 0)).toBe('2 5');
    expect(shares('1.00', [])).toBe('');
  });

  it('[BILL-8] an amount between two whole units is rounded half up, once, before it is shared', () => {
    expect(shares('1.005', ['1', '1'])).toBe('0.51 0.5');
    expect(shares('-1.005', ['1', '1'])).toBe('-0.51 -0.5');
  });

  it('[BILL-8] a credit among charges carries the opposite sign', () => {
    expect(shares('10.00', ['100', '-50'])).toBe('20 -10');
    expect(shares('-10.00', ['100', '-50'])).toBe('-20 10');
    expect(shares('0.01', ['2', '-1'])).toBe('0.02 -0.01');
  });

  it('[BILL-8] weights that sum to nothing count by size, and weights of nothing alike', () => {
    expect(shares('9.00', ['50', '-50', '50', '-50', '100', '-100'])).toBe('1.13 1.13 1.12 1.12 2.25 2.25');
    expect(shares('1.00', ['0', '0', '0'])).toBe('0.34 0.33 0.33');
  });
});

describe('the order of a cap', () => {
  const rows = [row('a', 1, 9), row('b', 1, 9), row('c', 2, 9), row('d', 0, null), row('e', 5, 8)];

  it('[BILL-8] flight end, flight start and id, all descending; an open end is the latest', () => {
    expect(keys(byLatestFirst(rows))).toBe('d c b a e');
    expect(keys(byLatestFirst([...rows].reverse()))).toBe('d c b a e');
    expect(keys(byLatestFirst([row('x', 1, null), row('y', 2, null)]))).toBe('y x');
    expect(keys(byLowestId([...rows].reverse()))).toBe('a b c d e');
  });

  const taken = (how: typeof reduceLatestFirst, amount: string, standing: Record<string, string>): string =>
    [...how(decimalOf(amount), rows, ({ key }): Fraction => decimalOf(standing[key] ?? '0'))]
      .map(([{ key }, share]) => `${key} ${exactText(share)}`)
      .join(', ');

  it('[BILL-8] takes each row down to zero, the latest first, and from no credit', () => {
    const standing = { a: '10', b: '20', c: '-5', d: '30' };
    expect(taken(reduceLatestFirst, '30', standing)).toBe('d -30');
    expect(taken(reduceLatestFirst, '35', standing)).toBe('d -30, b -5');
    expect(taken(reduceLatestFirst, '55', standing)).toBe('d -30, b -20, a -5');
    expect(taken(reduceEarliestFirst, '25', standing)).toBe('a -10, b -15');
    expect(taken(reduceLatestFirst, '0', standing)).toBe('');
  });

  it('[BILL-8] what cannot be taken stays with the first, and what is given back goes there', () => {
    expect(taken(reduceLatestFirst, '70', { a: '10', b: '20', d: '30' })).toBe('d -40, b -20, a -10');
    expect(taken(reduceLatestFirst, '-4', { a: '10' })).toBe('d 4');
    expect([...reduceLatestFirst(decimalOf('5'), [], () => decimalOf('1'))]).toEqual([]);
  });
});
