import { expect, test } from 'vitest';
import { inverse, type Step, UndoStacks, type UndoView } from './undo.ts';

const cell = { sheet: 'lines', rowId: 'r-1', field: 'rate' } as const;
const typed: Step = { ...cell, from: null, to: '=A1', misfit: true };
const viewWith = (misfit: string | null, current: string | null = '1.00'): UndoView => ({
  current: () => current,
  misfit: () => misfit,
});

test('[SYNC-17] a value that did not fit is taken back like any other, and comes again with redo', () => {
  const stacks = new UndoStacks();
  stacks.did([typed]);
  expect(stacks.take('undo', viewWith('=A1'))?.steps).toEqual([{ ...typed, from: '=A1', to: null }]);
  expect(stacks.take('redo', viewWith(null))?.steps).toEqual([typed]);
});

test('[SYNC-17] a misfit that was mended since is left alone', () => {
  expect(inverse([typed], viewWith(null))).toEqual({ steps: [], changedSince: [typed] });
});
