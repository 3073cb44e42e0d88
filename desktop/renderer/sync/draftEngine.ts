// The engine of one open draft: disk, memory and socket kept in step. Everything that touches the disk runs in one line, in turn.
// Owns the order of steps of docs/PROTOCOL.md §4; what is kept is `draftMemory.ts`, sending `outbox.ts`, people's actions `openDraft.ts`.
import { SHEET_SCHEMA } from '@countersign/shared/model/sheets';
import { CLOSE, type Cursor, type Frame, type Header, type PresenceSession } from '@countersign/shared/protocol';
import { type Api, Offline, SessionEnded } from '../api/index.ts';
import {
  type AttentionRecord,
  type DraftRecord,
  type InvalidRecord,
  type QueuedCommand,
  storageFailure,
  type UnsentWork,
  type WorkspaceDatabase,
} from '../storage/index.ts';
import { Connection, type ConnectionState, type OpenSocket } from './connection.ts';
import { DraftFaults } from './draftFaults.ts';
import { DraftMemory, type WaitingWork } from './draftMemory.ts';
import type { DraftPicture } from './draftPicture.ts';
import { DraftProofs } from './draftProofs.ts';
import { DraftPull } from './draftPull.ts';
import { type InvalidKey, Overtaken } from './draftStore.ts';
import { Listeners } from './listeners.ts';
import { Outbox, type OutboxOptions } from './outbox.ts';
import { type Locks, Ownership } from './ownership.ts';
import { Presence } from './presence.ts';
import { randomId } from './runtime.ts';
import { Serial } from './serial.ts';
import type { SignerBook } from './signerBook.ts';
import type { UndoStacks } from './undo.ts';
import type { Changes } from './unsavedChanges.ts';

export interface DraftEngineOptions extends OutboxOptions {
  readonly serverUrl: string;
  readonly db: WorkspaceDatabase;
  readonly api: Pick<Api, 'ticket' | 'epochs'>;
  readonly openSocket: OpenSocket;
  readonly locks: Locks;
  /** Who may sign what, shared by all drafts of the workspace. */
  readonly signers: SignerBook;
  /** How the rest of the app reaches the server: what a window says that follows another one. */
  readonly reachability: () => ConnectionState;
  /** Why nothing may be changed on this computer, whatever the role; null when it may. */
  readonly deniedHere: () => string | null;
}

/** The version is not on this computer and the server cannot give it now. */
export class NotOnThisComputer extends Error {
  override readonly name = 'NotOnThisComputer';
  constructor() {
    super('This version was never opened on this computer, and the server cannot be reached. Connect once to open it.');
  }
}

/** Until a change that the disk refused is written again. */
const SAVE_AGAIN_MS = 5_000;

export class DraftEngine {
  /** Anything but the view changed. */
  readonly changed = new Listeners<[]>();
  readonly #options: DraftEngineOptions;
  readonly #memory: DraftMemory;
  readonly #outbox: Outbox;
  readonly #ownership: Ownership;
  readonly #connection: Connection;
  readonly #pull: DraftPull;
  readonly #proofs: DraftProofs;
  readonly #presence: Presence;
  readonly #turn = new Serial();
  readonly #faults: DraftFaults;
  readonly #stops: (() => void)[] = [];
  #caughtUp = false;
  #willLook = false;
  #cancelSave: (() => void) | null = null;
  #closed = false;
  readonly #ready: Promise<void>;
  #isReady: () => void = () => undefined;
  #isNotReady: (error: Error) => void = () => undefined;

  constructor(options: DraftEngineOptions) {
    const { draftId, db, locks, runtime, serverUrl, openSocket, api } = options;
    this.#options = options;
    this.#faults = new DraftFaults(options.verifier);
    this.#memory = new DraftMemory(db, draftId, () => randomId(runtime, 12));
    this.#ready = new Promise((resolve, reject) => {
      this.#isReady = resolve;
      this.#isNotReady = reject;
    });
    // Nobody may be waiting when it fails; `open` looks at it.
    this.#ready.catch(() => undefined);
    this.#outbox = new Outbox(options, this.#memory, {
      isOpen: () => this.#ownership.isOwner && this.#caughtUp && this.#faults.worst === null,
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
      onOpen: () => this.#connection.send('open', { draftId, schema: SHEET_SCHEMA, have: this.#pull.ask() }),
      onFrame: (frame) => this.#receive(frame),
      onState: (state) => this.#connectionChanged(state),
      onTerminal: (code, text) => this.#ended(code, text),
      onProbe: () => this.#probe(),
    });
    this.#presence = new Presence(runtime, (cursor) => {
      if (this.#caughtUp) this.#connection.send('cursor', cursor);
    });
    this.#proofs = new DraftProofs(options.verifier, options.signers, this.#memory, runtime, {
      changed: () => this.changed.tell(),
      stopSending: () => this.#connection.stop(),
      fail: (error) => this.#fail(error),
    });
    this.#pull = new DraftPull(
      draftId,
      this.#memory,
      this.#outbox,
      options.signers,
      runtime,
      () => options.device()?.deviceId ?? null,
      {
        reopen: () => this.#connection.reopen(),
        refresh: () => this.#connection.refresh(),
        announce: () => this.#announce(),
        breakOff: (words) => {
          this.#faults.breakOff(words);
          this.#connection.stop();
        },
      },
    );
    this.#ownership = new Ownership(`${db.name}/${draftId}`, locks);
    this.#stops.push(
      this.#ownership.woken.add(() => this.#look()),
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
    this.#options.signers.recall(await this.#turn.run(() => this.#memory.load()));
    if (this.draft.complete) this.#isReady();
    await this.#ready;
  }

  get picture(): DraftPicture {
    return this.#memory.picture;
  }
  get draft(): DraftRecord {
    return this.#memory.draft;
  }
  /** What the person can take back here. */
  get undo(): UndoStacks {
    return this.#memory.undo;
  }
  /** Everybody else in the draft. */
  get peers(): readonly PresenceSession[] {
    return this.#presence.peers;
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
  /** How much waits, and since when. */
  waitingWork(): WaitingWork {
    return this.#memory.waitingWork();
  }
  /** Whether everything the person did is on disk. */
  get isKept(): boolean {
    return this.#memory.isKept;
  }
  connectionState(): ConnectionState {
    return this.#ownership.isOwner ? this.#connection.state : this.#options.reachability();
  }
  get readOnly(): string | null {
    return this.#faults.readOnly ?? this.#options.deniedHere();
  }
  /** What is wrong, the worst first; null when nothing is. */
  trouble(): string | null {
    return this.#faults.worst ?? this.#outbox.passing;
  }

  /** Whether everything known of the draft is under a verified checkpoint and nothing waits. */
  isVerified(): boolean {
    return this.#proofs.isVerified();
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
   * Takes commands of this computer: into the view at once, then to disk in one transaction with what goes with them. Resolves when
   * they are on disk. @throws StorageFailure when they could not be kept; they stay in the view and are written with the next ones.
   */
  async add(changes: Partial<Changes>): Promise<void> {
    this.#memory.add(changes);
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
    this.#presence.move(cursor);
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
    this.#faults.revived();
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
    this.#cancelSave?.();
    this.#presence.close();
    this.#proofs.close();
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
      this.#cancelSave ??= this.#options.runtime.after(SAVE_AGAIN_MS, () => {
        this.#cancelSave = null;
        this.#run(() => this.#save());
      });
      throw storageFailure(error) ?? error;
    }
    // The disk takes writes again: go on from where it stopped.
    if (this.#faults.diskWorks() && this.#ownership.isOwner) this.#connection.start();
    this.#announce();
  }

  #fail(error: unknown): void {
    if (error instanceof Offline) return;
    if (error instanceof SessionEnded) this.#options.onSessionEnded();
    else this.#faults.failed(error);
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

  /** Another window wrote something. One look that has not begun yet sees all of it, however often it wrote. */
  #look(): void {
    if (this.#willLook) return;
    this.#willLook = true;
    this.#run(async () => {
      this.#willLook = false;
      await this.#refresh();
    });
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
      this.#pull.ignore();
      this.#presence.nobody();
    }
    // A first opening does not wait for a network that is not there.
    if (state === 'offline' && !this.draft.complete) this.#isNotReady(new NotOnThisComputer());
    this.changed.tell();
  }

  #ended(code: number, text: string): void {
    this.#faults.ended(code, text);
    this.#isNotReady(new Error(text));
    if (code === CLOSE.sessionEnded) this.#options.onSessionEnded();
    this.changed.tell();
  }

  /** Nothing was heard for a while: say something the server answers. */
  #probe(): void {
    // Stored, and its entry never came: pull again.
    if (this.#outbox.isStored) this.#connection.reopen();
    else this.#connection.send('cursor', this.#presence.cursor);
  }

  #receive(frame: Frame): void {
    switch (frame.name) {
      case 'opened':
        this.#presence.opened(frame.header.session);
        this.#pull.listen();
        this.#runOnSocket(() => this.#opened(frame.header));
        break;
      case 'entry':
        if (this.#pull.push(frame.header.index, frame.parts)) this.#run(() => this.#pull.acceptArrived());
        break;
      case 'caughtUp':
        this.#runOnSocket(() => this.#catchUp());
        break;
      case 'stored':
        this.#outbox.stored();
        break;
      case 'refused':
        this.#run(() => this.#outbox.refused(frame.header));
        break;
      case 'presence':
        this.#presence.here(frame.header.sessions);
        this.changed.tell();
        break;
      case 'state':
        // What the person may do now is the server's to say: it says so when asked to open again.
        if (frame.header.state !== this.draft.state) this.#connection.refresh();
        break;
      case 'checkpoint':
        if (frame.parts[0] !== undefined) this.#proofs.checkpoint(frame.parts[0]);
        break;
      default:
        // What only a client sends means nothing from a server.
        break;
    }
  }

  async #opened(header: Header<'opened'>): Promise<void> {
    await this.#pull.opened(header);
    this.changed.tell();
  }

  async #catchUp(): Promise<void> {
    this.#caughtUp = true;
    await this.#pull.caughtUp();
    this.#connection.settled();
    this.#isReady();
    if (this.#presence.cursor.sheet !== undefined) this.#connection.send('cursor', this.#presence.cursor);
    this.#outbox.resend();
    this.#outbox.fetchEpochs();
    await this.#proofs.count();
    await this.#outbox.pump();
    this.changed.tell();
  }

  async #verifiedFurther(): Promise<void> {
    await this.#proofs.count();
    // Following windows hear no checkpoints; what this one verified stands on the disk of both.
    if (this.#ownership.isOwner) this.#ownership.wake();
  }
}
