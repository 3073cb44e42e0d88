// What must be known before anyone signs in: which workspace is behind an address, and the key that was pinned at first
// contact. Must not hold anything of a person's work.
import { Dexie, type EntityTable } from 'dexie';
import { stored } from './failure.ts';

export interface KnownWorkspace {
  /** Address of the server. */
  origin: string;
  workspaceId: string;
  name: string;
  demo: boolean;
  /** The log's origin line and verifier key, pinned at first contact and never replaced silently. */
  logOrigin: string;
  vkey: string;
  pinnedAt: string;
  /** Who was signed in last; null after a sign-out. */
  lastUserId: string | null;
}

type ProfileDatabase = Dexie & { workspaces: EntityTable<KnownWorkspace, 'origin'> };

/** The small database shared by everyone who uses this browser or desktop profile. */
export class Profile {
  readonly #db: ProfileDatabase;
  readonly #prefix: string;

  /** `prefix` begins the name of every database of this profile. */
  constructor(prefix = 'countersign') {
    this.#prefix = prefix;
    this.#db = new Dexie(`${prefix}-profile`, { chromeTransactionDurability: 'strict' }) as ProfileDatabase;
    this.#db.version(1).stores({ workspaces: '&origin' });
  }

  /** Name of the database of one person in a workspace. The log key is part of it: another log never meets this one's work. */
  databaseName(workspaceId: string, keyId: string, userId: string): string {
    return `${this.#prefix}:${workspaceId}:${keyId}:${userId}`;
  }

  /** Names of the databases of everybody who worked here. */
  async databaseNames(): Promise<string[]> {
    return (await Dexie.getDatabaseNames()).filter((name) => name.startsWith(`${this.#prefix}:`));
  }

  /** The workspace behind an address, if it was ever reached. */
  workspace(origin: string): Promise<KnownWorkspace | undefined> {
    return stored(() => this.#db.workspaces.get(origin));
  }

  /**
   * Remembers a workspace at first contact; later contacts keep the pinned key and return what is held. `anew` replaces it: only for a
   * demo that was set up again, which is another workspace with another key.
   */
  pin(seen: Omit<KnownWorkspace, 'pinnedAt' | 'lastUserId'>, at: string, anew: boolean): Promise<KnownWorkspace> {
    return stored(() =>
      this.#db.transaction('rw', this.#db.workspaces, async () => {
        const held = await this.#db.workspaces.get(seen.origin);
        const next: KnownWorkspace =
          held === undefined || anew
            ? { ...seen, pinnedAt: at, lastUserId: null }
            : { ...held, name: seen.name, demo: seen.demo };
        await this.#db.workspaces.put(next);
        return next;
      }),
    );
  }

  /** Remembers who signed in, so that the next start works with the server gone. */
  async remember(origin: string, lastUserId: string | null): Promise<void> {
    await stored(() => this.#db.workspaces.update(origin, { lastUserId }));
  }

  close(): void {
    this.#db.close();
  }
}
