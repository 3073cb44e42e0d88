// Whether one list of rows becomes another by removing some and adding one run; null when rows moved. Pure.

export interface RowChanges {
  readonly removed: readonly string[];
  readonly added: readonly string[];
  /** Where the run stands in the new list. */
  readonly addIndex: number;
}

/** One run is what an insert, a paste or an undo makes; anything else is told to the grid as a whole new list. */
export function rowChanges(before: readonly string[], after: readonly string[]): RowChanges | null {
  let head = 0;
  while (head < before.length && head < after.length && before[head] === after[head]) head += 1;
  let tail = 0;
  while (
    tail < before.length - head &&
    tail < after.length - head &&
    before[before.length - 1 - tail] === after[after.length - 1 - tail]
  )
    tail += 1;
  // Only the middle differs: of a hundred thousand rows that is what was touched.
  const middle = after.slice(head, after.length - tail);
  const gone = before.slice(head, before.length - tail);
  const had = new Set(gone);
  const has = new Set(middle);
  const removed = gone.filter((id) => !has.has(id));
  const added = middle.filter((id) => !had.has(id));
  const kept = gone.filter((id) => has.has(id));
  const first = added[0];
  const place = first === undefined ? 0 : middle.indexOf(first);
  const expected = [...kept.slice(0, place), ...added, ...kept.slice(place)];
  if (expected.some((id, i) => id !== middle[i])) return null;
  return { removed, added, addIndex: added.length === 0 ? 0 : head + place };
}
