// Which window of this profile sends a draft's work: the one that holds the Web Lock (DESIGN §11 rule 2). Other windows write to
// the same queue and follow. Owns the lock and the wake-up channel; must not touch data. The channel carries hints, never content.
import { Listeners } from './listeners.ts';

/** The part of the Web Locks API that is used. */
export interface Locks {
  /** `held` gets null when the lock is taken and was asked for only if it is available. */
  request(
    name: string,
    options: { readonly signal?: AbortSignal; readonly ifAvailable?: boolean },
    held: (lock: unknown) => Promise<void>,
  ): Promise<unknown>;
}

export class Ownership {
  readonly changed = new Listeners<[]>();
  /** Another window wrote something. */
  readonly woken = new Listeners<[]>();
  readonly #channel: BroadcastChannel;
  readonly #leaving = new AbortController();
  readonly #released: Promise<void>;
  #release: () => void = () => undefined;
  #owner = false;

  constructor(name: string, locks: Locks) {
    this.#channel = new BroadcastChannel(name);
    this.#channel.onmessage = () => this.woken.tell();
    const until = new Promise<void>((resolve) => {
      this.#release = resolve;
    });
    this.#released = locks
      .request(name, { signal: this.#leaving.signal }, () => {
        this.#owner = true;
        this.changed.tell();
        return until;
      })
      .then(
        () => undefined,
        (error: unknown) => {
          // Leaving while still waiting for the lock is the ordinary end of a following window.
          if (!this.#leaving.signal.aborted) throw error;
        },
      );
  }

  get isOwner(): boolean {
    return this.#owner;
  }

  /** Tells the other windows to look again. */
  wake(): void {
    this.#channel.postMessage(null);
  }

  /** Gives the lock up (or stops waiting for it) and resolves when another window may have it. */
  async leave(): Promise<void> {
    this.#owner = false;
    this.#leaving.abort();
    this.#release();
    await this.#released;
    this.#channel.close();
    this.changed.clear();
    this.woken.clear();
  }
}
