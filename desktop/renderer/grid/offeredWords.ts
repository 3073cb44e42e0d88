// The words an editor offers: a choice's, a flag's, or the values that a reference may take.
import { choiceWords } from '@countersign/shared/model/cell';
import type { SheetId } from '@countersign/shared/model/sheets';
import type { DraftSession } from '../sync/draftSession.ts';
import type { GridColumn } from './sheetModel.ts';

/** In the order of the sheet that is referred to; each once. */
export function offeredWords(source: Pick<DraftSession, 'rowIds' | 'value'>, column: GridColumn): readonly string[] {
  if (column.type === 'choice') return (column.choices ?? []).map(choiceWords);
  if (column.type === 'flag') return ['Yes', 'No'];
  if (column.refersTo === undefined) return [];
  const { sheet, column: field } = column.refersTo;
  const values = new Set<string>();
  for (const rowId of source.rowIds(sheet as SheetId)) {
    const value = source.value(sheet as SheetId, rowId, field);
    if (value !== null) values.add(value);
  }
  return [...values];
}
