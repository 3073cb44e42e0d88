// One sheet of a draft over one Y.Doc. Owns reading: cells ?? rows ?? chunks, order, removal. Must not write; see `apply.ts`.
import { SHEETS, type SheetId, type SheetSpec } from '@countersign/shared/model/sheets';
import * as Y from 'yjs';
import { commentKey, FIRST_SLOT, isTuple, ROOT, readCellKey, readTuple, type StoredTuple, slotsOf } from './layout.ts';

/** What one transaction did to the rows of a sheet. */
export interface SheetChange {
  readonly rowIds: readonly string[];
  /** Rows were added, removed, revived or moved: `rowIds()` is another list. */
  readonly structural: boolean;
  /** The origin given to the transaction; undefined for none. */
  readonly origin: unknown;
}

interface Row {
  /** Current values: the stored tuple with the overlay applied. */
  readonly tuple: StoredTuple;
  /** Key of the chunk it came with, or null for a row inserted singly. */
  readonly chunk: string | null;
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

  readonly #slots: ReadonlyMap<string, number>;
  readonly #chunks: Y.Map<unknown>;
  readonly #rows: Y.Map<unknown>;
  readonly #dead: Y.Map<unknown>;
  readonly #cells: Y.Map<unknown>;
  readonly #comments: Y.Map<unknown>;
  #byId: Map<string, Row> | null = null;
  #visible: string[] | null = null;
  #all: string[] | null = null;
  readonly #shown = new Set<string>();
  /** Client ids of the documents that were folded into this one. */
  readonly #formerClients = new Set<number>();
  readonly #listeners = new Set<(change: SheetChange) => void>();
  readonly #touched = new Set<string>();
  #structural = false;

  constructor(sheet: SheetId, updates: Iterable<Uint8Array> = []) {
    this.sheet = sheet;
    this.spec = SHEETS[sheet];
    this.#slots = slotsOf(this.spec);
    this.y = new Y.Doc({ gc: false });
    this.y.clientID = READER_CLIENT;
    this.#chunks = this.y.getMap(ROOT.chunks);
    this.#rows = this.y.getMap(ROOT.rows);
    this.#dead = this.y.getMap(ROOT.dead);
    this.#cells = this.y.getMap(ROOT.cells);
    this.#comments = this.y.getMap(ROOT.comments);
    this.y.transact(() => {
      for (const update of updates) Y.applyUpdate(this.y, update);
    });
    this.#chunks.observe((event) => this.#chunksChanged(event.keysChanged));
    this.#rows.observe((event) => this.#rowsChanged(event.keysChanged));
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
    if (this.#all === null) this.#all = this.#sorted();
    return this.#all;
  }

  /** Whether the row exists, removed or not. */
  has(rowId: string): boolean {
    return this.#load().has(rowId);
  }

  isDead(rowId: string): boolean {
    return this.#dead.get(rowId) === 1;
  }

  /** Whether the command with this id has written a comment on the row. */
  hasComment(rowId: string, commandId: string): boolean {
    return this.#comments.has(commentKey(rowId, commandId));
  }

  /** Canonical text of a cell; null for blank, for an unknown row and for an unknown column. */
  value(rowId: string, field: string): string | null {
    const slot = this.#slots.get(field);
    if (slot === undefined) return null;
    return this.#load().get(rowId)?.tuple[slot] ?? null;
  }

  /** Order key of a row; null for an unknown one. */
  order(rowId: string): string | null {
    return this.#load().get(rowId)?.tuple[1] ?? null;
  }

  /** Current values of a row as `[rowId, order, ...values by column slot]`; null for an unknown one. */
  tuple(rowId: string): Readonly<StoredTuple> | null {
    return this.#load().get(rowId)?.tuple ?? null;
  }

  /** Key of the chunk a row was created in; null for a row inserted singly or unknown. */
  chunkOf(rowId: string): string | null {
    return this.#load().get(rowId)?.chunk ?? null;
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
    this.#load();
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

  #load(): Map<string, Row> {
    if (this.#byId !== null) return this.#byId;
    const byId = new Map<string, Row>();
    this.#byId = byId;
    this.#chunks.forEach((text, chunk) => {
      this.#addChunk(byId, chunk, text);
    });
    this.#rows.forEach((text) => {
      this.#addRow(byId, text);
    });
    this.#cells.forEach((value, key) => {
      this.#overlay(byId, key, value);
    });
    return byId;
  }

  #addChunk(byId: Map<string, Row>, chunk: string, text: unknown): void {
    if (typeof text !== 'string') return;
    const tuples: unknown = JSON.parse(text);
    if (!Array.isArray(tuples)) return;
    for (const tuple of tuples) if (isTuple(tuple, this.spec)) byId.set(tuple[0], { tuple, chunk });
  }

  #addRow(byId: Map<string, Row>, text: unknown): void {
    const tuple = typeof text === 'string' ? readTuple(text, this.spec) : null;
    if (tuple !== null) byId.set(tuple[0], { tuple, chunk: null });
  }

  /** @returns the row touched, or null when the cell has no row here. */
  #overlay(byId: Map<string, Row>, key: string, value: unknown): { rowId: string; moved: boolean } | null {
    const at = readCellKey(key);
    const row = at === null ? undefined : byId.get(at.rowId);
    if (at === null || row === undefined) return null;
    if (at.columnId === null) {
      if (typeof value === 'string') row.tuple[1] = value;
      return { rowId: at.rowId, moved: true };
    }
    const slot = this.#slots.get(at.columnId);
    if (slot === undefined) return null;
    while (row.tuple.length <= slot) row.tuple.push(null);
    row.tuple[slot] = typeof value === 'string' ? value : null;
    return { rowId: at.rowId, moved: false };
  }

  #sorted(): string[] {
    const byId = this.#load();
    const ids = [...byId.keys()];
    const before = (a: string, b: string): boolean => {
      const x = (byId.get(a) as Row).tuple[1];
      const y = (byId.get(b) as Row).tuple[1];
      return x < y || (x === y && a < b);
    };
    // Chunks are written in order, so most sheets need no sorting at all.
    for (let i = 1; i < ids.length; i += 1)
      if (!before(ids[i - 1] as string, ids[i] as string)) return ids.sort((a, b) => (before(a, b) ? -1 : 1));
    return ids;
  }

  #chunksChanged(keys: ReadonlySet<string>): void {
    if (this.#byId === null) return;
    for (const chunk of keys) {
      const added = new Map<string, Row>();
      this.#addChunk(added, chunk, this.#chunks.get(chunk));
      for (const [rowId, row] of added) {
        this.#byId.set(rowId, row);
        this.#touched.add(rowId);
        this.#overlayRow(rowId);
      }
    }
    this.#reorder();
  }

  #rowsChanged(keys: ReadonlySet<string>): void {
    if (this.#byId === null) return;
    for (const rowId of keys) {
      this.#addRow(this.#byId, this.#rows.get(rowId));
      this.#touched.add(rowId);
      this.#overlayRow(rowId);
    }
    this.#reorder();
  }

  /** A row that appears after cells of it were written takes them on. */
  #overlayRow(rowId: string): void {
    const byId = this.#load();
    for (const column of [...this.#slots.keys(), '$o']) {
      const key = `${rowId}:${column}`;
      if (this.#cells.has(key)) this.#overlay(byId, key, this.#cells.get(key));
    }
  }

  #deadChanged(keys: ReadonlySet<string>): void {
    for (const rowId of keys) this.#touched.add(rowId);
    this.#visible = null;
    this.#structural = true;
  }

  #cellsChanged(keys: ReadonlySet<string>): void {
    if (this.#byId === null) return;
    for (const key of keys) {
      const done = this.#overlay(this.#byId, key, this.#cells.get(key));
      if (done === null) continue;
      this.#touched.add(done.rowId);
      if (done.moved) this.#reorder();
    }
  }

  #reorder(): void {
    this.#all = null;
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

/** A fresh document from the accepted updates of a sheet, in log order: the way back from a refusal. */
export function rebuild(sheet: SheetId, updates: Iterable<Uint8Array>): SheetDocument {
  return new SheetDocument(sheet, updates);
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
