// Failed access is part of the history (SECURITY §6 "Evidence"). Owns what is told of it; that a guesser cannot fill the log is `RollUp`'s.
import { READS_DOCUMENT } from '@countersign/shared/history';
import { type History, type RolledUp, RollUp } from '../history/index.ts';
import type { Log } from '../telemetry/index.ts';

/** What failed: a sign-in, or something the caller's role does not allow. */
export type FailedAction = 'failedSignIn' | 'failedAccess';

/** Subject of failures of somebody who is nobody here: what was typed is not kept, people type passwords there. */
export const UNKNOWN_SUBJECT = 'unknown';

interface Failures extends RolledUp {
  readonly subject: string;
  readonly action: FailedAction;
}

export class FailedAccess {
  readonly #now: () => Date;
  readonly #failures: RollUp<Failures>;

  constructor(history: History, log: Log, now: () => Date) {
    this.#now = now;
    this.#failures = new RollUp({
      log,
      fault: 'failed access could not be recorded',
      write: (failures) => history.appendServerEntry('read', READS_DOCUMENT, leafOf(failures)),
    });
  }

  /** [AUTH-20] Remembers one failure; it is in the log within a minute, with all others of the same subject. */
  note(subject: string, action: FailedAction): void {
    const at = this.#now().toISOString();
    this.#failures.add(`${action} ${subject}`, { subject, action, count: 1, from: at, to: at });
  }

  /** Writes what is held, one leaf a subject. What cannot be written stays held. */
  flush(): Promise<void> {
    return this.#failures.flush();
  }
}

function leafOf(failures: Failures): Failures & { readonly by?: string } {
  return failures.subject === UNKNOWN_SUBJECT ? failures : { ...failures, by: failures.subject };
}
