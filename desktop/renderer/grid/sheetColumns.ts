// Which columns a sheet shows: the stored ones in the order people read them, and computed ones beside them.
import { plainLabel } from '@countersign/shared/model/cell';
import type { ColumnSpec, SheetSpec } from '@countersign/shared/model/sheets';
import { TOTAL_COLUMN } from './lineTotal.ts';

/** A column as shown: those of the sheet, and computed ones that are not stored. */
export interface GridColumn extends ColumnSpec {
  readonly computed?: boolean;
  /** Its values are JSON, shown in words and edited in the inspector. */
  readonly json?: boolean;
  /** Why it is locked, in words. */
  readonly lockReason?: string;
}

const TOTAL: GridColumn = {
  id: TOTAL_COLUMN,
  label: 'Total, {currency}',
  type: 'money',
  locked: true,
  computed: true,
  width: 78,
  lockReason: 'Total is spots or units × rate, worked out here. Change one of those.',
};

/** The columns of a sheet in the order they are shown. */
export function columnsOf(spec: SheetSpec): readonly GridColumn[] {
  const columns: GridColumn[] = spec.columns.map((column) =>
    column.locked === true
      ? { ...column, lockReason: `${plainLabel(column.label)} is written by the server and cannot be changed here.` }
      : column,
  );
  if (spec.id !== 'lines') return columns;
  // What a makegood stands for belongs beside its money; the kind of price, which few lines state, follows.
  const makegood = columns.filter((column) => column.id === 'makegoodFor');
  const others = columns.filter((column) => column.id !== 'makegoodFor');
  const after = others.findIndex((column) => column.id === 'rate') + 1;
  return [...others.slice(0, after), TOTAL, ...makegood, ...others.slice(after)];
}
