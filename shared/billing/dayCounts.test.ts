/** How days of a series are cut and put together again. */
import { decimalOf, exactText, type Fraction } from '@countersign/shared/money';
import { describe, expect, it } from 'vitest';
import { DayCounts } from './dayCounts.ts';

const whole = (): DayCounts => DayCounts.ofWhole([10, 11, 13, 20], [5, -2, 0, 7], [1, 2, 3, 4]);
const exact = (): DayCounts =>
  DayCounts.of(
    [10, 11, 13, 20].map((day, i) => ({ day, quantity: decimalOf(['0.5', '2', '-1', '4'][i] ?? ''), count: 1 })),
  );
const text = (days: DayCounts): string =>
  days
    .list()
    .map(({ day, quantity, count }) => `${day}: ${exactText(quantity)} in ${count}`)
    .join(', ');

describe('counts by day', () => {
  it('[BILL-44] cutting takes the first day and not the last, and cutting nothing gives none', () => {
    expect(text(whole().within(11, 20))).toBe('11: -2 in 2, 13: 0 in 3');
    expect(text(whole().within(12, 21))).toBe('13: 0 in 3, 20: 7 in 4');
    expect(text(whole().within(0, 99).within(10, 11))).toBe('10: 5 in 1');
    for (const none of [whole().within(14, 20), whole().within(20, 10), whole().within(21, 99), DayCounts.NONE]) {
      expect([none.length, none.first, none.last, none.rows(), text(none)]).toEqual([0, undefined, undefined, 0, '']);
      expect(exactText(none.total())).toBe('0');
      expect(exactText(none.before(99))).toBe('0');
    }
    const cut = whole().within(11, 99);
    expect([cut.length, cut.first, cut.last, cut.rows(), exactText(cut.total())]).toEqual([3, 11, 20, 9, '5']);
    expect([10, 11, 12, 14, 20, 21].map((day) => exactText(cut.before(day)))).toEqual([
      '0',
      '0',
      '-2',
      '-2',
      '-2',
      '5',
    ]);
    expect([10, 11, 21].map((day) => exactText(exact().before(day)))).toEqual(['0', '0.5', '5.5']);
  });

  it('[BILL-44] neighbours of the same days are one again; with a gap, out of order or of other days none is added or lost', () => {
    const days = whole();
    const [first, middle, last] = [days.within(0, 11), days.within(11, 20), days.within(20, 99)];
    expect(text(DayCounts.joined([first, DayCounts.NONE, middle, last]))).toBe(text(days));
    expect(DayCounts.joined([first, middle]).room).toBe(3 * 52);
    expect(text(DayCounts.joined([first, last]))).toBe('10: 5 in 1, 20: 7 in 4');
    expect(DayCounts.joined([first, last]).room).toBeNull();
    expect(text(DayCounts.joined([first, middle, exact().within(20, 99)]))).toBe(
      '10: 5 in 1, 11: -2 in 2, 13: 0 in 3, 20: 4 in 1',
    );
    expect(text(DayCounts.joined([middle]))).toBe('11: -2 in 2, 13: 0 in 3');
    expect(DayCounts.joined([])).toBe(DayCounts.NONE);
    expect(DayCounts.joined([DayCounts.NONE, days.within(30, 40)])).toBe(DayCounts.NONE);
  });

  it('[BILL-44] a test on days keeps those for which it holds; a change of quantities leaves days and rows', () => {
    const days = whole().within(10, 20);
    expect(days.filter(() => true)).toBe(days);
    expect(days.filter(() => false)).toBe(DayCounts.NONE);
    expect(text(days.filter((day) => day !== 11))).toBe('10: 5 in 1, 13: 0 in 3');
    const half = ({ n, d }: Fraction): Fraction => ({ n, d: d * 2n });
    expect(text(days.map(half))).toBe('10: 2.5 in 1, 11: -1 in 2, 13: 0 in 3');
  });

  it('[BILL-44] is written as canonical JSON has it, whatever the size and sign', () => {
    const days = DayCounts.ofWhole([0, 20_513], [-9_007_199_254_740_991, 1_000], [4_294_967_295, 1]);
    const bytes = new Uint8Array(days.room ?? 0);
    const end = days.write(bytes, 0);
    expect(new TextDecoder().decode(bytes.subarray(0, end))).toBe(
      '["1970-01-01","-9007199254740991",4294967295],["2026-03-01","1000",1]',
    );
    expect(exact().room).toBeNull();
    const small = DayCounts.ofWhole([0, 1, 2, 3], [0, 9, 10, -10], [1, 9, 10, 99]);
    const into = new Uint8Array(1 + (small.room ?? 0)).fill(42);
    const to = small.within(0, 4).write(into, 1);
    expect(new TextDecoder().decode(into.subarray(0, to))).toBe(
      '*["1970-01-01","0",1],["1970-01-02","9",9],["1970-01-03","10",10],["1970-01-04","-10",99]',
    );
  });
});
