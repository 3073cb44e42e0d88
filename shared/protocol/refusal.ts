// Why the server did not accept an edit. Owns the closed set of codes and what each asks the person to do.

export const REFUSALS = {
  role: 'Your role does not allow this change.',
  frozen: 'This version is no longer a draft. The change is kept; open it as an amendment.',
  tooLarge: 'The change is larger than one batch may be. Make it in smaller steps.',
  malformed: 'The change could not be read.',
  foreignClient: 'The change names another author’s document client.',
  clockGap: 'An earlier change of this device is missing.',
  unknownItem: 'The change refers to something that is not in the document.',
  mismatch: 'The document change does not do what its commands say.',
  unknownRow: 'The row is not in this sheet.',
  unknownColumn: 'The column is not in this sheet.',
  rowExists: 'A row with this id exists.',
  format: 'The value does not fit the column.',
  chain: 'The device’s chain of entries is broken.',
  equivocation: 'This device signed two different entries with one number. It is frozen until an admin looks at it.',
  folded: 'The rows of this version were put together anew. The change is made again on them.',
  epoch: 'The writing epoch is not known for this device and draft.',
  revoked: 'This device’s key was revoked.',
  contested: 'A contested cell needs a choice first.',
  staleVersion: 'The version changed since it was read. Look at it again.',
  storage: 'The server could not write to its disk. Nothing was changed.',
  unavailable: 'The server cannot take changes right now.',
} as const;
export type RefusalCode = keyof typeof REFUSALS;

/** A typed refusal: what, where, which commands. Nothing was changed. */
export interface Refusal {
  readonly code: RefusalCode;
  readonly text: string;
  /** Path of the cell or field, e.g. "lines/r-…/rate". */
  readonly at?: string;
  readonly commandIds?: readonly string[];
}

/** Builds a refusal with the code's own sentence, or a more exact one. */
export function refuse(code: RefusalCode, text: string = REFUSALS[code], at?: string): Refusal {
  return at === undefined ? { code, text } : { code, text, at };
}
