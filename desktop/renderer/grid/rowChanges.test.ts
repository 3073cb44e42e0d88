import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rowChanges } from './rowChanges.ts';

describe('rowChanges', () => {
  it('[GRID-70] tells an insert, a removal and both as one transaction', () => {
    expect(rowChanges(['a', 'b', 'c'], ['a', 'x', 'y', 'b', 'c'])).toEqual({
      removed: [],
      added: ['x', 'y'],
      addIndex: 1,
    });
    expect(rowChanges(['a', 'b', 'c'], ['a', 'c'])).toEqual({ removed: ['b'], added: [], addIndex: 0 });
    expect(rowChanges(['a', 'b'], ['b', 'x'])).toEqual({ removed: ['a'], added: ['x'], addIndex: 1 });
  });

  it('[GRID-70] says so when rows moved or came in two places', () => {
    expect(rowChanges(['a', 'b', 'c'], ['b', 'a', 'c'])).toBeNull();
    expect(rowChanges(['a', 'b'], ['x', 'a', 'y', 'b'])).toBeNull();
  });

  it('[GRID-70] what it says always leads from one list to the other', () => {
    const lists = fc.uniqueArray(fc.constantFrom(...'abcdefgh'));
    fc.assert(
      fc.property(lists, lists, (before, after) => {
        const change = rowChanges(before, after);
        if (change === null) return;
        const rest = before.filter((id) => !change.removed.includes(id));
        rest.splice(change.addIndex, 0, ...change.added);
        expect(rest).toEqual(after);
      }),
    );
  });
});
