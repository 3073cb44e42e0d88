// Why a data folder cannot be used. Owns the closed set of reasons, their words and exit codes (sysexits).

export type StorageFault =
  | 'locked'
  | 'unwritable'
  | 'newer'
  | 'damaged'
  /** No connection to the database server. */
  | 'unreachable'
  /** The database server refused the sign-in. */
  | 'password'
  /** The database user may not do what is needed. */
  | 'rights'
  /** The database would acknowledge what a power cut takes back. */
  | 'notDurable'
  /** This node has not the workspace's keys. */
  | 'noKey'
  /** The connection broke in the middle; it is made again by itself. */
  | 'cutOff';

const EXIT: Record<StorageFault, number> = {
  locked: 75,
  unwritable: 73,
  newer: 78,
  damaged: 65,
  unreachable: 69,
  password: 77,
  rights: 77,
  notDurable: 78,
  noKey: 78,
  cutOff: 69,
};

/** A data folder or database that was left as it is, with what to do about it. */
export class StorageError extends Error {
  override readonly name = 'StorageError';
  readonly fault: StorageFault;
  /** What the person does next. */
  readonly action: string;

  constructor(fault: StorageFault, text: string, action: string, cause?: unknown) {
    super(text, { cause });
    this.fault = fault;
    this.action = action;
  }

  get exitCode(): number {
    return EXIT[this.fault];
  }

  static newer(part: string, have: number, known: number): StorageError {
    return new StorageError(
      'newer',
      `The workspace was written by a newer version: its “${part}” schema is ${have}, this program knows ${known}. Nothing was changed.`,
      'Start the newer version, or give another folder with --data or another database with --database-url.',
    );
  }
}

/**
 * The connection broke while a transaction was being written: it is stored or it is not, and only the database knows.
 * Whoever gets this must ask it (`Storage.settled`) before anything is answered.
 */
export class OutcomeUnknown extends Error {
  override readonly name = 'OutcomeUnknown';
}

/** [STO-16] Another node holds the lease now: nothing was written, and everything in memory built on the lease is void. */
export class Fenced extends Error {
  override readonly name = 'Fenced';
}
