// Sessions that a company's provider vouched for live only while it still does (docs/adr/0011). Owns when each is asked about and ended;
// how the provider is asked is company.ts's. What it gave is kept in memory only.
import type { Storage } from '../storage/index.ts';
import type { Log } from '../telemetry/index.ts';
import type { Sessions } from './sessions.ts';

/** What the provider gave for one session, and when it vouched for the person last (Unix milliseconds). */
export interface HeldGrant {
  readonly issuer: string;
  readonly subject: string;
  /** null where the provider gives none: then its access token asks for as long as it is good. */
  readonly refreshToken: string | null;
  readonly accessToken: string;
}

/** What the provider says of a person now: still known, with what to ask with next; not known any more; or nothing. */
export type Vouching = { readonly says: 'yes'; readonly grant: HeldGrant } | { readonly says: 'no' | 'nothing' };

export interface CompanyWatchOptions {
  readonly storage: Storage;
  readonly sessions: Sessions;
  readonly log: Log;
  readonly ask: (grant: HeldGrant) => Promise<Vouching>;
  readonly everyMs: number;
  /** Unix milliseconds. */
  readonly now: () => number;
}

/** Rounds without an answer after which a session ends. */
const ROUNDS = 4;

export class CompanyWatch {
  readonly #options: CompanyWatchOptions;
  readonly #begun: number;
  readonly #held = new Map<string, { readonly grant: HeldGrant; readonly vouchedAt: number }>();
  #timer: NodeJS.Timeout | null = null;
  #round: Promise<void> = Promise.resolve();

  constructor(options: CompanyWatchOptions) {
    this.#options = options;
    this.#begun = options.now();
  }

  /** Remembers what a session was begun with. */
  hold(sessionId: string, grant: HeldGrant): void {
    this.#held.set(sessionId, { grant, vouchedAt: this.#options.now() });
  }

  /** Asks about every living session, one round after the other. */
  check(): Promise<void> {
    this.#round = this.#round.catch(() => undefined).then(() => this.#checkAll());
    return this.#round;
  }

  start(): void {
    const { everyMs, log } = this.#options;
    this.#timer = setInterval(() => {
      this.check().catch((error: unknown) => log.error('company sessions could not be checked', error));
    }, everyMs);
    this.#timer.unref();
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }

  async #checkAll(): Promise<void> {
    const { storage, sessions } = this.#options;
    const living = new Set<string>();
    for (const { userId } of await storage.identity.identities()) {
      for (const { tokenHash, way, startedAt } of await sessions.ofUser(userId)) {
        if (way !== 'company') continue;
        if (await this.#stands(tokenHash, startedAt)) living.add(tokenHash);
        else await sessions.end({ sessionId: tokenHash });
      }
    }
    for (const [sessionId, { vouchedAt }] of this.#held) {
      // One that began during the round was not listed by it.
      if (!living.has(sessionId) && vouchedAt < this.#options.now() - this.#options.everyMs)
        this.#held.delete(sessionId);
    }
  }

  /** [AUTH-27] Whether a session goes on: the provider vouches for it, or did not long ago. */
  async #stands(sessionId: string, startedAt: number): Promise<boolean> {
    const { ask, everyMs, now, log } = this.#options;
    const held = this.#held.get(sessionId);
    // What was given before this process began is gone with the one before.
    const vouchedAt = held?.vouchedAt ?? Math.max(startedAt, this.#begun);
    const answer: Vouching = held === undefined ? { says: 'nothing' } : await ask(held.grant);
    if (answer.says === 'yes') {
      this.#held.set(sessionId, { grant: answer.grant, vouchedAt: now() });
      return true;
    }
    if (answer.says === 'nothing' && now() - vouchedAt < ROUNDS * everyMs) return true;
    this.#held.delete(sessionId);
    log.info('a company session was ended', {
      because: answer.says === 'no' ? 'the provider knows it no more' : 'no answer',
    });
    return false;
  }
}
