/** Which file column fills which sheet column, and which of them name a row. Owns the mapping's checks and keys; must not read cells. */
import type { ColumnSpec, RowContent, SheetSpec } from '@countersign/shared/model/sheets';
import type { ImportMapping } from '@countersign/shared/protocol/api';
import { ImportError } from './importError.ts';
import type { ImportTable } from './table.ts';

export interface MappedColumn {
  readonly spec: ColumnSpec;
  readonly heading: string;
  readonly at: number;
}

/** The mapped columns. @throws ImportError `mapping` for a column that the sheet or the file has not. */
export function mappedColumns(table: ImportTable, spec: SheetSpec, mapping: ImportMapping): MappedColumn[] {
  const mapped = Object.entries(mapping.columns).map(([id, heading]): MappedColumn => {
    const column = spec.columns.find((candidate) => candidate.id === id);
    if (column === undefined || column.locked) {
      throw new ImportError(
        'mapping',
        `${spec.label} has no column "${id}" that can be imported.`,
        'Choose another column.',
        { column: heading },
      );
    }
    const at = table.columns.indexOf(heading);
    if (at < 0)
      throw new ImportError('mapping', `The file has no column "${heading}".`, 'Choose a column of the file.', {
        column: heading,
      });
    return { spec: column, heading, at };
  });
  if (mapped.length === 0) {
    throw new ImportError(
      'mapping',
      'No column of the file is mapped.',
      'Choose which column of the file fills which column of the sheet.',
    );
  }
  return mapped;
}

/** The columns that name a row. @throws ImportError `mapping` when there are none or one is not mapped. */
export function keyColumns(mapped: readonly MappedColumn[], mapping: ImportMapping): MappedColumn[] {
  const key = mapping.key.map((id) => {
    const column = mapped.find(({ spec }) => spec.id === id);
    if (column === undefined) {
      throw new ImportError('mapping', `The key column "${id}" is not mapped.`, 'Map it, or take it out of the key.');
    }
    return column;
  });
  if (key.length === 0) {
    throw new ImportError(
      'mapping',
      'No column names the rows.',
      'Choose the columns that together tell one row from another.',
    );
  }
  return key;
}

/** Rows of the draft by key; null where two share it. */
export function rowsByKey(
  rows: readonly RowContent[],
  columns: readonly MappedColumn[],
): Map<string, RowContent | null> {
  const known = new Map<string, RowContent | null>();
  for (const row of rows) {
    const key = keyOf(columns, (id) => row[id] ?? null);
    known.set(key, known.has(key) ? null : row);
  }
  return known;
}

/** One text for the key values of a row. */
export function keyOf(columns: readonly MappedColumn[], value: (id: string) => string | null): string {
  return JSON.stringify(columns.map(({ spec }) => comparable(spec, value(spec.id))));
}

/** 12.70 and 12.7 are one rate: decimals compare without trailing zeros. */
export function comparable(spec: ColumnSpec, value: string | null): string | null {
  if (value === null) return null;
  const decimal = spec.type === 'money' || spec.type === 'rate' || spec.type === 'percent' || spec.type === 'quantity';
  return decimal && value.includes('.') ? value.replace(/\.?0+$/, '') : value;
}
