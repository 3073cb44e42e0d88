// How a person likes things on this computer: column layouts and the like. Held in memory, so that a screen never waits for it; kept in
// the person's database. Must not hold anything of a document.
import { stored, type WorkspaceDatabase } from '../storage/index.ts';

export class Preferences {
  readonly #db: WorkspaceDatabase;
  readonly #now: () => string;
  readonly #held = new Map<string, unknown>();

  constructor(db: WorkspaceDatabase, now: () => string) {
    this.#db = db;
    this.#now = now;
  }

  async load(): Promise<void> {
    for (const { key, value } of await stored(() => this.#db.ui.toArray())) this.#held.set(key, value);
  }

  get(key: string): unknown {
    return this.#held.get(key);
  }

  /** Counts at once; resolves when it is on disk. @throws StorageFailure */
  async keep(key: string, value: unknown): Promise<void> {
    this.#held.set(key, value);
    await stored(() => this.#db.ui.put({ key, value, at: this.#now() }));
  }
}
