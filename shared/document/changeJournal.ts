// What was written in a draft, cell by cell, and by whom. Owns the changes of every cell and the entry that brought each row; the
// values themselves are the documents', contests the ledger's.
import { type SheetId, sheetSpec } from '@countersign/shared/model/sheets';
import { ROW_FIELD } from '@countersign/shared/protocol';
import type { CellChange } from './contests.ts';
import { FIRST_SLOT, readTuple } from './layout.ts';
import type { SheetDocument } from './sheetDocument.ts';

/** Where a change comes from: the entry's place, time, person, device and kind. */
export interface Source {
  readonly index: number;
  /** Server time of the leaf. */
  readonly at: string;
  readonly userId: string;
  readonly deviceId: string;
  readonly kind: string;
}

/** The changes of a draft in log order, with the entry that each chunk of rows came in. */
export class ChangeJournal {
  readonly #authors = new Set<string>();
  readonly #changes = new Map<string, CellChange[]>();
  readonly #chunks = new Map<string, Source>();

  /** Notes that this person wrote something, whether or not a cell of it can be named. */
  addAuthor(userId: string): void {
    this.#authors.add(userId);
  }

  /** [DOC-26] Everybody who wrote anything since the base, importers included; sorted. */
  authors(): string[] {
    return [...this.#authors].sort();
  }

  /** Notes the entry that a chunk of rows came in. False when the chunk was there before. */
  addChunk(sheet: SheetId, chunk: string, source: Source): boolean {
    const key = `${sheet}/${chunk}`;
    if (this.#chunks.has(key)) return false;
    this.#chunks.set(key, source);
    return true;
  }

  add(changes: readonly CellChange[]): void {
    for (const change of changes) {
      const key = `${change.sheet}/${change.rowId}/${change.field}`;
      const list = this.#changes.get(key);
      if (list === undefined) this.#changes.set(key, [change]);
      else list.push(change);
    }
  }

  /** Everything that was written, oldest first. */
  all(): CellChange[] {
    return [...this.#changes.values()].flat().sort((a, b) => a.index - b.index);
  }

  /** [DOC-27] The changes of a cell, oldest first, beginning with the entry that brought its row. */
  ofCell(doc: SheetDocument | undefined, sheet: string, rowId: string, field: string): CellChange[] {
    const changes = this.#changes.get(`${sheet}/${rowId}/${field}`) ?? [];
    const origin = doc === undefined ? null : this.#originOf(doc, rowId, field, changes[0]);
    return origin === null ? [...changes] : [origin, ...changes];
  }

  #originOf(doc: SheetDocument, rowId: string, field: string, first: CellChange | undefined): CellChange | null {
    const { sheet } = doc;
    const slot = sheetSpec(sheet)?.columns.findIndex((column) => column.id === field) ?? -1;
    if (slot < 0) return null;
    const inserted = this.#changes.get(`${sheet}/${rowId}/${ROW_FIELD.insert}`)?.[0];
    if (inserted !== undefined) {
      const tuple = inserted.to === null ? null : readTuple(inserted.to, doc.spec);
      return { ...inserted, field, to: tuple?.[slot + FIRST_SLOT] ?? null };
    }
    const chunk = doc.chunkOf(rowId);
    const source = chunk === null ? undefined : this.#chunks.get(`${sheet}/${chunk}`);
    if (source === undefined) return null;
    // The first change says what its author saw: the value the row came with.
    const to = first === undefined ? doc.value(rowId, field) : first.from;
    return { ...source, sheet, rowId, field, from: null, to, contested: false };
  }
}
