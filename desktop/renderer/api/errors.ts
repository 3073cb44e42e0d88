// What a request can come to besides its answer: a refusal in the server's words, no network, or an answer that is not one.

/** The server refused (RFC 9457 problem details). `title` says what, `detail` why, `action` the way on. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  /** Closed code of the API, e.g. `session.ended`, `staleVersion`. */
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  /** What the person can do; empty when the server names nothing. */
  readonly action: string;
  /** Path of the cell or field at fault, if one is. */
  readonly at: string | undefined;

  constructor(problem: { status: number; code: string; title: string; detail: string; action: string; at?: string }) {
    super(problem.detail === '' ? problem.title : problem.detail);
    this.status = problem.status;
    this.code = problem.code;
    this.title = problem.title;
    this.detail = problem.detail;
    this.action = problem.action;
    this.at = problem.at;
  }
}

/** The server could not be reached. Nothing is known about whether it got the request. */
export class Offline extends Error {
  override readonly name = 'Offline';
  constructor(cause?: unknown) {
    super('The server cannot be reached. Work on this computer is kept and is sent when it is back.', { cause });
  }
}

/** The session is over: signed out elsewhere, expired or revoked. Local work is kept. */
export class SessionEnded extends Error {
  override readonly name = 'SessionEnded';
  constructor(detail = 'The session has ended. Sign in again; the work on this computer is kept.') {
    super(detail);
  }
}

/** The answer has not the agreed form: another program answered, or another version. */
export class UnexpectedAnswer extends Error {
  override readonly name = 'UnexpectedAnswer';
  constructor(path: string, cause?: unknown) {
    super(`The server’s answer to ${path} could not be read. Update the app, or ask who runs the server.`, { cause });
  }
}
