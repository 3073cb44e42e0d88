// How much one socket may send (SECURITY §6). Owns the token bucket; the clock is given.

/** Figures of one server. A bench raises the rates: it stands for many people with one socket. */
export interface SocketLimits {
  readonly framesPerSecond: number;
  readonly frameBurst: number;
  readonly bytesPerSecond: number;
  readonly byteBurst: number;
  /** Bytes waiting to go out before a reader that is too slow is let go. */
  readonly outgoingBytes: number;
  readonly connectionsPerUser: number;
  /** Time to say what is asked, from the opening of a connection to the end of the headers, milliseconds. */
  readonly headersWithinMs: number;
  /** Time to send the first message, milliseconds. */
  readonly openWithinMs: number;
  readonly heartbeatMs: number;
  /** How often open sockets are judged anew: a revocation that nobody told this process about closes them within it. */
  readonly recheckMs: number;
  /** HTTP requests of one session, or of one address without a session. */
  readonly requestsPerSecond: number;
  readonly requestBurst: number;
}

export const SOCKET_LIMITS: SocketLimits = {
  framesPerSecond: 50,
  frameBurst: 200,
  bytesPerSecond: 1024 * 1024,
  byteBurst: 4 * 1024 * 1024,
  outgoingBytes: 4 * 1024 * 1024,
  connectionsPerUser: 20,
  headersWithinMs: 20_000,
  openWithinMs: 5000,
  heartbeatMs: 25_000,
  recheckMs: 20_000,
  requestsPerSecond: 100,
  requestBurst: 1000,
};

/** A bucket that refills evenly. Taking more than it holds leaves a debt, paid by waiting: nothing is dropped. */
export class TokenBucket {
  readonly #perSecond: number;
  readonly #burst: number;
  #tokens: number;
  #at: number;

  constructor(perSecond: number, burst: number, now: number) {
    this.#perSecond = perSecond;
    this.#burst = burst;
    this.#tokens = burst;
    this.#at = now;
  }

  /** Takes `amount`; returns the milliseconds to wait before the next one. */
  take(amount: number, now: number): number {
    const refill = (Math.max(0, now - this.#at) * this.#perSecond) / 1000;
    this.#tokens = Math.min(this.#burst, this.#tokens + refill) - amount;
    this.#at = now;
    return this.#tokens >= 0 ? 0 : Math.ceil((-this.#tokens * 1000) / this.#perSecond);
  }
}
