// Things that wait for one pick-up under a random name, and not for long. Owns names, time and number; nothing outlives the process.
import { randomBytes } from 'node:crypto';
import { sha256Hex } from '../history/nativeCrypto.ts';

/** Waiting at once; the oldest goes first, so that a flood cannot fill the memory. */
const MOST = 2_000;
/** Waiting at once for one owner, whose own oldest goes first, so that a flood of one does not push out everybody else's. */
const MOST_OF_ONE = 50;

export class OneUse<T> {
  readonly #forMs: number;
  readonly #now: () => number;
  readonly #held = new Map<string, { readonly value: T; readonly until: number; readonly owner: string }>();

  constructor(forMs: number, now: () => number) {
    this.#forMs = forMs;
    this.#now = now;
  }

  /** Keeps a value and answers its name: 256 random bits. `owner` is whose place it takes. */
  put(value: T, owner: string): string {
    const name = randomBytes(32).toString('base64url');
    this.#held.set(sha256Hex(name), { value, until: this.#now() + this.#forMs, owner });
    const own = [...this.#held].filter(([, held]) => held.owner === owner);
    if (own.length > MOST_OF_ONE) this.#drop(own[0]);
    if (this.#held.size > MOST) this.#drop([...this.#held][0]);
    return name;
  }

  /** The value, once; null when it is unknown, taken or too old. */
  take(name: string): T | null {
    const key = sha256Hex(name);
    const held = this.#held.get(key);
    this.#held.delete(key);
    return held === undefined || held.until <= this.#now() ? null : held.value;
  }

  #drop(oldest: readonly [string, unknown] | undefined): void {
    if (oldest !== undefined) this.#held.delete(oldest[0]);
  }
}
