// Failed access is part of the history (SECURITY §6 "Evidence"). Owns rolling it up, so that a guesser cannot fill the log.
import { READS_DOCUMENT } from '@countersign/shared/history';
import type { History } from '../history/index.ts';
import type { Log } from '../telemetry/index.ts';

/** What failed: a sign-in, or something the caller's role does not allow. */
export type FailedAction = 'failedSignIn' | 'failedAccess';

/** Subject of failures of somebody who is nobody here: what was typed is not kept, people type passwords there. */
export const UNKNOWN_SUBJECT = 'unknown';

/** Most time between a failure and its leaf. */
const ROLL_UP_MS = 60_000;

interface Failures {
  readonly subject: string;
  readonly action: FailedAction;
  readonly count: number;
  /** ISO instants. */
  readonly from: string;
  readonly to: string;
}

export class FailedAccess {
  readonly #history: History;
  readonly #log: Log;
  readonly #now: () => Date;
  readonly #held = new Map<string, Failures>();
  #timer: NodeJS.Timeout | null = null;

  constructor(history: History, log: Log, now: () => Date) {
    this.#history = history;
    this.#log = log;
    this.#now = now;
  }

  /** [AUTH-20] Remembers one failure; it is in the log within a minute, with all others of the same subject. */
  note(subject: string, action: FailedAction): void {
    const at = this.#now().toISOString();
    const key = `${action} ${subject}`;
    const held = this.#held.get(key);
    this.#held.set(key, {
      subject,
      action,
      count: (held?.count ?? 0) + 1,
      from: held?.from ?? at,
      to: held !== undefined && held.to > at ? held.to : at,
    });
    if (this.#timer !== null) return;
    this.#timer = setTimeout(() => {
      this.flush().catch((error: unknown) => this.#log.error('failed access could not be recorded', error));
    }, ROLL_UP_MS);
    this.#timer.unref();
  }

  /** Writes what is held, one leaf a subject. What cannot be written stays held. */
  async flush(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    for (const [key, failures] of [...this.#held]) {
      this.#held.delete(key);
      try {
        await this.#history.appendServerEntry('read', READS_DOCUMENT, leafOf(failures));
      } catch (error) {
        const since = this.#held.get(key);
        this.#held.set(key, { ...failures, count: failures.count + (since?.count ?? 0), to: since?.to ?? failures.to });
        throw error;
      }
    }
  }
}

function leafOf(failures: Failures): Failures & { readonly by?: string } {
  return failures.subject === UNKNOWN_SUBJECT ? failures : { ...failures, by: failures.subject };
}
