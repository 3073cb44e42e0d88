// The words an editor offers: a choice's, a flag's, the values that a reference may take, the names of terms.
import { choiceWords } from '@countersign/shared/model/cell';
import type { SheetId } from '@countersign/shared/model/sheets';
import type { DraftSession } from '../sync/draftSession.ts';
import type { GridColumn } from './sheetColumns.ts';
import type { GridRow } from './sheetModel.ts';
import { offeredValues, unusedTermNames } from './termWords.ts';

/** In the order of the sheet that is referred to; each once. */
export function offeredWords(
  source: Pick<DraftSession, 'rowIds' | 'value'>,
  sheet: SheetId,
  row: GridRow,
  column: GridColumn,
): readonly string[] {
  if (column.type === 'choice') return (column.choices ?? []).map(choiceWords);
  if (column.type === 'flag') return ['Yes', 'No'];
  if (sheet === 'terms' && column.id === 'key')
    return unusedTermNames(source.rowIds(sheet).map((rowId) => source.value(sheet, rowId, 'key')));
  if (sheet === 'terms' && column.id === 'value') return offeredValues(source.value(sheet, row.id, 'key'));
  return column.refersTo === undefined ? [] : referred(source, column.refersTo);
}

function referred(
  source: Pick<DraftSession, 'rowIds' | 'value'>,
  { sheet, column: field }: NonNullable<GridColumn['refersTo']>,
): readonly string[] {
  const values = new Set<string>();
  for (const rowId of source.rowIds(sheet as SheetId)) {
    const value = source.value(sheet as SheetId, rowId, field);
    if (value !== null) values.add(value);
  }
  return [...values];
}
