// Makes SQLite's committed transactions last without holding up the process. Owns the handle on the write-ahead log; must not know SQL.
//
// With `synchronous = NORMAL` SQLite writes a commit to its write-ahead log and leaves flushing to the next checkpoint. The flush that
// `FULL` would make inside the COMMIT is made here, on a thread of the pool, before anybody is told that the transaction is stored.
// It is the same flush of the same file; other sockets are served meanwhile.
import { close, closeSync, fdatasync, fdatasyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import { promisify } from 'node:util';

/** Resolves when everything committed until now survives a power cut. */
export type Flush = () => Promise<void>;

/** The disk did not take a flush. What was committed before may or may not last, and nothing may be built on it. */
export class FlushFailed extends Error {
  override readonly name = 'FlushFailed';
}

const flushFile = promisify(fdatasync);
const closeFile = promisify(close);

const logOf = (database: string): string => `${database}-wal`;

/**
 * [STO-34] Writes the log that was left behind to the disk once more. After a flush that failed the system may show a log that the disk does
 * not hold, and says so to nobody again; copied into the database file and lost then, it would leave the file torn. For who has the
 * database alone; there is a log. @throws the system's error: nothing was changed
 */
export function renewLog(database: string): void {
  const handle = openSync(logOf(database), 'r+');
  try {
    const bytes = readFileSync(handle);
    for (let at = 0; at < bytes.length; ) at += writeSync(handle, bytes, at, bytes.length - at, at);
    fdatasyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

export class WalFlush {
  readonly #file: string;
  #handle: number | null = null;

  /** @param database path of the database file. */
  constructor(database: string) {
    this.#file = logOf(database);
  }

  /** Call it after a commit: the file exists from the first one on, and stays the same one while the database is open. */
  async flush(): Promise<void> {
    this.#handle ??= openSync(this.#file, 'r+');
    await flushFile(this.#handle);
  }

  async close(): Promise<void> {
    if (this.#handle !== null) await closeFile(this.#handle);
    this.#handle = null;
  }
}
