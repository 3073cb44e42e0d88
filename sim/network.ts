// The network of one computer: its sockets, and its requests, either of which may get lost on the way there or back. Owns reachability.
import type { OpenSocket } from '../desktop/renderer/sync/connection.ts';
import { Ending } from './ending.ts';
import { Line } from './line.ts';
import type { Random } from './random.ts';
import type { SimServer } from './server.ts';

export class SimNetwork {
  isUp = true;
  /** The window takes nothing in; what it said before is still on its way. */
  isFrozen = false;
  /** Of a hundred requests, how many get lost on the way there, and how many answers on the way back. */
  loss = 0;
  /** Told of every message the server sends here. */
  onServerSent: (bytes: Uint8Array) => void = () => undefined;
  #lines: Line[] = [];
  readonly #server: SimServer;
  readonly #random: Random;
  #cut = new Ending();

  constructor(server: SimServer, random: Random) {
    this.#server = server;
    this.#random = random;
  }

  readonly openSocket: OpenSocket = (url, protocols) => {
    const line = new Line(url, protocols);
    line.onServerSent = (bytes) => this.onServerSent(bytes);
    this.#lines.push(line);
    if (this.isUp) this.#server.connect(line);
    else queueMicrotask(() => line.cut());
    return line;
  };

  readonly fetch = async (input: RequestInfo | URL, init: RequestInit = {}): Promise<Response> => {
    if (!this.isUp || this.#random.next() * 100 < this.loss) throw new TypeError('no network');
    const answer = await this.#cut.orEnd(this.#server.fetch(new URL(String(input)), init));
    if (!this.isUp || this.#random.next() * 100 < this.loss) throw new TypeError('the answer was lost');
    return answer;
  };

  /** Lines that either end counts on. */
  get lines(): readonly Line[] {
    this.#lines = this.#lines.filter((line) => line.alive);
    return this.#lines;
  }

  /** Whether `deliverAll` has anything to deliver. */
  get isWaiting(): boolean {
    return this.lines.some(({ upwards, downwards }) => upwards > 0 || (downwards > 0 && !this.isFrozen));
  }

  /** The computer loses its network: its sockets break, its requests fail. */
  down(): void {
    this.isUp = false;
    for (const line of this.lines) line.cut();
    this.#cut.end(new TypeError('the network is gone'));
    this.#cut = new Ending();
  }

  up(): void {
    this.isUp = true;
  }

  /** Delivers everything both ways; true when anything moved. */
  deliverAll(): boolean {
    let moved = false;
    for (const line of this.lines) {
      while (line.upwards > 0) {
        moved = true;
        line.deliverUp();
      }
      while (line.downwards > 0 && !this.isFrozen) {
        moved = true;
        line.deliverDown();
      }
    }
    return moved;
  }
}
