// What can go wrong with the disk below the app, as typed failures with words and a way on. Must not hide any of them.

export type StorageFault = 'full' | 'corrupt' | 'deleted' | 'newer' | 'unavailable';

const WORDS: Record<StorageFault, string> = {
  full: 'The disk of this computer is full. The change is still in this window but not kept. Free some space, or export the unsent work.',
  corrupt: 'The local data could not be read. Export the unsent work, then open the workspace again from the server.',
  deleted:
    'The local data of this workspace was deleted while it was open. Export the unsent work before closing this window.',
  newer: 'Another window runs a newer version of the app. Close this window and open it again.',
  unavailable:
    'This browser does not let the app keep data on this computer, so nothing can be edited here. Allow storage for this site.',
};

/** The local store could not do it. Nothing was written by the transaction that failed. */
export class StorageFailure extends Error {
  override readonly name = 'StorageFailure';
  readonly fault: StorageFault;
  constructor(fault: StorageFault, cause?: unknown) {
    super(WORDS[fault], { cause });
    this.fault = fault;
  }
}

const FAULT_OF: Readonly<Record<string, StorageFault>> = {
  QuotaExceededError: 'full',
  DatabaseClosedError: 'deleted',
  NoSuchDatabaseError: 'deleted',
  VersionError: 'newer',
  MissingAPIError: 'unavailable',
  SecurityError: 'unavailable',
  InvalidStateError: 'corrupt',
  NotFoundError: 'corrupt',
  UnknownError: 'corrupt',
  // Nothing of the app gives a transaction up; a browser does, without saying more, and what is asked of it then finds it over.
  AbortError: 'corrupt',
  TransactionInactiveError: 'corrupt',
  OpenFailedError: 'corrupt',
};

/** Names the fault behind an error of the store, looking through wrapping errors; null when it is not one of the store's. */
export function storageFailure(error: unknown): StorageFailure | null {
  let at: unknown = error;
  let wrapping: StorageFault | null = null;
  for (let depth = 0; depth < 4 && at instanceof Error; depth += 1) {
    if (at instanceof StorageFailure) return at;
    const fault = FAULT_OF[at.name];
    if (fault !== undefined && !WRAPS.has(at.name)) return new StorageFailure(fault, error);
    wrapping ??= fault ?? null;
    at = causeOf(at);
  }
  return wrapping === null ? null : new StorageFailure(wrapping, error);
}

/** What stands around the browser's own error, which says more. */
const WRAPS: ReadonlySet<string> = new Set(['OpenFailedError', 'AbortError']);

/** Dexie keeps the browser's error in `inner`, sometimes twice, and those of many records in `failures`. */
function causeOf(error: Error): unknown {
  if ('inner' in error) return error.inner;
  return 'failures' in error && Array.isArray(error.failures) ? error.failures[0] : undefined;
}

/** Runs a piece of storage work; a fault of the store comes out as a StorageFailure, any other error unchanged. */
export async function stored<T>(work: () => PromiseLike<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw storageFailure(error) ?? error;
  }
}
