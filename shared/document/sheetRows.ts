// The rows of a sheet as its document stores them: chunks and single rows with the edited cells laid over. Owns reading them, once, and
// patching what a transaction touched. Must not know removals or who listens.
import type { SheetSpec } from '@countersign/shared/model/sheets';
import type * as Y from 'yjs';
import { cellKey, isTuple, orderKey, readCellKey, readTuple, type StoredTuple, slotsOf } from './layout.ts';

export interface Row {
  /** Current values: the stored tuple with the overlay applied. */
  readonly tuple: StoredTuple;
  /** Key of the chunk it came with, or null for a row inserted singly. */
  readonly chunk: string | null;
}

/** The root maps that rows are made of. */
export interface RowMaps {
  readonly chunks: Y.Map<unknown>;
  readonly rows: Y.Map<unknown>;
  readonly cells: Y.Map<unknown>;
}

/** Rows by id and in order, read from the document on first use. */
export class SheetRows {
  readonly slots: ReadonlyMap<string, number>;
  readonly #spec: SheetSpec;
  readonly #maps: RowMaps;
  #byId: Map<string, Row> | null = null;
  #ids: string[] | null = null;

  constructor(spec: SheetSpec, maps: RowMaps) {
    this.#spec = spec;
    this.#maps = maps;
    this.slots = slotsOf(spec);
  }

  /** Whether the document was read: from then on every change of it must be patched in. */
  get isRead(): boolean {
    return this.#byId !== null;
  }

  get(rowId: string): Row | undefined {
    return this.#read().get(rowId);
  }

  /** All rows, removed ones included, by (order, id). The same array until rows are added or moved. */
  ids(): readonly string[] {
    this.#ids ??= this.#sorted();
    return this.#ids;
  }

  /** Takes in a chunk that was written; gives its rows. */
  patchChunk(chunk: string): string[] {
    const added = new Map<string, Row>();
    this.#addChunk(added, chunk, this.#maps.chunks.get(chunk));
    const byId = this.#read();
    for (const [rowId, row] of added) {
      byId.set(rowId, row);
      this.#overlayRow(rowId);
    }
    this.#ids = null;
    return [...added.keys()];
  }

  /** Takes in a row that was inserted singly. */
  patchRow(rowId: string): void {
    this.#addRow(this.#read(), this.#maps.rows.get(rowId));
    this.#overlayRow(rowId);
    this.#ids = null;
  }

  /** Takes in an edited cell or place; gives its row, and whether that moved, or null when the cell has no row here. */
  patchCell(key: string): { readonly rowId: string; readonly moved: boolean } | null {
    const done = this.#overlay(this.#read(), key, this.#maps.cells.get(key));
    if (done?.moved === true) this.#ids = null;
    return done;
  }

  #read(): Map<string, Row> {
    if (this.#byId !== null) return this.#byId;
    const byId = new Map<string, Row>();
    this.#byId = byId;
    this.#maps.chunks.forEach((text, chunk) => {
      this.#addChunk(byId, chunk, text);
    });
    this.#maps.rows.forEach((text) => {
      this.#addRow(byId, text);
    });
    this.#maps.cells.forEach((value, key) => {
      this.#overlay(byId, key, value);
    });
    return byId;
  }

  #addChunk(byId: Map<string, Row>, chunk: string, text: unknown): void {
    if (typeof text !== 'string') return;
    const tuples: unknown = JSON.parse(text);
    if (!Array.isArray(tuples)) return;
    for (const tuple of tuples) if (isTuple(tuple, this.#spec)) byId.set(tuple[0], { tuple, chunk });
  }

  #addRow(byId: Map<string, Row>, text: unknown): void {
    const tuple = typeof text === 'string' ? readTuple(text, this.#spec) : null;
    if (tuple !== null) byId.set(tuple[0], { tuple, chunk: null });
  }

  #overlay(byId: Map<string, Row>, key: string, value: unknown): { rowId: string; moved: boolean } | null {
    const at = readCellKey(key);
    const row = at === null ? undefined : byId.get(at.rowId);
    if (at === null || row === undefined) return null;
    if (at.columnId === null) {
      if (typeof value === 'string') row.tuple[1] = value;
      return { rowId: at.rowId, moved: true };
    }
    const slot = this.slots.get(at.columnId);
    if (slot === undefined) return null;
    while (row.tuple.length <= slot) row.tuple.push(null);
    row.tuple[slot] = typeof value === 'string' ? value : null;
    return { rowId: at.rowId, moved: false };
  }

  /** A row that appears after cells of it were written takes them on. */
  #overlayRow(rowId: string): void {
    const { cells } = this.#maps;
    for (const key of [...[...this.slots.keys()].map((column) => cellKey(rowId, column)), orderKey(rowId)])
      if (cells.has(key)) this.#overlay(this.#read(), key, cells.get(key));
  }

  #sorted(): string[] {
    const byId = this.#read();
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
}
