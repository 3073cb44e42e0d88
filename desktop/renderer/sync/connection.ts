// The one socket of an open draft: ticket, frames, reconnects, silence. Owns when to be connected; must not know documents.
import {
  CLOSE,
  decodeFrame,
  encodeFrame,
  type Frame,
  FrameError,
  type Header,
  type MessageName,
  SUBPROTOCOL,
  TICKET_PREFIX,
} from '@countersign/shared/protocol';
import { ApiError, SessionEnded } from '../api/index.ts';
import type { Runtime } from './runtime.ts';

/** The part of WebSocket that is used, so that tests can decide order and loss. */
export interface Socket {
  binaryType: string;
  onopen: (() => void) | null;
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: ((event: { code: number; reason: string }) => void) | null;
  onerror: (() => void) | null;
  send(bytes: Uint8Array<ArrayBuffer>): void;
  close(code?: number): void;
}
export type OpenSocket = (url: string, protocols: string[]) => Socket;

export type ConnectionState = 'online' | 'connecting' | 'offline';

export interface ConnectionOptions {
  readonly draftId: string;
  readonly serverUrl: string;
  readonly runtime: Runtime;
  readonly openSocket: OpenSocket;
  /** A fresh one-use ticket. */
  readonly ticket: () => Promise<string>;
  /** The socket is open: say `open` now. */
  readonly onOpen: () => void;
  readonly onFrame: (frame: Frame) => void;
  readonly onState: (state: ConnectionState) => void;
  /** The server closed for good; the reason in words with the way on. */
  readonly onTerminal: (code: number, text: string) => void;
  /** Sends something the server answers, to find out whether the socket is alive. */
  readonly onProbe: () => void;
}

/** The reconnect waits grow from the first to the last of these, half of each left to chance. */
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 30_000;
const PROBE_AFTER_MS = 20_000;
const SILENT_AFTER_MS = 45_000;
/** Close code of our own, for a socket that is given up. */
const GIVEN_UP = 4000;
/** After so many unreadable frames in a row the other side speaks another protocol. */
const UNREADABLE_LIMIT = 3;

const TERMINAL: Readonly<Record<number, string>> = {
  [CLOSE.sessionEnded]: 'The session has ended. Sign in again; the work on this computer is kept.',
  [CLOSE.notAllowed]: 'Your role does not let you open this version. Ask an admin for access.',
  [CLOSE.noSuchVersion]:
    'The server does not know this version. What is on this computer is kept; export it if you need it.',
  [CLOSE.equivocation]:
    'This device signed two different changes with one number, so the server has frozen it until an admin looks at it. Export the unsent work.',
  [CLOSE.tooLarge]: 'A change was larger than the server takes. Make it in smaller steps.',
  [CLOSE.schema]:
    'The app and the server are of different versions. Update the app; until then this version is read-only and unsent work can be exported.',
};
const UNREADABLE = 'The server sent something this app cannot read. Update the app; the work on this computer is kept.';

export class Connection {
  readonly #options: ConnectionOptions;
  #socket: Socket | null = null;
  #state: ConnectionState = 'offline';
  #started = false;
  #terminal = false;
  #failures = 0;
  #unreadable = 0;
  #cancelRetry: (() => void) | null = null;
  #cancelWatch: (() => void) | null = null;
  /** Counts attempts, so that an answer to an abandoned one is ignored. */
  #attempt = 0;

  constructor(options: ConnectionOptions) {
    this.#options = options;
  }

  get state(): ConnectionState {
    return this.#state;
  }
  /** Another number for every socket: what one socket brought says nothing about the next. */
  get attempt(): number {
    return this.#attempt;
  }

  /** Connects, and stays connected until `stop` or a terminal close. */
  start(): void {
    if (this.#started || this.#terminal) return;
    this.#started = true;
    this.#connect();
  }

  /** Closes and stays closed until `start`. */
  stop(): void {
    this.#started = false;
    this.#drop();
    this.#setState('offline');
  }

  /** The network came back, or something changed: try now instead of waiting. */
  retryNow(): void {
    if (!this.#started || this.#terminal || this.#socket !== null) return;
    this.#failures = 0;
    this.#connect();
  }

  /** The network is gone: no use in waiting for the socket to notice. */
  lost(): void {
    if (!this.#started || this.#terminal) return;
    this.#drop();
    this.#wait();
  }

  /** Gives the socket up and connects anew, e.g. to pull entries again. */
  reopen(): void {
    if (!this.#started || this.#terminal) return;
    this.#drop();
    this.#wait();
  }

  /** Connects anew at once, e.g. to hear what the person may do now. */
  refresh(): void {
    if (this.#started && !this.#terminal) this.#connect();
  }

  /** The person signed in again: a terminal close is forgotten. */
  revive(): void {
    this.#terminal = false;
    this.#unreadable = 0;
    this.#failures = 0;
    if (this.#started) this.#connect();
    else this.start();
  }

  /** The server has answered in full: later failures start from short waits again. */
  settled(): void {
    this.#failures = 0;
    this.#setState('online');
  }

  /** Sends a frame; false when there is no open socket. */
  send<N extends MessageName>(name: N, header: Header<N>, parts: readonly Uint8Array[] = []): boolean {
    if (this.#socket === null || this.#state === 'offline') return false;
    // lib0 allocates plain buffers; the copy states that to the type checker and costs nothing beside the socket.
    this.#socket.send(new Uint8Array(encodeFrame(name, header, parts)));
    return true;
  }

  #connect(): void {
    this.#drop();
    this.#setState('connecting');
    this.#attempt += 1;
    const attempt = this.#attempt;
    this.#options.ticket().then(
      (ticket) => {
        if (attempt === this.#attempt) this.#open(attempt, ticket);
      },
      (error: unknown) => {
        if (attempt !== this.#attempt) return;
        if (error instanceof SessionEnded) this.#end(CLOSE.sessionEnded);
        else if (error instanceof ApiError && error.status === 403) this.#end(CLOSE.notAllowed);
        else this.#wait();
      },
    );
  }

  #open(attempt: number, ticket: string): void {
    const { draftId, serverUrl, openSocket } = this.#options;
    const url = `${serverUrl.replace(/^http/, 'ws')}/sync/${encodeURIComponent(draftId)}`;
    const socket = openSocket(url, [SUBPROTOCOL, `${TICKET_PREFIX}${ticket}`]);
    socket.binaryType = 'arraybuffer';
    this.#socket = socket;
    const isCurrent = () => attempt === this.#attempt && this.#socket === socket;
    // An upgrade that is never answered: platforms wait minutes for it, or for ever.
    this.#cancelWatch = this.#options.runtime.after(SILENT_AFTER_MS, () => this.reopen());
    socket.onopen = () => {
      if (!isCurrent()) return;
      this.#watch();
      this.#options.onOpen();
    };
    socket.onmessage = ({ data }) => {
      if (!isCurrent()) return;
      this.#watch();
      this.#receive(data);
    };
    // The close event follows an error and carries all there is to know.
    socket.onerror = null;
    socket.onclose = ({ code }) => {
      if (!isCurrent()) return;
      this.#socket = null;
      if (TERMINAL[code] !== undefined) this.#end(code);
      else this.#wait();
    };
  }

  #receive(data: unknown): void {
    let frame: Frame;
    try {
      if (!(data instanceof ArrayBuffer)) throw new FrameError('not a binary message');
      frame = decodeFrame(new Uint8Array(data));
    } catch (error) {
      if (!(error instanceof FrameError)) throw error;
      this.#unreadable += 1;
      if (this.#unreadable >= UNREADABLE_LIMIT) this.#end(CLOSE.schema, UNREADABLE);
      else this.reopen();
      return;
    }
    this.#unreadable = 0;
    this.#options.onFrame(frame);
  }

  /** Starts the watch for silence anew: something was heard. */
  #watch(): void {
    this.#cancelWatch?.();
    const { runtime } = this.#options;
    this.#cancelWatch = runtime.after(PROBE_AFTER_MS, () => {
      this.#options.onProbe();
      this.#cancelWatch = runtime.after(SILENT_AFTER_MS - PROBE_AFTER_MS, () => this.reopen());
    });
  }

  #wait(): void {
    this.#drop();
    this.#setState('offline');
    const longest = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** this.#failures);
    this.#failures += 1;
    const wait = longest / 2 + (longest / 2) * this.#options.runtime.random();
    this.#cancelRetry = this.#options.runtime.after(wait, () => this.#connect());
  }

  #end(code: number, text = TERMINAL[code] ?? UNREADABLE): void {
    this.#terminal = true;
    this.#drop();
    this.#setState('offline');
    this.#options.onTerminal(code, text);
  }

  #drop(): void {
    this.#attempt += 1;
    this.#cancelRetry?.();
    this.#cancelRetry = null;
    this.#cancelWatch?.();
    this.#cancelWatch = null;
    const socket = this.#socket;
    this.#socket = null;
    socket?.close(GIVEN_UP);
  }

  #setState(state: ConnectionState): void {
    if (this.#state === state) return;
    this.#state = state;
    this.#options.onState(state);
  }
}
