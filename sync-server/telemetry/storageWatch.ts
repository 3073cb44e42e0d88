// Says in the log when the storage stops taking writes, and when it takes them again. Owns saying each once; alerts are the metrics'.
import { Fenced } from '../storage/index.ts';
import type { Log } from './log.ts';

/** What is watched: the sequencer of the log. */
export interface WatchedStorage {
  readonly failure: unknown;
  isWritable(): Promise<boolean>;
  onFailed(listener: (error: unknown) => void): unknown;
  onCommitted(listener: () => void): unknown;
}

/** [OPS-23] Resolves to whether the storage takes writes, like `isWritable`, and tells the log when that changes. */
export function watchStorage(storage: WatchedStorage, log: Log): () => Promise<boolean> {
  let refused = false;
  const refuses = (error: unknown): void => {
    // Another node leads, or nobody: that is said where leading ends, and the disk is not to be looked at for it.
    if (error instanceof Fenced) return;
    if (!refused) log.error('the disk refused a write; nothing is acknowledged until it takes one', error);
    refused = true;
  };
  const takes = (): void => {
    if (refused) log.info('the disk takes writes again');
    refused = false;
  };
  storage.onFailed(refuses);
  storage.onCommitted(takes);
  return async () => {
    const writable = await storage.isWritable();
    if (writable) takes();
    else refuses(storage.failure);
    return writable;
  };
}
