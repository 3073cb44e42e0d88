// Whether one list of rows becomes another by removing some and adding one run; null when rows moved. Pure.

export interface RowChanges {
  readonly removed: readonly string[];
  readonly added: readonly string[];
  /** Where the run stands in the new list. */
  readonly addIndex: number;
}

/** One run is what an insert, a paste or an undo makes; anything else is told to the grid as a whole new list. */
export function rowChanges(before: readonly string[], after: readonly string[]): RowChanges | null {
  const had = new Set(before);
  const has = new Set(after);
  const removed = before.filter((id) => !has.has(id));
  const added = after.filter((id) => !had.has(id));
  const kept = before.filter((id) => has.has(id));
  const first = added[0];
  const addIndex = first === undefined ? 0 : after.indexOf(first);
  const expected = [...kept.slice(0, addIndex), ...added, ...kept.slice(addIndex)];
  if (expected.length !== after.length) return null;
  for (let i = 0; i < after.length; i += 1) if (expected[i] !== after[i]) return null;
  return { removed, added, addIndex };
}
