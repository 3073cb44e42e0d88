/**
 * The one typed error of the kernel. Owns: the code, the place and the cure of everything that is refused.
 * Must not: carry secrets or a stack meant for people; the message is a sentence a finance person can act on.
 */

/** Where a value stands in what was given: a JSON path of the document, or file, row and column of a table. */
export interface Place {
  /** Path of the field, e.g. `lines[3].price.tiers[1].upTo`. */
  readonly path?: string;
  readonly file?: string;
  /** 1-based row of the file, the heading counted. */
  readonly row?: number;
  readonly column?: string;
}

/** Something given to the kernel is refused. `code` is stable; `message` says what, where and what to do. */
export class DomainError extends Error {
  readonly code: string;
  readonly place: Place;
  /** What is wrong, as a sentence. */
  readonly what: string;
  /** What to do about it, as a sentence. */
  readonly cure: string;

  constructor(code: string, what: string, cure: string, place: Place = {}) {
    super(`${placeText(place)}${what} ${cure}`);
    this.name = 'DomainError';
    this.code = code;
    this.what = what;
    this.cure = cure;
    this.place = place;
  }
}

/** "file row 3 column x: " or "lines[3].price: "; empty when nothing is known. */
export function placeText(place: Place): string {
  const parts: string[] = [];
  if (place.file !== undefined) parts.push(place.file);
  if (place.row !== undefined) parts.push(`row ${place.row}`);
  if (place.column !== undefined) parts.push(`column ${place.column}`);
  if (place.path !== undefined && place.path !== '') parts.push(place.path);
  return parts.length === 0 ? '' : `${parts.join(', ')}: `;
}
