// Who is in a version now. Owns the stamp: a client says where its cursor is, the server says who it is.
import type { Cursor, PresenceSession } from '@countersign/shared/protocol';

/** Changes within this time go out together, milliseconds. */
const GATHER_MS = 40;

export interface PresenceReader {
  presenceChanged(sessions: readonly PresenceSession[]): void;
}

interface Present {
  readonly session: string;
  readonly userId: string;
  readonly name: string;
  cursor: Cursor;
}

/** Presence in every version of this process. Kept in memory only: it ends with the socket. */
export class Presence {
  readonly #versions = new Map<string, Map<PresenceReader, Present>>();
  readonly #timers = new Map<string, NodeJS.Timeout>();

  join(versionId: string, reader: PresenceReader, who: Omit<Present, 'cursor'>): void {
    const here = this.#versions.get(versionId) ?? new Map<PresenceReader, Present>();
    here.set(reader, { ...who, cursor: {} });
    this.#versions.set(versionId, here);
    this.#changed(versionId);
  }

  move(versionId: string, reader: PresenceReader, cursor: Cursor): void {
    const present = this.#versions.get(versionId)?.get(reader);
    if (present === undefined) return;
    present.cursor = cursor;
    this.#changed(versionId);
  }

  leave(versionId: string, reader: PresenceReader): void {
    const here = this.#versions.get(versionId);
    if (here === undefined || !here.delete(reader)) return;
    if (here.size === 0) this.#versions.delete(versionId);
    this.#changed(versionId);
  }

  stop(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }

  #changed(versionId: string): void {
    if (this.#timers.has(versionId)) return;
    const timer = setTimeout(() => {
      this.#timers.delete(versionId);
      const here = this.#versions.get(versionId);
      if (here === undefined) return;
      const sessions = [...here.values()].map(({ cursor, ...who }) => ({ ...who, ...cursor }));
      for (const reader of here.keys()) reader.presenceChanged(sessions);
    }, GATHER_MS);
    timer.unref();
    this.#timers.set(versionId, timer);
  }
}
