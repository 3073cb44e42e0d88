// What of an error goes into the log. Owns the rule that a message which may quote contract contents is left out.

export interface DescribedError {
  readonly type: string;
  readonly message: string;
  readonly code?: string;
  /** Where it happened, without the message that a stack begins with. */
  readonly stack: string;
}

/** Errors of ours and of the system whose sentences name files, sizes and states only. */
const TELLS_NO_CONTENTS = new Set([
  'ArchiveError',
  'BundleFault',
  'ConfigError',
  'FlushFailed',
  'OutcomeUnknown',
  'RoomUnavailable',
  'StorageError',
  'StorageUnavailable',
  'TreeDiverged',
]);
const UNTOLD = 'not told: it may quote contents; the stack says where';

/** [OPS-10] Type, code and place of an error, and its message where that cannot quote a cell. */
export function describeError(error: unknown): DescribedError {
  if (!(error instanceof Error)) return { type: typeof error, message: UNTOLD, stack: '' };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  // SQLite and the system name tables, files and addresses; a parser's error quotes what it could not read.
  const told = TELLS_NO_CONTENTS.has(error.name) || code === 'ERR_SQLITE_ERROR' || 'syscall' in error;
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  const cause = error.cause === undefined ? '' : `\n    caused by ${describeError(error.cause).type}`;
  return {
    type: error.name,
    message: told ? error.message : UNTOLD,
    ...(code === undefined ? {} : { code }),
    stack: `${frames.join('\n')}${cause}`,
  };
}
