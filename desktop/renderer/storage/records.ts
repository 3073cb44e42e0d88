// What this computer keeps of one person's work in one workspace. Owns the shapes of the stored records; must not read or write.
import type { SheetId } from '@countersign/shared/model/sheets';
import type { Command, RefusalCode } from '@countersign/shared/protocol';

/** The signed-in person; cleared when the session ends, while everything else stays. */
export interface SessionRecord {
  id: 'current';
  token: string;
  userId: string;
  userName: string;
  roles: string[];
  expiresAt: string;
}

/** This computer as the log knows it. */
export interface DeviceRecord {
  id: 'current';
  deviceId: string;
  /** Raw public key in hex: when the host's key differs, the profile was copied and the device is enrolled anew. */
  publicKey: string;
  commandEpoch: string;
}

/**
 * When the server last confirmed this person and computer, and what time went by without it. Unix milliseconds of this computer's clock, which
 * may be set back or forth.
 */
export interface GrantRecord {
  id: 'current';
  confirmedAt: number;
  /** Time counted since then; never less than it was. */
  spentMs: number;
  /** What the clock said at the last look, and the most that it said since the confirmation. */
  lookedAt: number;
  highestAt: number;
}

/** One contract version that was opened here. */
export interface DraftRecord {
  draftId: string;
  state: string;
  generation: string;
  /** Log index of the next entry wanted: one above the last one held; 0 before the first. */
  next: number;
  /** Hex leaf hash of the last entry held; what the next one's `prevDoc` must be. */
  head: string;
  canEdit: boolean;
  /** Why the person may not edit; null when they may. */
  denial: string | null;
  /** When everything known was last on the server; ISO instant of this computer, for people only. */
  storedAt: string | null;
  /** The same for the last verified checkpoint that covers all own entries. */
  verifiedAt: string | null;
  /** Whether the server's entries were once received up to its size, so that the draft opens with the server gone. */
  complete: boolean;
}

/** An accepted entry, exactly as the server sent it. */
export interface EntryRecord {
  draftId: string;
  index: number;
  leaf: Uint8Array;
  payload: Uint8Array;
}

/** The two kinds of entry an editor's device signs unattended. */
export type BatchKind = 'edit' | 'choose';

/** A command on disk that no signed batch holds yet. */
export interface QueuedCommand {
  /** Place in the queue; kept when a refusal puts the command back, so that order survives. */
  order?: number;
  draftId: string;
  kind: BatchKind;
  command: Command;
  /** When the person made it; ISO instant of this computer. */
  at: string;
}

/** The one batch in flight of a draft: the exact bytes that are sent, and sent again unchanged. */
export interface SealedBatch {
  draftId: string;
  kind: BatchKind;
  entry: Uint8Array;
  signature: Uint8Array;
  payload: Uint8Array;
  /** Hex SHA-256 of the entry bytes. */
  entryHash: string;
  deviceId: string;
  epoch: string;
  /** The commands inside, with their places in the queue. */
  commands: (QueuedCommand & { order: number })[];
  at: string;
}

/** A writing epoch the server issued to this device for one draft. */
export interface EpochRecord {
  draftId: string;
  epoch: string;
  deviceId: string;
  clientId: number;
  /** Order of issue; the lowest unused one is taken first. */
  order: number;
  state: 'unused' | 'current' | 'spent';
}

/** Where a chain of entries stands: per device and epoch. */
export interface ChainRecord {
  deviceId: string;
  epoch: string;
  nextSeq: number;
  prevDev: string;
}

/** A command that was refused, kept until the person decides. */
export interface AttentionRecord {
  id: string;
  draftId: string;
  /** Its place in the queue, so that items are listed and tried again in the order they were made. */
  order: number;
  kind: BatchKind;
  command: Command;
  code: RefusalCode;
  text: string;
  at: string;
}

/** A typed value that does not fit its column: never sent, shown until mended. */
export interface InvalidRecord {
  draftId: string;
  sheet: SheetId;
  rowId: string;
  field: string;
  typed: string;
  reason: string;
  /** When it was typed; ISO instant of this computer. Absent in records from before it was kept: then any other one is later. */
  at?: string;
}

/** One cell, row or place that an action changed: what taking it back needs to know. */
export interface UndoStep {
  readonly sheet: SheetId;
  readonly rowId: string;
  readonly field: string;
  readonly from: string | null;
  readonly to: string | null;
  /** The texts are what was typed into a cell that it does not fit: kept on this computer, never sent. */
  readonly misfit?: true;
}

/** One action that can be taken back, or made again. Never changed: it leaves when it was taken. */
export interface UndoRecord {
  id: string;
  draftId: string;
  stack: 'undo' | 'redo';
  /** The highest of a stack is taken first. */
  place: number;
  steps: readonly UndoStep[];
}

/** What is not known to be in a restored log yet: own entries of the log before it, until the new one is here (DESIGN §11 rule 9). */
export interface OfferedRecord {
  draftId: string;
  /** Every entry of the old log that was held: how far both logs are the same decides what their authors had seen. */
  held: readonly { readonly index: number; readonly leafHash: string }[];
  /** Own commands in the order they were made, each with the entry that held it. */
  commands: readonly (QueuedCommand & { readonly entryHash: string })[];
}

/** The last checkpoint that was verified. */
export interface CheckpointRecord {
  id: 'current';
  note: string;
  size: number;
  root: string;
  /** The log's key in force then; absent in records from before keys could be changed: then it is the pinned one. */
  vkey?: string;
  at: string;
}

/** An own stored entry whose inclusion was not yet proved. */
export interface UnprovedRecord {
  index: number;
  draftId: string;
  leafHash: string;
}

/** A failed proof: what was held and what came. Stays until a person looks at it. */
export interface DistrustRecord {
  id: 'current';
  text: string;
  heldNote: string | null;
  receivedNote: string;
  at: string;
}

/** A lifecycle command on its way: exact bytes, so that a retry is the same request. */
export interface PendingCommandRecord {
  idempotencyKey: string;
  versionId: string;
  kind: string;
  contentHash: string;
  body: string;
  /** The chain position it uses; the next command waits for this one. */
  deviceId: string;
  epoch: string;
  seq: number;
  entryHash: string;
  at: string;
}

/** Answers kept so that home, open drafts and previews work with the server gone. */
export interface CachedAnswer {
  key: string;
  value: unknown;
  at: string;
}
