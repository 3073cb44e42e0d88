// One WebSocket: bounded, serial, alive. Owns rate, size, heartbeat and slow readers; what messages mean is its owner's.
import type { Duplex } from 'node:stream';
import { CLOSE } from '@countersign/shared/protocol';
import type { WebSocket } from 'ws';
import { type SocketLimits, TokenBucket } from './limits.ts';

/** Above the largest batch of edits: only imports and new drafts are larger. */
const LARGE_BYTES = 256 * 1024;
const MOST_LARGE = 8;
/** Nothing more is read while this many messages wait; one read may bring more than these. */
const MOST_WAITING = 256;

export interface SocketOwner {
  /** Handles one message; the next one waits for it. A throw closes the socket and drops what waited. */
  message(bytes: Uint8Array): Promise<void>;
  closed(): void;
  failed(error: unknown): void;
}

export class Socket {
  readonly #ws: WebSocket;
  readonly #stream: Duplex;
  readonly #limits: SocketLimits;
  readonly #frames: TokenBucket;
  readonly #bytes: TokenBucket;
  /** What arrived; from `#next` on it was not handled yet. Nothing is shifted out: of thousands that moves all the others each time. */
  #waiting: Buffer[] = [];
  #next = 0;
  #isHandling = false;
  #isPaused = false;
  #heartbeat: NodeJS.Timeout | null = null;
  #resume: (() => void) | null = null;
  #answered = true;
  #corked = false;
  #largeCount = 0;
  #largeBytes = 0;

  /** @param stream what the WebSocket was made of. */
  constructor(ws: WebSocket, stream: Duplex, limits: SocketLimits, now: number) {
    this.#ws = ws;
    this.#stream = stream;
    this.#limits = limits;
    this.#frames = new TokenBucket(limits.framesPerSecond, limits.frameBurst, now);
    this.#bytes = new TokenBucket(limits.bytesPerSecond, limits.byteBurst, now);
  }

  start(owner: SocketOwner): void {
    this.#ws.on('message', (data, isBinary) => {
      const bytes = Buffer.isBuffer(data) ? data : Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data);
      if (!isBinary) {
        this.close(CLOSE.notAllowed, 'Messages are binary.');
        return;
      }
      // Who floods on after the end is cut off: the handshake of the end would be waited for half a minute.
      if (!this.open) {
        if (this.#overRate(bytes.length) > 0) this.#ws.terminate();
        return;
      }
      this.#waiting.push(bytes);
      if (this.#waiting.length - this.#next >= MOST_WAITING) this.#pause();
      if (!this.#isHandling) void this.#handle(owner);
    });
    this.#ws.on('pong', () => {
      this.#answered = true;
    });
    this.#ws.on('close', () => {
      if (this.#heartbeat !== null) clearInterval(this.#heartbeat);
      this.#drop();
      this.#resume?.();
      owner.closed();
    });
    // ws reports frames over its limit and broken ones here, and closes by itself.
    this.#ws.on('error', (error) => owner.failed(error));
    this.#heartbeat = setInterval(() => this.#beat(), this.#limits.heartbeatMs);
    this.#heartbeat.unref();
  }

  get open(): boolean {
    return this.#ws.readyState === this.#ws.OPEN;
  }

  /**
   * Sends to a reader who is expected to keep up; one who does not is cut off and reads on after reconnecting. A large entry
   * (an import) may fill the buffer by itself, so large messages are counted apart: a reader is behind when several wait.
   */
  send(bytes: Uint8Array): void {
    if (this.#keepsUp()) this.#write(bytes.length, (left) => this.#ws.send(bytes, left));
  }

  /** The same for whole messages that are framed already: what everybody is sent is framed once. */
  sendFramed(frames: Uint8Array): void {
    if (this.#keepsUp()) this.#write(frames.length, (left) => this.#stream.write(frames, left));
  }

  /** Sends and waits until it left this process: for catching up, where much follows much. */
  async sendSlowly(bytes: Uint8Array): Promise<void> {
    if (!this.open) return;
    await new Promise<void>((resolve) => {
      // A failed send closes the socket, which ends the catching up by itself.
      this.#write(bytes.length, (left) => this.#ws.send(bytes, left), resolve);
    });
  }

  #keepsUp(): boolean {
    if (!this.open) return false;
    const waiting = this.#ws.bufferedAmount - this.#largeBytes;
    if (this.#largeCount <= MOST_LARGE && waiting <= this.#limits.outgoingBytes) return true;
    // A close frame would wait behind everything that is not being read.
    this.#ws.terminate();
    return false;
  }

  /** `left` is called when the bytes left this process. */
  #write(length: number, put: (left: () => void) => void, left = (): void => undefined): void {
    this.#cork();
    const large = length > LARGE_BYTES ? 1 : 0;
    this.#largeCount += large;
    this.#largeBytes += large * length;
    put(() => {
      this.#largeCount -= large;
      this.#largeBytes -= large * length;
      left();
    });
  }

  /** What is sent in one turn leaves in one write: fifty readers of a commit of fifty entries would be 2,500 calls of the system. */
  #cork(): void {
    if (this.#corked) return;
    this.#corked = true;
    this.#stream.cork();
    process.nextTick(() => {
      this.#corked = false;
      this.#stream.uncork();
    });
  }

  close(code: number, reason: string): void {
    if (this.#ws.readyState === this.#ws.CLOSED) return;
    this.#ws.close(code, reason);
    this.#drop();
    // Its answer stands behind megabytes that are not read: it is told, and cut off. After this turn, when the frame has left.
    if (this.#isPaused) setImmediate(() => this.#ws.terminate());
  }

  terminate(): void {
    this.#ws.terminate();
  }

  /**
   * Hands over what waits, one after the other. Rates are kept here and not where messages arrive: one read of the line may bring
   * thousands, which would all be handled before anybody else's.
   */
  async #handle(owner: SocketOwner): Promise<void> {
    this.#isHandling = true;
    for (let bytes = this.#waiting[this.#next]; bytes !== undefined; bytes = this.#waiting[this.#next]) {
      this.#next += 1;
      await this.#throttle(bytes.length);
      if (!this.open) break;
      try {
        await owner.message(new Uint8Array(bytes));
      } catch (error) {
        owner.failed(error);
      }
    }
    this.#drop();
    this.#isHandling = false;
    // Only now: every read brings thousands more to those that wait.
    if (this.#isPaused) this.#ws.resume();
    this.#isPaused = false;
  }

  /** Forgets what was handled, and what will not be. */
  #drop(): void {
    this.#waiting = [];
    this.#next = 0;
  }

  #pause(): void {
    if (this.#isPaused) return;
    this.#isPaused = true;
    this.#ws.pause();
  }

  /** Counts a message of this size; how many milliseconds too early it is. */
  #overRate(size: number): number {
    const now = Date.now();
    return Math.max(this.#frames.take(1, now), this.#bytes.take(size, now));
  }

  /** Waits until a message of this size may be handled; meanwhile nothing more is read. */
  async #throttle(size: number): Promise<void> {
    const wait = this.#overRate(size);
    if (wait === 0) return;
    this.#pause();
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, wait);
      timer.unref();
      this.#resume = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#resume = null;
  }

  #beat(): void {
    if (!this.#answered) {
      this.#ws.terminate();
      return;
    }
    this.#answered = false;
    this.#ws.ping();
  }
}
