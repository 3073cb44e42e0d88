/** Which rows the short way takes: what it gives up is judged row by row, at ten times the cost, with the same sums. */
import type { DeliveryFact } from '@countersign/shared/model';
import { exactText } from '@countersign/shared/money';
import { describe, expect, it } from 'vitest';
import { sumPlainRows } from './plainRows.ts';
import { keepSmallest } from './samples.ts';

const LINES = new Set(['l1', 'l2']);
const row = (localDate: string, change: Partial<DeliveryFact> = {}): DeliveryFact => ({
  lineId: 'l1',
  localDate,
  quantity: '1',
  ...change,
});
/** First day, days, rows and total of each series; null where the rows have to be judged. */
function sums(facts: readonly DeliveryFact[], asOfMs: number | null = null): string[] | null {
  const delivery = sumPlainRows(facts, asOfMs, LINES);
  if (delivery === null) return null;
  return [...delivery.byLine].flatMap(([lineId, list]) =>
    list.map(({ source, metric, days, sample }) =>
      [lineId, source, metric, days.length, days.rows(), exactText(days.total()), ...sample].filter(String).join(' '),
    ),
  );
}

describe('rows the short way takes', () => {
  it.each<[string, DeliveryFact[], string[]]>([
    ['none', [], []],
    ['the first day that a computer counts and any after it', [row('1970-01-01'), row('1970-12-31')], ['l1 own 2 2 2']],
    [
      'many rows of one day, by rising keys; a row without key comes first',
      [undefined, ...'123456789'].map((key) => row('2026-01-10', { key })),
      ['l1 own 1 10 10'],
    ],
    [
      'longer keys after shorter ones, as counters write them',
      ['8', '9', '10', '11', '100'].map((key) => row('2026-01-10', { key })),
      ['l1 own 1 5 5'],
    ],
    [
      'days in any order, with holes between them',
      ['2026-03-01', '2026-01-01', '2026-12-31', '2026-02-01'].map((day) => row(day)),
      ['l1 own 4 4 4'],
    ],
    [
      'the day after the last that a series has room for at first',
      [row('2026-01-01'), row('2026-02-02', { quantity: '7' }), row('2026-02-01', { quantity: '5' })],
      ['l1 own 3 3 13'],
    ],
    ['as many days as eleven years have', [row('2026-01-01'), row('2037-03-19')], ['l1 own 2 2 2']],
    [
      'series by line, source and metric, whatever is given first',
      [
        row('2026-01-10', { lineId: 'l2', quantity: '5' }),
        row('2026-01-10', { metric: 'CLICKS', quantity: '7', id: 'b' }),
        row('2026-01-10', { source: 'x', quantity: '9' }),
        row('2026-01-11', { metric: 'CLICKS', quantity: '8', id: 'a' }),
        row('2026-01-10', { quantity: '6' }),
      ],
      ['l1 own 1 1 6', 'l1 own CLICKS 2 2 15 a b', 'l1 x 1 1 9', 'l2 own 1 1 5'],
    ],
    [
      'sums up to the last whole number that a double tells from the next',
      Array.from({ length: 6361 }, (_, i) => row('2026-01-10', { quantity: '1416003655831', key: String(i + 1) })),
      ['l1 own 1 6361 9007199254740991'],
    ],
  ])('[BILL-44] %s', (_what, facts, expected) => {
    expect(sums(facts)).toEqual(expected);
  });

  it('[BILL-3] a row that says when it was recorded, where all of them are known; one that does not, at any time', () => {
    const recorded = row('2026-01-10', { recordedAt: '2026-01-11T00:00:00Z' });
    expect(sums([recorded])).toEqual(['l1 own 1 1 1']);
    expect(sums([row('2026-01-10')], 0)).toEqual(['l1 own 1 1 1']);
    expect(sums([recorded], Date.UTC(2027, 0, 1))).toBeNull();
  });
});

describe('rows that have to be judged', () => {
  const large = '999999999999999';
  it.each<[string, DeliveryFact[]]>([
    ['a date that does not exist', [row('2026-03-01'), row('2026-02-29')]],
    ['a thirteenth month, also where January has been read', [row('2027-01-01'), row('2026-13-01')]],
    ['a date with another sign than a digit', [row('2026-01-09'), row('2026-01-1/')]],
    ['a date with more behind it, or before', [row('2026-01-09T00:00:00Z')]],
    ['a date with more before it', [row('+2026-01-09')]],
    ['a point in time', [{ lineId: 'l1', at: '2026-01-09T00:00:00Z', quantity: '1' }]],
    ['a line of no version, also between known ones', [row('2026-01-10'), row('2026-01-10', { lineId: 'l3' })]],
    ['days too far apart to hold one place for each', [row('2026-01-01'), row('2037-03-20')]],
    ['the same key again', ['a', 'a'].map((key) => row('2026-01-10', { key }))],
    ['a shorter key after a longer one', ['10', '9'].map((key) => row('2026-01-10', { key }))],
    ['two rows of a day without keys', [row('2026-01-10'), row('2026-01-10')]],
    [
      'a key that came before rows of an earlier day',
      ['2026-01-10', '2026-01-02', '2026-01-10'].map((day) => row(day, { key: 'a' })),
    ],
    [
      'a key that came before rows of a day far behind',
      ['2026-01-10', '2026-06-10', '2026-01-10'].map((day) => row(day, { key: 'a' })),
    ],
    ['a fraction', [row('2026-01-10', { quantity: '0.5' })]],
    ['a negative count', [row('2026-01-10', { quantity: '-1' })]],
    [
      'counts that may add up beyond what a double holds, wherever the largest stands',
      [large, ...'23456789', large, '1'].map((quantity, i) => row('2026-01-10', { quantity, key: String(10 + i) })),
    ],
  ])('[BILL-44] %s', (_what, facts) => {
    expect(sums(facts)).toBeNull();
  });
});

describe('samples', () => {
  it('[BILL-44] are the three smallest ids, ascending, each as often as it was given, in whatever order', () => {
    const kept = (...ids: string[]): string[] => {
      const sample: string[] = [];
      for (const id of ids) keepSmallest(sample, id);
      return sample;
    };
    expect(kept('d', 'b', 'a', 'c')).toEqual(['a', 'b', 'c']);
    expect(kept('a', 'b', 'c', 'd')).toEqual(['a', 'b', 'c']);
    expect(kept('c', 'c', 'c', 'c', 'a')).toEqual(['a', 'c', 'c']);
    expect(kept('b', 'a')).toEqual(['a', 'b']);
  });
});
