// Where cells are and which are selected, as numbers of displayed rows and columns. Pure geometry: no DOM, no grid, no values.

export interface Position {
  readonly row: number;
  readonly column: number;
}

/** A block of cells, both ends inclusive. */
export interface Rect {
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
}

/** From the cell where it began to the cell it was drawn to. */
export interface Range {
  readonly anchor: Position;
  readonly focus: Position;
}

/** One or more ranges, the last of which is the active one, and the active cell inside it. Never empty. */
export interface Selection {
  readonly ranges: readonly Range[];
  readonly active: Position;
}

/** How many rows and columns are displayed. */
export interface Size {
  readonly rows: number;
  readonly columns: number;
}

export type Direction = 'up' | 'down' | 'left' | 'right';

const STEP: Readonly<Record<Direction, Position>> = {
  up: { row: -1, column: 0 },
  down: { row: 1, column: 0 },
  left: { row: 0, column: -1 },
  right: { row: 0, column: 1 },
};

export function rectOf({ anchor, focus }: Range): Rect {
  return {
    top: Math.min(anchor.row, focus.row),
    bottom: Math.max(anchor.row, focus.row),
    left: Math.min(anchor.column, focus.column),
    right: Math.max(anchor.column, focus.column),
  };
}

export function isInside(rect: Rect, { row, column }: Position): boolean {
  return row >= rect.top && row <= rect.bottom && column >= rect.left && column <= rect.right;
}

export function rectCells(rect: Rect): number {
  return (rect.bottom - rect.top + 1) * (rect.right - rect.left + 1);
}

/** A single cell as the whole selection. */
export function selectCell(at: Position): Selection {
  return { ranges: [{ anchor: at, focus: at }], active: at };
}

/** The range that keys and commands work on. */
export function activeRange(selection: Selection): Range {
  const last = selection.ranges.at(-1);
  if (last === undefined) throw new Error('A selection has no range. Make it with selectCell.');
  return last;
}

/** Draws the active range to another cell; the others stay. */
export function extendTo(selection: Selection, focus: Position): Selection {
  const { anchor } = activeRange(selection);
  return { ranges: [...selection.ranges.slice(0, -1), { anchor, focus }], active: anchor };
}

/** Adds a range that begins at a cell (Ctrl+click). */
export function addRange(selection: Selection, at: Position): Selection {
  return { ranges: [...selection.ranges, { anchor: at, focus: at }], active: at };
}

export function clamp({ row, column }: Position, size: Size): Position {
  return {
    row: Math.max(0, Math.min(size.rows - 1, row)),
    column: Math.max(0, Math.min(size.columns - 1, column)),
  };
}

export function step(from: Position, direction: Direction, size: Size, by = 1): Position {
  const delta = STEP[direction];
  return clamp({ row: from.row + delta.row * by, column: from.column + delta.column * by }, size);
}

/**
 * Ctrl+arrow: to the end of the block of filled cells, or over a gap to the next filled cell, or to the edge of the sheet.
 */
export function jump(from: Position, direction: Direction, size: Size, isFilled: (at: Position) => boolean): Position {
  const { row: dr, column: dc } = STEP[direction];
  const at = (p: Position): Position => ({ row: p.row + dr, column: p.column + dc });
  const exists = ({ row, column }: Position) => row >= 0 && column >= 0 && row < size.rows && column < size.columns;
  let here = from;
  let next = at(here);
  if (!exists(next)) return here;
  const insideBlock = isFilled(here) && isFilled(next);
  while (exists(next)) {
    if (insideBlock && !isFilled(next)) return here;
    here = next;
    next = at(here);
    if (!insideBlock && isFilled(here)) return here;
  }
  return here;
}

/**
 * Tab and Enter inside a selection of several cells walk the active cell through it, row by row or column by column, and
 * around its ends. Returns null when only one cell is selected: then the selection itself moves.
 */
export function walkInside(selection: Selection, direction: Direction): Selection | null {
  if (selection.ranges.length !== 1) return null;
  const range = activeRange(selection);
  const rect = rectOf(range);
  if (rectCells(rect) === 1) return null;
  const height = rect.bottom - rect.top + 1;
  const width = rect.right - rect.left + 1;
  const { row, column } = selection.active;
  const across = direction === 'left' || direction === 'right';
  const place = across
    ? (row - rect.top) * width + (column - rect.left)
    : (column - rect.left) * height + (row - rect.top);
  const by = direction === 'right' || direction === 'down' ? 1 : -1;
  const next = (place + by + height * width) % (height * width);
  const active = across
    ? { row: rect.top + Math.floor(next / width), column: rect.left + (next % width) }
    : { row: rect.top + (next % height), column: rect.left + Math.floor(next / height) };
  return { ranges: selection.ranges, active };
}

/** The block a paste fills: a selection that is a whole multiple of the copied block is tiled with it, else the block as it is. */
export function pasteRect(target: Rect, block: { readonly rows: number; readonly columns: number }): Rect {
  const tiled = (selected: number, copied: number) =>
    selected > copied && selected % copied === 0 ? selected : copied;
  return {
    top: target.top,
    left: target.left,
    bottom: target.top + tiled(target.bottom - target.top + 1, block.rows) - 1,
    right: target.left + tiled(target.right - target.left + 1, block.columns) - 1,
  };
}

/** The cells a dragged fill handle covers beyond its source, and along which way. Null while it is inside the source. */
export function fillTarget(source: Rect, to: Position): { readonly rect: Rect; readonly direction: Direction } | null {
  const down = to.row - source.bottom;
  const up = source.top - to.row;
  const right = to.column - source.right;
  const left = source.left - to.column;
  const most = Math.max(down, up, right, left);
  if (most <= 0) return null;
  if (most === down) return { rect: { ...source, top: source.bottom + 1, bottom: to.row }, direction: 'down' };
  if (most === up) return { rect: { ...source, top: to.row, bottom: source.top - 1 }, direction: 'up' };
  if (most === right) return { rect: { ...source, left: source.right + 1, right: to.column }, direction: 'right' };
  return { rect: { ...source, left: to.column, right: source.left - 1 }, direction: 'left' };
}
