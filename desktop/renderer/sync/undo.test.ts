import { expect, test } from 'vitest';
import { inverse, type Step, UndoStacks, type UndoView } from './undo.ts';

const cell = { sheet: 'lines', rowId: 'r-1', field: 'rate' } as const;
const typed: Step = { ...cell, from: null, to: '=A1', misfit: true };
/** Ids in the order they are asked for. */
function counted(): () => string {
  let last = 0;
  return () => `a-${++last}`;
}

const viewWith = (misfit: string | null, current: string | null = '1.00'): UndoView => ({
  current: () => current,
  misfit: () => misfit,
});

test('[SYNC-17] a value that did not fit is taken back like any other, and comes again with redo', () => {
  const stacks = new UndoStacks('v-1', counted());
  stacks.did([typed]);
  expect(stacks.take('undo', viewWith('=A1'))?.steps).toEqual([{ ...typed, from: '=A1', to: null }]);
  expect(stacks.take('redo', viewWith(null))?.steps).toEqual([typed]);
});

test('[SYNC-17] a misfit that was mended since is left alone', () => {
  expect(inverse([typed], viewWith(null))).toEqual({ steps: [], changedSince: [typed] });
});

test('[SYNC-17] the history of a draft is bounded in actions and in cells: the oldest go first', () => {
  const stacks = new UndoStacks('v-1', counted());
  const many = (count: number): Step[] =>
    Array.from({ length: count }, (_, i) => ({ ...cell, rowId: `r-${i}`, from: null, to: '1' }));
  for (let action = 0; action < 250; action += 1) stacks.did([{ ...cell, from: null, to: '1' }]);
  expect(stacks.ids().size).toBe(200);
  stacks.did(many(29_990));
  expect(stacks.ids().size).toBe(11);
  stacks.did(many(40_000));
  expect(stacks.ids().size).toBe(1);
});

test('[SYNC-17] a new action forgets what was undone; what another window took is gone here', () => {
  const stacks = new UndoStacks('v-1', counted());
  const { put } = stacks.did([{ ...cell, from: null, to: '1' }]);
  stacks.did([{ ...cell, from: '1', to: '2' }]);
  stacks.take('undo', viewWith(null, '2'));
  expect([stacks.canUndo, stacks.canRedo]).toEqual([true, true]);
  stacks.did([{ ...cell, from: '1', to: '3' }]);
  expect(stacks.canRedo).toBe(false);
  stacks.follow(new Set(put.map(({ id }) => id)), []);
  expect(stacks.take('undo', viewWith(null, '1'))?.steps).toEqual([{ ...cell, from: '1', to: null }]);
  expect(stacks.canUndo).toBe(false);
});
