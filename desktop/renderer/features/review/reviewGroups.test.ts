import type { ReviewRow } from '@countersign/shared/protocol/api';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { groupRows, lineGroup, reviewCounts, sumAmounts } from './reviewGroups.ts';
import { wordRedline } from './wordRedline.ts';

const by = [{ userId: 'u-ops', name: 'Ops' }];
const field = (name: string, from: string | null, to: string | null) => ({ field: name, label: name, from, to });
const row = (name: string, change: ReviewRow['change'], fields: ReviewRow['fields'], sheet = 'lines'): ReviewRow => ({
  sheet,
  rowId: `r-${name}`,
  row: name,
  change,
  fields,
  by,
});

const preempted = row('17.1', 'changed', [field('quantity', '1', '0')]);
const makegood = row('42.0', 'added', [field('makegoodFor', null, '34.0.1'), field('rate', null, '4000.00')]);
const added = row('37.0', 'added', [field('rate', null, '3500.00')]);
const clause = row('7', 'changed', [field('text', 'a', 'b')], 'clauses');
const line = (lineId: string, delta: string, period = '2016-11') => ({
  period,
  lineId,
  label: lineId,
  before: '0.00',
  after: delta,
  delta,
});
const impact = {
  currency: 'USD',
  periods: [],
  lines: [
    line('17.1', '-2100.00'),
    line('42.0', '3000.00'),
    line('42.0', '1000.00', '2016-12'),
    line('37.0', '3500.00'),
  ],
  totalDelta: '5400.00',
  warnings: [],
};

describe('review groups', () => {
  it('[SCR-11] a line set to zero is pre-empted, an added line with a reference is a makegood', () => {
    expect([preempted, makegood, added].map(lineGroup)).toEqual(['preempted', 'makegood', 'added']);
    expect(lineGroup(row('9', 'changed', [field('rate', '1', '2')]))).toBe('changed');
    expect(lineGroup(row('9', 'moved', []))).toBe('moved');
    expect(lineGroup(row('9', 'removed', [field('quantity', '1', null)]))).toBe('removed');
  });

  it('[SCR-11] groups stand in reading order and carry the exact sum of their impact', () => {
    const groups = groupRows([clause, added, makegood, preempted], impact);
    expect(groups.map((g) => [g.title, g.impact])).toEqual([
      ['Pre-empted', '-2100.00'],
      ['Makegoods', '4000.00'],
      ['Added lines', '3500.00'],
      ['Clauses', null],
    ]);
  });

  it('[SCR-11] every changed row is in exactly one group', () => {
    const change = fc.constantFrom<ReviewRow['change']>('added', 'removed', 'changed', 'moved');
    const sheet = fc.constantFrom('lines', 'rates', 'terms', 'clauses');
    const rows = fc.uniqueArray(fc.tuple(fc.nat(500), change, sheet), { selector: ([name]) => name });
    fc.assert(
      fc.property(rows, (made) => {
        const diff = made.map(([name, kind, of]) => row(String(name), kind, [field('quantity', '1', '0')], of));
        const keys = groupRows(diff, null).flatMap((g) => g.rows.map((r) => r.key));
        expect(keys.toSorted()).toEqual(diff.map((r) => `${r.sheet}/${r.rowId}`).toSorted());
      }),
    );
  });

  it('[SCR-11] sums are exact where floats are not', () => {
    expect(sumAmounts(['0.10', '0.20'])).toBe('0.30');
    expect(sumAmounts([])).toBeNull();
  });

  it('[SCR-11] counts in words', () => {
    expect(reviewCounts([clause, added, makegood, preempted])).toEqual([
      '2 lines added',
      '2 cells changed',
      '1 line pre-empted',
    ]);
  });
});

describe('word redline', () => {
  it('[SCR-12] strikes and adds words, and leaves the rest', () => {
    expect(wordRedline('made good by a spot of equal value within', 'made good by one or more spots within')).toEqual([
      { is: 'same', text: 'made good by ' },
      { is: 'old', text: 'a spot of equal value ' },
      { is: 'new', text: 'one or more spots ' },
      { is: 'same', text: 'within' },
    ]);
  });

  it('[SCR-12] read without the struck words it is the new text, without the new words the old one', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (from, to) => {
        const parts = wordRedline(from, to);
        const read = (skip: string) => parts.flatMap((p) => (p.is === skip ? [] : p.text)).join('');
        expect(read('old')).toBe(to);
        expect(read('new')).toBe(from);
      }),
    );
  });
});
