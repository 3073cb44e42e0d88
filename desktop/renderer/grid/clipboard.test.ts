import { describe, expect, it } from 'vitest';
import { pastePlan, withPoints } from './clipboard.ts';

describe('pastePlan', () => {
  it('[GRID-22] tiles the block and cuts it at the last column', () => {
    const plan = pastePlan([['1', '2']], { top: 0, bottom: 1, left: 3, right: 6 }, { rows: 5, columns: 6 });
    expect(plan.rect).toEqual({ top: 0, bottom: 1, left: 3, right: 5 });
    expect([3, 4, 5].map((column) => plan.typedAt({ row: 1, column }))).toEqual(['1', '2', '1']);
    expect(plan.overflow).toEqual([]);
  });

  it('[GRID-23] rows below the last one become new rows; blanks blank', () => {
    const plan = pastePlan(
      [
        ['a', ''],
        ['b', 'c'],
        ['d', 'e'],
      ],
      { top: 4, bottom: 6, left: 0, right: 1 },
      { rows: 5, columns: 6 },
    );
    expect(plan.rect.bottom).toBe(4);
    expect(plan.typedAt({ row: 4, column: 1 })).toBeNull();
    expect(plan.overflow).toEqual([
      ['b', 'c'],
      ['d', 'e'],
    ]);
  });
});

it('[GRID-24] a block that can only have decimal commas is read with them, and one that says nothing is left as it is', () => {
  const figures = (column: number) => column > 0;
  const german = [
    ['1,234', '1.234,50', '12'],
    ['Anzeige', '2.000', '0,5'],
  ];
  expect(withPoints(german, figures)).toEqual({
    block: [
      ['1,234', '1234.50', '12'],
      ['Anzeige', '2000', '0.5'],
    ],
    changed: 3,
  });
  expect(withPoints([['x', '1,234']], figures)).toBeNull();
  expect(withPoints([['x', '1,5', '2.50']], figures)).toBeNull();
  // One figure alone says nothing of the others' notation: it is refused as when it is typed.
  expect(withPoints([['x', '1.234,50']], figures)).toBeNull();
  expect(withPoints([['1,5', '7']], figures)).toBeNull();
});
