// Happenings that are added up and written as one leaf a subject, so that nobody can fill the log by doing a thing often. Owns holding them,
// when they are written, and that what could not be written stays held; what they are is whoever's adds them.
import type { Log } from '../telemetry/index.ts';

/** Most time between a happening and its leaf. */
export const ROLL_UP_MS = 60_000;

/** Happenings of one subject, added up. */
export interface RolledUp {
  readonly count: number;
  /** ISO instants of the first and the last. */
  readonly from: string;
  readonly to: string;
}

export interface RollUpOptions<T extends RolledUp> {
  readonly log: Log;
  /** What is said when they could not be written. */
  readonly fault: string;
  /** Writes one leaf. */
  readonly write: (held: T) => Promise<unknown>;
}

export class RollUp<T extends RolledUp> {
  readonly #options: RollUpOptions<T>;
  readonly #held = new Map<string, T>();
  #timer: NodeJS.Timeout | null = null;

  constructor(options: RollUpOptions<T>) {
    this.#options = options;
  }

  /** Adds a happening to those of the same key; they are written within a minute. */
  add(key: string, happening: T): void {
    this.#put(key, happening);
    if (this.#timer !== null) return;
    const { log, fault } = this.#options;
    this.#timer = setTimeout(() => {
      this.flush().catch((error: unknown) => log.error(fault, error));
    }, ROLL_UP_MS);
    this.#timer.unref();
  }

  /** Writes what is held, one leaf a key. What cannot be written stays held. @throws what `write` throws */
  async flush(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    for (const [key, held] of [...this.#held]) {
      this.#held.delete(key);
      try {
        await this.#options.write(held);
      } catch (error) {
        this.#put(key, held);
        throw error;
      }
    }
  }

  #put(key: string, one: T): void {
    const other = this.#held.get(key);
    if (other === undefined) this.#held.set(key, one);
    else {
      const from = one.from < other.from ? one.from : other.from;
      const to = one.to > other.to ? one.to : other.to;
      this.#held.set(key, { ...other, count: one.count + other.count, from, to });
    }
  }
}
