// Why a data folder cannot be used. Owns the closed set of reasons, their words and exit codes (sysexits).

export type StorageFault = 'locked' | 'unwritable' | 'newer' | 'damaged';

const EXIT: Record<StorageFault, number> = { locked: 75, unwritable: 73, newer: 78, damaged: 65 };

/** A data folder that was left as it is, with what to do about it. */
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
      `The data folder was written by a newer version: its “${part}” schema is ${have}, this program knows ${known}. Nothing was changed.`,
      'Start the newer version, or give another folder with --data.',
    );
  }
}
