// The engine of one open draft: disk, memory and socket kept in step. Everything that touches the disk runs in one line, in turn.
// Owns the order of steps of docs/PROTOCOL.md §4; what is kept is `draftMemory.ts`, sending `outbox.ts`, people's actions `openDraft.ts`.
import { fromUtf8 } from '@countersign/shared/history';
import { SHEET_SCHEMA } from '@countersign/shared/model/sheets';
import { CLOSE, type Cursor, type Frame, type Header, type PresenceSession } from '@countersign/shared/protocol';
import { type Api, ApiError, Offline, SessionEnded } from '../api/index.ts';
import {
  type AttentionRecord,
  type DraftRecord,
  type InvalidRecord,
  type QueuedCommand,
  storageFailure,
  type UnsentWork,
  type WorkspaceDatabase,
} from '../storage/index.ts';
import { BrokenEntry } from './acceptedEntry.ts';
import { Connection, type ConnectionState, type OpenSocket } from './connection.ts';
import { DraftMemory } from './draftMemory.ts';
import type { DraftPicture } from './draftPicture.ts';
import { type InvalidKey, Overtaken } from './draftStore.ts';
import { EntryIntake } from './entryIntake.ts';
import { Listeners } from './listeners.ts';
import { Outbox, type OutboxOptions } from './outbox.ts';
import { type Locks, Ownership } from './ownership.ts';
import { Serial } from './serial.ts';
import { HistoryDistrusted } from './verification.ts';

export interface DraftEngineOptions extends OutboxOptions {
  readonly serverUrl: string;
  readonly db: WorkspaceDatabase;
  readonly api: Pick<Api, 'ticket' | 'epochs'>;
  readonly openSocket: OpenSocket;
  readonly locks: Locks;
  /** How the rest of the app reaches the server: what a window says that follows another one. */
  readonly reachability: () => ConnectionState;
}

/** The version is not on this computer and the server cannot give it now. */
export class NotOnThisComputer extends Error {
  override readonly name = 'NotOnThisComputer';
  constructor() {
    super('This version was never opened on this computer, and the server cannot be reached. Connect once to open it.');
  }
}

/** Until proofs that could not be had are asked for again. */
const PROOF_RETRY_MS = 2_000;

/** A gap is first pulled again, then everything is; then the server contradicts itself. */
const MOST_FAULTS = 3;
const CURSOR_EVERY_MS = 100;

export class DraftEngine {
  /** Anything but the view changed. */
  readonly changed = new Listeners<[]>();
  readonly #options: DraftEngineOptions;
  readonly #memory: DraftMemory;
  readonly #outbox: Outbox;
  readonly #ownership: Ownership;
  readonly #connection: Connection;
  readonly #intake: EntryIntake;
  readonly #turn = new Serial();
  readonly #stops: (() => void)[] = [];
  #caughtUp = false;
  #faults = 0;
  #peers: readonly PresenceSession[] = [];
  #cursor: Cursor = {};
  #cancelCursor: (() => void) | null = null;
  /** What stands in the way until the app is opened again, and what the disk says, in words. */
  #broken: string | null = null;
  #storage: string | null = null;
  #closed = false;
  readonly #ready: Promise<void>;
  #isReady: () => void = () => undefined;
  #isNotReady: (error: Error) => void = () => undefined;

  constructor(options: DraftEngineOptions) {
    const { draftId, db, locks, runtime, serverUrl, openSocket, api } = options;
    this.#options = options;
    this.#memory = new DraftMemory(db, draftId);
    this.#intake = new EntryIntake(draftId);
    this.#ready = new Promise((resolve, reject) => {
      this.#isReady = resolve;
      this.#isNotReady = reject;
    });
    // Nobody may be waiting when it fails; `open` looks at it.
    this.#ready.catch(() => undefined);
    this.#outbox = new Outbox(options, this.#memory, {
      isOpen: () => this.#ownership.isOwner && this.#caughtUp && !this.#isStopped(),
      transmit: ({ entry, signature, payload }) => this.#connection.send('submit', {}, [entry, signature, payload]),
      changed: () => this.#announce(),
      run: (work) => this.#run(work),
      fail: (error) => this.#fail(error),
    });
    this.#connection = new Connection({
      draftId,
      serverUrl,
      runtime,
      openSocket,
      ticket: () => api.ticket(),
      onOpen: () => this.#connection.send('open', { draftId, schema: SHEET_SCHEMA, have: String(this.draft.next) }),
      onFrame: (frame) => this.#receive(frame),
      onState: (state) => this.#connectionChanged(state),
      onTerminal: (code, text) => this.#ended(code, text),
      onProbe: () => this.#probe(),
    });
    this.#ownership = new Ownership(`${db.name}/${draftId}`, locks);
    this.#stops.push(
      this.#ownership.woken.add(() => this.#run(() => this.#refresh())),
      this.#ownership.changed.add(() => this.#run(() => this.#becomeOwner())),
      options.verifier.changed.add(() => this.#run(() => this.#verifiedFurther())),
      db.onLost((failure) => this.#fail(failure)),
    );
  }

  /**
   * Reads the draft from the disk and begins to sync. Resolves when it can be shown.
   * @throws Error with the reason when it was never opened here and the server does not give it.
   */
  async open(): Promise<void> {
    await this.#turn.run(() => this.#memory.load());
    if (this.draft.complete) this.#isReady();
    await this.#ready;
  }

  get picture(): DraftPicture {
    return this.#memory.picture;
  }
  get draft(): DraftRecord {
    return this.#memory.draft;
  }
  get peers(): readonly PresenceSession[] {
    return this.#peers;
  }
  attention(): readonly AttentionRecord[] {
    return [...this.#memory.attention.values()];
  }
  invalid(): readonly InvalidRecord[] {
    return this.#memory.invalid();
  }
  invalidAt(key: InvalidKey): InvalidRecord | undefined {
    return this.#memory.invalidAt(key);
  }
  /** Commands that are only on this computer, in the order they were made. */
  waiting(): readonly QueuedCommand[] {
    return this.#memory.waiting();
  }
  connectionState(): ConnectionState {
    return this.#ownership.isOwner ? this.#connection.state : this.#options.reachability();
  }
  /** What is wrong, the worst first; null when nothing is. */
  trouble(): string | null {
    return this.#storage ?? this.#options.verifier.distrust ?? this.#broken ?? this.#outbox.passing;
  }

  /** Whether everything known of the draft is under a verified checkpoint and nothing waits. */
  isVerified(): boolean {
    const { held, distrust } = this.#options.verifier;
    if (held === null || distrust !== null || this.#memory.unproved > 0 || this.waiting().length > 0) return false;
    return held.size >= this.draft.next;
  }

  /** Work that exists only here, from memory, so that it can be exported even when the disk is gone. */
  unsent(): UnsentWork {
    return {
      format: 'countersign.unsent/1',
      draftId: this.#options.draftId,
      savedAt: this.#options.runtime.now(),
      commands: this.waiting(),
      attention: this.attention(),
      invalid: this.invalid(),
    };
  }

  /**
   * Takes commands of this computer: into the view at once, then to disk in one transaction with invalid values. Resolves when they
   * are on disk. @throws StorageFailure when they could not be kept; they stay in the view and are written with the next ones.
   */
  async add(
    commands: readonly QueuedCommand[],
    invalid: readonly InvalidRecord[] = [],
    mended: readonly InvalidKey[] = [],
    retried: readonly string[] = [],
  ): Promise<void> {
    this.#memory.add(commands, invalid, mended, retried);
    this.changed.tell();
    await this.#turn.run(() => this.#save());
    this.#run(() => this.#outbox.pump());
  }

  async discardAttention(ids: readonly string[]): Promise<void> {
    await this.#turn.run(() => this.#memory.store.discard(ids));
    for (const id of ids) this.#memory.attention.delete(id);
    this.#announce();
  }

  setCursor(cursor: Cursor): void {
    this.#cursor = cursor;
    // A drag over cells moves the cursor many times a second; only the last of each moment is sent.
    this.#cancelCursor ??= this.#options.runtime.after(CURSOR_EVERY_MS, () => {
      this.#cancelCursor = null;
      if (this.#caughtUp) this.#connection.send('cursor', this.#cursor);
    });
  }

  /** The network came back. */
  online(): void {
    this.#connection.retryNow();
  }
  /** The network is gone. */
  offline(): void {
    this.#connection.lost();
  }
  /** The person signed in again. */
  revive(): void {
    this.#broken = null;
    if (this.#ownership.isOwner) this.#connection.revive();
  }

  /** Resolves when everything that was asked of the disk so far is done. */
  idle(): Promise<void> {
    return this.#turn.idle();
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#connection.stop();
    this.#outbox.close();
    this.#cancelCursor?.();
    for (const stop of this.#stops) stop();
    this.#isNotReady(new Error('The version was closed before it was read.'));
    await this.#turn.idle();
    await this.#ownership.leave();
    this.picture.destroy();
    this.changed.clear();
  }

  // Turns

  #run(work: () => Promise<void>): void {
    if (this.#closed) return;
    this.#turn
      .run(async () => {
        if (!this.#closed) await this.#overtakenOnce(work);
      })
      .catch((error: unknown) => this.#fail(error));
  }

  /** A turn that means nothing once its socket is given up: the next one has not said `open` yet, so nothing may be sent on it. */
  #runOnSocket(work: () => Promise<void>): void {
    const { attempt } = this.#connection;
    this.#run(async () => {
      if (attempt === this.#connection.attempt) await work();
    });
  }

  /** Another window may have written in between: read again, then try once more. */
  async #overtakenOnce(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof Overtaken)) throw error;
      await this.#memory.reload();
      await work();
    }
  }

  async #save(): Promise<void> {
    try {
      await this.#memory.save();
    } catch (error) {
      this.#fail(error);
      throw storageFailure(error) ?? error;
    }
    if (this.#storage !== null) {
      // The disk takes writes again: go on from where it stopped.
      this.#storage = null;
      if (this.#ownership.isOwner) this.#connection.start();
    }
    this.#announce();
  }

  /** Nothing may be sent: the disk, the history or the protocol is in doubt. */
  #isStopped(): boolean {
    return (this.#storage ?? this.#options.verifier.distrust ?? this.#broken) !== null;
  }

  #fail(error: unknown): void {
    const failure = storageFailure(error);
    if (failure !== null) this.#storage = failure.message;
    else if (error instanceof Offline) return;
    else if (error instanceof SessionEnded) this.#options.onSessionEnded();
    else {
      const words = error instanceof Error ? error.message : String(error);
      this.#broken = `This version cannot be synced: ${words} The work on this computer is kept. Export it, then open the version again.`;
    }
    this.#connection.stop();
    this.#isNotReady(error instanceof Error ? error : new Error(String(error)));
    this.changed.tell();
  }

  /** Something on disk changed. */
  #announce(): void {
    this.#ownership.wake();
    this.changed.tell();
  }

  // Windows

  async #becomeOwner(): Promise<void> {
    // The window that owned the draft before may have gone on since this one read it.
    await this.#refresh();
    this.#connection.start();
    this.changed.tell();
  }

  async #refresh(): Promise<void> {
    await this.#memory.refresh();
    await this.#options.verifier.follow();
    if (this.draft.complete) this.#isReady();
    this.changed.tell();
    await this.#outbox.pump();
  }

  // The socket

  #connectionChanged(state: ConnectionState): void {
    if (state !== 'online') {
      this.#caughtUp = false;
      this.#intake.ignore();
      this.#peers = [];
    }
    // A first opening does not wait for a network that is not there.
    if (state === 'offline' && !this.draft.complete) this.#isNotReady(new NotOnThisComputer());
    this.changed.tell();
  }

  #ended(code: number, text: string): void {
    this.#broken = text;
    this.#isNotReady(new Error(text));
    if (code === CLOSE.sessionEnded) this.#options.onSessionEnded();
    this.changed.tell();
  }

  /** Nothing was heard for a while: say something the server answers. */
  #probe(): void {
    const { sealed } = this.#memory;
    // Stored, and its entry never came: pull again.
    if (sealed !== null && sealed.storedIndex !== null) this.#connection.reopen();
    else this.#connection.send('cursor', this.#cursor);
  }

  #receive(frame: Frame): void {
    switch (frame.name) {
      case 'opened':
        this.#intake.listen();
        this.#runOnSocket(() => this.#opened(frame.header));
        break;
      case 'entry': {
        const [leaf, payload] = frame.parts;
        if (leaf !== undefined && payload !== undefined && this.#intake.push(frame.header.index, leaf, payload))
          this.#run(() => this.#acceptArrived());
        break;
      }
      case 'caughtUp':
        this.#runOnSocket(() => this.#catchUp());
        break;
      case 'stored':
        this.#run(() => this.#outbox.stored(frame.header));
        break;
      case 'refused':
        this.#run(() => this.#outbox.refused(frame.header));
        break;
      case 'presence':
        this.#peers = frame.header.sessions;
        this.changed.tell();
        break;
      case 'state':
        // What the person may do now is the server's to say: it says so when asked to open again.
        if (frame.header.state !== this.draft.state) this.#connection.refresh();
        break;
      case 'checkpoint':
        this.#checkpoint(frame.parts[0]);
        break;
      default:
        // What only a client sends means nothing from a server.
        break;
    }
  }

  async #opened({ state, size, generation, canEdit, reason }: Header<'opened'>): Promise<void> {
    const { draft } = this;
    if (draft.generation !== '' && draft.generation !== generation) {
      // The log was restored as a new generation: everything accepted is pulled anew, own work stays.
      this.#intake.ignore();
      await this.#memory.describe({ generation });
      await this.#memory.forgetEntries();
      this.#connection.refresh();
      return;
    }
    if (Number(size) < draft.next) {
      this.#broken = `The server has only ${size} entries, and this computer accepted entry ${draft.next - 1} from it. Nothing more is sent; the work here is kept. Show this to an admin.`;
      this.#connection.stop();
      return;
    }
    this.#outbox.passing = null;
    await this.#memory.describe({ state, generation, canEdit, denial: canEdit ? null : (reason ?? null) });
    this.changed.tell();
  }

  async #acceptArrived(): Promise<void> {
    const { next, head } = this.draft;
    const { accepted, fault } = this.#intake.take(next, head);
    if (accepted.length > 0) {
      const own = await this.#memory.accept(accepted, this.#options.runtime.now());
      this.#announce();
      if (own) await this.#outbox.accepted();
    }
    if (fault !== null) await this.#pullAgain(fault);
  }

  async #pullAgain(fault: string): Promise<void> {
    this.#intake.ignore();
    this.#faults += 1;
    if (this.#faults >= MOST_FAULTS)
      throw new BrokenEntry(`The server’s entries of this version do not follow each other: ${fault}.`);
    if (this.#faults > 1) await this.#memory.forgetEntries();
    this.#connection.reopen();
  }

  async #catchUp(): Promise<void> {
    this.#faults = 0;
    this.#caughtUp = true;
    if (!this.draft.complete) await this.#memory.describe({ complete: true });
    if (this.#memory.relayWhenPulled) await this.#memory.reload();
    this.#connection.settled();
    this.#isReady();
    if (this.#cursor.sheet !== undefined) this.#connection.send('cursor', this.#cursor);
    this.#outbox.resend();
    this.#outbox.fetchEpochs();
    await this.#countUnproved();
    await this.#outbox.pump();
    this.changed.tell();
  }

  #checkpoint(note: Uint8Array | undefined): void {
    if (note === undefined) return;
    // Proofs are fetched beside the line of turns: sending does not wait for them, only for their failure.
    this.#options.verifier.accept(fromUtf8(note)).catch((error: unknown) => {
      if (error instanceof HistoryDistrusted) this.#connection.stop();
      else if (!(error instanceof Offline || error instanceof ApiError)) this.#fail(error);
      // Without the proofs the state stays Stored. The next checkpoint may be long in coming, so this one is tried again.
      else this.#stops.push(this.#options.runtime.after(PROOF_RETRY_MS, () => this.#checkpoint(note)));
      this.changed.tell();
    });
  }

  async #verifiedFurther(): Promise<void> {
    await this.#countUnproved();
    // Following windows hear no checkpoints; what this one verified stands on the disk of both.
    if (this.#ownership.isOwner) this.#ownership.wake();
  }

  async #countUnproved(): Promise<void> {
    const { verifier } = this.#options;
    if (verifier.distrust !== null) this.#connection.stop();
    this.#memory.unproved = await this.#memory.store.unproved();
    const at = verifier.held?.at;
    if (at !== undefined && this.isVerified() && this.draft.verifiedAt !== at)
      await this.#memory.describe({ verifiedAt: at });
    this.changed.tell();
  }
}
