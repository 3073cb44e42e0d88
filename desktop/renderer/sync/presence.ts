// Who is in an open draft, and where this window's cursor is. Owns the pace at which the cursor is sent; nothing of it is kept.
import type { Cursor, PresenceSession } from '@countersign/shared/protocol';
import type { Runtime } from './runtime.ts';

const CURSOR_EVERY_MS = 100;

export class Presence {
  readonly #runtime: Runtime;
  /** Sends the cursor, where there is somebody to hear it. */
  readonly #send: (cursor: Cursor) => void;
  #all: readonly PresenceSession[] = [];
  /** What the server calls this window's socket; null while it did not say. */
  #own: string | null = null;
  #cursor: Cursor = {};
  #cancel: (() => void) | null = null;

  constructor(runtime: Runtime, send: (cursor: Cursor) => void) {
    this.#runtime = runtime;
    this.#send = send;
  }

  /** Everybody else, other windows of this person too. */
  get peers(): readonly PresenceSession[] {
    return this.#all.filter(({ session }) => session !== this.#own);
  }
  get cursor(): Cursor {
    return this.#cursor;
  }

  /** The server gave this window's socket a name. */
  opened(session: string | undefined): void {
    this.#own = session ?? null;
  }
  here(sessions: readonly PresenceSession[]): void {
    this.#all = sessions;
  }
  /** The socket is gone, and with it what it told. */
  nobody(): void {
    this.#all = [];
    this.#own = null;
  }

  /** A drag over cells moves the cursor many times a second; only the last of each moment is sent. */
  move(cursor: Cursor): void {
    this.#cursor = cursor;
    this.#cancel ??= this.#runtime.after(CURSOR_EVERY_MS, () => {
      this.#cancel = null;
      this.#send(this.#cursor);
    });
  }

  close(): void {
    this.#cancel?.();
    this.#cancel = null;
  }
}
