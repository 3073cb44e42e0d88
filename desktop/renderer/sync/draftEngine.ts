// The engine of one open draft: disk, memory and socket kept in step. Everything that touches the disk runs in one line, in turn.
// Owns the order of steps in docs/PROTOCOL.md §2 and §4; what people type and undo is `openDraft.ts`.
import { fromUtf8 } from '@countersign/shared/history';
import { SHEET_SCHEMA } from '@countersign/shared/model/sheets';
import {
  type Cursor,
  type Frame,
  type Header,
  type PresenceSession,
  REFUSALS,
  type RefusalCode,
} from '@countersign/shared/protocol';
import type { CountersignHost } from '../../host/contract.ts';
import { type Api, ApiError, Offline, SessionEnded } from '../api/index.ts';
import {
  type AttentionRecord,
  type DeviceRecord,
  type DraftRecord,
  type EpochRecord,
  type InvalidRecord,
  type QueuedCommand,
  type SealedBatch,
  storageFailure,
  type UnsentWork,
  type WorkspaceDatabase,
} from '../storage/index.ts';
import { type AcceptedEntry, BrokenEntry, readAccepted } from './acceptedEntry.ts';
import { Connection, type ConnectionState, type OpenSocket } from './connection.ts';
import { DraftPicture } from './draftPicture.ts';
import { DraftStore, type InvalidKey, Overtaken, type Placed } from './draftStore.ts';
import { EntryIntake } from './entryIntake.ts';
import { Listeners } from './listeners.ts';
import { type Locks, Ownership } from './ownership.ts';
import { meaningOf, withDependents } from './refusalPlan.ts';
import type { Runtime } from './runtime.ts';
import { nextBatch, sealBatch } from './sealing.ts';
import { Serial } from './serial.ts';
import { invalidKey, UnsavedChanges } from './unsavedChanges.ts';
import { HistoryDistrusted, type Verifier } from './verification.ts';

export interface DraftEngineOptions {
  readonly draftId: string;
  readonly workspaceId: string;
  readonly userId: string;
  readonly serverUrl: string;
  readonly db: WorkspaceDatabase;
  readonly host: CountersignHost;
  readonly api: Pick<Api, 'ticket' | 'epochs'>;
  readonly runtime: Runtime;
  readonly openSocket: OpenSocket;
  readonly locks: Locks;
  readonly verifier: Verifier;
  /** The enrolled device; null while it could not be enrolled yet. */
  readonly device: () => DeviceRecord | null;
  /** How the rest of the app reaches the server: what a window says that follows another one. */
  readonly reachability: () => ConnectionState;
  readonly onSessionEnded: () => void;
}

/** Unused epochs kept ready, so that a refusal or a restart offline does not stop sending. */
const EPOCHS_AHEAD = 3;
const AGAIN_AFTER_MS = 2_000;
const MOST_ENVELOPE_REFUSALS = 3;
/** A gap is first pulled again, then everything is; then the server contradicts itself. */
const MOST_FAULTS = 3;
const CURSOR_EVERY_MS = 100;

export class DraftEngine {
  readonly picture: DraftPicture;
  /** Anything but the view changed. */
  readonly changed = new Listeners<[]>();
  readonly #options: DraftEngineOptions;
  readonly #store: DraftStore;
  readonly #ownership: Ownership;
  readonly #connection: Connection;
  readonly #intake: EntryIntake;
  readonly #turn = new Serial();
  readonly #stops: (() => void)[] = [];
  readonly #attention = new Map<string, AttentionRecord>();
  readonly #invalid = new Map<string, InvalidRecord>();
  #draft: DraftRecord;
  #queue: Placed[] = [];
  readonly #unsaved = new UnsavedChanges();
  #sealed: SealedBatch | null = null;
  #unproved = 0;
  #epoch: EpochRecord | null = null;
  #fetchingEpochs = false;
  #caughtUp = false;
  #faults = 0;
  #envelopeRefusals = 0;
  /** The accepted entries are being pulled anew: own work is laid over them when they are here. */
  #relayWhenPulled = false;
  #cancelAgain: (() => void) | null = null;
  #peers: readonly PresenceSession[] = [];
  #cursor: Cursor = {};
  #cancelCursor: (() => void) | null = null;
  /** What stands in the way, in words: for good, until the app is opened again; or until the next success. */
  #broken: string | null = null;
  #passing: string | null = null;
  #storage: string | null = null;
  #closed = false;
  readonly #ready: Promise<void>;
  #isReady: () => void = () => undefined;
  #isNotReady: (error: Error) => void = () => undefined;

  constructor(options: DraftEngineOptions) {
    const { draftId, db, locks, runtime, serverUrl, openSocket, api } = options;
    this.#options = options;
    this.#store = new DraftStore(db, draftId);
    this.picture = new DraftPicture(draftId);
    this.#intake = new EntryIntake(draftId);
    this.#draft = this.#store.blank();
    this.#ready = new Promise((resolve, reject) => {
      this.#isReady = resolve;
      this.#isNotReady = reject;
    });
    // Nobody may be waiting when it fails; `open` looks at it.
    this.#ready.catch(() => undefined);
    this.#connection = new Connection({
      draftId,
      serverUrl,
      runtime,
      openSocket,
      ticket: () => api.ticket(),
      onOpen: () => this.#connection.send('open', { draftId, schema: SHEET_SCHEMA, have: String(this.#draft.next) }),
      onFrame: (frame) => this.#receive(frame),
      onState: (state) => this.#connectionChanged(state),
      onTerminal: (code, text) => this.#ended(code, text),
      onProbe: () => this.#probe(),
    });
    this.#ownership = new Ownership(`${db.name}/${draftId}`, locks);
    this.#stops.push(
      this.#ownership.woken.add(() => this.#run(() => this.#refresh())),
      this.#ownership.changed.add(() => this.#run(() => this.#becomeOwner())),
      options.verifier.changed.add(() => this.#run(() => this.#countUnproved())),
      db.onLost((failure) => this.#fail(failure)),
    );
  }

  /**
   * Reads the draft from the disk and begins to sync. Resolves when it can be shown.
   * @throws Error with the reason when it was never opened here and the server does not give it.
   */
  async open(): Promise<void> {
    await this.#turn.run(() => this.#load());
    if (this.#draft.complete) this.#isReady();
    await this.#ready;
  }

  get draft(): DraftRecord {
    return this.#draft;
  }
  get peers(): readonly PresenceSession[] {
    return this.#peers;
  }
  attention(): readonly AttentionRecord[] {
    return [...this.#attention.values()];
  }
  invalid(): readonly InvalidRecord[] {
    return [...this.#invalid.values()];
  }
  invalidAt(key: InvalidKey): InvalidRecord | undefined {
    return this.#invalid.get(invalidKey(key));
  }

  /** Commands that are only on this computer, in the order they were made. */
  waiting(): readonly QueuedCommand[] {
    return [...(this.#sealed?.commands ?? []), ...this.#queue, ...this.#unsaved.commands];
  }
  get unproved(): number {
    return this.#unproved;
  }
  get isOwner(): boolean {
    return this.#ownership.isOwner;
  }
  connectionState(): ConnectionState {
    return this.#ownership.isOwner ? this.#connection.state : this.#options.reachability();
  }
  /** What is wrong, the worst first; null when nothing is. */
  trouble(): string | null {
    return this.#storage ?? this.#options.verifier.distrust ?? this.#broken ?? this.#passing;
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
    this.picture.queue(commandsOf(commands));
    this.#unsaved.add(commands, invalid, mended, retried);
    this.#layUnsaved();
    this.#repaintInvalid([...mended, ...invalid]);
    this.changed.tell();
    await this.#turn.run(async () => {
      try {
        await this.#save();
      } catch (error) {
        this.#fail(error);
        throw storageFailure(error) ?? error;
      }
      this.#ownership.wake();
    });
    this.#run(() => this.#pump());
  }

  async discardAttention(ids: readonly string[]): Promise<void> {
    await this.#turn.run(() => this.#store.discard(ids));
    for (const id of ids) this.#attention.delete(id);
    this.#ownership.wake();
    this.changed.tell();
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
    this.#cancelAgain?.();
    this.#cancelCursor?.();
    for (const stop of this.#stops) stop();
    this.#isNotReady(new Error('The version was closed before it was read.'));
    await this.#turn.idle();
    await this.#ownership.leave();
    this.picture.destroy();
    this.changed.clear();
  }

  // Taking turns

  #run(work: () => Promise<void>): void {
    if (this.#closed) return;
    this.#turn
      .run(async () => {
        if (!this.#closed) await this.#overtakenOnce(work);
      })
      .catch((error: unknown) => this.#fail(error));
  }

  /** Another window may have written in between: read again, then try once more. */
  async #overtakenOnce(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof Overtaken)) throw error;
      await this.#reload();
      await work();
    }
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

  // Disk to memory

  async #load(): Promise<void> {
    const work = await this.#store.work();
    this.#take(work);
    const entries = await this.#soundEntries();
    this.picture.rebuild(entries, this.#sealed, commandsOf([...this.#queue, ...this.#unsaved.commands]));
    this.#relayWhenPulled = !this.picture.exists && this.waiting().length > 0;
  }

  #take(work: Awaited<ReturnType<DraftStore['work']>>): void {
    this.#draft = work.draft;
    this.#queue = [...work.queue];
    this.#sealed = work.sealed;
    this.#unproved = work.unproved;
    this.#attention.clear();
    for (const record of work.attention) this.#attention.set(record.id, record);
    this.#invalid.clear();
    for (const record of work.invalid) this.#invalid.set(invalidKey(record), record);
    this.#layUnsaved();
  }

  async #entriesFrom(index: number): Promise<AcceptedEntry[]> {
    const { draftId } = this.#options;
    return (await this.#store.entriesFrom(index)).map((record) =>
      readAccepted(record.index, draftId, record.leaf, record.payload),
    );
  }

  /** All accepted entries; entries that rotted on the disk are dropped and pulled again, since the server has them. */
  async #soundEntries(): Promise<AcceptedEntry[]> {
    try {
      return await this.#entriesFrom(0);
    } catch (error) {
      if (!(error instanceof BrokenEntry)) throw error;
      await this.#store.forgetEntries();
      this.#draft = (await this.#store.work()).draft;
      return [];
    }
  }

  /** Reads everything again and says that anything may look different. */
  async #reload(): Promise<void> {
    await this.#load();
    for (const sheet of this.picture.sheets())
      this.picture.changed.tell({ sheet, rowIds: [], structural: true, remote: true });
    this.changed.tell();
  }

  /** Another window of this profile wrote something. */
  async #refresh(): Promise<void> {
    const before = { sealed: this.#sealed, commands: this.waiting(), next: this.#draft.next };
    const work = await this.#store.work();
    if (work.draft.next < before.next) return this.#reload();
    const entries = await this.#entriesFrom(before.next);
    const gone = before.sealed !== null && before.sealed.entryHash !== work.sealed?.entryHash;
    // A batch that is gone without its entry was refused: the author documents hold what nobody accepted.
    if (gone && !entries.some(({ entryHash }) => entryHash === before.sealed?.entryHash)) return this.#reload();
    this.#take(work);
    this.picture.settled(commandsOf(before.sealed?.commands ?? []));
    for (const entry of entries) this.picture.accept(entry);
    if (work.sealed !== null) this.picture.applySealed(work.sealed);
    this.picture.relay(commandsOf([...this.#queue, ...this.#unsaved.commands]));
    this.picture.announce(commandsOf([...before.commands, ...this.waiting()]));
    if (this.#draft.complete) this.#isReady();
    this.changed.tell();
    await this.#pump();
  }

  /** Writes what is not on disk yet, also what an earlier write could not keep. */
  async #save(): Promise<void> {
    const { commands, invalid, mended, retried } = this.#unsaved.begin();
    try {
      const placed = await this.#store.enqueue(commands, invalid, mended, retried);
      this.#unsaved.written();
      this.#queue.push(...placed);
    } catch (error) {
      this.#unsaved.failed();
      throw error;
    }
    if (this.#storage === null) return;
    // The disk takes writes again: go on from where it stopped.
    this.#storage = null;
    if (this.#ownership.isOwner) this.#connection.start();
  }

  /** What is not on disk yet shows in the lists as if it were. */
  #layUnsaved(): void {
    for (const key of this.#unsaved.mended()) this.#invalid.delete(invalidKey(key));
    for (const record of this.#unsaved.invalid()) this.#invalid.set(invalidKey(record), record);
    for (const id of this.#unsaved.retried()) this.#attention.delete(id);
  }

  #repaintInvalid(keys: readonly InvalidKey[]): void {
    for (const [sheet, own] of Map.groupBy(keys, (key) => key.sheet))
      this.picture.changed.tell({ sheet, rowIds: own.map(({ rowId }) => rowId), structural: false, remote: false });
  }

  // The socket

  async #becomeOwner(): Promise<void> {
    // The window that owned the draft before may have gone on since this one read it.
    await this.#refresh();
    this.#connection.start();
    this.changed.tell();
  }

  #connectionChanged(state: ConnectionState): void {
    if (state !== 'online') {
      this.#caughtUp = false;
      this.#intake.ignore();
      this.#peers = [];
    }
    // A first opening does not wait for a network that is not there.
    if (state === 'offline' && !this.#draft.complete)
      this.#isNotReady(new Offline(new Error('This version was never opened on this computer.')));
    this.changed.tell();
  }

  #ended(code: number, text: string): void {
    this.#broken = text;
    this.#isNotReady(new Error(text));
    if (code === SESSION_ENDED) this.#options.onSessionEnded();
    this.changed.tell();
  }

  /** Nothing was heard for a while: say something the server answers. */
  #probe(): void {
    if (this.#sealed !== null && this.#sealed.storedIndex !== null) this.#connection.reopen();
    else this.#connection.send('cursor', this.#cursor);
  }

  #receive(frame: Frame): void {
    switch (frame.name) {
      case 'opened':
        this.#intake.listen();
        this.#run(() => this.#opened(frame.header));
        break;
      case 'entry': {
        const [leaf, payload] = frame.parts;
        if (leaf !== undefined && payload !== undefined && this.#intake.push(frame.header.index, leaf, payload))
          this.#run(() => this.#acceptArrived());
        break;
      }
      case 'caughtUp':
        this.#run(() => this.#catchUp());
        break;
      case 'stored':
        this.#run(() => this.#stored(frame.header));
        break;
      case 'refused':
        this.#run(() => this.#refused(frame.header));
        break;
      case 'presence':
        this.#peers = frame.header.sessions;
        this.changed.tell();
        break;
      case 'state':
        this.#run(() => this.#stateChanged(frame.header.state));
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
      await this.#store.forgetEntries();
      await this.#store.describe({ generation });
      await this.#reload();
      return this.#connection.refresh();
    }
    if (Number(size) < draft.next) {
      this.#broken = `The server has only ${size} entries, and this computer accepted entry ${draft.next - 1} from it. Nothing more is sent; the work here is kept. Show this to an admin.`;
      return this.#connection.stop();
    }
    this.#passing = null;
    this.#draft = await this.#store.describe({ state, generation, canEdit, denial: canEdit ? null : (reason ?? null) });
    this.changed.tell();
  }

  async #acceptArrived(): Promise<void> {
    const { next, head } = this.#draft;
    const { accepted, fault } = this.#intake.take(next, head);
    if (accepted.length > 0) await this.#accept(accepted);
    if (fault !== null) await this.#pullAgain(fault);
  }

  async #accept(accepted: readonly AcceptedEntry[]): Promise<void> {
    const { next, head } = this.#draft;
    const own = await this.#store.accept(accepted, { next, head }, this.#options.runtime.now());
    const last = accepted.at(-1);
    if (last === undefined) return;
    this.#draft = { ...this.#draft, next: last.index + 1, head: last.leafHash };
    for (const entry of accepted) this.picture.accept(entry);
    const sealed = this.#sealed;
    if (own !== null && sealed !== null) {
      this.#sealed = null;
      this.#passing = null;
      this.#envelopeRefusals = 0;
      this.#unproved += 1;
      this.#draft = { ...this.#draft, storedAt: this.#options.runtime.now() };
      this.picture.settled(commandsOf(sealed.commands));
    }
    this.#ownership.wake();
    this.changed.tell();
    if (own !== null) await this.#pump();
  }

  async #pullAgain(fault: string): Promise<void> {
    this.#intake.ignore();
    this.#faults += 1;
    if (this.#faults >= MOST_FAULTS)
      throw new BrokenEntry(`The server’s entries of this version do not follow each other: ${fault}.`);
    if (this.#faults > 1) {
      await this.#store.forgetEntries();
      await this.#reload();
    }
    this.#connection.reopen();
  }

  async #catchUp(): Promise<void> {
    this.#faults = 0;
    this.#caughtUp = true;
    if (!this.#draft.complete) this.#draft = await this.#store.describe({ complete: true });
    if (this.#relayWhenPulled) await this.#reload();
    this.#connection.settled();
    this.#isReady();
    if (this.#cursor.sheet !== undefined) this.#connection.send('cursor', this.#cursor);
    if (this.#sealed !== null) this.#send(this.#sealed);
    this.#fetchEpochs();
    await this.#countUnproved();
    await this.#pump();
    this.changed.tell();
  }

  #checkpoint(note: Uint8Array | undefined): void {
    if (note === undefined) return;
    // Proofs are fetched beside the line of turns: sending does not wait for them, only for their failure.
    this.#options.verifier.accept(fromUtf8(note)).catch((error: unknown) => {
      if (error instanceof HistoryDistrusted) this.#connection.stop();
      else if (!(error instanceof Offline || error instanceof ApiError)) return this.#fail(error);
      // Without the proofs the state stays Stored; the next checkpoint asks for them again.
      this.changed.tell();
    });
  }

  async #countUnproved(): Promise<void> {
    const { verifier, runtime } = this.#options;
    if (verifier.distrust !== null) this.#connection.stop();
    this.#unproved = await this.#store.unproved();
    const isVerified = this.isVerified();
    if (isVerified && this.#draft.verifiedAt !== verifier.held?.at)
      this.#draft = await this.#store.describe({ verifiedAt: verifier.held?.at ?? runtime.now() });
    this.changed.tell();
  }

  /** Whether everything known of the draft is under a verified checkpoint and nothing waits. */
  isVerified(): boolean {
    const { held, distrust } = this.#options.verifier;
    if (held === null || distrust !== null || this.#unproved > 0 || this.waiting().length > 0) return false;
    return held.size >= this.#draft.next;
  }

  async #stateChanged(state: string): Promise<void> {
    if (state === this.#draft.state) return;
    // What the person may do now is the server's to say: it says so when asked to open again.
    this.#connection.refresh();
  }

  // The outbox

  async #pump(): Promise<void> {
    const { verifier, runtime, host, workspaceId, userId } = this.#options;
    const device = this.#options.device();
    if (!this.#ownership.isOwner || !this.#caughtUp || this.#sealed !== null || this.#isStopped()) return;
    if (this.#queue.length === 0 || device === null) return;
    if (!this.#draft.canEdit) return this.#setAside();
    const batch = nextBatch(this.#queue);
    if (batch === null) return;
    this.#epoch ??= await this.#store.takeEpoch(device.deviceId);
    this.#fetchEpochs();
    const epoch = this.#epoch;
    // Without an epoch the commands wait on disk; `#fetchEpochs` pumps again when it has one.
    if (epoch === null) return;
    const chain = await this.#store.chain(device.deviceId, epoch.epoch);
    const { held } = verifier;
    const seen = held === null ? null : { size: held.size, root: held.root };
    const signer = { workspaceId, userId, deviceId: device.deviceId, seen };
    let sealed: SealedBatch;
    try {
      sealed = await sealBatch({ runtime, host, signer, picture: this.picture }, batch, epoch, chain);
      await this.#store.seal(sealed, chain);
    } catch (error) {
      // The author documents are ahead of the log now.
      await this.#reload();
      throw error;
    }
    this.#queue.splice(0, sealed.commands.length);
    this.#sealed = sealed;
    this.picture.sealed(commandsOf(sealed.commands));
    this.#ownership.wake();
    this.#send(sealed);
  }

  /** Nothing may be sent: the disk, the history or the protocol is in doubt. */
  #isStopped(): boolean {
    return (this.#storage ?? this.#options.verifier.distrust ?? this.#broken) !== null;
  }

  #send({ entry, signature, payload }: SealedBatch): void {
    if (this.#isStopped()) return;
    this.#connection.send('submit', {}, [entry, signature, payload]);
  }

  async #stored({ index }: Header<'stored'>): Promise<void> {
    const sealed = this.#sealed;
    if (sealed === null) return;
    // The batch stays until its entry is in the accepted log; the server sends that next.
    await this.#store.markStored(sealed.entryHash, Number(index));
    this.#sealed = { ...sealed, storedIndex: Number(index) };
  }

  async #refused({ entryHash, code, text, commandIds }: Header<'refused'>): Promise<void> {
    const sealed = this.#sealed;
    if (sealed === null || sealed.entryHash !== entryHash) return;
    const reason: RefusalCode = Object.hasOwn(REFUSALS, code) ? (code as RefusalCode) : 'malformed';
    const meaning = meaningOf(reason);
    if (meaning === 'again') {
      this.#passing = text;
      this.changed.tell();
      this.#cancelAgain = this.#options.runtime.after(AGAIN_AFTER_MS, () => this.#sendAgain(sealed.entryHash));
      return;
    }
    if (meaning === 'newEnvelope') {
      this.#envelopeRefusals += 1;
      if (this.#envelopeRefusals < MOST_ENVELOPE_REFUSALS) return this.#unseal(sealed, new Set(), reason, text);
    }
    const all = meaning !== 'commands' || commandIds.length === 0;
    const own = new Set(sealed.commands.map(({ command }) => command.id));
    const named = new Set(commandIds.filter((id) => own.has(id)));
    if (meaning === 'everything') {
      for (const { command } of this.#queue) own.add(command.id);
      this.#draft = await this.#store.describe({ canEdit: false, denial: text });
    }
    await this.#unseal(sealed, all || named.size === 0 ? own : named, reason, text);
  }

  #sendAgain(entryHash: string): void {
    this.#passing = null;
    if (this.#sealed?.entryHash === entryHash && this.#caughtUp) this.#send(this.#sealed);
    this.changed.tell();
  }

  async #unseal(sealed: SealedBatch, refusedIds: ReadonlySet<string>, code: RefusalCode, text: string): Promise<void> {
    const { refused, kept } = withDependents([...sealed.commands, ...this.#queue], refusedIds);
    const inBatch = new Set(sealed.commands.map(({ order }) => order));
    await this.#store.unseal(sealed, this.#attentionFor(refused, code, text), {
      requeue: kept.filter(({ order }) => inBatch.has(order)),
      dequeue: refused.filter(({ order }) => !inBatch.has(order)),
    });
    // The server takes nothing more of this epoch.
    this.#epoch = null;
    await this.#load();
    this.picture.announce(commandsOf([...refused, ...sealed.commands]));
    this.#ownership.wake();
    this.changed.tell();
    await this.#pump();
  }

  /** The version is no draft any more, or the role was taken away: the queue goes to Needs attention. */
  async #setAside(): Promise<void> {
    const code: RefusalCode = this.#draft.state === 'DRAFT' ? 'role' : 'frozen';
    const text = this.#draft.denial ?? REFUSALS[code];
    const commands = this.#queue;
    await this.#store.setAside(commands, this.#attentionFor(commands, code, text));
    await this.#load();
    this.picture.announce(commandsOf(commands));
    this.#ownership.wake();
    this.changed.tell();
  }

  #attentionFor(commands: readonly Placed[], code: RefusalCode, text: string): AttentionRecord[] {
    const at = this.#options.runtime.now();
    return commands.map(({ draftId, order, kind, command }) => ({
      id: command.id,
      draftId,
      order,
      kind,
      command,
      code,
      text,
      at,
    }));
  }

  #fetchEpochs(): void {
    const device = this.#options.device();
    if (this.#fetchingEpochs || device === null || !this.#caughtUp || !this.#draft.canEdit) return;
    this.#fetchingEpochs = true;
    this.#refillEpochs(device.deviceId)
      .then((added) => {
        if (added) this.#run(() => this.#pump());
      })
      .catch((error: unknown) => {
        if (error instanceof SessionEnded) this.#options.onSessionEnded();
        else if (error instanceof ApiError) this.#passing = error.message;
        else if (!(error instanceof Offline)) return this.#fail(error);
        this.changed.tell();
      })
      .finally(() => {
        this.#fetchingEpochs = false;
      });
  }

  async #refillEpochs(deviceId: string): Promise<boolean> {
    const { api, draftId } = this.#options;
    const unused = await this.#store.unusedEpochs(deviceId);
    if (unused >= EPOCHS_AHEAD) return false;
    // One more than is kept ahead, for the one this run takes next.
    const issued = await api.epochs(draftId, deviceId, EPOCHS_AHEAD + 1 - unused);
    await this.#store.addEpochs(issued.map(({ epoch, clientId }) => ({ draftId, deviceId, epoch, clientId })));
    return true;
  }
}

const SESSION_ENDED = 4401;

function commandsOf(queued: readonly QueuedCommand[]): QueuedCommand['command'][] {
  return queued.map(({ command }) => command);
}
