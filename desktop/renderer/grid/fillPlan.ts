// What each cell of a filled rectangle takes from its source. Pure; the sheet's writes decide which cells may be written.
import { fillSeries } from './fillSeries.ts';
import type { Direction, Position, Rect } from './ranges.ts';
import type { GridColumn } from './sheetColumns.ts';

export interface FillSource {
  /** Repeats the source instead of going on with its series. */
  readonly copy: boolean;
  valueAt(at: Position): string | null;
  typeOf(column: number): GridColumn['type'];
}

/** Values of the target's cells: each row or column of the source goes on along the direction, by its series or as a copy. */
export function fillPlan(
  source: Rect,
  target: Rect,
  direction: Direction,
  { copy, valueAt, typeOf }: FillSource,
): (at: Position) => string | null {
  const along = direction === 'down' || direction === 'up';
  const back = direction === 'up' || direction === 'left';
  const series = new Map<number, readonly (string | null)[]>();
  const lane = (lane: number): readonly (string | null)[] => {
    const held = series.get(lane);
    if (held !== undefined) return held;
    const values: (string | null)[] = [];
    const [from, to] = along ? [source.top, source.bottom] : [source.left, source.right];
    for (let i = from; i <= to; i += 1)
      values.push(valueAt(along ? { row: i, column: lane } : { row: lane, column: i }));
    const count = along ? target.bottom - target.top + 1 : target.right - target.left + 1;
    const made = fillSeries(values, count, along ? typeOf(lane) : 'text', { copy: copy || !along, back });
    series.set(lane, made);
    return made;
  };
  return ({ row, column }) => {
    const forward = along ? row - target.top : column - target.left;
    const backward = along ? target.bottom - row : target.right - column;
    return lane(along ? column : row)[back ? backward : forward] ?? null;
  };
}
