// Who opened which versions is part of the history, hour by hour (SECURITY §6 "Evidence"). Owns rolling it up; must not judge who may read.
import { READS_DOCUMENT } from '@countersign/shared/history';
import type { History } from './history.ts';

/** [AUD-7] Time from the first opening to the leaf that tells it and those that followed. */
const OPENINGS_MS = 3_600_000;
/** Versions that one leaf names. */
const MOST_NAMED = 100;

interface Opened {
  readonly from: Date;
  readonly to: Date;
  readonly versions: ReadonlySet<string>;
}

export class Openings {
  readonly #history: History;
  readonly #now: () => Date;
  readonly #held = new Map<string, Opened>();

  constructor(history: History, now: () => Date) {
    this.#history = history;
    this.#now = now;
  }

  /** Remembers that somebody opened a version; opening it again within the hour adds nothing. */
  note(userId: string, versionId: string): void {
    const now = this.#now();
    const { from = now, versions = new Set<string>() } = this.#held.get(userId) ?? {};
    this.#held.set(userId, { from, to: now, versions: new Set([...versions, versionId]) });
  }

  /** Writes what has been held for an hour, or everything at the end. What cannot be written stays held. */
  async write(which: 'due' | 'all'): Promise<void> {
    const before = this.#now().getTime() - OPENINGS_MS;
    for (const [userId, opened] of [...this.#held]) {
      const { from, to, versions } = opened;
      if (which === 'due' && from.getTime() > before) continue;
      this.#held.delete(userId);
      const named = [...versions].slice(0, MOST_NAMED);
      const more = versions.size - named.length;
      const subject = `${named.join('; ')}${more === 0 ? '' : ` and ${more} more`}`;
      const period = { from: from.toISOString(), to: to.toISOString() };
      try {
        const part0 = { by: userId, action: 'open', subject, count: versions.size, ...period };
        await this.#history.appendServerEntry('read', READS_DOCUMENT, part0);
      } catch (error) {
        const since = this.#held.get(userId);
        const all = new Set([...versions, ...(since?.versions ?? [])]);
        this.#held.set(userId, { from, to: since?.to ?? to, versions: all });
        throw error;
      }
    }
  }
}
