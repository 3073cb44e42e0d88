// The line in which everything of one draft that touches its disk is done, in turn. Owns that a turn which another window overtook is
// done once more on what is there now; must not know what a turn does.
import { Overtaken } from './draftStore.ts';
import { Serial } from './serial.ts';

export interface TurnsPort {
  /** Reads the draft again: another window wrote in between. */
  reload(): Promise<void>;
  fail(error: unknown): void;
}

export class DraftTurns {
  readonly #line = new Serial();
  readonly #port: TurnsPort;
  #closed = false;

  constructor(port: TurnsPort) {
    this.#port = port;
  }

  /** Queues a turn; what fails in it is said through the port. After the closing nothing is begun any more. */
  run(work: () => Promise<void>): void {
    if (this.#closed) return;
    this.#line
      .run(async () => {
        if (!this.#closed) await this.#overtakenOnce(work);
      })
      .catch((error: unknown) => this.#port.fail(error));
  }

  /** Queues a turn that somebody waits for: its result and its failure are theirs. */
  ask<T>(work: () => Promise<T>): Promise<T> {
    return this.#line.run(work);
  }

  /** Resolves when everything that was queued so far is done. */
  idle(): Promise<void> {
    return this.#line.idle();
  }

  close(): void {
    this.#closed = true;
  }

  async #overtakenOnce(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof Overtaken)) throw error;
      await this.#port.reload();
      await work();
    }
  }
}
