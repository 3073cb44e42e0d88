// The conversation of one draft with the server (docs/PROTOCOL.md §4): what each message sets in motion, and who else is here. Owns whether
// this socket is caught up; when to be connected decides `connection.ts`, what entries mean `draftPull.ts`, what is sent `outbox.ts`.
import { SHEET_SCHEMA } from '@countersign/shared/model/sheets';
import { CLOSE, type Cursor, type Frame, type Header, type PresenceSession } from '@countersign/shared/protocol';
import type { SealedBatch } from '../storage/index.ts';
import { Connection, type ConnectionOptions, type ConnectionState } from './connection.ts';
import type { DraftFaults } from './draftFaults.ts';
import type { DraftMemory } from './draftMemory.ts';
import type { DraftProofs } from './draftProofs.ts';
import type { DraftPull } from './draftPull.ts';
import type { DraftTurns } from './draftTurns.ts';
import type { Outbox } from './outbox.ts';
import { Presence } from './presence.ts';

/** The version is not on this computer and the server cannot give it now. */
export class NotOnThisComputer extends Error {
  override readonly name = 'NotOnThisComputer';
  constructor() {
    super('This version was never opened on this computer, and the server cannot be reached. Connect once to open it.');
  }
}

/** What the conversation is about. */
export interface SocketParts {
  readonly memory: DraftMemory;
  readonly outbox: Outbox;
  readonly pull: DraftPull;
  readonly proofs: DraftProofs;
  readonly faults: DraftFaults;
  readonly turns: DraftTurns;
}

export interface SocketPort {
  changed(): void;
  /** The draft can be shown. */
  ready(): void;
  /** It cannot, for now or for good. */
  notReady(error: Error): void;
  sessionEnded(): void;
  /** The server said something, so this person's session still counts on this computer. */
  heard(): void;
}

export class DraftSocket {
  readonly #parts: SocketParts;
  readonly #port: SocketPort;
  readonly #connection: Connection;
  readonly #presence: Presence;
  #caughtUp = false;
  /** What messages mean that came behind entries which wait for keys. */
  #behind: (() => Promise<void>)[] = [];

  constructor(
    options: Pick<ConnectionOptions, 'draftId' | 'serverUrl' | 'runtime' | 'openSocket' | 'ticket'>,
    parts: SocketParts,
    port: SocketPort,
  ) {
    const { draftId, serverUrl, runtime, openSocket, ticket } = options;
    this.#parts = parts;
    this.#port = port;
    this.#connection = new Connection({
      draftId,
      serverUrl,
      runtime,
      openSocket,
      ticket,
      onOpen: () => this.#connection.send('open', { draftId, schema: SHEET_SCHEMA, have: parts.pull.ask() }),
      onFrame: (frame) => this.#receive(frame),
      onState: (state) => this.#stateChanged(state),
      onTerminal: (code, text) => this.#ended(code, text),
      onProbe: () => this.#probe(),
    });
    this.#presence = new Presence(runtime, (cursor) => {
      if (this.#caughtUp) this.#connection.send('cursor', cursor);
    });
  }

  /** Whether the server has said all it has on the present socket. */
  get isCaughtUp(): boolean {
    return this.#caughtUp;
  }
  get state(): ConnectionState {
    return this.#connection.state;
  }
  /** Everybody else in the draft. */
  get peers(): readonly PresenceSession[] {
    return this.#presence.peers;
  }

  submit({ entry, signature, payload }: SealedBatch): void {
    this.#connection.send('submit', {}, [entry, signature, payload]);
  }
  setCursor(cursor: Cursor): void {
    this.#presence.move(cursor);
  }

  /** Connects; a socket that is there already, and was sent nothing while the disk refused something, is sent what is in flight. */
  start(): void {
    this.#connection.start();
    this.#parts.outbox.resend();
  }
  stop(): void {
    this.#connection.stop();
  }
  /** Gives the socket up and connects anew after a wait. */
  reopen(): void {
    this.#connection.reopen();
  }
  /** Connects anew at once. */
  refresh(): void {
    this.#connection.refresh();
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
    this.#connection.revive();
  }
  /** Resolves when every turn is done, also of entries that waited for keys. */
  async idle(): Promise<void> {
    const { turns, pull } = this.#parts;
    await turns.idle();
    await pull.idle();
    await turns.idle();
  }
  close(): void {
    this.#connection.stop();
    this.#presence.close();
  }

  /** A turn that means nothing once its socket is given up: the next one has not said `open` yet, so nothing may be sent on it. */
  #run(work: () => Promise<void>): void {
    this.#parts.turns.run(this.#onThisSocket(work));
  }

  #onThisSocket(work: () => Promise<void>): () => Promise<void> {
    const { attempt } = this.#connection;
    return async () => {
      if (attempt === this.#connection.attempt) await work();
    };
  }

  /** Takes the entries that came, then what messages behind them mean; a part of this waits where entries do. */
  goOn(more?: () => Promise<void>): void {
    this.#parts.turns.run(async () => {
      if (!(await this.#parts.pull.acceptArrived())) {
        if (more !== undefined) this.#behind.push(more);
        return;
      }
      for (let next = this.#behind[0]; next !== undefined; next = this.#behind[0]) {
        await next();
        this.#behind.shift();
      }
      await more?.();
    });
  }

  #stateChanged(state: ConnectionState): void {
    const { pull, memory } = this.#parts;
    if (state !== 'online') {
      this.#caughtUp = false;
      pull.ignore();
      this.#presence.nobody();
    }
    // A first opening does not wait for a network that is not there.
    if (state === 'offline' && !memory.draft.complete) this.#port.notReady(new NotOnThisComputer());
    this.#port.changed();
  }

  #ended(code: number, text: string): void {
    this.#parts.faults.ended(code, text);
    this.#port.notReady(new Error(text));
    if (code === CLOSE.sessionEnded) this.#port.sessionEnded();
    this.#port.changed();
  }

  /** Nothing was heard for a while: say something the server answers. */
  #probe(): void {
    // Stored, and its entry never came: pull again.
    if (this.#parts.outbox.isStored) this.#connection.reopen();
    else this.#connection.send('cursor', this.#presence.cursor);
  }

  #receive(frame: Frame): void {
    this.#port.heard();
    const { pull, outbox, proofs, memory } = this.#parts;
    switch (frame.name) {
      case 'opened':
        this.#presence.opened(frame.header.session);
        this.#behind = [];
        pull.listen();
        this.#run(() => this.#opened(frame.header));
        break;
      case 'entry':
        if (pull.push(frame.header.index, frame.parts)) this.goOn();
        break;
      case 'caughtUp':
        this.goOn(this.#onThisSocket(() => this.#catchUp()));
        break;
      case 'stored':
        outbox.stored();
        break;
      case 'refused':
        this.goOn(() => outbox.refused(frame.header));
        break;
      case 'presence':
        this.#presence.here(frame.header.sessions);
        this.#port.changed();
        break;
      case 'state':
        // What the person may do now is the server's to say: it says so when asked to open again.
        if (frame.header.state !== memory.draft.state) this.#connection.refresh();
        break;
      case 'checkpoint':
        if (frame.parts[0] !== undefined) proofs.checkpoint(frame.parts[0]);
        break;
      default:
        // What only a client sends means nothing from a server.
        break;
    }
  }

  async #opened(header: Header<'opened'>): Promise<void> {
    await this.#parts.pull.opened(header);
    this.#port.changed();
  }

  async #catchUp(): Promise<void> {
    const { pull, outbox, proofs } = this.#parts;
    this.#caughtUp = true;
    await pull.caughtUp();
    this.#connection.settled();
    this.#port.ready();
    if (this.#presence.cursor.sheet !== undefined) this.#connection.send('cursor', this.#presence.cursor);
    outbox.resend();
    outbox.fetchEpochs();
    await proofs.count();
    await outbox.pump();
    this.#port.changed();
  }
}
