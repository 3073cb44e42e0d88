import { describe, expect, it } from 'vitest';
import { pastePlan } from './clipboard.ts';

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
