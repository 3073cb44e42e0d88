// How wide a column must be so that no figure is ever cut. Pure: estimates from text; must not measure the page, which costs a layout.
import { readCell } from './cellWords.ts';
import type { GridColumn } from './sheetColumns.ts';
import type { GridRow, SheetModel } from './sheetModel.ts';

/** Inter at 12 px with tabular figures, in CSS pixels. */
const FIGURE = 7.6;
const POINT = 3.8;
const LETTER = 6.8;
/** Padding of both sides and the cell's border. */
const SIDES = 18;
const BETWEEN = 7;
/** The header's own text at 11 px, weight 600; a lock stands before it. */
const HEADER_LETTER = 6.4;
const LOCK = 16;
/** "2" in its box before a contested value, and the letters of who is here. */
const MARK = 18;
/** Never wider by itself: a longer figure is a mistake, and the person can pull the edge. */
const WIDEST = 260;

/** Columns that people write figures into: there is always room for a mark, since a contest may come at any time and moves nothing. */
const MARKED: ReadonlySet<GridColumn['type']> = new Set(['money', 'rate']);
const FITTED: ReadonlySet<GridColumn['type']> = new Set(['money', 'rate', 'date', 'quantity', 'percent']);

function textWidth(text: string, bold: boolean): number {
  let width = 0;
  for (const char of text)
    width += char >= '0' && char <= '9' ? FIGURE : char === ',' || char === '.' || char === ' ' ? POINT : LETTER;
  return bold ? width * 1.04 : width;
}

/** True for columns whose width follows what stands in them. */
export const isFitted = (column: GridColumn): boolean => FITTED.has(column.type);

/** What the header needs, with its lock. */
export function headerWidth(model: SheetModel, column: GridColumn): number {
  return Math.ceil(model.header(column).length * HEADER_LETTER + SIDES + (column.locked === true ? LOCK : 0));
}

/** What a cell needs, with the old value of a redline beside the new one. */
export function cellWidth(model: SheetModel, row: GridRow, column: GridColumn): number {
  const { shown, wasShown, marks } = readCell(model, row, column);
  const old = wasShown === '' ? 0 : textWidth(wasShown, false) + BETWEEN;
  const marked = marks.contest !== null || (MARKED.has(column.type) && column.locked !== true);
  return Math.ceil(textWidth(shown, old > 0) + old + SIDES + (marked ? MARK : 0));
}

/** The width of a fitted column over these rows, not under the column's own. CSS pixels. */
export function fittedWidth(
  model: SheetModel,
  column: GridColumn,
  rows: readonly GridRow[],
  atLeast: number = Math.max(48, headerWidth(model, column)),
): number {
  const needed = rows.reduce((most, row) => Math.max(most, cellWidth(model, row, column)), atLeast);
  return Math.min(needed, Math.max(WIDEST, atLeast));
}
