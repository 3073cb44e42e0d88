// Verified: checks every checkpoint against the pinned key and the last one accepted, and the place of this computer's own
// entries in it (SECURITY §2). A proof that fails is kept, shown and stops all sending; it is never passed over.
import {
  CheckpointError,
  fromHex,
  NoteError,
  rootHex,
  verifyConsistency,
  verifyInclusion,
} from '@countersign/shared/history';
import { type Api, ApiError } from '../api/index.ts';
import { type CheckpointRecord, type KnownWorkspace, stored, type WorkspaceDatabase } from '../storage/index.ts';
import { Listeners } from './listeners.ts';
import { areIncluded, type OpenedCheckpoint, openInForce } from './logKeys.ts';
import { restoreClaim } from './restoreClaim.ts';
import type { Runtime } from './runtime.ts';
import { Serial } from './serial.ts';

/** The server's history contradicts what this computer had verified. */
export class HistoryDistrusted extends Error {
  override readonly name = 'HistoryDistrusted';
}

/** A large paste is many entries under one checkpoint. */
const PROOFS_AT_ONCE = 16;

export interface VerifierOptions {
  readonly db: WorkspaceDatabase;
  readonly api: Pick<Api, 'consistency' | 'inclusion' | 'checkpoint'> & Partial<Pick<Api, 'keyLeaves' | 'keyChanges'>>;
  readonly workspace: Pick<KnownWorkspace, 'logOrigin' | 'vkey'>;
  readonly runtime: Runtime;
  /** Asks the person whether the log was restored; absent where nobody can be asked. */
  readonly confirm?: (question: string) => Promise<boolean>;
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
      if (!(await this.#isConsistent(held, size, checkpoint.root)))
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

  async #isConsistent(held: CheckpointRecord, size: number, root: Uint8Array): Promise<boolean> {
    const [from, to] = size < held.size ? [size, held.size] : [held.size, size];
    // The empty tree is the beginning of every history; no proof exists for it.
    if (from === 0) return true;
    let proof: Uint8Array[];
    try {
      proof = (await this.#options.api.consistency(from, to)).map(fromHex);
    } catch (error) {
      // A server whose log ends below what it once signed has lost or hidden entries.
      if (error instanceof ApiError && size < held.size && error.status >= 400 && error.status < 500) return false;
      throw error;
    }
    const heldRoot = fromHex(held.root);
    return size < held.size
      ? verifyConsistency(from, to, root, heldRoot, proof)
      : verifyConsistency(from, to, heldRoot, root, proof);
  }

  /** [HIST-72] A log that says of itself that it was restored is taken up when a person vouches for it; nothing else ends a distrust. */
  async #askRestored(note: string): Promise<void> {
    const { api, db, workspace, confirm, runtime } = this.#options;
    const held = this.#held;
    const { keyLeaves } = api;
    if (confirm === undefined || keyLeaves === undefined || held === null) return;
    const { checkpoint, vkey } = await openInForce(note, this.#vkey, api);
    if (checkpoint.origin !== workspace.logOrigin) return;
    // What was held may be the beginning of it still, when the restore contradicts a later checkpoint that was never verified.
    const follows = await this.#isConsistent(held, Number(checkpoint.size), checkpoint.root);
    const most = follows ? Math.max(held.size, await this.#sizeShown()) : held.size;
    const claim = await restoreClaim(
      { api: { keyLeaves, inclusion: api.inclusion }, vkeys: [workspace.vkey, this.#vkey, vkey] },
      checkpoint,
      most,
    );
    if (claim === null) return;
    const agreed = await confirm(
      `The server says that its log was restored at ${claim.at} with the first ${claim.size} entries: ${claim.reason}. This computer had verified ${held.size}. What was lost of its own work is offered again. Ask an admin whether this is so. Go on with the restored log?`,
    );
    if (!agreed) return;
    const next = {
      id: 'current' as const,
      note,
      size: Number(checkpoint.size),
      root: rootHex(checkpoint),
      vkey,
      at: runtime.now(),
    };
    await stored(() =>
      db.transaction('rw', [db.checkpoint, db.distrust, db.unproved], async () => {
        await db.unproved.where('index').aboveOrEqual(claim.size).delete();
        await db.distrust.clear();
        await db.checkpoint.put(next);
      }),
    );
    this.#previousAt = held.at;
    this.#held = next;
    this.#distrust = null;
    this.#options.onRestored?.();
    this.changed.tell();
  }

  /** Size of the checkpoint with which the distrust began; 0 when this workspace’s key did not sign it. */
  async #sizeShown(): Promise<number> {
    const { db, api } = this.#options;
    const lost = await stored(() => db.distrust.get('current'));
    if (lost === undefined) return 0;
    try {
      return Number((await openInForce(lost.receivedNote, this.#vkey, api)).checkpoint.size);
    } catch (error) {
      if (!(error instanceof NoteError || error instanceof CheckpointError)) throw error;
      return 0;
    }
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
    for (let from = 0; from < open.length; from += PROOFS_AT_ONCE) {
      const some = open.slice(from, from + PROOFS_AT_ONCE);
      const proofs = await Promise.all(some.map(({ index }) => api.inclusion(index, held.size)));
      for (const [i, { index, leafHash }] of some.entries())
        if (!verifyInclusion(index, held.size, fromHex(leafHash), (proofs[i] ?? []).map(fromHex), fromHex(held.root)))
          await this.#lose(held.note, `the change stored as entry ${index} is not in it`);
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
