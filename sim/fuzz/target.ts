// What is fuzzed: the real server with one draft, one person's honest device, and two sockets that are opened again whenever the server
// closes them. Owns the sockets and what is watched after every frame.
import '../platform.ts';
import { encodeCommands, newCommandId, SheetDocument } from '@countersign/shared/document';
import { encodePayload, jsonPart } from '@countersign/shared/history';
import { SHEET_SCHEMA } from '@countersign/shared/model/sheets';
import { type Command, decodeFrame, encodeFrame, SUBPROTOCOL, TICKET_PREFIX } from '@countersign/shared/protocol';
import * as Y from 'yjs';
import { issueEpoch } from '../../sync-server/admission/index.ts';
import type { SignedEntry } from '../../sync-server/history/index.ts';
import { LocalDevice } from '../../sync-server/lifecycle/index.ts';
import type { Room } from '../../sync-server/sync/room.ts';
import { createSample, ROW } from '../../sync-server/testKit/testServer.ts';
import { SimClock } from '../clock.ts';
import { Line } from '../line.ts';
import type { Random } from '../random.ts';
import { SERVER_URL, SimServer } from '../server.ts';
import { turns } from '../turns.ts';

const USER = 'u-finance';
const SHEET = 'lines';

/** A message and the socket it goes to. */
export interface SocketFrame {
  readonly socket: 'draft' | 'stock';
  readonly bytes: Uint8Array;
}
/** A request, as a stranger may send it. */
export interface RequestFrame {
  readonly path: string;
  readonly init: RequestInit;
}
/** Bytes that are read by one of the product's readers; gives words when it does what it must not. */
export interface ReaderFrame {
  readonly read: () => string | null | Promise<string | null>;
}
export type FuzzFrame = SocketFrame | RequestFrame | ReaderFrame;

/** Commands and the update that does what they say. */
export interface Honest {
  readonly commands: Command[];
  readonly update: Uint8Array;
}

/** Honest changes kept ready: most frames only begin as one. */
const MADE_AHEAD = 16;

export class FuzzTarget {
  readonly versionId: string;
  readonly #server: SimServer;
  readonly #device: LocalDevice;
  readonly #problems: string[] = [];
  readonly #lines = new Map<SocketFrame['socket'], Line>();
  readonly #onCrash = (error: unknown): void => {
    this.#problems.push(`crash: ${error instanceof Error ? error.stack : String(error)}`);
  };
  #epoch = { epoch: '', clientId: 0 };
  #made: readonly Honest[] = [];
  #madeAt = -1;
  #madeFor = -1;
  /** One sign-in for all sockets. */
  #session: Awaited<ReturnType<SimServer['services']['sessions']['start']>> | null = null;
  #refused = 0;
  #closed = 0;
  #stored = 0;

  private constructor(server: SimServer, versionId: string, device: LocalDevice) {
    this.#server = server;
    this.versionId = versionId;
    this.#device = device;
    process.on('uncaughtException', this.#onCrash);
    process.on('unhandledRejection', this.#onCrash);
  }

  static async start(): Promise<FuzzTarget> {
    const server = new SimServer(new SimClock());
    await server.start();
    const { services } = server;
    const versionId = await createSample({ services } as Parameters<typeof createSample>[0]);
    const device = new LocalDevice(services.history.ws, USER, Buffer.alloc(32, 'fuzz'));
    await services.people.enrolDevice(USER, device.publicKey, 'Fuzz');
    const target = new FuzzTarget(server, versionId, device);
    await target.#freshEpoch();
    return target;
  }

  /** A token that is good, for requests that are wrong otherwise. */
  get token(): string {
    return this.#session?.token ?? '';
  }
  get clientId(): number {
    return this.#epoch.clientId;
  }

  /** An honest change of one cell as the draft is now: its commands and its update. Made ahead for several uses. */
  honest(random: Random): Honest {
    const { draft } = this.#room();
    if (this.#madeAt !== draft.size || this.#madeFor !== this.clientId) {
      this.#madeAt = draft.size;
      this.#madeFor = this.clientId;
      this.#made = Array.from({ length: MADE_AHEAD }, () => this.#encode(String(random.int(1, 10_000))));
    }
    return random.pick(this.#made) as Honest;
  }

  #encode(value: string): Honest {
    const { draft } = this.#room();
    // Encoding writes into the document, and the server's own is only looked at.
    const doc = new SheetDocument(SHEET);
    doc.applyUpdate(Y.encodeStateAsUpdate(draft.sheet(SHEET).y));
    const from = doc.value(ROW.one, 'rate');
    const command = {
      id: newCommandId(),
      sheet: SHEET,
      rowId: ROW.one,
      field: 'rate',
      from,
      to: value,
      seen: String(draft.size),
    };
    const update = encodeCommands(doc, this.clientId, [command]);
    doc.destroy();
    return { commands: [command], update };
  }

  /** A whole frame, to be broken. */
  anyFrame(random: Random): Uint8Array {
    if (random.chance(0.5)) return encodeFrame('open', { draftId: this.versionId, schema: SHEET_SCHEMA, have: '0' });
    return encodeFrame('submit', {}, [random.bytes(40), random.bytes(64), this.anyPayload(random)]);
  }
  anyPart0(random: Random): Uint8Array {
    const { commands } = this.honest(random);
    return jsonPart({ draftId: this.versionId, commands, updates: [{ sheet: SHEET, part: 1 }] });
  }
  anyPayload(random: Random): Uint8Array {
    return encodePayload([this.anyPart0(random), this.honest(random).update]);
  }

  /** Knocks with a ticket that is none; gives words when it is let in. */
  async knock(ticket: string): Promise<string | null> {
    const line = new Line(`${SERVER_URL.replace('http', 'ws')}/sync/${this.versionId}`, [
      SUBPROTOCOL,
      `${TICKET_PREFIX}${ticket}`,
    ]);
    let isOpen = false;
    line.onopen = () => {
      isOpen = true;
    };
    this.#server.connect(line);
    await turns(4);
    while (line.downwards > 0) line.deliverDown();
    line.cut();
    return isOpen ? 'a ticket that was never issued opened a socket' : null;
  }

  /** Signs whatever is given at the next place of one of the device's chains: what is behind the signature check must be reached too. */
  sign(part0: unknown, parts: readonly Uint8Array[], epoch = this.#epoch.epoch): SignedEntry {
    const head = this.#device.head(epoch);
    const signed = this.#device.sign('edit', this.versionId, part0, parts, epoch);
    this.#device.rewind(epoch, head);
    return signed;
  }

  /** Sends one frame and waits until it has been dealt with. */
  async send(frame: FuzzFrame): Promise<void> {
    if ('read' in frame) return this.#read(frame);
    return 'path' in frame ? this.#request(frame) : this.#say(frame);
  }

  async #read({ read }: ReaderFrame): Promise<void> {
    const wrong = await read();
    if (wrong !== null) this.#problems.push(wrong);
  }

  async #request({ path, init }: RequestFrame): Promise<void> {
    const { status } = await this.#server.fetch(new URL(path, SERVER_URL), init);
    if (status >= 500) this.#problems.push(`${init.method ?? 'GET'} ${path} was answered ${status}`);
    if (status >= 400) this.#refused += 1;
  }

  async #say({ socket, bytes }: SocketFrame): Promise<void> {
    const line = await this.#open(socket);
    line.send(new Uint8Array(bytes));
    line.deliverUp();
    await turns(3);
    while (line.downwards > 0) line.deliverDown();
    if (!line.used) {
      this.#closed += 1;
      this.#lines.delete(socket);
    }
    const room = this.#room();
    for (const [sheet, { y }] of room.draft.docs)
      if (y.store.pendingStructs !== null || y.store.pendingDs !== null)
        this.#problems.push(`pending structs in ${sheet}`);
    // A refusal ends its epoch; the next frame must not be stopped by that alone.
    room.closedEpochs.delete(`${this.#device.id} ${this.#epoch.epoch}`);
  }

  /** Ends the server. Everything stored must still read. */
  async stop(): Promise<{ problems: string[]; refused: number; closed: number; stored: number }> {
    for (const line of this.#server.errors) this.#problems.push(`the server met a fault: ${line}`);
    process.off('uncaughtException', this.#onCrash);
    process.off('unhandledRejection', this.#onCrash);
    await this.#server.remove();
    return { problems: this.#problems, refused: this.#refused, closed: this.#closed, stored: this.#stored };
  }

  #room(): Room {
    const room = this.#server.services.rooms.peek(this.versionId);
    if (room === null) throw new Error('the version is not open');
    return room;
  }

  async #freshEpoch(): Promise<void> {
    await this.#open('draft');
    this.#epoch = await issueEpoch(this.#server.services.storage, this.versionId, this.#device.id);
  }

  async #open(socket: SocketFrame['socket']): Promise<Line> {
    const known = this.#lines.get(socket);
    if (known !== undefined) return known;
    const { sessions } = this.#server.services;
    this.#session ??= await sessions.start(USER);
    const { signIn } = this.#session;
    const path = socket === 'draft' ? this.versionId : `${this.versionId}/${SHEET}`;
    const line = new Line(`${SERVER_URL.replace('http', 'ws')}/sync/${path}`, [
      SUBPROTOCOL,
      `${TICKET_PREFIX}${await sessions.issueTicket(signIn)}`,
    ]);
    line.onServerSent = (bytes) => {
      if (socket === 'draft') this.#hear(new Uint8Array(bytes));
    };
    this.#lines.set(socket, line);
    this.#server.connect(line);
    await turns(6);
    if (socket === 'draft') {
      const { size } = this.#server.services.history;
      line.send(
        new Uint8Array(encodeFrame('open', { draftId: this.versionId, schema: SHEET_SCHEMA, have: String(size) })),
      );
      line.deliverUp();
      await turns(3);
    }
    return line;
  }

  #hear(bytes: Uint8Array): void {
    const frame = decodeFrame(bytes);
    if (frame.name === 'refused') this.#refused += 1;
    if (frame.name !== 'stored') return;
    this.#stored += 1;
    // The chain moved on: the next frames begin another one.
    this.#freshEpoch().catch(this.#onCrash);
  }
}
