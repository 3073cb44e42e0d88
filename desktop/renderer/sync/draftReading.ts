// What people see of an open draft: cells with their marks, contests, what needs attention, who is here, how far it is stored.
// Owns reading; acting is `openDraft.ts`.
import type { OpenContest } from '@countersign/shared/document';
import type { SheetId } from '@countersign/shared/model/sheets';
import type { DraftEngine } from './draftEngine.ts';
import type { DraftPicture } from './draftPicture.ts';
import type {
  AttentionItem,
  CellMarks,
  CellSight,
  CellThread,
  Contest,
  DraftSession,
  InvalidValue,
  Peer,
  SyncStatus,
  ViewChange,
} from './draftSession.ts';
import { DraftThreads } from './draftThreads.ts';

type Read =
  | 'draftId'
  | 'sheets'
  | 'rowIds'
  | 'value'
  | 'sight'
  | 'marks'
  | 'contests'
  | 'threads'
  | 'invalidCells'
  | 'attention'
  | 'peers'
  | 'status'
  | 'editDenial'
  | 'canUndo'
  | 'canRedo'
  | 'onView'
  | 'onState';

export class DraftReading implements Pick<DraftSession, Read> {
  protected readonly engine: DraftEngine;
  /** The name of a person, as far as it is known. */
  readonly #nameOf: (userId: string) => string;
  readonly #threads: DraftThreads;

  constructor(engine: DraftEngine, userId: string, nameOf: (userId: string) => string) {
    this.engine = engine;
    this.#nameOf = nameOf;
    this.#threads = new DraftThreads(engine, userId, nameOf);
  }

  protected get picture(): DraftPicture {
    return this.engine.picture;
  }

  get draftId(): string {
    return this.picture.draftId;
  }
  sheets(): readonly SheetId[] {
    return this.picture.sheets();
  }
  rowIds(sheet: SheetId): readonly string[] {
    return this.picture.view(sheet).rowIds();
  }
  value(sheet: SheetId, rowId: string, field: string): string | null {
    return this.picture.view(sheet).value(rowId, field);
  }

  sight(sheet: SheetId, rowId: string, field: string): CellSight {
    return { value: this.value(sheet, rowId, field), seen: String(this.picture.size) };
  }

  marks(sheet: SheetId, rowId: string, field: string): CellMarks {
    const contest = this.picture.contest(sheet, rowId, field);
    const invalid = this.engine.invalidAt({ sheet, rowId, field });
    return {
      waiting: this.picture.isWaiting(sheet, rowId, field),
      contest: contest === null ? null : this.#named(contest),
      invalid: invalid === undefined ? null : { typed: invalid.typed, reason: invalid.reason },
      openComments: this.#threads.openAt(sheet, rowId, field),
    };
  }

  threads(sheet: SheetId, rowId: string): readonly CellThread[] {
    return this.#threads.ofRow(sheet, rowId);
  }

  contests(): readonly Contest[] {
    return this.picture.contests().map((contest) => this.#named(contest));
  }

  invalidCells(): readonly { sheet: SheetId; rowId: string; field: string; invalid: InvalidValue }[] {
    return this.engine
      .invalid()
      .map(({ sheet, rowId, field, typed, reason }) => ({ sheet, rowId, field, invalid: { typed, reason } }));
  }

  attention(): readonly AttentionItem[] {
    return this.engine.attention().map(({ id, command, code, text, at }) => ({
      id,
      sheet: command.sheet as SheetId,
      rowId: command.rowId,
      field: command.field,
      from: command.from,
      to: command.to,
      code,
      text,
      at,
    }));
  }

  peers(): readonly Peer[] {
    return this.engine.peers.map(({ session, userId, name, sheet, rowId, field }) => ({
      session,
      userId,
      name,
      ...(sheet !== undefined && this.picture.hasSheet(sheet) ? { sheet } : {}),
      ...(rowId === undefined ? {} : { rowId }),
      ...(field === undefined ? {} : { field }),
    }));
  }

  status(): SyncStatus {
    const waiting = this.engine.waitingWork();
    const { storedAt, verifiedAt } = this.engine.draft;
    const stage = !this.engine.isKept
      ? 'notKept'
      : waiting.count > 0
        ? 'onThisComputer'
        : this.engine.isVerified()
          ? 'verified'
          : 'stored';
    return {
      stage,
      at: stage === 'verified' ? verifiedAt : stage === 'stored' ? storedAt : waiting.newestAt,
      waiting: waiting.count,
      oldestWaitingAt: waiting.oldestAt,
      connection: this.engine.connectionState(),
      trouble: this.engine.trouble(),
    };
  }

  editDenial(): string | null {
    if (this.engine.readOnly !== null) return this.engine.readOnly;
    const { canEdit, denial, state } = this.engine.draft;
    if (canEdit) return null;
    return denial ?? (state === 'DRAFT' ? 'Your role does not allow edits.' : 'This version is no longer a draft.');
  }

  canUndo(): boolean {
    return this.engine.undo.canUndo;
  }
  canRedo(): boolean {
    return this.engine.undo.canRedo;
  }

  onView(listener: (change: ViewChange) => void): () => void {
    return this.picture.changed.add(listener);
  }
  onState(listener: () => void): () => void {
    return this.engine.changed.add(listener);
  }

  #named({ sheet, rowId, field, claims }: OpenContest): Contest {
    return {
      sheet: sheet as SheetId,
      rowId,
      field,
      values: claims.map(({ value, userId, deviceId, index, at }) => ({
        value,
        userId,
        userName: this.#nameOf(userId),
        deviceId,
        index: String(index),
        at,
      })),
    };
  }
}
