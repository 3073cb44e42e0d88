// What SQLite and the system say of a disk that does not take a write. Owns the codes; what is done about them is their askers'.

/** SQLite's result code of an error; 0 when it is not SQLite's. The lowest byte is the kind. */
export const errcode = (error: unknown): number =>
  error instanceof Error && 'errcode' in error && typeof error.errcode === 'number' ? error.errcode : 0;

export const SQLITE = {
  busy: 5,
  locked: 6,
  readonly: 8,
  ioerr: 10,
  corrupt: 11,
  full: 13,
  cantopen: 14,
  notadb: 26,
  constraintPrimaryKey: 1555,
  constraintUnique: 2067,
} as const;

const DISK_CODES = ['ENOSPC', 'EDQUOT', 'EIO', 'EROFS'];

/** Whether the disk did not take a write, of a database or of a file: no space, an I/O error, or only to be read. */
export function isDiskFault(error: unknown): boolean {
  const kind = errcode(error) & 0xff;
  if (kind === SQLITE.full || kind === SQLITE.ioerr || kind === SQLITE.readonly) return true;
  return error instanceof Error && 'code' in error && DISK_CODES.includes(String(error.code));
}
