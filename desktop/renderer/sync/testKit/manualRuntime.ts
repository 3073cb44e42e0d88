// Time and chance in tests: the clock moves when it is told to, and a seed decides everything else.
import type { Runtime } from '../runtime.ts';

export class ManualRuntime implements Runtime {
  /** Milliseconds by which the clock on the wall was set forth or back; timers know nothing of it. */
  skew = 0;
  #ms = Date.UTC(2026, 10, 21, 9, 0, 0);
  #state: number;
  #next = 0;
  readonly #timers = new Map<number, { at: number; callback: () => void }>();

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  now(): string {
    return new Date(this.#ms + this.skew).toISOString();
  }

  after(ms: number, callback: () => void): () => void {
    this.#next += 1;
    const id = this.#next;
    this.#timers.set(id, { at: this.#ms + ms, callback });
    return () => this.#timers.delete(id);
  }

  /** Mulberry32: small, seeded, good enough to choose a schedule. */
  random(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  }

  randomBytes(length: number): Uint8Array {
    return Uint8Array.from({ length }, () => Math.floor(this.random() * 256));
  }

  /** Moves the clock and runs what is due, in order. */
  advance(ms: number): void {
    this.#ms += ms;
    const due = [...this.#timers].filter(([, { at }]) => at <= this.#ms).sort(([, a], [, b]) => a.at - b.at);
    for (const [id, { callback }] of due) if (this.#timers.delete(id)) callback();
  }
}
