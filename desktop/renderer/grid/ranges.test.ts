import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addRange,
  extendTo,
  fillTarget,
  isInside,
  jump,
  type Position,
  pasteRect,
  rectCells,
  rectOf,
  selectCell,
  step,
  walkInside,
} from './ranges.ts';

const at = (row: number, column: number): Position => ({ row, column });
const size = { rows: 10, columns: 6 };

describe('selection', () => {
  it('[GRID-10] drawing a range keeps its anchor as the active cell', () => {
    const selection = extendTo(selectCell(at(4, 3)), at(2, 5));
    expect(selection.active).toEqual(at(4, 3));
    expect(selection.ranges.map(rectOf)).toEqual([{ top: 2, bottom: 4, left: 3, right: 5 }]);
  });

  it('[GRID-10] Ctrl+click adds a range and makes it the active one', () => {
    const selection = extendTo(addRange(extendTo(selectCell(at(0, 0)), at(1, 1)), at(5, 5)), at(6, 5));
    expect(selection.ranges.map(rectOf)).toEqual([
      { top: 0, bottom: 1, left: 0, right: 1 },
      { top: 5, bottom: 6, left: 5, right: 5 },
    ]);
    expect(selection.active).toEqual(at(5, 5));
  });

  it('[GRID-11] a step never leaves the sheet', () => {
    expect(step(at(0, 0), 'up', size)).toEqual(at(0, 0));
    expect(step(at(9, 5), 'right', size)).toEqual(at(9, 5));
    expect(step(at(8, 5), 'down', size, 30)).toEqual(at(9, 5));
  });

  it('[GRID-12] Ctrl+arrow stops at the end of a block, at the next filled cell, and at the edge', () => {
    const filled = new Set([0, 1, 2, 5]);
    const isFilled = (p: Position) => filled.has(p.row);
    expect(jump(at(0, 0), 'down', size, isFilled)).toEqual(at(2, 0));
    expect(jump(at(2, 0), 'down', size, isFilled)).toEqual(at(5, 0));
    expect(jump(at(5, 0), 'down', size, isFilled)).toEqual(at(9, 0));
    expect(jump(at(5, 0), 'up', size, isFilled)).toEqual(at(2, 0));
  });

  it('[GRID-13] Tab and Enter inside a range visit every cell once and come back', () => {
    const rect = fc.record({
      a: fc.record({ row: fc.nat(8), column: fc.nat(5) }),
      b: fc.record({ row: fc.nat(8), column: fc.nat(5) }),
    });
    fc.assert(
      fc.property(rect, fc.constantFrom('right', 'left', 'up', 'down' as const), ({ a, b }, direction) => {
        let selection = extendTo(selectCell(a), b);
        const block = rectOf({ anchor: a, focus: b });
        if (rectCells(block) === 1) {
          expect(walkInside(selection, direction)).toBeNull();
          return;
        }
        const seen = new Set<string>();
        for (let i = 0; i < rectCells(block); i += 1) {
          const next = walkInside(selection, direction);
          if (next === null) throw new Error('The walk left the range.');
          expect(isInside(block, next.active)).toBe(true);
          seen.add(`${next.active.row}:${next.active.column}`);
          selection = next;
        }
        expect(selection.active).toEqual(a);
        expect(seen.size).toBe(rectCells(block));
      }),
    );
  });

  it('[GRID-22] a paste tiles into a whole multiple and else keeps its own size', () => {
    const target = { top: 1, bottom: 6, left: 0, right: 1 };
    expect(pasteRect(target, { rows: 3, columns: 1 })).toEqual({ top: 1, bottom: 6, left: 0, right: 1 });
    expect(pasteRect(target, { rows: 4, columns: 2 })).toEqual({ top: 1, bottom: 4, left: 0, right: 1 });
    expect(pasteRect({ top: 2, bottom: 2, left: 2, right: 2 }, { rows: 2, columns: 3 })).toEqual({
      top: 2,
      bottom: 3,
      left: 2,
      right: 4,
    });
  });

  it('[GRID-30] the fill handle goes the way it was dragged furthest', () => {
    const source = { top: 2, bottom: 3, left: 2, right: 2 };
    expect(fillTarget(source, at(6, 3))).toEqual({ rect: { top: 4, bottom: 6, left: 2, right: 2 }, direction: 'down' });
    expect(fillTarget(source, at(0, 2))).toEqual({ rect: { top: 0, bottom: 1, left: 2, right: 2 }, direction: 'up' });
    expect(fillTarget(source, at(3, 5))).toEqual({
      rect: { top: 2, bottom: 3, left: 3, right: 5 },
      direction: 'right',
    });
    expect(fillTarget(source, at(3, 2))).toBeNull();
  });
});
