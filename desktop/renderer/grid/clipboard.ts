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

/** A number that can only have a decimal comma, or only a decimal point. */
const SURELY_COMMA = /^-?(?:\d+|\d{1,3}(?:[.\u00a0\u202f ]\d{3})+),(?:\d{1,2}|\d{4,})$/;
const SURELY_POINT = /^-?(?:\d+|\d{1,3}(?:,\d{3})+)\.(?:\d{1,2}|\d{4,})$/;
const WITH_COMMA = /^-?(?:\d+|\d{1,3}(?:[.\u00a0\u202f ]\d{3})+)(?:,\d+)?$/;

/**
 * A block from a computer that writes a decimal comma, with points instead; null when nothing says so or something speaks against it.
 * One value such as 1,234 may mean two things and is never guessed; a block that holds 1.234,50 says what all of it means.
 */
export function withPoints(
  block: readonly (readonly string[])[],
  isDecimal: (column: number) => boolean,
): { readonly block: readonly (readonly string[])[]; readonly changed: number } | null {
  const figures = block.flatMap((row) => row.filter((_, column) => isDecimal(column)).map((cell) => cell.trim()));
  // One figure alone is read as if it were typed, and said to have two readings.
  if (figures.filter((cell) => cell !== '').length < 2) return null;
  if (!figures.some((cell) => SURELY_COMMA.test(cell)) || figures.some((cell) => SURELY_POINT.test(cell))) return null;
  let changed = 0;
  const read = (cell: string): string => {
    const text = cell.trim();
    if (!WITH_COMMA.test(text) || !/[.,\u00a0\u202f ]/.test(text)) return cell;
    changed += 1;
    return text.replaceAll(/[.\u00a0\u202f ]/g, '').replace(',', '.');
  };
  const written = block.map((row) => row.map((cell, column) => (isDecimal(column) ? read(cell) : cell)));
  return { block: written, changed };
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
