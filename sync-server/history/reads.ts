// Reads that matter are entries of the log (SECURITY §6 "Evidence"). Owns how many leaves one person's reading may make; must not
// judge who may read.
import { READS_DOCUMENT } from '@countersign/shared/history';
import type { Log } from '../telemetry/index.ts';
import type { History } from './history.ts';
import { ROLL_UP_MS, type RolledUp, RollUp } from './rollUp.ts';

/** What was read and how it left the app. */
export interface NotedRead {
  readonly by: string;
  /** A version id, a sheet of one, or what was asked for. */
  readonly subject: string;
  readonly action: 'copy' | 'print' | 'export' | 'audit' | 'open';
  /** Rows, entries, or times. */
  readonly count: number;
}

type Held = NotedRead & RolledUp;

/** Leaves one person's reads may make at once within `ROLL_UP_MS`; what is beyond is added up into one leaf a subject. */
export const MOST_AT_ONCE = 10;

export class Reads {
  readonly #history: History;
  readonly #now: () => Date;
  readonly #recent = new Map<string, number[]>();
  readonly #beyond: RollUp<Held>;

  constructor(history: History, log: Log, now: () => Date) {
    this.#history = history;
    this.#now = now;
    this.#beyond = new RollUp({
      log,
      fault: 'reads could not be recorded',
      write: (held) => history.appendServerEntry('read', READS_DOCUMENT, { ...held }),
    });
  }

  /** [AUD-5] Records a read. Resolves when its leaf is stored, or when it was added to one that is written within a minute. */
  async note(read: NotedRead): Promise<void> {
    const now = this.#now();
    const recent = (this.#recent.get(read.by) ?? []).filter((at) => at > now.getTime() - ROLL_UP_MS);
    if (recent.length < MOST_AT_ONCE) {
      this.#recent.set(read.by, [...recent, now.getTime()]);
      await this.#history.appendServerEntry('read', READS_DOCUMENT, { ...read });
      return;
    }
    const at = now.toISOString();
    this.#beyond.add(JSON.stringify([read.by, read.action, read.subject]), { ...read, from: at, to: at });
  }

  /** Writes what is held, one leaf a person, way and subject. What cannot be written stays held. */
  flush(): Promise<void> {
    return this.#beyond.flush();
  }
}
