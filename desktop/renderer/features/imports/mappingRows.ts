// The mapping of a file onto a sheet as rows for a form: each sheet column, the file column that fills it, samples of its values. Pure.
import { SHEETS, SHEETS_OF, type SheetId, sheetSpec } from '@countersign/shared/model/sheets';
import type { ImportMapping, ImportStarted } from '@countersign/shared/protocol/api';

export interface MappingRow {
  readonly column: string;
  readonly label: string;
  readonly required: boolean;
  readonly isKey: boolean;
  /** Column of the file, or null when the sheet column is left as it is. */
  readonly from: string | null;
  /** First different values of the file's column. */
  readonly samples: readonly string[];
}

const MOST_SAMPLES = 3;

function samplesOf(started: ImportStarted, from: string | null): string[] {
  if (from === null) return [];
  const values = started.sample.flatMap((row) => row[from] ?? []).filter((value) => value !== '');
  return [...new Set(values)].slice(0, MOST_SAMPLES);
}

/** Rows of the form, in the order of the sheet's columns. Columns that only the server writes are left out. */
export function mappingRows(started: ImportStarted, mapping: ImportMapping): MappingRow[] {
  const spec = sheetSpec(mapping.sheet);
  return (spec?.columns ?? [])
    .filter((column) => column.locked !== true)
    .map((column) => {
      const from = mapping.columns[column.id] ?? null;
      return {
        column: column.id,
        label: column.label.replace(', {currency}', ''),
        required: column.required === true,
        isKey: mapping.key.includes(column.id),
        from,
        samples: samplesOf(started, from),
      };
    });
}

/** Fills a sheet column from another file column, or from none. */
export function withColumn(mapping: ImportMapping, column: string, from: string | null): ImportMapping {
  const { [column]: _before, ...rest } = mapping.columns;
  return { ...mapping, columns: from === null ? rest : { ...rest, [column]: from } };
}

/** The mapping for another sheet: file columns whose heading is the sheet column's name are matched, the key starts empty columns out. */
export function forSheet(started: ImportStarted, sheet: SheetId): ImportMapping {
  if (started.suggestedMapping.sheet === sheet) return started.suggestedMapping;
  const plain = (text: string): string => text.toLowerCase().replace(/[^a-z0-9]/g, '');
  const columns: Record<string, string> = {};
  for (const column of SHEETS[sheet].columns) {
    const label = plain(column.label.replace('{currency}', ''));
    const found = started.columns.find((heading) => [plain(column.id), label].includes(plain(heading)));
    if (found !== undefined) columns[column.id] = found;
  }
  return { sheet, columns, key: [SHEETS[sheet].nameColumn] };
}

/** Toggles a sheet column in the key that finds the row to change. */
export function withKey(mapping: ImportMapping, column: string, isKey: boolean): ImportMapping {
  const key = mapping.key.filter((each) => each !== column);
  return { ...mapping, key: isKey ? [...key, column] : key };
}

/** Why the mapping cannot be checked yet, in words; null when it can. */
export function mappingProblem(mapping: ImportMapping): string | null {
  const spec = sheetSpec(mapping.sheet);
  if (spec === undefined) return 'Choose the sheet that the rows go to.';
  if (Object.keys(mapping.columns).length === 0) return 'Choose at least one column of the file.';
  if (mapping.key.length === 0)
    return 'Choose the columns that name a row, so that a row that is there is changed and not doubled.';
  const loose = mapping.key.find((column) => mapping.columns[column] === undefined);
  if (loose !== undefined) {
    const label = spec.columns.find((column) => column.id === loose)?.label ?? loose;
    return `${label} names a row, so it needs a column of the file.`;
  }
  return null;
}

/** Sheets of a kind of document that a file can fill. */
export const importableSheets = (kind: keyof typeof SHEETS_OF): { value: SheetId; label: string }[] =>
  SHEETS_OF[kind].map((sheet) => ({ value: sheet, label: SHEETS[sheet].label }));
