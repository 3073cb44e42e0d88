// Our own client on one version: reads the log from where it stopped, submits signed batches. Owns the conversation of PROTOCOL §4; what is
// answered to a batch decides `submissions.ts`.
import { randomBytes } from 'node:crypto';
import { can } from '@countersign/shared/access';
import { utf8 } from '@countersign/shared/history';
import { SHEET_SCHEMA } from '@countersign/shared/model/sheets';
import {
  CLOSE,
  decodeFrame,
  encodeFrame,
  type Frame,
  FrameError,
  frameType,
  type Header,
  LIMITS,
  MESSAGE,
  type PresenceSession,
} from '@countersign/shared/protocol';
import type { Placed } from '../history/index.ts';
import type { Actor } from '../http/actor.ts';
import type { LogRow, Storage, StoredCheckpoint } from '../storage/index.ts';
import type { Presence } from './presence.ts';
import type { Listener, Room } from './room.ts';
import type { Socket, SocketOwner } from './socket.ts';
import { entryFrame, StoredEntries } from './storedEntries.ts';
import { type SubmissionServices, Submissions } from './submissions.ts';

export interface ConnectionServices extends SubmissionServices {
  readonly storage: Storage;
  readonly presence: Presence;
  /** Number of this log's generation; a restore starts another. */
  readonly generation: string;
  size(): number;
  checkpoint(): StoredCheckpoint | null;
  /** The caller with the roles held now; null when the session or the person is gone. */
  actor(): Promise<Actor | null>;
}

const PAGE = 200;

export class DraftConnection implements SocketOwner, Listener {
  readonly session = randomBytes(12).toString('hex');
  readonly #socket: Socket;
  readonly #room: Room;
  readonly #services: ConnectionServices;
  readonly #submissions: Submissions;
  readonly #onClosed: () => void;
  #actor: Actor;
  /** Next log index the client lacks. */
  #next = 0;
  #phase: 'waiting' | 'catchingUp' | 'live' = 'waiting';
  /** Entries stored while the client catches up. */
  #meanwhile: Placed[] = [];

  constructor(socket: Socket, room: Room, actor: Actor, services: ConnectionServices, onClosed: () => void) {
    this.#socket = socket;
    this.#room = room;
    this.#actor = actor;
    this.#services = services;
    this.#onClosed = onClosed;
    this.#submissions = new Submissions(room, services, {
      session: this.session,
      stored: (header) => this.#send('stored', header),
      refused: (header) => this.#send('refused', header),
      close: (code, reason) => socket.close(code, reason),
      failed: (error) => this.failed(error),
    });
    // From now on the room has a user and stays in memory; nothing is sent before "open".
    room.listeners.add(this);
  }

  get opened(): boolean {
    return this.#phase !== 'waiting';
  }

  async message(bytes: Uint8Array): Promise<void> {
    const actor = await this.#services.actor();
    if (actor === null) {
      this.#socket.close(CLOSE.sessionEnded, 'Your session has ended. Sign in again.');
      return;
    }
    this.#actor = actor;
    if (frameType(bytes) === MESSAGE.cursor && bytes.length > LIMITS.cursorBytes) {
      this.#socket.close(CLOSE.tooLarge, 'A cursor message is too large.');
      return;
    }
    let frame: Frame;
    try {
      frame = decodeFrame(bytes);
    } catch (error) {
      if (!(error instanceof FrameError)) throw error;
      this.#socket.close(CLOSE.notAllowed, 'A message could not be read.');
      return;
    }
    await this.#handle(frame);
  }

  async #handle(frame: Frame): Promise<void> {
    if (frame.name === 'open' && this.#phase === 'waiting') return this.#open(frame.header);
    if (this.#phase === 'waiting') {
      this.#socket.close(CLOSE.notAllowed, 'The first message is open.');
      return;
    }
    if (frame.name === 'submit') return this.#submit(frame.parts);
    if (frame.name === 'cursor') {
      this.#services.presence.move(this.#room.versionId, this, frame.header);
      return;
    }
    this.#socket.close(CLOSE.notAllowed, `A client does not send ${frame.name}.`);
  }

  async #open({ draftId, schema, have }: Header<'open'>): Promise<void> {
    const { versionId } = this.#room;
    if (draftId !== versionId) {
      this.#socket.close(CLOSE.noSuchVersion, 'This socket is for another version.');
      return;
    }
    if (schema !== SHEET_SCHEMA) {
      this.#socket.close(
        CLOSE.schema,
        `This server has schema ${SHEET_SCHEMA}, the app has ${schema}. Update the older one.`,
      );
      return;
    }
    this.#next = Number(have);
    this.#phase = 'catchingUp';
    this.#services.log.info('draft opened', {
      document: versionId,
      connection: this.session,
      user: this.#actor.userId,
      from: this.#next,
    });
    this.#services.presence.join(versionId, this, {
      session: this.session,
      userId: this.#actor.userId,
      name: this.#actor.name,
    });
    this.#send('opened', {
      draftId,
      state: this.#room.row.state,
      size: String(this.#services.size()),
      generation: this.#services.generation,
      session: this.session,
      ...this.#mayEdit(),
    });
    await this.#catchUp();
  }

  #mayEdit(): { canEdit: boolean; reason?: string } {
    const document = { state: this.#room.row.state as 'DRAFT', kind: this.#room.draft.head.kind };
    const permission = can(this.#actor, 'edit', document);
    return permission.ok ? { canEdit: true } : { canEdit: false, reason: permission.reason };
  }

  /** Sends what is stored page by page; entries stored meanwhile wait and follow, so that the order never breaks. */
  async #catchUp(): Promise<void> {
    for (;;) {
      const page = await this.#services.storage.logOfDoc(this.#room.versionId, this.#next, PAGE);
      for (const row of page) await this.#sendEntry(row);
      if (page.length === 0 || !this.#socket.open) break;
    }
    const meanwhile = this.#meanwhile.splice(0);
    if (meanwhile.length > 0) this.#sendStored(new StoredEntries(meanwhile));
    this.#phase = 'live';
    this.#send('caughtUp', { size: String(this.#services.size()) });
    const checkpoint = this.#services.checkpoint();
    if (checkpoint !== null) this.checkpoint(checkpoint);
  }

  async #submit(parts: readonly Uint8Array[]): Promise<void> {
    const [entry, signature, payload, ...more] = parts;
    if (entry === undefined || signature === undefined || payload === undefined || more.length > 0) {
      this.#socket.close(CLOSE.notAllowed, 'submit carries entry, signature and payload.');
      return;
    }
    await this.#submissions.take({ entry, signature, payload }, this.#actor);
  }

  async #sendEntry(row: LogRow): Promise<void> {
    this.#next = row.index + 1;
    await this.#socket.sendSlowly(entryFrame(row));
  }

  entriesStored(stored: StoredEntries): void {
    if (this.#phase === 'catchingUp') this.#meanwhile.push(...stored.placed);
    else if (this.#phase === 'live') this.#sendStored(stored);
  }

  #sendStored(stored: StoredEntries): void {
    if (stored.end <= this.#next) return;
    this.#socket.sendFramed(stored.messagesFrom(this.#next));
    this.#next = stored.end;
  }

  stateChanged(): void {
    if (this.#phase === 'waiting') return;
    this.#send('state', { draftId: this.#room.versionId, state: this.#room.row.state });
  }

  /** Only stored entries were ever sent, so there is nothing to take back. */
  reset(): void {}

  presenceChanged(sessions: readonly PresenceSession[]): void {
    this.#send('presence', { sessions: [...sessions] });
  }

  checkpoint({ note }: StoredCheckpoint): void {
    if (this.#phase === 'live') this.#socket.send(encodeFrame('checkpoint', {}, [utf8(note)]));
  }

  close(code: number, reason: string): void {
    this.#socket.close(code, reason);
  }

  terminate(): void {
    this.#socket.terminate();
  }

  closed(): void {
    this.#services.log.info('draft closed', { document: this.#room.versionId, connection: this.session });
    this.#room.listeners.delete(this);
    this.#services.presence.leave(this.#room.versionId, this);
    this.#onClosed();
  }

  failed(error: unknown): void {
    this.#services.log.error('a sync socket failed', error, {
      document: this.#room.versionId,
      connection: this.session,
    });
    this.#socket.close(1011, 'The server met a fault. Connect again.');
  }

  #send<N extends Parameters<typeof encodeFrame>[0]>(name: N, header: Header<N>): void {
    this.#socket.send(encodeFrame(name, header));
  }
}
