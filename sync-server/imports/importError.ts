/** Why a file cannot be imported at all. Owns the codes and where in the file the trouble stands. */

export type ImportErrorCode =
  | 'empty'
  | 'wrongKind'
  | 'encoding'
  | 'malformed'
  | 'tooLarge'
  | 'noHeading'
  | 'mapping'
  | 'notFound'
  | 'state'
  | 'frozen'
  | 'role'
  | 'stale'
  | 'refusedCells'
  | 'busy';

/** `row` counts as a spreadsheet does, the heading is row 1; `line` is the line of text, which differs after a quoted newline. */
export interface ImportPlace {
  readonly row?: number;
  readonly line?: number;
  readonly column?: string;
}

export class ImportError extends Error {
  override readonly name = 'ImportError';
  readonly code: ImportErrorCode;
  readonly place: ImportPlace;
  /** What to do about it, as a sentence. */
  readonly cure: string;

  constructor(code: ImportErrorCode, what: string, cure: string, place: ImportPlace = {}, options?: ErrorOptions) {
    super(what, options);
    this.code = code;
    this.cure = cure;
    this.place = place;
  }
}
