// One socket between a client and the server: everything in flight waits until the schedule delivers it, repeats it or cuts the line.
// The client's end is the Socket its engine uses; the server's end is a stream under its real WebSocket library.
import { Duplex } from 'node:stream';
import type { Socket } from '../desktop/renderer/sync/connection.ts';
import { clientFrame, OPCODE, ServerBytes } from './wire.ts';

type Down = { readonly kind: 'open' } | { readonly kind: 'message'; readonly bytes: Buffer } | Closing;
interface Closing {
  readonly kind: 'close';
  readonly code: number;
}
type Up = { readonly bytes: Uint8Array } | Closing;

/** Close code of a connection that ended without saying so. */
const ABNORMAL = 1006;

/** What the server holds of the line. */
class ServerEnd extends Duplex {
  readonly #written: (bytes: Buffer) => void;
  readonly #ended: () => void;

  constructor(written: (bytes: Buffer) => void, ended: () => void) {
    super({ allowHalfOpen: false });
    this.#written = written;
    this.#ended = ended;
  }

  override _read(): void {
    // What arrives is pushed when the schedule delivers it.
  }
  override _write(bytes: Buffer, _encoding: string, done: () => void): void {
    this.#written(bytes);
    done();
  }
  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#ended();
    done(error);
  }
}

export class Line implements Socket {
  binaryType = 'arraybuffer';
  onopen: Socket['onopen'] = null;
  onmessage: Socket['onmessage'] = null;
  onclose: Socket['onclose'] = null;
  onerror: Socket['onerror'] = null;
  readonly url: string;
  readonly protocols: readonly string[];
  readonly serverEnd: ServerEnd;
  /** Sees every message as the server sends it. */
  onServerSent: (bytes: Uint8Array) => void = () => undefined;
  readonly #up: Up[] = [];
  readonly #down: Down[] = [];
  readonly #bytes = new ServerBytes();
  #accepted = false;
  #clientGone = false;
  #serverGone = false;
  /** Nothing passes and nobody is told: only silence says so. */
  #lost = false;

  constructor(url: string, protocols: readonly string[]) {
    this.url = url;
    this.protocols = protocols;
    this.serverEnd = new ServerEnd(
      (bytes) => this.#fromServer(bytes),
      () => this.#serverEnded(),
    );
  }

  /** Whether either end still counts on it. */
  get alive(): boolean {
    return !this.#clientGone || !this.#serverGone;
  }
  /** Whether the client counts on it. */
  get used(): boolean {
    return !this.#clientGone;
  }
  get upwards(): number {
    return this.#up.length;
  }
  get downwards(): number {
    return this.#down.length;
  }

  send(bytes: Uint8Array<ArrayBuffer>): void {
    if (!this.#clientGone && !this.#lost) this.#up.push({ bytes: bytes.slice() });
  }

  /** The client gives the line up. What it sent before may still arrive. */
  close(code = 1005): void {
    if (this.#clientGone) return;
    this.#clientGone = true;
    this.#down.length = 0;
    this.#up.push({ kind: 'close', code });
  }

  /** The line breaks: both ends hear of it, everything in flight is lost. */
  cut(): void {
    this.#up.length = 0;
    this.#down.length = 0;
    this.#closeClient(ABNORMAL);
    this.#closeServer();
  }

  /** The client hears of a break; what it had sent is still under way, and the server knows nothing yet. */
  cutAtClient(): void {
    this.#down.length = 0;
    this.#closeClient(ABNORMAL);
  }

  /** Nothing passes any more and neither end is told. */
  lose(): void {
    this.#lost = true;
    this.#up.length = 0;
    this.#down.length = 0;
  }

  /** The next message upwards arrives; `twice` delivers it again as well. */
  deliverUp(twice = false): void {
    const next = this.#up.shift();
    if (next === undefined || this.#serverGone) return;
    if ('kind' in next) {
      this.#closeServer();
      return;
    }
    for (let i = 0; i < (twice ? 2 : 1); i += 1) this.serverEnd.push(clientFrame(OPCODE.binary, next.bytes));
  }

  /** First byte of the next message upwards; what kind it is, without reading further. */
  nextUp(): number | null {
    const next = this.#up[0];
    return next === undefined || 'kind' in next ? null : (next.bytes[0] ?? null);
  }

  deliverDown(): void {
    const next = this.#down.shift();
    if (next === undefined || this.#clientGone) return;
    if (next.kind === 'open') this.onopen?.();
    else if (next.kind === 'message') this.onmessage?.({ data: new Uint8Array(next.bytes).buffer });
    else this.#closeClient(next.code);
  }

  /** The server's process is gone, and its connections with it. */
  serverDied(): void {
    this.#serverGone = true;
    this.#up.length = 0;
    if (!this.#lost && !this.#clientGone) this.#down.push({ kind: 'close', code: ABNORMAL });
  }

  #fromServer(bytes: Buffer): void {
    if (this.#serverGone) return;
    this.#bytes.add(bytes);
    if (!this.#accepted) {
      const status = this.#bytes.status();
      if (status === null) return;
      this.#accepted = true;
      this.#toClient(status === 101 ? { kind: 'open' } : { kind: 'close', code: ABNORMAL });
    }
    for (let frame = this.#bytes.frame(); frame !== null; frame = this.#bytes.frame()) {
      const { opcode, payload } = frame;
      if (opcode === OPCODE.binary) {
        const copy = Buffer.from(payload);
        this.onServerSent(copy);
        this.#toClient({ kind: 'message', bytes: copy });
      } else if (opcode === OPCODE.close) {
        this.#toClient({ kind: 'close', code: payload.length >= 2 ? payload.readUInt16BE(0) : 1005 });
        if (this.#lost) continue;
        this.#answerClose(Buffer.from(payload.subarray(0, 2)));
      } else if (opcode === OPCODE.ping && !this.#lost) this.serverEnd.push(clientFrame(OPCODE.pong, payload));
    }
  }

  /**
   * Both sides have said that they close; the stream ends with it. Not within the server's own write: no network answers that early, and
   * its library then starts a second timer over its first, which nobody can cancel and which holds the line for 30 s.
   */
  #answerClose(code: Buffer): void {
    queueMicrotask(() => {
      if (this.#serverGone || this.#lost) return;
      this.serverEnd.push(clientFrame(OPCODE.close, code));
      this.serverEnd.push(null);
    });
  }

  #toClient(message: Down): void {
    if (!this.#lost && !this.#clientGone) this.#down.push(message);
  }

  #serverEnded(): void {
    if (this.#serverGone) return;
    this.#serverGone = true;
    this.#toClient({ kind: 'close', code: ABNORMAL });
  }

  #closeServer(): void {
    if (this.#serverGone) return;
    this.#serverGone = true;
    this.serverEnd.destroy();
  }

  #closeClient(code: number): void {
    if (this.#clientGone) return;
    this.#clientGone = true;
    this.onclose?.({ code, reason: '' });
  }
}
