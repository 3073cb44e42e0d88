// Sockets in tests: every message waits in a line until the test delivers it, repeats it or cuts the line.
import { decodeFrame } from '@countersign/shared/protocol';
import type { OpenSocket, Socket } from '../connection.ts';
import type { LogServer } from './logServer.ts';

/** One socket with its two lines of messages in flight. */
class Line implements Socket {
  binaryType = 'arraybuffer';
  onopen: Socket['onopen'] = null;
  onmessage: Socket['onmessage'] = null;
  onclose: Socket['onclose'] = null;
  onerror: Socket['onerror'] = null;
  readonly up: Uint8Array[] = [];
  readonly down: Uint8Array[] = [];
  isOpen = false;
  isClosed = false;
  readonly #server: LogServer;
  readonly #reader: ReturnType<LogServer['connect']>;

  constructor(server: LogServer) {
    this.#server = server;
    this.#reader = server.connect((bytes) => {
      if (!this.isClosed) this.down.push(bytes);
    });
  }

  open(): void {
    this.isOpen = true;
    this.onopen?.();
  }
  send(bytes: Uint8Array<ArrayBuffer>): void {
    if (!this.isClosed) this.up.push(bytes.slice());
  }
  close(): void {
    this.cut();
  }

  /** The line breaks: everything in flight is lost, both ways. */
  cut(code = 1006): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.#server.disconnect(this.#reader);
    this.onclose?.({ code, reason: '' });
  }

  /** The next message upwards arrives; `twice` delivers it again as well. */
  deliverUp(twice = false): void {
    const bytes = this.up.shift();
    if (bytes === undefined) return;
    for (let i = 0; i < (twice ? 2 : 1); i += 1) this.#server.receive(this.#reader, decodeFrame(bytes));
  }
  deliverDown(): void {
    const bytes = this.down.shift();
    if (bytes !== undefined) this.onmessage?.({ data: new Uint8Array(bytes).buffer });
  }
}

export class Network {
  readonly #server: LogServer;
  readonly lines: Line[] = [];
  isUp = true;

  constructor(server: LogServer) {
    this.#server = server;
  }

  /** Ways to open sockets of one computer. */
  readonly openSocket: OpenSocket = () => {
    const line = new Line(this.#server);
    this.lines.push(line);
    if (!this.isUp) queueMicrotask(() => line.cut());
    return line;
  };

  get live(): Line[] {
    return this.lines.filter((line) => !line.isClosed);
  }

  /** Opens what waits to be opened and delivers every message; true when anything moved. */
  deliverAll(): boolean {
    let moved = false;
    for (const line of this.live) {
      if (!line.isOpen) {
        moved = true;
        line.open();
      }
      while (line.up.length > 0 && !line.isClosed) {
        moved = true;
        line.deliverUp();
      }
      while (line.down.length > 0 && !line.isClosed) {
        moved = true;
        line.deliverDown();
      }
    }
    return moved;
  }

  cutAll(): void {
    for (const line of this.live) line.cut();
  }
}
