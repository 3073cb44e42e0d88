import { add, decimalOf, type Fraction, multiply, percentOf, toMoney, ZERO } from '@countersign/shared/money';
import { describe, expect, it } from 'vitest';
import { type DemoRow, readFacts } from './demoDocument.ts';
import { tvContract } from './tvContract.ts';

const linesOf = (sequence: number): readonly DemoRow[] => tvContract().versions[sequence - 1]?.sheets.lines ?? [];
const spots = (rows: readonly DemoRow[]): number => rows.reduce((sum, row) => sum + Number(row.values.quantity), 0);
const gross = (rows: readonly DemoRow[]): Fraction =>
  rows.reduce(
    (sum, { values }) => add(sum, multiply(decimalOf(values.quantity ?? '0'), decimalOf(values.rate ?? '0'))),
    ZERO,
  );
const usd = (value: Fraction): string => toMoney(value, 'USD').amount;
const line = (rows: readonly DemoRow[], number: string): DemoRow['values'] | undefined =>
  rows.find((row) => row.values.line === number)?.values;

describe('the TV contract of the demo', () => {
  it('[DEMO-2] adds up to the printed totals: 93 spots, 109,600.00 gross, 16,440.00 commission, 93,160.00 net', () => {
    const rows = linesOf(3);
    expect(rows).toHaveLength(65);
    expect(spots(rows)).toBe(93);
    const total = gross(rows);
    const commission = percentOf(total, decimalOf('15'));
    expect(usd(total)).toBe('109600.00');
    expect(usd(commission)).toBe('16440.00');
    expect(usd(add(total, multiply(commission, decimalOf('-1'))))).toBe('93160.00');
  });

  it('[DEMO-2] every line total of the document is its spots times its rate', () => {
    for (const row of readFacts('tv-lines.csv').filter((printed) => printed.total !== '')) {
      expect(usd(multiply(decimalOf(row.spots ?? ''), decimalOf(row.rate ?? '')))).toBe(row.total);
    }
  });

  it('[DEMO-3] version 1 is the order as entered by 12 Oct, without a rate the document does not print', () => {
    const rows = linesOf(1);
    expect(rows).toHaveLength(36);
    const revised = rows.filter((row) => row.values.status === 'REVISED');
    expect(revised).toHaveLength(15);
    expect(revised.every((row) => row.values.rate === undefined && row.values.quantity === '0')).toBe(true);
    expect(line(rows, '34.0')?.quantity).toBe('2');
  });

  it('[DEMO-3] version 2 holds the revision of 28 and 31 Oct before any pre-emption', () => {
    const rows = linesOf(2);
    expect(line(rows, '17.1')).toMatchObject({ status: 'NORMAL', quantity: '1', rate: '2100.00' });
    expect(rows.some((row) => row.values.status === 'PRE_EMPTED' || row.values.status === 'MAKEGOOD')).toBe(false);
    expect(spots(rows)).toBe(87);
    expect(usd(gross(rows))).toBe('104900.00');
  });

  it('[DEMO-2] a pre-empted 2,100 spot is made good by a 400 spot', () => {
    const rows = linesOf(3);
    expect(line(rows, '17.1')).toMatchObject({ status: 'NORMAL', quantity: '0', rate: '2100.00' });
    expect(line(rows, '17.1.1')).toMatchObject({ status: 'PRE_EMPTED', quantity: '0', note: 'Pre-empt/Spot' });
    expect(line(rows, '43.0')).toMatchObject({
      status: 'MAKEGOOD',
      makegoodFor: '17.1.1',
      quantity: '1',
      rate: '400.00',
    });
    expect(line(rows, '34.0')?.quantity).toBe('1');
  });

  it('[DEMO-1] a row keeps its id through the versions', () => {
    const id = (sequence: number): string | undefined =>
      linesOf(sequence).find((row) => row.values.line === '5.0')?.rowId;
    expect(id(1)).toMatch(/^r-[\w-]{12}$/);
    expect([id(2), id(3)]).toEqual([id(1), id(1)]);
  });
});
