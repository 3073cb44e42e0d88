/**
 * A contract workbook as a contract version. Owns the place among versions that the Terms sheet states, and the place of every
 * refusal; what a row means is the model's.
 */

import { type ContractVersion, Instant } from '@countersign/shared/model';
import { type CellProblem, checkCell, checkWorkbook, plainLabel, readTyped } from '@countersign/shared/model/cell';
import { compileVersion, type VersionMeta } from '@countersign/shared/model/compile';
import {
  KNOWN_TERMS,
  type RowContent,
  SHEET_SCHEMA,
  SHEETS,
  SHEETS_OF,
  sheetSpec,
} from '@countersign/shared/model/sheets';
import { DomainError, isCurrency } from '@countersign/shared/money';
import { mappingOf } from '../imports/suggestMapping.ts';
import { type BookTable, bookTables } from './bookTables.ts';

/** Column that keeps a row's id, where something beside the sheets speaks of the row. */
export const ROW_COLUMN = 'Row';
/** Terms that say which version this is; the rest of the Terms sheet is what the version says. */
const PLACE_TERMS = ['contract', 'version', 'sequence', 'versionKind', 'status', 'recordedAt'] as const;

interface Placed {
  readonly file: string;
  readonly row: number;
}

/** [AGR-11] @throws DomainError for the first thing that is wrong, with file, sheet, row and column */
export async function readBook(path: string): Promise<ContractVersion> {
  const tables = await bookTables(path);
  const places = new Map<string, Placed>();
  const currency = currencyOf(tables);
  const sheets: Record<string, RowContent[]> = {};
  for (const sheet of SHEETS_OF.CONTRACT) sheets[sheet] = [];
  for (const table of tables) sheets[table.sheet] = rowsOf(table, currency, places);
  const terms = sheets.terms ?? [];
  const stated = new Map(terms.map((row) => [row.key ?? '', row.value ?? '']));
  const isPlace = (row: RowContent): boolean => PLACE_TERMS.some((key) => key === row.key);
  sheets.terms = terms.filter((row) => !isPlace(row));
  const meta = metaOf(stated, path);
  const content = { schema: SHEET_SCHEMA, kind: 'CONTRACT' as const, contractId: meta.contractId, sheets };
  const compiled = compileVersion(content, meta);
  // What stands beside the sheets completes a row; such a row is judged as a whole, by what it compiles to.
  const whole = (rowId: string | null): boolean =>
    rowId !== null && terms.some(({ key = '' }) => key.endsWith(`.${rowId}`));
  const checked = checkWorkbook(content).filter(({ rowId }) => !whole(rowId));
  const problem = firstProblem(checked, compiled.problems);
  if (problem !== undefined || compiled.version === null) {
    const place = problem?.rowId == null ? undefined : places.get(problem.rowId);
    throw refusal(problem?.text ?? 'The Terms sheet does not say enough to bill.', 'BAD_ROW', {
      ...(place ?? { file: sheetOf(path, problem?.sheet ?? 'terms') }),
      ...(problem?.field == null ? {} : { column: labelOf(problem.sheet, problem.field) }),
    });
  }
  return compiled.version;
}

function rowsOf(
  { sheet, file, table }: BookTable,
  currency: string | undefined,
  places: Map<string, Placed>,
): RowContent[] {
  const spec = SHEETS[sheet];
  const { columns } = mappingOf(
    sheet,
    table.columns.filter((name) => name !== ROW_COLUMN),
  );
  const mapped = spec.columns.flatMap((column) => {
    const heading = columns[column.id];
    return heading === undefined ? [] : [{ column, heading, at: table.columns.indexOf(heading) }];
  });
  const at = { file };
  const unknown = table.columns.find(
    (name, i) =>
      name !== ROW_COLUMN && !mapped.some((m) => m.heading === name) && table.rows.some((r) => r.values[i] !== ''),
  );
  if (unknown !== undefined)
    throw new DomainError(
      'UNKNOWN_COLUMN',
      `"${unknown}" is not a column of ${spec.label}, and it holds values.`,
      `Call it one of ${spec.columns.map(({ label }) => plainLabel(label)).join(', ')}; or move what it says to Terms.`,
      { ...at, row: 1, column: unknown },
    );
  const idAt = table.columns.indexOf(ROW_COLUMN);
  const names = new Map<string, number>();
  return table.rows.map(({ row, values }) => {
    const cells: Record<string, string> = {};
    for (const { column, heading, at: index } of mapped) {
      const known = sheet === 'terms' && column.id === 'value' ? KNOWN_TERMS.get(cells.key ?? '') : undefined;
      const text = values[index] ?? '';
      const context = currency === undefined ? {} : { currency };
      const canonical = text !== '' && checkCell(known ?? column, text, context) === null;
      const read = canonical ? ({ ok: true, value: text } as const) : readTyped(known ?? column, text, context);
      if (!read.ok) throw refusal(read.reason, 'BAD_CELL', { ...at, row, column: heading });
      if (read.value !== null) cells[column.id] = read.value;
    }
    const name = slug(cells[spec.nameColumn] ?? '') || 'row';
    const times = (names.get(name) ?? 0) + 1;
    names.set(name, times);
    const given = idAt < 0 ? '' : (values[idAt] ?? '');
    const rowId = given === '' ? `${sheet}-${name}${times === 1 ? '' : `-${times}`}` : given;
    if (places.has(rowId))
      throw new DomainError('ROW_TWICE', `The row id "${rowId}" is there twice.`, 'Clear it in the copied row.', {
        ...at,
        row,
        column: ROW_COLUMN,
      });
    places.set(rowId, { ...at, row });
    return { rowId, ...cells };
  });
}

/** What billing trips over comes first, in the words of the missing cell; a cell that may wait until submission is no problem of a file. */
function firstProblem(checked: readonly CellProblem[], compiled: readonly CellProblem[]): CellProblem | undefined {
  const [first] = compiled;
  if (first !== undefined)
    return (
      checked.find(({ sheet, rowId }) => rowId !== null && sheet === first.sheet && rowId === first.rowId) ?? first
    );
  return checked.find(({ kind }) => kind !== 'missing');
}

/** The currency is a row of Terms, and amounts of every sheet are read in it. */
function currencyOf(tables: readonly BookTable[]): string | undefined {
  const terms = tables.find(({ sheet }) => sheet === 'terms')?.table;
  const stated = terms?.rows.find(({ values }) => values.includes('currency'))?.values ?? [];
  return stated.map((text) => text.toUpperCase()).find((text) => isCurrency(text));
}

function metaOf(stated: ReadonlyMap<string, string>, file: string): VersionMeta {
  const said = (key: (typeof PLACE_TERMS)[number]): string | undefined => stated.get(key) || undefined;
  const contractId = said('contract') ?? (slug(stated.get('number') ?? '') || 'contract');
  const sequence = said('sequence') ?? '1';
  if (!/^[1-9]\d{0,5}$/.test(sequence))
    throw refusal(
      `The sequence "${sequence}" is not a whole number. Write 1 for the original, 2 for its first amendment.`,
      'BAD_CELL',
      { file: sheetOf(file, 'terms') },
    );
  const kind = said('versionKind') ?? (sequence === '1' ? 'ORIGINAL' : 'AMENDMENT');
  const recordedAt = said('recordedAt');
  if (recordedAt !== undefined && !Instant.safeParse(recordedAt).success)
    throw refusal(
      `recordedAt "${recordedAt}" is not a point in time. Write it as 2026-03-01T12:00:00.000Z, or leave it out of a draft.`,
      'BAD_CELL',
      { file: sheetOf(file, 'terms') },
    );
  const status = said('status') ?? (recordedAt === undefined ? undefined : 'EXECUTED');
  return {
    versionId: said('version') ?? `${contractId}-${sequence}`,
    contractId,
    kind: kind as VersionMeta['kind'],
    sequence: Number(sequence),
    ...(recordedAt === undefined ? {} : { recordedAt }),
    ...(status === undefined ? {} : { status: status as NonNullable<VersionMeta['status']> }),
  };
}

/** A sentence of the model, which ends with the way on. */
function refusal(text: string, code: string, place: DomainError['place']): DomainError {
  return new DomainError(code, text, 'Nothing was billed.', place);
}

const slug = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 40);

function labelOf(sheet: string, field: string): string {
  const column = sheetSpec(sheet)?.columns.find(({ id }) => id === field);
  return column === undefined ? field : plainLabel(column.label);
}

/** The file and its sheet, for what stands in no single row. */
function sheetOf(file: string, sheet: string): string {
  return `${file}, sheet ${sheetSpec(sheet)?.label ?? sheet}`;
}
