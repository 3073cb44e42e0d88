// Names of cells for people: "Line 12.0, Rate". Must not hold state.
import { plainLabel } from '@countersign/shared/model/cell';
import { SHEETS, type SheetId } from '@countersign/shared/model/sheets';
import { ROW_FIELD } from '@countersign/shared/protocol';
import type { DraftPicture } from './draftPicture.ts';

/** Sheet, row by its name column, and column. */
export function cellName(picture: DraftPicture, sheet: SheetId, rowId: string, field: string): string {
  const { label, nameColumn, columns } = SHEETS[sheet];
  const name = picture.hasSheet(sheet) ? picture.view(sheet).value(rowId, nameColumn) : null;
  const row = `${label} ${name ?? 'row without a name'}`;
  if (field === ROW_FIELD.insert || field === ROW_FIELD.dead) return row;
  if (field === ROW_FIELD.order) return `${row}, place`;
  if (field === ROW_FIELD.comment) return `${row}, comment`;
  const column = columns.find(({ id }) => id === field);
  return `${row}, ${column === undefined ? field : plainLabel(column.label)}`;
}
