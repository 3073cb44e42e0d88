// Replacing text in cells: what each would be typed as afterwards. Pure; the session reads it as if a person had typed it.
import type { CellEdit } from '../sync/draftSession.ts';
import type { FoundCell } from './find.ts';
import type { SheetModel } from './sheetModel.ts';

export interface Replacements {
  readonly edits: readonly CellEdit[];
  /** Cells that are left alone: locked, removed, or holding the text only in what is shown. */
  readonly left: number;
}

/** Every occurrence in each cell, ignoring case; an empty replacement of a whole cell blanks it. */
export function replacements(model: SheetModel, cells: readonly FoundCell[], text: string, by: string): Replacements {
  const asked = text.trim();
  const pattern = new RegExp(asked.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'), 'giu');
  const edits: CellEdit[] = [];
  for (const { rowId, field } of cells) {
    const row = { id: rowId, ghost: false };
    const column = model.column(field);
    if (column === undefined || column.locked === true || column.computed === true || asked === '') continue;
    const before = model.editText(row, column);
    const after = before.replace(pattern, () => by);
    if (after !== before) edits.push({ sheet: model.sheet, rowId, field, typed: after.trim() === '' ? null : after });
  }
  return { edits, left: cells.length - edits.length };
}
