// How often one caller may ask (SECURITY §6). Owns counting by caller and the wait; the clock is given.
import { callerAddress } from '../auth/callerAddress.ts';
import { sha256Hex } from '../history/nativeCrypto.ts';
import type { SocketLimits } from '../sync/limits.ts';

type Figures = Pick<SocketLimits, 'requestsPerSecond' | 'requestBurst'>;

interface Bucket {
  readonly tokens: number;
  /** Milliseconds of a steady clock. */
  readonly at: number;
}

/** Callers kept; the one that was quiet longest goes first, and starts anew with a full bucket. */
const MOST_CALLERS = 20_000;

export class RequestLimits {
  readonly #figures: Figures;
  readonly #callers = new Map<string, Bucket>();
  /** Hashes of the credentials that somebody was recognised by: their length is not the caller's to choose. */
  readonly #recognised = new Set<string>();

  constructor(figures: Figures) {
    this.#figures = figures;
  }

  /**
   * [AUTH-35] Under what a request is counted: its session or token when somebody was recognised by it before, else its address. Whoever makes
   * up credentials is counted with their address, not anew with each.
   */
  callerOf(authorization: string | undefined, address: string): string {
    const hash = authorization === undefined ? '' : sha256Hex(authorization);
    return this.#recognised.has(hash) ? hash : callerAddress(address);
  }

  /** Says that somebody was recognised by these credentials. */
  recognise(authorization: string): void {
    const hash = sha256Hex(authorization);
    this.#recognised.delete(hash);
    this.#recognised.add(hash);
    if (this.#recognised.size <= MOST_CALLERS) return;
    const [oldest] = this.#recognised;
    if (oldest !== undefined) this.#recognised.delete(oldest);
  }

  /**
   * [AUTH-35] [AUTH-38] Takes one request of a caller that counts as `cost`; answers 0, or the milliseconds to wait. A refused request costs
   * nothing, and none costs more than a full bucket.
   */
  take(caller: string, now: number, cost = 1): number {
    const { requestsPerSecond, requestBurst } = this.#figures;
    const held = this.#callers.get(caller) ?? { tokens: requestBurst, at: now };
    const refilled = Math.min(requestBurst, held.tokens + (Math.max(0, now - held.at) * requestsPerSecond) / 1000);
    const wanted = Math.min(cost, requestBurst);
    if (refilled < wanted) return Math.ceil(((wanted - refilled) * 1000) / requestsPerSecond);
    // Taken out first: a Map keeps insertion order.
    this.#callers.delete(caller);
    this.#callers.set(caller, { tokens: refilled - wanted, at: now });
    if (this.#callers.size > MOST_CALLERS) {
      const [oldest] = this.#callers.keys();
      if (oldest !== undefined) this.#callers.delete(oldest);
    }
    return 0;
  }
}
