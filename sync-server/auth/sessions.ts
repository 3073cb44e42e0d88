// Who is signed in. Owns tokens and tickets: random, stored as hashes, expiring; must not decide what a person may do.
import { randomBytes } from 'node:crypto';
import { sha256Hex } from '../history/nativeCrypto.ts';
import type { SignInRow, Storage } from '../storage/index.ts';

const TOKEN_BYTES = 32;
/** A ticket opens one socket within this time (SECURITY §6). */
const TICKET_MS = 30_000;
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

/** How the identity was checked. */
export type SignInWay = Pick<SignInRow, 'way'> & { readonly idToken?: string };

export class Sessions {
  readonly #storage: Storage;
  readonly #minutes: number;
  readonly #now: () => number;
  readonly #ended = new Set<(sessionId: string) => void>();

  constructor(storage: Storage, minutes: number, now: () => number) {
    this.#storage = storage;
    this.#minutes = minutes;
    this.#now = now;
  }

  /** Starts a session for somebody whose identity was checked. */
  async start(
    userId: string,
    { way, idToken = '' }: SignInWay = { way: 'demo' },
  ): Promise<{ token: string; signIn: SignIn }> {
    const now = this.#now();
    const token = randomBytes(TOKEN_BYTES).toString('base64url');
    const signIn = { sessionId: sha256Hex(token), userId, expiresAt: now + this.#minutes * 60_000 };
    await this.#storage.transaction(async (store) => {
      await store.removeSessionsBefore(now);
      await store.identity.removeEndedSignIns();
      await store.addSession({ tokenHash: signIn.sessionId, userId, expiresAt: signIn.expiresAt });
      const row = { tokenHash: signIn.sessionId, userId, way, startedAt: now, deviceId: '', idToken };
      await store.identity.putSignIn(row);
      await store.identity.noteSignIn({ userId, at: now, way });
    });
    return { token, signIn };
  }

  /** The session of a token, or null when there is none or it has ended. */
  async find(token: string): Promise<SignIn | null> {
    return this.#living(sha256Hex(token));
  }

  /** How a session began; null for one from before this was kept. */
  async about(signIn: SignIn): Promise<SignInRow | null> {
    return this.#storage.identity.signIn(signIn.sessionId);
  }

  /** Remembers which device a session works on, so that it ends with the device. */
  async bindDevice(signIn: SignIn, deviceId: string): Promise<void> {
    const row = await this.about(signIn);
    if (row !== null && row.deviceId !== deviceId) await this.#storage.identity.putSignIn({ ...row, deviceId });
  }

  /** Living sessions of a person, oldest first. */
  async ofUser(userId: string): Promise<SignInRow[]> {
    const rows = await this.#storage.identity.signInsOf(userId);
    const living = await Promise.all(rows.map(({ tokenHash }) => this.#living(tokenHash)));
    return rows.filter((_row, i) => living[i] !== null);
  }

  /** Whether a session that was found before still lives: asked again for sockets, which outlive requests. */
  async lives({ sessionId }: SignIn): Promise<boolean> {
    return (await this.#living(sessionId)) !== null;
  }

  /** Ends a session; sockets opened under it are told. */
  async end({ sessionId }: Pick<SignIn, 'sessionId'>): Promise<void> {
    await this.#storage.removeSession(sessionId);
    for (const listener of this.#ended) listener(sessionId);
  }

  /** [AUTH-17] Ends every session of a person, or all but the one they ask from. */
  async endAllOf(userId: string, except?: SignIn): Promise<void> {
    for (const { tokenHash } of await this.#storage.identity.signInsOf(userId)) {
      if (tokenHash !== except?.sessionId) await this.end({ sessionId: tokenHash });
    }
  }

  /** [AUTH-18] Ends the sessions that a device enrolled in. */
  async endOfDevice(userId: string, deviceId: string): Promise<void> {
    for (const row of await this.#storage.identity.signInsOf(userId)) {
      if (row.deviceId === deviceId) await this.end({ sessionId: row.tokenHash });
    }
  }

  /** Called with the id of every session that is ended by hand. */
  onEnded(listener: (sessionId: string) => void): () => void {
    this.#ended.add(listener);
    return () => this.#ended.delete(listener);
  }

  /** A one-use ticket for one socket; any node of the workspace redeems it. */
  async issueTicket({ sessionId }: SignIn): Promise<string> {
    const now = this.#now();
    const ticket = randomBytes(TOKEN_BYTES).toString('base64url');
    const row = { ticketHash: sha256Hex(ticket), sessionId, expiresAt: now + TICKET_MS };
    await this.#storage.transaction((store) => store.identity.addTicket(row, now, TICKETS_PER_SESSION));
    return ticket;
  }

  /** Uses up a ticket; null when it is unknown, used, or too old, or its session has ended meanwhile. */
  async redeem(ticket: string): Promise<SignIn | null> {
    const row = await this.#storage.identity.takeTicket(sha256Hex(ticket));
    return row === null || row.expiresAt <= this.#now() ? null : this.#living(row.sessionId);
  }

  async #living(sessionId: string): Promise<SignIn | null> {
    const row = await this.#storage.session(sessionId);
    if (row === null || row.expiresAt <= this.#now()) return null;
    return { sessionId, userId: row.userId, expiresAt: row.expiresAt };
  }
}
