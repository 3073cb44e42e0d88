// Time of one schedule: it stands still until it is moved, and timers run in the order in which they are due. Owns timers only.

interface Timer {
  at: number;
  readonly callback: () => void;
  /** Milliseconds between runs; null for a timer that runs once. */
  readonly every: number | null;
}

/** Midday of a working day; any instant would do. */
const BEGIN = Date.UTC(2026, 10, 23, 12, 0, 0);

export class SimClock {
  #now = BEGIN;
  #next = 0;
  readonly #timers = new Map<number, Timer>();

  /** Unix milliseconds. */
  get now(): number {
    return this.#now;
  }

  /** Calls back after `ms`, or every `ms`; returns the number to cancel it by. */
  add(ms: number, callback: () => void, repeat = false): number {
    this.#next += 1;
    const wait = Math.max(1, ms);
    this.#timers.set(this.#next, { at: this.#now + wait, callback, every: repeat ? wait : null });
    return this.#next;
  }

  cancel(id: number): void {
    this.#timers.delete(id);
  }

  /** Moves time and runs what is due, the earliest first; what those runs schedule within the span runs too. */
  advance(ms: number): void {
    const end = this.#now + ms;
    for (;;) {
      const due = this.#earliest(end);
      if (due === null) break;
      const [id, timer] = due;
      this.#now = Math.max(this.#now, timer.at);
      if (timer.every === null) this.#timers.delete(id);
      else timer.at += timer.every;
      timer.callback();
    }
    this.#now = end;
  }

  #earliest(end: number): [number, Timer] | null {
    let first: [number, Timer] | null = null;
    for (const [id, timer] of this.#timers) {
      if (timer.at <= end && (first === null || timer.at < first[1].at)) first = [id, timer];
    }
    return first;
  }
}
