// A draft as the fold of its accepted entries: documents, contests, authors and the changes of every cell. Owns the fold that the
// server and every client run alike. Must not verify signatures or decide what is accepted.
import { type Entry, type PayloadOf, parsePart0 } from '@countersign/shared/history';
import { type DocumentKind, SHEETS_OF, type SheetId, type WorkbookContent } from '@countersign/shared/model/sheets';
import { type Command, type Refusal, ROW_FIELD } from '@countersign/shared/protocol';
import { type AcceptedEntry, type AppliedEntry, DraftError, readable } from './acceptedEntry.ts';
import { admitBatch, type EditRequest } from './admitBatch.ts';
import { ChangeJournal, type Source } from './changeJournal.ts';
import { CommentThreads, isComment } from './comments.ts';
import { contentHash, workbookContent } from './content.ts';
import { type CellChange, ContestLedger, type OpenContest } from './contests.ts';
import { type FoldPlan, planFold, provenFold } from './fold.ts';
import { SET_COLUMN } from './sets.ts';
import { SheetDocument } from './sheetDocument.ts';

/** What the `create` entry says of the draft. */
export interface DraftHead {
  readonly versionId: string;
  readonly contractId: string;
  readonly kind: DocumentKind;
  readonly title: string;
  readonly number: string;
  readonly sequence: number;
  readonly baseVersionId: string | null;
}

/** [DOC-25] A draft, entry by entry. Two that applied the same entries in log order are equal in everything they answer. */
export class DraftState {
  readonly draftId: string;
  readonly ledger = new ContestLedger();
  /** What people said about its rows and cells. */
  readonly comments = new CommentThreads();
  #head: DraftHead | null = null;
  #size = 0;
  #lastFold: string | undefined;
  readonly #docs = new Map<SheetId, SheetDocument>();
  readonly #journal = new ChangeJournal();
  #cache: { content: WorkbookContent; hash?: string; revision: string } | null = null;
  readonly #listeners = new Set<(applied: AppliedEntry) => void>();

  constructor(draftId: string) {
    this.draftId = draftId;
  }

  /** What the `create` entry said. @throws DraftError before it was applied. */
  get head(): DraftHead {
    if (this.#head === null) throw new DraftError(`The draft ${this.draftId} has no create entry yet.`);
    return this.#head;
  }

  /** Whether the `create` entry was applied. */
  get exists(): boolean {
    return this.#head !== null;
  }

  /** One more than the index of the last applied entry: what a command made now gives as `seen`. */
  get size(): number {
    return this.#size;
  }

  /** Documents by sheet. */
  get docs(): ReadonlyMap<SheetId, SheetDocument> {
    return this.#docs;
  }

  /** The document of a sheet. @throws DraftError for a sheet this kind of draft has not. */
  sheet(sheet: string): SheetDocument {
    const doc = this.#docs.get(sheet as SheetId);
    if (doc === undefined) throw new DraftError(`The draft ${this.draftId} has no sheet ${sheet}.`);
    return doc;
  }

  /** Log index of the last fold; undefined before the first. */
  get lastFold(): string | undefined {
    return this.#lastFold;
  }

  /** Edited cells that lie over the rows of all sheets. */
  get overlay(): number {
    let count = 0;
    for (const doc of this.#docs.values()) count += doc.overlay;
    return count;
  }

  /** What a fold made now would be. */
  planFold(): FoldPlan {
    return planFold(this.#docs);
  }

  /** Called after each applied entry, until the returned function is called. */
  observe(listener: (applied: AppliedEntry) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /**
   * Applies the next accepted entry of this draft. Kinds that change no content (submit, approve …) only move `size`.
   * @throws DraftError, PayloadShapeError when the entry cannot be one of this draft: the log is damaged.
   */
  applyEntry({ index, at, entry, parts, edit }: AcceptedEntry): AppliedEntry {
    const place = Number(index);
    if (!Number.isSafeInteger(place) || place < this.#size)
      throw new DraftError(`Entry ${index} comes after entry ${this.#size - 1} was applied.`);
    const source: Source = { index: place, at, userId: entry.user, deviceId: entry.dev, kind: entry.kind };
    const applied = this.#apply(entry.kind, source, parts, edit);
    this.#size = place + 1;
    for (const listener of [...this.#listeners]) listener(applied);
    return applied;
  }

  /** [DOC-13] Whether a signed batch may be accepted now, all of its sheets or none. Changes nothing. */
  admitEdit(request: EditRequest): Refusal | null {
    return admitBatch(this, request);
  }

  /** All contests a person has to settle before the draft can be submitted. */
  contests(): OpenContest[] {
    return this.ledger.open();
  }

  /** [DOC-26] Everybody who wrote anything since the base, importers included; sorted. */
  authors(): string[] {
    return this.#journal.authors();
  }

  /** Everything that was written, oldest first. */
  changes(): CellChange[] {
    return this.#journal.all();
  }

  /** [DOC-27] The changes of a cell, oldest first, beginning with the entry that brought its row. */
  cellHistory(sheet: string, rowId: string, field: string): CellChange[] {
    return this.#journal.ofCell(this.#docs.get(sheet as SheetId), sheet, rowId, field);
  }

  /** The content as it is now; the same object until something changes. */
  content(): WorkbookContent {
    return this.#computed().content;
  }

  /** Hash of the content as it is now. */
  contentHash(): string {
    const computed = this.#computed();
    computed.hash ??= contentHash(computed.content);
    return computed.hash;
  }

  /** Content and hash of a large rate card take long, and are asked for far more often than they change. */
  #computed(): { content: WorkbookContent; hash?: string; revision: string } {
    const revision = [...this.#docs.values()].map((doc) => doc.revision).join();
    if (this.#cache?.revision !== revision)
      this.#cache = { content: workbookContent(this.head.kind, this.head.contractId, this.#docs), revision };
    return this.#cache;
  }

  destroy(): void {
    this.#listeners.clear();
    for (const doc of this.#docs.values()) doc.destroy();
  }

  #apply(
    kind: Entry['kind'],
    source: Source,
    parts: readonly Uint8Array[],
    edit: PayloadOf<'edit'> | undefined,
  ): AppliedEntry {
    switch (kind) {
      case 'create': {
        const payload = parsePart0('create', parts[0]);
        this.#create(payload);
        return { sheets: this.#applyParts(payload.sheets, parts, source), changes: [], commented: [] };
      }
      case 'import': {
        const payload = parsePart0('import', parts[0]);
        // The server's device signs all imports; two people's imports are still two authors who may not have seen each other.
        const by: Source = { ...source, userId: payload.by, deviceId: `${source.deviceId}/${payload.by}` };
        const sheets = this.#applyParts(payload.sheets, parts, by);
        this.#journal.addAuthor(payload.by);
        return { sheets, ...this.#record(by, payload.commands) };
      }
      case 'edit':
      case 'choose': {
        const payload = edit ?? parsePart0(kind, parts[0]);
        if (payload.fold !== this.#lastFold)
          throw new DraftError(`Entry ${source.index} was not made on the last fold of the draft.`);
        const sheets = this.#applyParts(payload.updates, parts, source);
        // [DOC-61] Who only comments has written nothing of the version, and may approve it.
        if (!payload.commands.every(isComment)) this.#journal.addAuthor(source.userId);
        return { sheets, ...this.#record(source, payload.commands) };
      }
      case 'fold':
        return { sheets: this.#fold(parts, source.index), changes: [], commented: [] };
      default:
        return { sheets: [], changes: [], commented: [] };
    }
  }

  #create(payload: ReturnType<typeof parsePart0<'create'>>): void {
    if (this.#head !== null) throw new DraftError(`The draft ${this.draftId} was created twice.`);
    if (payload.versionId !== this.draftId) throw new DraftError(`The create entry is for ${payload.versionId}.`);
    if (!Object.hasOwn(SHEETS_OF, payload.kind)) throw new DraftError(`"${payload.kind}" is no kind of document.`);
    const kind = payload.kind as DocumentKind;
    const { versionId, contractId, title, number, sequence, baseVersionId } = payload;
    this.#head = { versionId, contractId, kind, title, number, sequence, baseVersionId };
    for (const sheet of SHEETS_OF[kind]) this.#docs.set(sheet, new SheetDocument(sheet));
  }

  /** Puts folded documents in the place of those they were made of, once they are proved to hold the same. */
  #fold(parts: readonly Uint8Array[], index: number): SheetId[] {
    const before = this.contentHash();
    const payload = parsePart0('fold', parts[0]);
    if (payload.draftId !== this.draftId) throw new DraftError(`The fold at entry ${index} is for ${payload.draftId}.`);
    if (payload.contentHashBefore !== before || payload.contentHashAfter !== before)
      throw new DraftError(`The fold at entry ${index} names another content than the draft has.`);
    const folded = payload.sheets.map(({ sheet, part }) => provenFold(this.sheet(sheet), parts[part], index));
    for (const doc of folded) {
      this.#docs.get(doc.sheet)?.destroy();
      this.#docs.set(doc.sheet, doc);
    }
    this.#lastFold = String(index);
    if (this.contentHash() !== before) throw new DraftError(`The fold at entry ${index} changes the content.`);
    return folded.map(({ sheet }) => sheet);
  }

  #applyParts(
    list: readonly { readonly sheet: string; readonly part: number }[],
    parts: readonly Uint8Array[],
    source: Source,
  ): SheetId[] {
    for (const { sheet, part } of list) {
      const doc = this.sheet(sheet);
      const update = parts[part];
      if (update === undefined) throw new DraftError(`Entry ${source.index} has no part ${part}.`);
      readable(() => doc.applyUpdate(update, this), source.index, doc.sheet);
      if (doc.y.store.pendingStructs !== null || doc.y.store.pendingDs !== null)
        throw new DraftError(`Entry ${source.index} refers to changes of ${sheet} that the log does not hold.`);
      if (source.kind === 'create' || source.kind === 'import')
        for (const chunk of doc.chunkIds())
          if (this.#journal.addChunk(doc.sheet, chunk, source)) this.#placeInSets(doc, chunk);
    }
    return [...new Set(list.map(({ sheet }) => sheet as SheetId))];
  }

  #placeInSets(doc: SheetDocument, chunk: string): void {
    const column = SET_COLUMN[doc.sheet];
    if (column === undefined) return;
    for (const rowId of doc.allRowIds())
      if (doc.chunkOf(rowId) === chunk) this.ledger.placeInSet(doc.sheet, rowId, doc.value(rowId, column));
  }

  #record(source: Source, commands: readonly Command[]): Pick<AppliedEntry, 'changes' | 'commented'> {
    const { index, at, userId, deviceId, kind } = source;
    this.comments.apply(source, commands);
    const written = commands.filter((command) => !isComment(command));
    const changes = this.ledger.apply({ index, at, userId, deviceId, kind, commands: written });
    this.#journal.add(changes);
    for (const change of changes) {
      const contested = this.ledger.contest(change.sheet, change.rowId, ROW_FIELD.dead) !== null;
      this.#docs.get(change.sheet as SheetId)?.setShown(change.rowId, contested);
    }
    return { changes, commented: commands.filter(isComment) };
  }
}
