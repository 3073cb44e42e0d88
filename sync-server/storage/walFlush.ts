// Makes SQLite's committed transactions last without holding up the process. Owns the handle on the write-ahead log; must not know SQL.
//
// With `synchronous = NORMAL` SQLite writes a commit to its write-ahead log and leaves flushing to the next checkpoint. The flush that
// `FULL` would make inside the COMMIT is made here, on a thread of the pool, before anybody is told that the transaction is stored.
// It is the same flush of the same file; other sockets are served meanwhile.
import { close, fdatasync, openSync } from 'node:fs';
import { promisify } from 'node:util';

/** Resolves when everything committed until now survives a power cut. */
export type Flush = () => Promise<void>;

/** The disk did not take a flush. What was committed before may or may not last, and nothing may be built on it. */
export class FlushFailed extends Error {
  override readonly name = 'FlushFailed';
}

const flushFile = promisify(fdatasync);
const closeFile = promisify(close);

export class WalFlush {
  readonly #file: string;
  #handle: number | null = null;

  /** @param database path of the database file. */
  constructor(database: string) {
    this.#file = `${database}-wal`;
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
