// One hostile connection, byte by byte over TCP. Owns what each kind does and how its end is named; must not know what honest people do.
import { connect, type Socket } from 'node:net';
import { SHEET_SCHEMA } from '@countersign/shared/model/sheets';
import { encodeFrame, LIMITS, SUBPROTOCOL, TICKET_PREFIX } from '@countersign/shared/protocol';
import { Random } from '../sim/random.ts';
import { clientFrame, OPCODE, ServerBytes } from '../sim/wire.ts';

/** What a hostile socket does, and the ends that docs/PROTOCOL.md §4 and SRV-10 give it. */
export const HOSTILE = {
  /** Half the headers of an upgrade, then nothing. */
  halfHeaders: ['cut off', 'HTTP 408'],
  /** A whole upgrade, and no first message. */
  silent: ['1013'],
  /** Half a frame, then nothing; no ping is answered. */
  halfFrame: ['cut off'],
  /** Opens the draft, reads nothing at all, and sends a frame byte by byte. */
  neverReads: ['cut off'],
  /** Opens the draft and reads a kilobyte a second. */
  slowReader: ['cut off'],
  /** The smallest lawful messages, as many as the line takes: read more and more slowly, until no answer to a ping is read in time. */
  cursors: ['cut off'],
  /** Batches that no device signed, as many as the line takes. */
  entries: ['cut off'],
  tooLarge: ['1009'],
  garbage: ['4403'],
  text: ['4403'],
  otherSchema: ['4426'],
  staleTicket: ['HTTP 401'],
  foreignOrigin: ['HTTP 403'],
} as const;
export type HostileKind = keyof typeof HOSTILE;

export interface Attack {
  readonly url: string;
  readonly versionId: string;
  readonly ticket: string;
  readonly seed: string;
}

const SLOW_MS = 250;
const SLOW_READ_BYTES = 256;
/** Frames put into one write. */
const FLOOD_FRAMES = 500;

export class HostileSocket {
  /** How the server ended it: a close code, `HTTP` and a status, or "cut off". */
  readonly ended: Promise<string>;
  readonly #kind: HostileKind;
  readonly #attack: Attack;
  readonly #random: Random;
  readonly #socket: Socket;
  readonly #bytes = new ServerBytes();
  #status: number | null = null;
  #code: number | null = null;
  #timer: NodeJS.Timeout | null = null;

  constructor(kind: HostileKind, attack: Attack) {
    this.#kind = kind;
    this.#attack = attack;
    this.#random = new Random(attack.seed);
    const { hostname, port } = new URL(attack.url);
    this.#socket = connect({ host: hostname, port: Number(port) });
    this.#socket.setNoDelay(true);
    this.#socket.on('connect', () => this.#knock());
    this.#socket.on('data', (data) => this.#hear(data));
    // A reset is an end as good as any: "close" follows and names it.
    this.#socket.on('error', () => undefined);
    this.ended = new Promise((resolve) => {
      this.#socket.once('close', () => {
        if (this.#timer !== null) clearInterval(this.#timer);
        resolve(this.#name());
      });
    });
  }

  /** Ends it from this side. */
  leave(): void {
    this.#socket.destroy();
  }

  #name(): string {
    if (this.#code !== null) return String(this.#code);
    return this.#status === null || this.#status === 101 ? 'cut off' : `HTTP ${this.#status}`;
  }

  #knock(): void {
    const { url, versionId, ticket } = this.#attack;
    const { host } = new URL(url);
    const origin = this.#kind === 'foreignOrigin' ? 'https://elsewhere.example' : `http://${host}`;
    const given = this.#kind === 'staleTicket' ? `${ticket.slice(0, -1)}_` : ticket;
    const headers = [
      `GET /sync/${versionId} HTTP/1.1`,
      `Host: ${host}`,
      `Origin: ${origin}`,
      'Connection: Upgrade',
      'Upgrade: websocket',
      'Sec-WebSocket-Version: 13',
      'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
      `Sec-WebSocket-Protocol: ${SUBPROTOCOL}, ${TICKET_PREFIX}${given}`,
    ];
    const text = `${headers.join('\r\n')}\r\n`;
    this.#socket.write(this.#kind === 'halfHeaders' ? text : `${text}\r\n`);
  }

  #hear(data: Buffer): void {
    this.#bytes.add(data);
    if (this.#status === null) {
      this.#status = this.#bytes.status();
      if (this.#status === 101) this.#attackNow();
    }
    if (this.#status !== 101) return;
    for (let frame = this.#bytes.frame(); frame !== null; frame = this.#bytes.frame()) {
      if (frame.opcode === OPCODE.ping && this.#kind !== 'halfFrame')
        this.#socket.write(clientFrame(OPCODE.pong, frame.payload));
      if (frame.opcode !== OPCODE.close) continue;
      this.#code = frame.payload.length >= 2 ? frame.payload.readUInt16BE(0) : 1005;
      this.#socket.end(clientFrame(OPCODE.close, frame.payload.subarray(0, 2)));
    }
  }

  #attackNow(): void {
    const { versionId } = this.#attack;
    const open = (schema: number): Buffer =>
      clientFrame(OPCODE.binary, encodeFrame('open', { draftId: versionId, schema, have: '0' }));
    const socket = this.#socket;
    switch (this.#kind) {
      case 'halfHeaders':
      case 'silent':
      case 'staleTicket':
      case 'foreignOrigin':
        return;
      case 'otherSchema':
        socket.write(open(SHEET_SCHEMA + this.#random.int(1, 9)));
        return;
      case 'text':
        socket.write(clientFrame(OPCODE.text, Buffer.from('hello')));
        return;
      case 'garbage':
        socket.write(clientFrame(OPCODE.binary, this.#random.bytes(this.#random.int(1, 4000))));
        return;
      case 'tooLarge':
        // Only its head: the length is too much already.
        socket.write(clientFrame(OPCODE.binary, new Uint8Array(LIMITS.frameBytes + 1)).subarray(0, 40_000));
        return;
      case 'halfFrame':
        socket.write(open(SHEET_SCHEMA));
        socket.write(clientFrame(OPCODE.binary, new Uint8Array(200_000)).subarray(0, 90_000));
        return;
      case 'neverReads':
        socket.write(open(SHEET_SCHEMA));
        socket.pause();
        // Who never reads is not told of the end either: only a write is.
        socket.write(clientFrame(OPCODE.binary, new Uint8Array(60_000)).subarray(0, 8));
        this.#timer = setInterval(() => socket.write(Buffer.alloc(1)), SLOW_MS);
        return;
      case 'slowReader':
        socket.write(open(SHEET_SCHEMA));
        this.#readSlowly();
        return;
      case 'cursors':
        socket.write(open(SHEET_SCHEMA));
        this.#flood(() => clientFrame(OPCODE.binary, encodeFrame('cursor', {})));
        return;
      case 'entries':
        socket.write(open(SHEET_SCHEMA));
        this.#flood(() => clientFrame(OPCODE.binary, this.#unsigned()));
        return;
    }
  }

  /** A batch of the right form that is nobody's. */
  #unsigned(): Uint8Array {
    const parts = [this.#random.bytes(500), this.#random.bytes(64), this.#random.bytes(this.#random.int(1, 2000))];
    return encodeFrame('submit', {}, parts);
  }

  /** Writes for ever; waits only where the server reads no more. */
  #flood(frame: () => Buffer): void {
    const batch = Buffer.concat(Array.from({ length: FLOOD_FRAMES }, frame));
    const more = (): void => {
      if (this.#socket.destroyed || this.#socket.writableEnded) return;
      if (this.#socket.write(batch)) setImmediate(more);
      else this.#socket.once('drain', more);
    };
    more();
  }

  #readSlowly(): void {
    const socket = this.#socket;
    socket.pause();
    this.#timer = setInterval(() => {
      // What is read is heard as any other data.
      socket.read(SLOW_READ_BYTES);
    }, SLOW_MS);
  }
}
