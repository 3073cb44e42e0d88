// Reads that matter are entries of the log (SECURITY §6 "Evidence"). Owns how many leaves one person's reading may make; must not
// judge who may read.
import { READS_DOCUMENT } from '@countersign/shared/history';
import type { Log } from '../telemetry/index.ts';
import type { History } from './history.ts';

/** What was read and how it left the app. */
export interface NotedRead {
  readonly by: string;
  /** A version id, a sheet of one, or what was asked for. */
  readonly subject: string;
  readonly action: 'copy' | 'print' | 'export' | 'audit' | 'open';
  /** Rows, entries, or times. */
  readonly count: number;
}

interface Held extends NotedRead {
  readonly from: string;
  readonly to: string;
}

/** Leaves one person's reads may make at once in such a time; what is beyond is added up into one leaf a subject. */
const WINDOW_MS = 60_000;
export const MOST_AT_ONCE = 10;

export class Reads {
  readonly #history: History;
  readonly #log: Log;
  readonly #now: () => Date;
  readonly #recent = new Map<string, number[]>();
  readonly #held = new Map<string, Held>();
  #timer: NodeJS.Timeout | null = null;

  constructor(history: History, log: Log, now: () => Date) {
    this.#history = history;
    this.#log = log;
    this.#now = now;
  }

  /** [AUD-5] Records a read. Resolves when its leaf is stored, or when it was added to one that is written within a minute. */
  async note(read: NotedRead): Promise<void> {
    const now = this.#now();
    const recent = (this.#recent.get(read.by) ?? []).filter((at) => at > now.getTime() - WINDOW_MS);
    if (recent.length < MOST_AT_ONCE) {
      this.#recent.set(read.by, [...recent, now.getTime()]);
      await this.#history.appendServerEntry('read', READS_DOCUMENT, { ...read });
      return;
    }
    this.#hold(read, now.toISOString());
  }

  /** Adds a read to the one leaf of its hour or minute, without writing now. */
  #hold(read: NotedRead, at: string): void {
    const key = JSON.stringify([read.by, read.action, read.subject]);
    const held = this.#held.get(key);
    this.#held.set(key, { ...read, count: (held?.count ?? 0) + read.count, from: held?.from ?? at, to: at });
    if (this.#timer !== null) return;
    this.#timer = setTimeout(() => {
      this.flush().catch((error: unknown) => this.#log.error('reads could not be recorded', error));
    }, WINDOW_MS);
    this.#timer.unref();
  }

  /** Writes what is held, one leaf a person, way and subject. What cannot be written stays held. */
  async flush(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    for (const [key, held] of [...this.#held]) {
      this.#held.delete(key);
      try {
        await this.#history.appendServerEntry('read', READS_DOCUMENT, { ...held });
      } catch (error) {
        this.#held.set(key, { ...held, count: held.count + (this.#held.get(key)?.count ?? 0) });
        throw error;
      }
    }
  }
}
