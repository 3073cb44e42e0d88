// When the server last confirmed this person and this computer, over all windows and restarts. Owns the kept record and telling when what
// it allows changes; what it allows is `offlineGrant.ts`'s.
import { type GrantRecord, StorageFailure, stored, type WorkspaceDatabase } from '../storage/index.ts';
import { Listeners } from './listeners.ts';
import { confirmedAt, grantAt, looked, type OfflineGrant, OfflineGrantEnded } from './offlineGrant.ts';
import type { Runtime } from './runtime.ts';
import { Serial } from './serial.ts';

/** So long after the server was heard it counts as there, by a timer: whatever the clock on the wall is set to meanwhile. */
const HEARD_LASTS_MS = 60_000;
/** How often the time without a server is counted and written down, and most time between a confirmation and its writing. */
const LOOK_EVERY_MS = 300_000;

export interface GrantOptions {
  readonly db: WorkspaceDatabase;
  readonly runtime: Runtime;
}

export class GrantKeeper {
  /** Whether something may be changed here, or whether that is about to end, is another answer now. */
  readonly changed = new Listeners<[]>();
  readonly #options: GrantOptions;
  readonly #turn = new Serial();
  /** Windows of the profile share the record: the one that hears the server again tells the others. */
  readonly #channel: BroadcastChannel;
  #held: GrantRecord;
  #shown: OfflineGrant;
  /** What is held was heard by this window and is not on disk yet. */
  #isNews = false;
  #writtenAt = 0;
  #heardSince = false;
  #cancelHeard: (() => void) | null = null;
  #cancelLook: (() => void) | null = null;
  #closed = false;

  constructor(options: GrantOptions) {
    this.#options = options;
    this.#held = confirmedAt(this.#now());
    this.#shown = grantAt(this.#held, this.#now());
    this.#channel = new BroadcastChannel(`${options.db.name}/grant`);
    this.#channel.onmessage = () => this.#run(() => this.#look());
  }

  /** What is shown: as of the last look, and the same object until the next. */
  get shown(): OfflineGrant {
    return this.#shown;
  }

  /** [SYNC-53] Why nothing may be changed here; null while it may. */
  denial(): string | null {
    if (this.#cancelHeard !== null) return null;
    return grantAt(this.#held, this.#now()).state === 'ended' ? new OfflineGrantEnded().message : null;
  }

  /** Reads what the last run left. A computer that kept no record before begins with this start. @throws StorageFailure */
  async load(): Promise<void> {
    await this.#turn.run(() => this.#look());
    this.#lookAgain();
  }

  /** The server answered this person on this computer, or said something on their socket. */
  confirmed(): void {
    if (this.#closed) return;
    const now = this.#now();
    const wasGood = this.#shown.state === 'good';
    this.#held = confirmedAt(now);
    this.#isNews = true;
    this.#heardSince = true;
    if (this.#cancelHeard === null) this.#await();
    if (wasGood && Math.abs(now - this.#writtenAt) < LOOK_EVERY_MS) return;
    this.#writtenAt = now;
    this.#show();
    this.#run(async () => {
      await this.#look();
      if (!wasGood) this.#channel.postMessage(null);
    });
  }

  /** Resolves when what was heard and counted so far is on disk. */
  idle(): Promise<void> {
    return this.#turn.idle();
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#cancelHeard?.();
    this.#cancelLook?.();
    await this.#turn.idle();
    this.#channel.close();
    this.changed.clear();
  }

  /** The server counts as there until it was silent for a while. */
  #await(): void {
    this.#heardSince = false;
    this.#cancelHeard = this.#options.runtime.after(HEARD_LASTS_MS, () => {
      this.#cancelHeard = null;
      if (this.#heardSince) this.#await();
      else this.#run(() => this.#look());
    });
  }

  #lookAgain(): void {
    if (this.#closed) return;
    this.#cancelLook = this.#options.runtime.after(LOOK_EVERY_MS, () => {
      // While the server is heard nothing is counted.
      if (this.#cancelHeard === null) this.#run(() => this.#look());
      this.#lookAgain();
    });
  }

  /** Writes what was heard, or counts the time since any window of this profile looked. */
  async #look(): Promise<void> {
    const { db } = this.#options;
    await stored(() =>
      db.transaction('rw', db.grant, async () => {
        const kept = await db.grant.get('current');
        const heard = this.#isNews ? this.#held : null;
        const next = looked(heard ?? kept ?? this.#held, this.#now());
        await db.grant.put(next);
        // The server may have said more meanwhile.
        if (this.#isNews && heard !== this.#held) return;
        this.#held = next;
        this.#isNews = false;
      }),
    );
    this.#show();
  }

  #show(): void {
    const before = this.#shown;
    this.#shown = grantAt(this.#held, this.#now());
    if (before.state !== this.#shown.state) this.changed.tell();
  }

  #run(work: () => Promise<void>): void {
    this.#turn
      .run(async () => {
        if (!this.#closed) await work();
      })
      .catch((error: unknown) => {
        // The drafts say what the disk refuses; what was heard is in memory.
        if (!(error instanceof StorageFailure)) throw error;
      });
  }

  #now(): number {
    return Date.parse(this.#options.runtime.now());
  }
}
