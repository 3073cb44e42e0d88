// The engine of one open draft: puts its disk, memory and socket together.
// Owns keeping what a person does, and its lifetime; what is kept is `draftMemory.ts`, when it is written `draftSaving.ts`, the line of turns
// `draftTurns.ts`, keeping step with the other windows of the profile `draftWindows.ts`, the conversation with the server `draftSocket.ts`,
// sending `outbox.ts`, people's actions `openDraft.ts`.
import type { Cursor, PresenceSession } from '@countersign/shared/protocol';
import { type Api, Offline, SessionEnded } from '../api/index.ts';
import type {
  AttentionRecord,
  DraftRecord,
  InvalidRecord,
  QueuedCommand,
  UnsentWork,
  WorkspaceDatabase,
} from '../storage/index.ts';
import type { ConnectionState, OpenSocket } from './connection.ts';
import { DraftFaults } from './draftFaults.ts';
import { DraftMemory } from './draftMemory.ts';
import type { DraftPicture } from './draftPicture.ts';
import { DraftProofs } from './draftProofs.ts';
import { DraftPull } from './draftPull.ts';
import { DraftSaving } from './draftSaving.ts';
import { DraftSocket } from './draftSocket.ts';
import { DraftTurns } from './draftTurns.ts';
import { DraftWindows } from './draftWindows.ts';
import type { InvalidKey, WaitingWork } from './draftWork.ts';
import { Listeners } from './listeners.ts';
import { Outbox, type OutboxOptions } from './outbox.ts';
import type { Locks } from './ownership.ts';
import { randomId } from './runtime.ts';
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
  /** The server said something on the socket of this person on this computer. */
  readonly heard: () => void;
}

export class DraftEngine {
  /** Anything but the view changed. */
  readonly changed = new Listeners<[]>();
  readonly #options: DraftEngineOptions;
  readonly #memory: DraftMemory;
  readonly #outbox: Outbox;
  readonly #windows: DraftWindows;
  readonly #saving: DraftSaving;
  readonly #socket: DraftSocket;
  readonly #proofs: DraftProofs;
  readonly #turns: DraftTurns;
  readonly #faults: DraftFaults;
  readonly #stops: readonly (() => void)[];
  /** Settled when the draft can be shown, or cannot. */
  readonly #ready = Promise.withResolvers<void>();
  #closed = false;

  constructor(options: DraftEngineOptions) {
    const { draftId, db, locks, runtime, serverUrl, openSocket, api, signers, verifier } = options;
    this.#options = options;
    // Nobody may be waiting when it fails; `open` looks at it.
    this.#ready.promise.catch(() => undefined);
    const faults = new DraftFaults(verifier, db);
    const memory = new DraftMemory(db, draftId, () => randomId(runtime, 12));
    const fail = (error: unknown): void => this.#fail(error);
    const turns = new DraftTurns({ reload: () => memory.reload(), fail });
    const outbox = new Outbox(options, memory, {
      isOpen: () => this.#windows.isOwner && this.#socket.isCaughtUp && faults.worst === null,
      transmit: (batch) => this.#socket.submit(batch),
      changed: () => this.#announce(),
      run: (work) => turns.run(work),
      fail,
    });
    this.#saving = new DraftSaving(memory, runtime, turns, { saved: () => this.#saved(), failed: fail });
    const proofs = new DraftProofs(verifier, signers, memory, runtime, {
      changed: () => this.changed.tell(),
      stopSending: () => this.#socket.stop(),
      fail,
    });
    const deviceId = (): string | null => options.device()?.deviceId ?? null;
    const pull = new DraftPull(draftId, memory, outbox, signers, runtime, deviceId, {
      reopen: () => this.#socket.reopen(),
      refresh: () => this.#socket.refresh(),
      announce: () => this.#announce(),
      goOn: () => this.#socket.goOn(),
      fail,
      breakOff: (words) => {
        faults.breakOff(words);
        this.#socket.stop();
      },
      stopSending: () => this.#socket.stop(),
      lookAnew: () => verifier.lookAnew(),
    });
    this.#socket = new DraftSocket(
      { draftId, serverUrl, runtime, openSocket, ticket: () => api.ticket() },
      { memory, outbox, pull, proofs, faults, turns },
      {
        changed: () => this.changed.tell(),
        ready: () => this.#ready.resolve(),
        notReady: (error) => this.#ready.reject(error),
        sessionEnded: () => options.onSessionEnded(),
        heard: () => options.heard(),
      },
    );
    this.#faults = faults;
    this.#memory = memory;
    this.#turns = turns;
    this.#outbox = outbox;
    this.#proofs = proofs;
    this.#windows = new DraftWindows(`${db.name}/${draftId}`, locks, turns, {
      follow: () => this.#follow(),
      owns: () => {
        this.#socket.start();
        this.changed.tell();
      },
    });
    memory.onForgotten = () => {
      // What is asked for on the present socket was behind the entries that were forgotten.
      this.#socket.refresh();
      this.#windows.wake();
    };
    this.#stops = [verifier.changed.add(() => turns.run(() => this.#verifiedFurther())), db.onLost(fail)];
  }

  /**
   * Reads the draft from the disk and begins to sync. Resolves when it can be shown.
   * @throws Error with the reason when it was never opened here and the server does not give it.
   */
  async open(): Promise<void> {
    this.#options.signers.recall(await this.#turns.ask(() => this.#memory.load()));
    if (this.draft.complete) this.#ready.resolve();
    await this.#ready.promise;
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
    return this.#socket.peers;
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
    return this.#windows.isOwner ? this.#socket.state : this.#options.reachability();
  }
  get readOnly(): string | null {
    return this.#faults.readOnly ?? this.#options.deniedHere();
  }
  /** What is wrong, the worst first; null when nothing is. */
  trouble(): string | null {
    return this.#faults.worst ?? this.#outbox.trouble;
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
    await this.#turns.ask(() => this.#saving.save());
  }

  async discardAttention(ids: readonly string[]): Promise<void> {
    await this.#turns.ask(() => this.#memory.store.discard(ids));
    for (const id of ids) this.#memory.attention.delete(id);
    this.#announce();
  }

  setCursor(cursor: Cursor): void {
    this.#socket.setCursor(cursor);
  }

  /** The network came back. */
  online(): void {
    this.#socket.online();
  }
  /** The network is gone. */
  offline(): void {
    this.#socket.offline();
  }
  /** The person signed in again. */
  revive(): void {
    this.#faults.revived();
    if (this.#windows.isOwner) this.#socket.revive();
  }

  /** Resolves when everything that was asked of the disk so far is done, and the entries that are here were taken. */
  idle(): Promise<void> {
    return this.#socket.idle();
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#turns.close();
    this.#socket.close();
    this.#outbox.close();
    this.#saving.close();
    this.#proofs.close();
    this.#windows.stop();
    for (const stop of this.#stops) stop();
    this.#ready.reject(new Error('The version was closed before it was read.'));
    await this.#turns.idle();
    await this.#windows.leave();
    this.picture.destroy();
    this.changed.clear();
  }

  /** The disk took everything. */
  #saved(): void {
    // Where it had refused before: go on from where it stopped.
    if (this.#faults.diskWorks() && this.#windows.isOwner) this.#socket.start();
    this.#announce();
    this.#turns.run(() => this.#outbox.pump());
  }

  #fail(error: unknown): void {
    if (error instanceof Offline) return;
    if (error instanceof SessionEnded) this.#options.onSessionEnded();
    else if (this.#faults.failed(error)) this.#saving.later();
    this.#socket.stop();
    this.#ready.reject(error instanceof Error ? error : new Error(String(error)));
    this.changed.tell();
  }

  /** Something on disk changed. */
  #announce(): void {
    this.#windows.wake();
    this.changed.tell();
  }

  /** Another window may have written: reads what there is now. */
  async #follow(): Promise<void> {
    await this.#memory.refresh();
    await this.#options.verifier.follow();
    if (this.draft.complete) this.#ready.resolve();
    this.changed.tell();
    await this.#outbox.pump();
  }

  async #verifiedFurther(): Promise<void> {
    await this.#proofs.count();
    // Following windows hear no checkpoints; what this one verified stands on the disk of both.
    if (this.#windows.isOwner) this.#windows.wake();
  }
}
