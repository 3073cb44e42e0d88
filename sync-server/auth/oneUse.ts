// Things that wait for one pick-up under a random name, and not for long. Owns names, time and number; nothing outlives the process.
import { randomBytes } from 'node:crypto';
import { sha256Hex } from '../history/nativeCrypto.ts';

/** Waiting at once; the oldest goes first, so that a flood cannot fill the memory. */
const MOST = 2_000;

export class OneUse<T> {
  readonly #forMs: number;
  readonly #now: () => number;
  readonly #held = new Map<string, { readonly value: T; readonly until: number }>();

  constructor(forMs: number, now: () => number) {
    this.#forMs = forMs;
    this.#now = now;
  }

  /** Keeps a value and answers its name: 256 random bits. */
  put(value: T): string {
    const name = randomBytes(32).toString('base64url');
    this.#held.set(sha256Hex(name), { value, until: this.#now() + this.#forMs });
    if (this.#held.size > MOST) {
      const [oldest] = this.#held.keys();
      if (oldest !== undefined) this.#held.delete(oldest);
    }
    return name;
  }

  /** The value, once; null when it is unknown, taken or too old. */
  take(name: string): T | null {
    const key = sha256Hex(name);
    const held = this.#held.get(key);
    this.#held.delete(key);
    return held === undefined || held.until <= this.#now() ? null : held.value;
  }
}
