// What one draft holds beside its accepted entries. Owns the shapes that the disk, the memory and the outbox of a draft share.
import type { AttentionRecord, DraftRecord, InvalidRecord, QueuedCommand, SealedBatch } from '../storage/index.ts';

/** A command with its place in the queue. */
export type Placed = QueuedCommand & { order: number };

/** Everything of a draft but its accepted entries. */
export interface DraftWork {
  readonly draft: DraftRecord;
  readonly queue: readonly Placed[];
  readonly sealed: SealedBatch | null;
  readonly attention: readonly AttentionRecord[];
  readonly invalid: readonly InvalidRecord[];
  /** Own stored entries that are not proved yet. */
  readonly unproved: number;
  /** Own commands of a log before a restored one, until the restored one is here. */
  readonly offered: readonly QueuedCommand[] | null;
}

/** What is only on this computer, in short: a large paste waits in thousands, and its state is looked at many times a second. */
export interface WaitingWork {
  readonly count: number;
  /** When the first and the last of it were made, as ISO instants; null when nothing waits. */
  readonly oldestAt: string | null;
  readonly newestAt: string | null;
}

/** The keys of a cell's invalid value, and when something was done about it. */
export type InvalidKey = Pick<InvalidRecord, 'sheet' | 'rowId' | 'field' | 'at'>;

/** What is known of a draft that was never opened here. */
export function blankDraft(draftId: string): DraftRecord {
  return {
    draftId,
    state: '',
    generation: '',
    next: 0,
    head: '',
    canEdit: false,
    denial: 'This version was not opened on this computer yet.',
    storedAt: null,
    verifiedAt: null,
    complete: false,
  };
}
