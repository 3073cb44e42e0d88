// Verified: checks every checkpoint against the pinned key and the last one accepted, and the place of this computer's own
// entries in it (SECURITY §2). A proof that fails is kept, shown and stops all sending; it is never passed over. Owns what is believed;
// the proofs are `checkpointProofs.ts`, the way on after a restore `restoredHistory.ts`.
import { CheckpointError, NoteError, rootHex } from '@countersign/shared/history';
import type { Api } from '../api/index.ts';
import { type CheckpointRecord, stored } from '../storage/index.ts';
import { isConsistent, ownInHistory } from './checkpointProofs.ts';
import { Listeners } from './listeners.ts';
import { areIncluded, type OpenedCheckpoint, openInForce } from './logKeys.ts';
import { type RestoredHistoryOptions, takeUpRestored } from './restoredHistory.ts';
import { Serial } from './serial.ts';

/** The server's history contradicts what this computer had verified. */
export class HistoryDistrusted extends Error {
  override readonly name = 'HistoryDistrusted';
}

export interface VerifierOptions extends RestoredHistoryOptions {
  readonly api: RestoredHistoryOptions['api'] & Pick<Api, 'checkpoint'>;
  /** A restored log was taken up: what else was learned from the one before does not count. */
  readonly onRestored?: () => void;
}

export class Verifier {
  /** A checkpoint was accepted, an entry proved, or trust was lost. */
  readonly changed = new Listeners<[]>();
  readonly #options: VerifierOptions;
  readonly #serial = new Serial();
  #held: CheckpointRecord | null = null;
  #previousAt: string | null = null;
  #distrust: string | null = null;
  /** The newest note not yet looked at; older ones are skipped, since each proves all before it. */
  #waiting: string | null = null;

  constructor(options: VerifierOptions) {
    this.#options = options;
  }

  /** Reads what was accepted before. */
  async load(): Promise<void> {
    const { db } = this.#options;
    await stored(async () => {
      this.#held = (await db.checkpoint.get('current')) ?? null;
      this.#distrust = (await db.distrust.get('current'))?.text ?? null;
    });
  }

  /** Takes up what another window of this profile verified meanwhile, or lost its trust over. */
  async follow(): Promise<void> {
    const { db } = this.#options;
    const [disk, lost] = await stored(() => Promise.all([db.checkpoint.get('current'), db.distrust.get('current')]));
    const isFurther = disk !== undefined && (this.#held === null || disk.size > this.#held.size);
    // Nobody goes back but to take up a log that was restored, and then what is held here is of the one before.
    const isRestored = disk !== undefined && this.#held !== null && disk.size < this.#held.size;
    const isLost = lost !== undefined && this.#distrust === null;
    if (isFurther || isRestored) {
      this.#previousAt = this.#held?.at ?? null;
      this.#held = disk;
    }
    if (isLost) this.#distrust = lost.text;
    else if (isRestored && lost === undefined) this.#distrust = null;
    if (isRestored) this.#options.onRestored?.();
    if (isFurther || isRestored || isLost) this.changed.tell();
  }

  get held(): CheckpointRecord | null {
    return this.#held;
  }
  get previousAt(): string | null {
    return this.#previousAt;
  }
  /** Why nothing is sent any more; null while every proof has held. */
  get distrust(): string | null {
    return this.#distrust;
  }

  /**
   * Takes a checkpoint note from the server. Resolves when it, or a newer one, was looked at.
   * @throws HistoryDistrusted when a proof failed; Offline or ApiError when a proof could not be had (the next checkpoint tries again).
   */
  async accept(note: string): Promise<void> {
    this.#waiting = note;
    await this.#serial.run(async () => {
      const newest = this.#waiting;
      this.#waiting = null;
      if (newest === null || this.#distrust !== null) return;
      await this.#check(newest);
      await this.#prove();
    });
  }

  /**
   * The log is another generation than it was: compares it with what was accepted, before anything of it is believed or signed upon.
   * @throws HistoryDistrusted when what was accepted is not its beginning; Offline or ApiError when that cannot be known now.
   */
  async lookAnew(): Promise<void> {
    // Nothing was verified, so nothing can be contradicted.
    if (this.#held === null) return;
    const { note } = await this.#options.api.checkpoint();
    await this.accept(note);
    if (this.#distrust !== null) throw new HistoryDistrusted(this.#distrust);
  }

  /** Fetches the newest checkpoint and verifies it. */
  async verifyNow(): Promise<CheckpointRecord> {
    const { note } = await this.#options.api.checkpoint();
    if (this.#distrust !== null) await this.#serial.run(() => this.#askRestored(note));
    await this.accept(note);
    if (this.#distrust !== null) throw new HistoryDistrusted(this.#distrust);
    if (this.#held === null) throw new HistoryDistrusted('The server gave no checkpoint.');
    return this.#held;
  }

  /** Resolves when every checkpoint that came in was looked at. */
  idle(): Promise<void> {
    return this.#serial.idle();
  }

  async #check(note: string): Promise<void> {
    const opened = await this.#open(note);
    const { checkpoint, vkey } = opened;
    const held = this.#held;
    const size = Number(checkpoint.size);
    const root = rootHex(checkpoint);
    if (held !== null) {
      if (size === held.size) {
        if (root !== held.root) await this.#lose(note, `two different histories of ${size} entries were signed`);
        return;
      }
      if (!(await isConsistent(held, size, checkpoint.root, this.#options.api)))
        await this.#lose(note, `the ${held.size} entries accepted then are not the beginning of it`);
      if (size < held.size) return;
    }
    if (!(await areIncluded(opened, this.#options.api.inclusion)))
      await this.#lose(note, 'the change of its key is not in it');
    await this.#keep({ id: 'current', note, size, root, vkey, at: this.#options.runtime.now() });
  }

  /** The key that this computer believes: the pinned one, or the one that it led to. */
  get #vkey(): string {
    return this.#held?.vkey ?? this.#options.workspace.vkey;
  }

  async #open(note: string): Promise<OpenedCheckpoint> {
    const { workspace, api } = this.#options;
    let opened: OpenedCheckpoint;
    try {
      opened = await openInForce(note, this.#vkey, api);
    } catch (error) {
      if (!(error instanceof NoteError || error instanceof CheckpointError)) throw error;
      return this.#lose(note, `its checkpoint is not signed by this workspace’s key (${error.message})`);
    }
    const { origin, size } = opened.checkpoint;
    if (origin !== workspace.logOrigin) return this.#lose(note, `its checkpoint is of another log, ${origin}`);
    if (!Number.isSafeInteger(Number(size))) return this.#lose(note, 'its size is beyond any real log');
    return opened;
  }

  async #askRestored(note: string): Promise<void> {
    const held = this.#held;
    if (held === null) return;
    const next = await takeUpRestored(note, held, this.#vkey, this.#options);
    if (next === null) return;
    this.#previousAt = held.at;
    this.#held = next;
    this.#distrust = null;
    this.#options.onRestored?.();
    this.changed.tell();
  }

  async #keep(next: CheckpointRecord): Promise<void> {
    const { db } = this.#options;
    await stored(() =>
      db.transaction('rw', db.checkpoint, async () => {
        const disk = await db.checkpoint.get('current');
        // Another window may have come further.
        if (disk === undefined || disk.size < next.size) await db.checkpoint.put(next);
      }),
    );
    this.#previousAt = this.#held?.at ?? null;
    this.#held = next;
    this.changed.tell();
  }

  /** Proves the own entries that the held checkpoint covers. */
  async #prove(): Promise<void> {
    const { db, api } = this.#options;
    const held = this.#held;
    if (held === null) return;
    const open = await stored(() => db.unproved.where('index').below(held.size).toArray());
    for await (const some of ownInHistory(held, open, api)) {
      for (const { index, isIncluded } of some)
        if (!isIncluded) await this.#lose(held.note, `the change stored as entry ${index} is not in it`);
      await stored(() => db.unproved.bulkDelete(some.map(({ index }) => index)));
    }
    if (open.length > 0) this.changed.tell();
  }

  async #lose(receivedNote: string, what: string): Promise<never> {
    const held = this.#held;
    const now = this.#options.runtime.now();
    const since = held === null ? 'first contact' : held.at;
    const text = `The server’s history does not follow the one this computer accepted at ${since}: ${what}. Nothing more is sent; the work on this computer is kept. Show this to an admin and export the unsent work.`;
    this.#distrust = text;
    this.changed.tell();
    await stored(() =>
      this.#options.db.distrust.put({ id: 'current', text, heldNote: held?.note ?? null, receivedNote, at: now }),
    );
    throw new HistoryDistrusted(text);
  }
}
