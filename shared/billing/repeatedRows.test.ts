/** One thing reported several times: what stands and what is refused, in whatever order the rows come. */
import { type DeliveryFact, dayNumber } from '@countersign/shared/model';
import { exactText } from '@countersign/shared/money';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sumRows } from './deliveryRows.ts';
import { delivered } from './testKit/contract.ts';

const DAY = dayNumber('2026-01-10');
const report = (quantity: string, recordedAt: number, reportVersion = 1, key = 'a'): DeliveryFact =>
  delivered(quantity, '2026-01-10', { recordedAt: `2026-01-${10 + recordedAt}T00:00:00Z`, reportVersion, key });

/** The sum of the day, and how many rows are refused. */
function counted(facts: readonly DeliveryFact[]): readonly [string, number] {
  const { byLine, rejected } = sumRows(facts, null, { table: null, dayStartMs: 0 }, new Set(['l1']));
  const day = byLine.get('l1')?.[0]?.days.list()[0];
  expect(day?.day).toBe(DAY);
  return [exactText(day?.quantity ?? { n: -1n, d: 1n }), rejected[0]?.count ?? 0];
}

/** Every order of a few rows. */
function orders<T>(rows: readonly T[]): T[][] {
  if (rows.length < 2) return [[...rows]];
  return rows.flatMap((row, i) => orders(rows.filter((_, at) => at !== i)).map((rest) => [row, ...rest]));
}

describe('one thing reported several times', () => {
  it.each([
    ['a row that is there twice, first recorded earlier', [report('5', 9), report('5', 6), report('6', 7)], ['5', 1]],
    ['the row recorded first', [report('6', 6), report('5', 9), report('5', 7)], ['6', 2]],
    ['the smaller text of rows recorded at one time', [report('6', 6), report('5', 6), report('7', 6)], ['5', 2]],
    ['a higher version, whatever was wrong below it', [report('5', 6), report('6', 7), report('7', 8, 2)], ['7', 0]],
    ['rows of two keys beside each other', [report('5', 6), report('6', 7, 1, 'b'), report('7', 8, 1, 'b')], ['11', 1]],
  ])('[BILL-2] in any order %s stands, and as many are refused', (_, rows, expected) => {
    for (const order of orders(rows)) expect(counted(order)).toEqual(expected);
  });

  it('[BILL-2] no order of rows changes the sum or what is refused', () => {
    const row = fc
      .tuple(fc.nat(3), fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 2 }), fc.constantFrom('a', 'b'))
      .map(([quantity, recordedAt, version, key]) => report(String(quantity), recordedAt, version, key));
    const rows = fc.array(row, { minLength: 1, maxLength: 7 });
    const shuffled = rows.chain((given) =>
      fc.tuple(fc.constant(given), fc.shuffledSubarray(given, { minLength: given.length })),
    );
    fc.assert(
      fc.property(shuffled, ([given, other]) => {
        expect(counted(other)).toEqual(counted(given));
      }),
      { numRuns: 500 },
    );
  });
});
