// Errors as RFC 9457 problem details. Owns the shape and the sentences of the general ones; routes throw, the app answers.
import type { Problem as ProblemBody } from '@countersign/shared/protocol/api';

export interface ProblemMore {
  /** Path of what is wrong. */
  readonly at?: string;
  /** What the person does next. */
  readonly action?: string;
}

/** RFC 9110 §10.2.3: whole seconds until it is worth asking again. */
export interface ProblemHeaders {
  readonly retryAfter?: number;
}

/** An answer that is not the one asked for: what, where, and what to do. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly more: ProblemMore;
  readonly headers: ProblemHeaders;

  constructor(
    status: number,
    code: string,
    title: string,
    detail: string,
    more: ProblemMore = {},
    headers: ProblemHeaders = {},
  ) {
    super(detail);
    this.status = status;
    this.code = code;
    this.title = title;
    this.more = more;
    this.headers = headers;
  }

  body(): ProblemBody {
    return {
      type: `urn:countersign:problem:${this.code}`,
      title: this.title,
      status: this.status,
      detail: this.message,
      code: this.code,
      ...this.more,
    };
  }
}

export const PROBLEM_TYPE = 'application/problem+json; charset=utf-8';

/** No living session. */
export const notSignedIn = (): Problem =>
  new Problem(401, 'sessionEnded', 'Not signed in', 'Your session has ended.', {
    action: 'Sign in again. Changes on this computer are kept.',
  });

/** Asked too often; `waitMs` is what the limit says. */
export const tooOften = (detail: string, action: string, waitMs: number): Problem =>
  new Problem(429, 'tooOften', 'Too many requests', detail, { action }, { retryAfter: Math.ceil(waitMs / 1000) });

/** No such thing, or none that the caller may see. */
export const notFound = (what: string): Problem =>
  new Problem(404, 'notFound', 'Not found', `There is no ${what} here.`, { action: 'Go back to the list.' });

/** The rules say no; the reason is theirs. */
export const notAllowed = (reason: string): Problem => new Problem(403, 'role', 'Not allowed', reason);
