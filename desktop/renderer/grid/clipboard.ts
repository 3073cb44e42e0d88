// What is copied and where a paste goes. Pure: reads through the model, plans writes, performs none.
import { choiceWords } from '@countersign/shared/model/cell';
import type { Position, Rect, Size } from './ranges.ts';
import type { GridRow, SheetModel } from './sheetModel.ts';

/** Cells as other programs read them: plain decimals and ISO dates, choices in words; a misfit as it was typed. */
export function copyOf(model: SheetModel, rect: Rect, rowAt: (index: number) => GridRow | null): (string | null)[][] {
  const rows: (string | null)[][] = [];
  for (let i = rect.top; i <= rect.bottom; i += 1) {
    const row = rowAt(i);
    if (row === null) continue;
    const cells: (string | null)[] = [];
    for (let c = rect.left; c <= rect.right; c += 1) {
      const column = model.columns[c];
      if (column === undefined) continue;
      const invalid = row.ghost ? null : model.marks(row, column.id).invalid;
      const value = invalid?.typed ?? model.value(row, column.id);
      cells.push(value !== null && invalid === null && column.type === 'choice' ? choiceWords(value) : value);
    }
    rows.push(cells);
  }
  return rows;
}

export interface PastePlan {
  /** The displayed cells that are written. */
  readonly rect: Rect;
  /** What is typed into a displayed cell; null blanks it. */
  readonly typedAt: (at: Position) => string | null;
  /** Rows of the block below the last displayed row: they become new rows. */
  readonly overflow: readonly (readonly (string | null)[])[];
}

/** Lays a block over the target rectangle, cut at the last column; blank cells of the block blank the sheet's. */
export function pastePlan(block: readonly (readonly string[])[], target: Rect, size: Size): PastePlan {
  const height = block.length;
  const width = Math.max(...block.map((row) => row.length));
  const right = Math.min(target.right, size.columns - 1);
  const bottom = Math.min(target.bottom, size.rows - 1);
  const cell = (row: number, column: number): string | null => {
    const text = block[row % height]?.[column % width] ?? '';
    return text === '' ? null : text;
  };
  const overflow: (string | null)[][] = [];
  for (let row = bottom + 1; row <= target.bottom; row += 1)
    overflow.push(Array.from({ length: right - target.left + 1 }, (_, column) => cell(row - target.top, column)));
  return {
    rect: { top: target.top, left: target.left, bottom, right },
    typedAt: ({ row, column }) => cell(row - target.top, column - target.left),
    overflow,
  };
}
