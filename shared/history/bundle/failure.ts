/** Owns the typed ways in which an export bundle fails. The words are for the person who reads the report. */

/** Which promise of the bundle is broken. */
export type BundleFailureCode =
  | 'notCanonical'
  | 'format'
  | 'key'
  | 'workspace'
  | 'checkpoint'
  | 'leaf'
  | 'inclusion'
  | 'enrolment'
  | 'signature'
  | 'chain'
  | 'payload'
  | 'content'
  | 'policy'
  | 'lifecycle'
  | 'duties';

/** One failure: what is wrong, in a sentence, and where in the bundle. */
export interface BundleFailure {
  readonly code: BundleFailureCode;
  readonly text: string;
  /** Member path or log place, such as `leaves[3] (log index 41)`. */
  readonly where: string;
}

/** Thrown by the checking steps and by `buildBundle`; `verifyBundle` turns it into a report. */
export class BundleError extends Error implements BundleFailure {
  override readonly name = 'BundleError';
  readonly code: BundleFailureCode;
  readonly text: string;
  readonly where: string;
  constructor(code: BundleFailureCode, where: string, text: string) {
    super(`${where}: ${text}`);
    this.code = code;
    this.text = text;
    this.where = where;
  }
}
