// What a person sees of one sheet: the author document (accepted entries and the batch in flight) with the queued commands laid
// over it (docs/PROTOCOL.md §2). Owns the overlay; must not write to the document but through `encode`.
import { encodeCommands, readTuple, type SheetDocument, type StoredTuple, slotsOf } from '@countersign/shared/document';
import { SHEETS, type SheetId } from '@countersign/shared/model/sheets';
import { type Command, ROW_FIELD } from '@countersign/shared/protocol';

/** Latest queued value of a cell and how many queued commands write it. */
interface Pending {
  value: string | null;
  count: number;
}

export interface SheetViewChange {
  readonly sheet: SheetId;
  readonly rowIds: readonly string[];
  readonly structural: boolean;
}

/** Fields that add, remove, revive or move rows. */
export const STRUCTURAL: ReadonlySet<string> = new Set([ROW_FIELD.insert, ROW_FIELD.dead, ROW_FIELD.order]);

export class SheetView {
  readonly sheet: SheetId;
  #doc: SheetDocument;
  #stopObserving: (() => void) | null = null;
  readonly #accepted: (change: SheetViewChange) => void;
  readonly #pending = new Map<string, Map<string, Pending>>();
  readonly #inserted = new Map<string, StoredTuple>();
  #structural = 0;
  #rowIds: readonly string[] | null = null;
  readonly #slots: ReadonlyMap<string, number>;

  /** `accepted` hears of what accepted entries change; commands of this computer are announced by whoever queues them. */
  constructor(doc: SheetDocument, accepted: (change: SheetViewChange) => void) {
    this.sheet = doc.sheet;
    this.#doc = doc;
    this.#accepted = accepted;
    this.#slots = slotsOf(SHEETS[doc.sheet]);
  }

  /** Puts another author document under the overlay: the one rebuilt after a refusal. */
  attach(doc: SheetDocument): void {
    const wasRead = this.#stopObserving !== null;
    this.destroy();
    this.#doc = doc;
    this.#rowIds = null;
    if (wasRead) this.#document();
  }

  /** Runs commands on the author document under the epoch's client id and gives the update to sign. */
  encode(clientId: number, commands: readonly Command[]): Uint8Array {
    return encodeCommands(this.#doc, clientId, commands);
  }

  queue(command: Command): void {
    const fields = this.#pending.get(command.rowId) ?? new Map<string, Pending>();
    const pending = fields.get(command.field);
    if (pending === undefined) fields.set(command.field, { value: command.to, count: 1 });
    else {
      pending.value = command.to;
      pending.count += 1;
    }
    this.#pending.set(command.rowId, fields);
    if (command.field === ROW_FIELD.insert) this.#insert(command);
    if (STRUCTURAL.has(command.field)) {
      this.#structural += 1;
      this.#rowIds = null;
    }
  }

  /**
   * Takes the oldest queued command of its cell off the overlay: the document has it now. Nothing that is seen changes with that, so the
   * order of the rows that was worked out stands: a large paste of rows goes this way in many batches.
   */
  unqueue(command: Command): void {
    const fields = this.#pending.get(command.rowId);
    const pending = fields?.get(command.field);
    if (fields === undefined || pending === undefined) return;
    pending.count -= 1;
    if (pending.count === 0) fields.delete(command.field);
    if (fields.size === 0) this.#pending.delete(command.rowId);
    if (command.field === ROW_FIELD.insert) this.#inserted.delete(command.rowId);
    if (STRUCTURAL.has(command.field)) this.#structural -= 1;
  }

  /** Empties the overlay. */
  unqueueAll(): void {
    this.#pending.clear();
    this.#inserted.clear();
    this.#structural = 0;
    this.#rowIds = null;
  }

  isQueued(rowId: string, field: string): boolean {
    const fields = this.#pending.get(rowId);
    return fields !== undefined && (fields.has(field) || fields.has(ROW_FIELD.insert));
  }

  /** Visible rows in order. The same array until rows are added, removed, revived or moved. */
  rowIds(): readonly string[] {
    if (this.#structural === 0) return this.#document().rowIds();
    this.#rowIds ??= this.#sorted();
    return this.#rowIds;
  }

  has(rowId: string): boolean {
    return this.#inserted.has(rowId) || this.#document().has(rowId);
  }

  isDead(rowId: string): boolean {
    const queued = this.#pending.get(rowId)?.get(ROW_FIELD.dead);
    return queued === undefined ? this.#document().isDead(rowId) : queued.value === '1';
  }

  /** Order key of a row; null for an unknown one. */
  order(rowId: string): string | null {
    const queued = this.#pending.get(rowId)?.get(ROW_FIELD.order);
    return queued?.value ?? this.#inserted.get(rowId)?.[1] ?? this.#document().order(rowId);
  }

  /** Canonical text of a cell, or null. */
  value(rowId: string, field: string): string | null {
    const queued = this.#pending.get(rowId)?.get(field);
    if (queued !== undefined) return queued.value;
    const inserted = this.#inserted.get(rowId);
    if (inserted === undefined) return this.#document().value(rowId, field);
    const slot = this.#slots.get(field);
    return slot === undefined ? null : (inserted[slot] ?? null);
  }

  /** What a command on this field would find: `from` of the next one. */
  current(rowId: string, field: string): string | null {
    switch (field) {
      case ROW_FIELD.insert:
      case ROW_FIELD.comment:
        return null;
      case ROW_FIELD.dead:
        return this.isDead(rowId) ? '1' : '0';
      case ROW_FIELD.order:
        return this.order(rowId);
      default:
        return this.value(rowId, field);
    }
  }

  destroy(): void {
    this.#stopObserving?.();
    this.#stopObserving = null;
  }

  #insert(command: Command): void {
    const tuple = command.to === null ? null : readTuple(command.to, SHEETS[this.sheet]);
    if (tuple !== null) this.#inserted.set(command.rowId, tuple);
  }

  /** The document, watched from its first use on: a sheet that nobody opens is not even read. */
  #document(): SheetDocument {
    this.#stopObserving ??= this.#doc.observe(({ rowIds, structural, origin }) => {
      // Commands of this computer were shown and announced when they were queued.
      if (origin === encodeCommands) return;
      if (structural) this.#rowIds = null;
      this.#accepted({ sheet: this.sheet, rowIds, structural });
    });
    return this.#doc;
  }

  #sorted(): readonly string[] {
    const doc = this.#document();
    const all = new Set(doc.allRowIds());
    for (const rowId of this.#inserted.keys()) all.add(rowId);
    // A removed row that is contested is in the document's visible rows, and stays.
    const shown = new Set(doc.rowIds());
    const visible = [...all].filter((rowId) => !this.isDead(rowId) || (shown.has(rowId) && doc.isDead(rowId)));
    const key = new Map(visible.map((rowId) => [rowId, this.order(rowId) ?? '']));
    return visible.sort((a, b) => {
      const x = key.get(a) ?? '';
      const y = key.get(b) ?? '';
      if (x !== y) return x < y ? -1 : 1;
      return a < b ? -1 : 1;
    });
  }
}
