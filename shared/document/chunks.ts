// Initial content of a sheet. Owns cutting rows into chunks; only the server writes them, and never again changes one.
import { SHEETS, type SheetId } from '@countersign/shared/model/sheets';
import * as Y from 'yjs';
import { ROOT, type StoredTuple } from './layout.ts';
import { initialOrders } from './order.ts';

/** A row to be stored: canonical text by column id; absent and null are blank. */
export interface NewRow {
  readonly rowId: string;
  /** Order key; absent in all rows: spaced out in the given order. */
  readonly order?: string;
  readonly values: Readonly<Record<string, string | null | undefined>>;
}

/** Rows a chunk holds: browsers decode few long strings far faster than many short ones (SPIKE §3). */
export const ROWS_PER_CHUNK = 250;

/** The tuple that stores a row of this sheet. @throws RangeError for a column the sheet has not. */
export function tupleOf(sheet: SheetId, rowId: string, order: string, values: NewRow['values']): StoredTuple {
  const { columns } = SHEETS[sheet];
  for (const field of Object.keys(values))
    if (!columns.some((column) => column.id === field))
      throw new RangeError(`The sheet ${sheet} has no column "${field}".`);
  const tuple: StoredTuple = [rowId, order, ...columns.map((column) => values[column.id] ?? null)];
  while (tuple.length > 2 && tuple.at(-1) === null) tuple.pop();
  return tuple;
}

/**
 * [DOC-2] The Yjs update (V1) that gives a sheet these rows, under a client id used for nothing before.
 * An empty sheet gives the update of an empty document.
 */
export function buildSheetUpdate(clientId: number, sheet: SheetId, rows: readonly NewRow[]): Uint8Array {
  const doc = new Y.Doc({ gc: false });
  doc.clientID = clientId;
  const orders = rows.some((row) => row.order === undefined) ? initialOrders(rows.length) : [];
  const chunks = doc.getMap<string>(ROOT.chunks);
  doc.transact(() => {
    for (let start = 0; start < rows.length; start += ROWS_PER_CHUNK) {
      const tuples = rows
        .slice(start, start + ROWS_PER_CHUNK)
        .map((row, i) => tupleOf(sheet, row.rowId, row.order ?? (orders[start + i] as string), row.values));
      // The client id keeps chunks of a later import apart from these.
      chunks.set(`${clientId.toString(36)}-${(start / ROWS_PER_CHUNK).toString(36)}`, JSON.stringify(tuples));
    }
  });
  const update = Y.encodeStateAsUpdate(doc);
  doc.destroy();
  return update;
}
