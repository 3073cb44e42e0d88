// What is appended to the log and what comes of it. Owns the words between the sequencer and its callers.
import type { Entry } from '@countersign/shared/history';
import type { LogRow, Store } from '../storage/index.ts';

/** An entry that passed every check, ready to stand in the log. */
export interface Append {
  readonly entry: Entry;
  /** The entry's canonical bytes, where the caller has them. */
  readonly bytes?: Uint8Array;
  /** Hex hash of these bytes, where the caller has it. */
  readonly entryHash?: string;
  readonly signature: Uint8Array;
  readonly payload: Uint8Array;
  /** State that changes in the same transaction as the log. Must not fail for reasons that could have been checked before. */
  readonly apply?: (store: Store, placed: Placed) => Promise<void>;
  /** Called once after the flush, before anybody else hears of the entry. */
  readonly onStored?: (placed: Placed) => void;
}

/** An entry with its place. Only after `flushed` resolves is it stored. */
export interface Placed {
  readonly row: LogRow;
  readonly entry: Entry;
  /** Hex leaf hash. */
  readonly leafHash: string;
  /** ISO instant the sequencer gave. */
  readonly serverTime: string;
}

export interface Appended {
  readonly placed: readonly Placed[];
  /** Resolves after the flush; rejects with StorageUnavailable when nothing was written, with OutcomeUnknown when this node cannot say. */
  readonly flushed: Promise<void>;
}

/** The disk did not take the batch: nothing of it was written, everything in memory built on it must be thrown away. */
export class StorageUnavailable extends Error {
  override readonly name = 'StorageUnavailable';
}

/** The entry does not continue its device's chain. */
export class ChainBroken extends Error {
  override readonly name = 'ChainBroken';
}
