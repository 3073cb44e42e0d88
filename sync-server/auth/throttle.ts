// Slows down guessing. Owns counting by key and the time to wait; the clock is given, and nothing is ever locked for good.

export interface ThrottleRule {
  /** Attempts without any waiting. */
  readonly free: number;
  /** Wait after the first attempt beyond them, milliseconds; doubles with every further one. */
  readonly firstMs: number;
  readonly mostMs: number;
  /** Quiet time after which a key is forgotten. */
  readonly forgetMs: number;
  /** Time in which one attempt is forgiven, for keys that many people share; without it they are forgotten together or not at all. */
  readonly forgiveMs?: number;
}

interface Attempts {
  /** Not whole where attempts are forgiven over time. */
  readonly count: number;
  /** Unix milliseconds of the last one. */
  readonly at: number;
  readonly until: number;
}

/** Keys kept; the one that was quiet longest goes first. */
const MOST_KEYS = 20_000;

export class Throttle {
  readonly #rule: ThrottleRule;
  readonly #keys = new Map<string, Attempts>();

  constructor(rule: ThrottleRule) {
    this.#rule = rule;
  }

  /** Milliseconds until the key may try again; 0 when it may now. */
  wait(key: string, now: number): number {
    const held = this.#keys.get(key);
    if (held === undefined || now - held.at >= this.#rule.forgetMs) return 0;
    return Math.max(0, held.until - now);
  }

  /** Counts an attempt before it is judged, so that many at once are not all free. */
  attempt(key: string, now: number): void {
    const count = this.#count(key, now) + 1;
    const over = Math.ceil(count - this.#rule.free);
    // 2^30 is beyond any `mostMs`; a larger power would leave the whole numbers.
    const wait = over <= 0 ? 0 : Math.min(this.#rule.mostMs, this.#rule.firstMs * 2 ** Math.min(over - 1, 30));
    // Taken out first: a Map keeps insertion order, so the first key is the one that was quiet longest.
    this.#keys.delete(key);
    this.#keys.set(key, { count, at: now, until: now + wait });
    if (this.#keys.size <= MOST_KEYS) return;
    const [oldest] = this.#keys.keys();
    if (oldest !== undefined) this.#keys.delete(oldest);
  }

  /** The attempt was a good one: the key starts anew, or gets this one attempt back where others share it. */
  succeeded(key: string): void {
    const held = this.#keys.get(key);
    if (held === undefined || this.#rule.forgiveMs === undefined) this.#keys.delete(key);
    else this.#keys.set(key, { ...held, count: Math.max(0, held.count - 1), until: held.at });
  }

  #count(key: string, now: number): number {
    const { forgetMs, forgiveMs } = this.#rule;
    const held = this.#keys.get(key);
    if (held === undefined || now - held.at >= forgetMs) return 0;
    return forgiveMs === undefined ? held.count : Math.max(0, held.count - Math.max(0, now - held.at) / forgiveMs);
  }
}
