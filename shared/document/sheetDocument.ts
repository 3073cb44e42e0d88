// One sheet of a draft over one Y.Doc. Owns reading: cells ?? rows ?? chunks, order, removal. Must not write; see `apply.ts`.
import { SHEETS, type SheetId, type SheetSpec } from '@countersign/shared/model/sheets';
import * as Y from 'yjs';
import { commentKey, FIRST_SLOT, ROOT, type StoredTuple } from './layout.ts';
import { SheetRows } from './sheetRows.ts';

/** What one transaction did to the rows of a sheet. */
export interface SheetChange {
  readonly rowIds: readonly string[];
  /** Rows were added, removed, revived or moved: `rowIds()` is another list. */
  readonly structural: boolean;
  /** The origin given to the transaction; undefined for none. */
  readonly origin: unknown;
}

/** Client id of a document that nobody writes under. The server never issues it. */
export const READER_CLIENT = 0;

/**
 * [DOC-1] A sheet: rows by permanent id, in order, with canonical text or null in each column.
 * The rows are read from the document on first use; afterwards every transaction patches only what it touched.
 */
export class SheetDocument {
  readonly sheet: SheetId;
  readonly spec: SheetSpec;
  /** The Yjs document. Apply accepted updates through `applyUpdate`; never write to it directly. */
  readonly y: Y.Doc;

  /** Rises with every change of the document: what was computed from an earlier one is out of date. */
  revision = 0;

  readonly #chunks: Y.Map<unknown>;
  readonly #dead: Y.Map<unknown>;
  readonly #cells: Y.Map<unknown>;
  readonly #comments: Y.Map<unknown>;
  readonly #rows: SheetRows;
  #visible: string[] | null = null;
  readonly #shown = new Set<string>();
  /** Client ids of the documents that were folded into this one. */
  readonly #formerClients = new Set<number>();
  readonly #listeners = new Set<(change: SheetChange) => void>();
  readonly #touched = new Set<string>();
  #structural = false;

  constructor(sheet: SheetId, updates: Iterable<Uint8Array> = []) {
    this.sheet = sheet;
    this.spec = SHEETS[sheet];
    this.y = new Y.Doc({ gc: false });
    this.y.clientID = READER_CLIENT;
    this.#chunks = this.y.getMap(ROOT.chunks);
    this.#dead = this.y.getMap(ROOT.dead);
    this.#cells = this.y.getMap(ROOT.cells);
    this.#comments = this.y.getMap(ROOT.comments);
    const rows = this.y.getMap(ROOT.rows);
    this.#rows = new SheetRows(this.spec, { chunks: this.#chunks, rows, cells: this.#cells });
    this.y.transact(() => {
      for (const update of updates) Y.applyUpdate(this.y, update);
    });
    this.#chunks.observe((event) => this.#chunksChanged(event.keysChanged));
    rows.observe((event) => this.#rowsChanged(event.keysChanged));
    this.#dead.observe((event) => this.#deadChanged(event.keysChanged));
    this.#cells.observe((event) => this.#cellsChanged(event.keysChanged));
    // Not on "update": for a listener there Yjs writes every transaction out once more.
    this.y.on('afterTransaction', (transaction: Y.Transaction) => {
      if (hasWritten(transaction)) this.revision += 1;
      this.#flush(transaction.origin);
    });
  }

  /** Rows a person sees, in order. The same array until rows are added, removed, revived or moved. */
  rowIds(): readonly string[] {
    if (this.#visible === null) this.#visible = this.allRowIds().filter((rowId) => this.#isVisible(rowId));
    return this.#visible;
  }

  /** All rows, removed ones included, in order. */
  allRowIds(): readonly string[] {
    return this.#rows.ids();
  }

  /** Whether the row exists, removed or not. */
  has(rowId: string): boolean {
    return this.#rows.get(rowId) !== undefined;
  }

  isDead(rowId: string): boolean {
    return this.#dead.get(rowId) === 1;
  }

  /** Removed rows, in no order. */
  deadRowIds(): string[] {
    return [...this.#dead.keys()].filter((rowId) => this.isDead(rowId));
  }

  /** Whether the command with this id has written a comment on the row. */
  hasComment(rowId: string, commandId: string): boolean {
    return this.#comments.has(commentKey(rowId, commandId));
  }

  /** Canonical text of a cell; null for blank, for an unknown row and for an unknown column. */
  value(rowId: string, field: string): string | null {
    const slot = this.#rows.slots.get(field);
    if (slot === undefined) return null;
    return this.#rows.get(rowId)?.tuple[slot] ?? null;
  }

  /** Order key of a row; null for an unknown one. */
  order(rowId: string): string | null {
    return this.#rows.get(rowId)?.tuple[1] ?? null;
  }

  /** Current values of a row as `[rowId, order, ...values by column slot]`; null for an unknown one. */
  tuple(rowId: string): Readonly<StoredTuple> | null {
    return this.#rows.get(rowId)?.tuple ?? null;
  }

  /** Key of the chunk a row was created in; null for a row inserted singly or unknown. */
  chunkOf(rowId: string): string | null {
    return this.#rows.get(rowId)?.chunk ?? null;
  }

  /** Keys of all chunks. */
  chunkIds(): string[] {
    return [...this.#chunks.keys()];
  }

  /** Edited cells that lie over the rows: what a fold would write into them. */
  get overlay(): number {
    return this.#cells._map.size;
  }

  /** [DOC-72] Whether this client id wrote in a document before the last fold: it writes nothing more. */
  isFormerClient(clientId: number): boolean {
    return this.#formerClients.has(clientId);
  }

  /** Takes the place of the document that was folded into this one: what stands beside its content goes on. */
  succeed(before: SheetDocument): void {
    for (const rowId of before.#shown) this.#shown.add(rowId);
    for (const clientId of [...before.#formerClients, ...before.y.store.clients.keys()])
      this.#formerClients.add(clientId);
    this.revision = before.revision + 1;
  }

  /** Keeps a removed row in `rowIds()`, because its removal is contested and must be seen. */
  setShown(rowId: string, shown: boolean): void {
    if (this.#shown.has(rowId) === shown) return;
    if (shown) this.#shown.add(rowId);
    else this.#shown.delete(rowId);
    if (!this.isDead(rowId) || !this.has(rowId)) return;
    this.#visible = null;
    this.#announce({ rowIds: [rowId], structural: true, origin: undefined });
  }

  /** Listens until the returned function is called. Called once a transaction, after it. */
  observe(listener: (change: SheetChange) => void): () => void {
    // Observing means patching from now on, so the rows must be read by now.
    this.#rows.ids();
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /** Applies an accepted update. It must have been admitted, here or by the server. */
  applyUpdate(update: Uint8Array, origin?: unknown): void {
    Y.applyUpdate(this.y, update, origin);
  }

  destroy(): void {
    this.#listeners.clear();
    this.y.destroy();
  }

  #isVisible(rowId: string): boolean {
    return !this.isDead(rowId) || this.#shown.has(rowId);
  }

  #chunksChanged(keys: ReadonlySet<string>): void {
    if (!this.#rows.isRead) return;
    for (const chunk of keys) for (const rowId of this.#rows.patchChunk(chunk)) this.#touched.add(rowId);
    this.#reordered();
  }

  #rowsChanged(keys: ReadonlySet<string>): void {
    if (!this.#rows.isRead) return;
    for (const rowId of keys) {
      this.#rows.patchRow(rowId);
      this.#touched.add(rowId);
    }
    this.#reordered();
  }

  #deadChanged(keys: ReadonlySet<string>): void {
    for (const rowId of keys) this.#touched.add(rowId);
    this.#visible = null;
    this.#structural = true;
  }

  #cellsChanged(keys: ReadonlySet<string>): void {
    if (!this.#rows.isRead) return;
    for (const key of keys) {
      const done = this.#rows.patchCell(key);
      if (done === null) continue;
      this.#touched.add(done.rowId);
      if (done.moved) this.#reordered();
    }
  }

  #reordered(): void {
    this.#visible = null;
    this.#structural = true;
  }

  #flush(origin: unknown): void {
    if (this.#touched.size === 0 && !this.#structural) return;
    const change: SheetChange = { rowIds: [...this.#touched], structural: this.#structural, origin };
    this.#touched.clear();
    this.#structural = false;
    this.#announce(change);
  }

  #announce(change: SheetChange): void {
    for (const listener of [...this.#listeners]) listener(change);
  }
}

/** Whether a transaction added or deleted anything: what Yjs makes an update of. */
function hasWritten({ deleteSet, beforeState, afterState }: Y.Transaction): boolean {
  if (deleteSet.clients.size > 0) return true;
  for (const [client, clock] of afterState) if (beforeState.get(client) !== clock) return true;
  return false;
}

/** Values of a row by column id, blanks left out. */
export function fieldsOf(spec: SheetSpec, tuple: Readonly<StoredTuple>): Record<string, string> {
  const fields: Record<string, string> = {};
  spec.columns.forEach((column, i) => {
    const value = tuple[i + FIRST_SLOT];
    if (value !== null && value !== undefined) fields[column.id] = value;
  });
  return fields;
}
