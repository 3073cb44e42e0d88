// What an open draft offers to the grid and the inspector. Owns the interface only; the engine beside it implements it.
import type { Comment } from '@countersign/shared/document';
import type { SheetId } from '@countersign/shared/model/sheets';
import type { RefusalCode } from '@countersign/shared/protocol';

/** The three honest states of DESIGN §3; before them what the disk has not taken yet, for milliseconds or because it is full. */
export type SyncStage = 'notKept' | 'onThisComputer' | 'stored' | 'verified';

export interface SyncStatus {
  readonly stage: SyncStage;
  /** When the stage was last reached; ISO instant of this computer, for people only. */
  readonly at: string | null;
  /** Changes that the server does not have. */
  readonly waiting: number;
  /** When the oldest waiting change was made; ISO instant. */
  readonly oldestWaitingAt: string | null;
  readonly connection: 'online' | 'connecting' | 'offline';
  /** What is wrong, in words, with the way on; null when nothing is. */
  readonly trouble: string | null;
}

/** One write among several that met in a cell without having seen each other. */
export interface ContestedValue {
  readonly value: string | null;
  readonly userId: string;
  readonly userName: string;
  readonly deviceId: string;
  /** Log index, decimal. */
  readonly index: string;
  /** ISO instant of the server's entry. */
  readonly at: string;
}
export interface Contest {
  readonly sheet: SheetId;
  readonly rowId: string;
  readonly field: string;
  readonly values: readonly ContestedValue[];
}

/** A value that was typed but does not fit its column: kept on this computer, never sent, shown until it is mended. */
export interface InvalidValue {
  readonly typed: string;
  readonly reason: string;
}

export interface CellMarks {
  /** Changed here and not yet stored. */
  readonly waiting: boolean;
  readonly contest: Contest | null;
  readonly invalid: InvalidValue | null;
  /** Threads about this cell that nobody has called done. */
  readonly openComments: number;
}

export interface SaidComment {
  readonly id: string;
  readonly userId: string;
  readonly userName: string;
  /** ISO instant of the server's entry; of this computer while it waits. */
  readonly at: string;
  readonly text: string;
  readonly stored: boolean;
}

/** What people say about one cell, or with `about` null about its row. */
export interface CellThread {
  readonly id: string;
  readonly sheet: SheetId;
  readonly rowId: string;
  readonly about: string | null;
  readonly done: boolean;
  /** Oldest first. */
  readonly messages: readonly SaidComment[];
}

/** A command the server refused, kept on disk until the person retries, exports or discards it. */
export interface AttentionItem {
  readonly id: string;
  readonly sheet: SheetId;
  readonly rowId: string;
  readonly field: string;
  readonly from: string | null;
  readonly to: string | null;
  readonly code: RefusalCode;
  readonly text: string;
  readonly at: string;
}

export interface Peer {
  readonly session: string;
  readonly userId: string;
  readonly name: string;
  readonly sheet?: SheetId;
  readonly rowId?: string;
  readonly field?: string;
}

/** What changed in the view, so that the grid repaints only that. */
export interface ViewChange {
  readonly sheet: SheetId;
  /** Rows that look different; null when any may. */
  readonly rowIds: readonly string[] | null;
  /** Rows were added, removed, revived or moved. */
  readonly structural: boolean;
  readonly remote: boolean;
  /** Cells may hold other values. When false only their marks changed, and what was counted of the values still stands. */
  readonly values: boolean;
}

export interface CellEdit {
  readonly sheet: SheetId;
  readonly rowId: string;
  readonly field: string;
  /** As typed; the session turns it into canonical text or keeps it as an invalid value. null blanks the cell. */
  readonly typed: string | null;
}

/** What a person sees of a cell as they begin to type into it: what they type is made upon that, whatever comes meanwhile. */
export interface CellSight {
  readonly value: string | null;
  /** Log size that the view held, as decimal text. */
  readonly seen: string;
}

/** New rows at the end of a sheet, with values as typed. */
export interface RowsBelow {
  readonly sheet: SheetId;
  readonly rows: readonly Readonly<Record<string, string | null>>[];
}

export interface EditOutcome {
  /** Commands written to disk. */
  readonly accepted: number;
  readonly invalid: readonly { readonly edit: CellEdit; readonly reason: string }[];
  /** Why nothing was done: role, frozen version, missing row. */
  readonly denied: string | null;
  /** Rows that a paste added below the last one. */
  readonly added?: readonly string[];
}

export interface UndoOutcome {
  readonly done: number;
  /** Cells that changed since and were left alone, in words. */
  readonly refused: readonly string[];
}

/** One open draft (or frozen version, read-only). Everything returned is the view: accepted entries + own commands. */
export interface DraftSession {
  readonly draftId: string;
  sheets(): readonly SheetId[];
  /** Visible rows in order. */
  rowIds(sheet: SheetId): readonly string[];
  /** Canonical text or null. */
  value(sheet: SheetId, rowId: string, field: string): string | null;
  marks(sheet: SheetId, rowId: string, field: string): CellMarks;
  contests(): readonly Contest[];
  /** Threads about a row and its cells, the first that began first. */
  threads(sheet: SheetId, rowId: string): readonly CellThread[];
  invalidCells(): readonly {
    readonly sheet: SheetId;
    readonly rowId: string;
    readonly field: string;
    readonly invalid: InvalidValue;
  }[];
  attention(): readonly AttentionItem[];
  peers(): readonly Peer[];
  status(): SyncStatus;
  /** null when the person may edit now, else the reason in words. */
  editDenial(): string | null;

  /**
   * One user action (a cell, a paste, a fill): one undo step. Resolves when it is on disk.
   * `below` are rows of a paste that runs past the last row of a sheet: they are added at its end, in the same step.
   */
  edit(edits: readonly CellEdit[], below?: RowsBelow): Promise<EditOutcome>;
  /** Inserts rows after `afterRowId` (null = at the end) with typed values; returns the new row ids. */
  insertRows(
    sheet: SheetId,
    afterRowId: string | null,
    rows: readonly Readonly<Record<string, string | null>>[],
  ): Promise<readonly string[]>;
  removeRows(sheet: SheetId, rowIds: readonly string[]): Promise<EditOutcome>;
  moveRows(sheet: SheetId, rowIds: readonly string[], afterRowId: string | null): Promise<EditOutcome>;
  choose(contest: Contest, value: string | null): Promise<EditOutcome>;
  /** Says something about a row or cell, answers, or calls a thread done. Never undone: what was said was said. */
  comment(sheet: SheetId, rowId: string, comment: Comment): Promise<EditOutcome>;
  sight(sheet: SheetId, rowId: string, field: string): CellSight;
  /**
   * Takes what a person typed into an editor that stood open, upon what they saw as it opened. It is kept whatever came meanwhile;
   * `denied` says why it cannot be taken over now.
   */
  typed(edit: CellEdit, sight: CellSight): Promise<EditOutcome>;
  undo(): Promise<UndoOutcome>;
  redo(): Promise<UndoOutcome>;
  canUndo(): boolean;
  canRedo(): boolean;
  retryAttention(ids: readonly string[]): Promise<EditOutcome>;
  discardAttention(ids: readonly string[]): Promise<void>;
  setCursor(cursor: { sheet: SheetId; rowId: string; field: string } | null): void;

  onView(listener: (change: ViewChange) => void): () => void;
  /** Status, presence, contests, attention or role changed. */
  onState(listener: () => void): () => void;
  /** Resolves when everything on disk is stored on the server (used before submit). */
  settled(): Promise<void>;
  close(): Promise<void>;
}
