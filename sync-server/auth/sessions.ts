// Who is signed in. Owns tokens and tickets: random, stored as hashes, expiring; must not decide what a person may do.
import { randomBytes } from 'node:crypto';
import { sha256Hex } from '../history/nativeCrypto.ts';
import type { Storage } from '../storage/index.ts';

const TOKEN_BYTES = 32;
/** A ticket opens one socket within this time (SECURITY §6). */
export const TICKET_MS = 30_000;
/** Most unused tickets of one session; a page that asks for more has lost count. */
const TICKETS_PER_SESSION = 32;

/** A living sign-in. */
export interface SignIn {
  /** Hash of the token: names the session without being able to use it. */
  readonly sessionId: string;
  readonly userId: string;
  /** Unix milliseconds. */
  readonly expiresAt: number;
}

interface TicketEntry {
  readonly signIn: SignIn;
  readonly expiresAt: number;
}

export class Sessions {
  readonly #storage: Storage;
  readonly #minutes: number;
  readonly #now: () => number;
  readonly #tickets = new Map<string, TicketEntry>();
  readonly #ended = new Set<(sessionId: string) => void>();

  constructor(storage: Storage, minutes: number, now: () => number) {
    this.#storage = storage;
    this.#minutes = minutes;
    this.#now = now;
  }

  /** Starts a session for somebody whose identity was checked. */
  async start(userId: string): Promise<{ token: string; signIn: SignIn }> {
    const now = this.#now();
    const token = randomBytes(TOKEN_BYTES).toString('base64url');
    const signIn = { sessionId: sha256Hex(token), userId, expiresAt: now + this.#minutes * 60_000 };
    await this.#storage.transaction(async (store) => {
      await store.removeSessionsBefore(now);
      await store.addSession({ tokenHash: signIn.sessionId, userId, expiresAt: signIn.expiresAt });
    });
    return { token, signIn };
  }

  /** The session of a token, or null when there is none or it has ended. */
  async find(token: string): Promise<SignIn | null> {
    const row = await this.#storage.session(sha256Hex(token));
    if (row === null || row.expiresAt <= this.#now()) return null;
    return { sessionId: row.tokenHash, userId: row.userId, expiresAt: row.expiresAt };
  }

  /** Ends a session; sockets opened under it are told. */
  async end(signIn: SignIn): Promise<void> {
    await this.#storage.removeSession(signIn.sessionId);
    for (const listener of this.#ended) listener(signIn.sessionId);
  }

  /** Called with the id of every session that is ended by hand. */
  onEnded(listener: (sessionId: string) => void): () => void {
    this.#ended.add(listener);
    return () => this.#ended.delete(listener);
  }

  /** A one-use ticket for one socket. */
  issueTicket(signIn: SignIn): string {
    const now = this.#now();
    let held = 0;
    for (const [hash, ticket] of this.#tickets) {
      if (ticket.expiresAt <= now) this.#tickets.delete(hash);
      else if (ticket.signIn.sessionId === signIn.sessionId) {
        held += 1;
        // The oldest comes first: a Map keeps insertion order.
        if (held >= TICKETS_PER_SESSION) this.#tickets.delete(hash);
      }
    }
    const ticket = randomBytes(TOKEN_BYTES).toString('base64url');
    this.#tickets.set(sha256Hex(ticket), { signIn, expiresAt: now + TICKET_MS });
    return ticket;
  }

  /** Uses up a ticket; null when it is unknown, used, or too old, or its session has ended meanwhile. */
  async redeem(ticket: string): Promise<SignIn | null> {
    const hash = sha256Hex(ticket);
    const entry = this.#tickets.get(hash);
    this.#tickets.delete(hash);
    if (entry === undefined || entry.expiresAt <= this.#now()) return null;
    const row = await this.#storage.session(entry.signIn.sessionId);
    return row === null || row.expiresAt <= this.#now() ? null : entry.signIn;
  }
}
