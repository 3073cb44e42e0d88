// The sync connections that are open, and how long each may be: while its session lives, its person may read and its first message came in
// time. Owns closing them; who comes in decides `syncServer.ts`.
import { can } from '@countersign/shared/access';
import { CLOSE } from '@countersign/shared/protocol';
import type { People, Sessions, SignIn } from '../auth/index.ts';
import type { BreakGlass } from '../breakGlass/index.ts';
import type { History } from '../history/index.ts';
import { actorOfSignIn } from '../http/actor.ts';
import type { StoredCheckpoint } from '../storage/index.ts';
import type { Log, Metrics } from '../telemetry/index.ts';
import type { SocketLimits } from './limits.ts';
import type { SocketOwner } from './socket.ts';

/** A conversation as its door sees it. */
export interface Connection extends SocketOwner {
  /** Whether its first message came. */
  readonly opened: boolean;
  checkpoint(checkpoint: StoredCheckpoint): void;
  close(code: number, reason: string): void;
  terminate(): void;
}

export interface ConnectionRules {
  readonly history: Pick<History, 'checkpoints'>;
  readonly people: People;
  readonly breakGlass: Pick<BreakGlass, 'onEnded'>;
  readonly sessions: Sessions;
  readonly metrics: Metrics;
  readonly log: Log;
  readonly limits: SocketLimits;
  now(): Date;
}

interface Held {
  readonly connection: Connection;
  readonly signIn: SignIn;
  readonly timers: NodeJS.Timeout[];
}

/** One connection's place among the open ones. */
export interface Place {
  /** Asks whether it may still be. */
  recheck(): void;
  /** It is closed. */
  leave(): void;
}

/** Time that connections have to close by themselves when the server stops. */
const CLOSE_WITHIN_MS = 1000;
/** More than this a timer cannot wait; it then ends the session early, and its owner signs in again. */
const MOST_TIMER_MS = 2 ** 31 - 1;

export class OpenConnections {
  readonly #rules: ConnectionRules;
  readonly #held = new Set<Held>();
  readonly #offs: readonly (() => void)[];
  #onEmpty: (() => void) | null = null;

  constructor(rules: ConnectionRules) {
    this.#rules = rules;
    const { history, sessions, people, breakGlass } = rules;
    this.#offs = [
      history.checkpoints.onPublished((checkpoint) => {
        for (const { connection } of this.#held) connection.checkpoint(checkpoint);
      }),
      sessions.onEnded((sessionId) => {
        for (const { connection, signIn } of this.#held) {
          if (signIn.sessionId === sessionId) connection.close(CLOSE.sessionEnded, 'Your session has ended.');
        }
      }),
      people.onRoleTaken((userId) => {
        for (const held of this.#held) if (held.signIn.userId === userId) this.#requireReader(held);
      }),
      // [GLASS-10] What a socket was told of rights is asked anew: its client connects again.
      breakGlass.onEnded((userId) => {
        for (const { connection, signIn } of this.#held) {
          if (signIn.userId === userId) connection.close(CLOSE.restarting, 'The emergency role ended. Connect again.');
        }
      }),
    ];
  }

  countOf(userId: string): number {
    let count = 0;
    for (const { signIn } of this.#held) if (signIn.userId === userId) count += 1;
    return count;
  }

  hold(connection: Connection, signIn: SignIn): Place {
    const { limits, now } = this.#rules;
    const held: Held = { connection, signIn, timers: [] };
    this.#held.add(held);
    this.#tellCount();
    const later = (ms: number, work: () => void): void => {
      const timer = setTimeout(work, Math.min(ms, MOST_TIMER_MS));
      timer.unref();
      held.timers.push(timer);
    };
    later(signIn.expiresAt - now().getTime(), () => connection.close(CLOSE.sessionEnded, 'Your session has ended.'));
    later(limits.openWithinMs, () => {
      if (!connection.opened) connection.close(CLOSE.tooSlow, 'The first message did not come. Connect again.');
    });
    return { recheck: () => this.#recheck(held), leave: () => this.#release(held) };
  }

  /** Asks of every connection whether it may still be. */
  recheck(): void {
    for (const held of this.#held) this.#recheck(held);
  }

  /** Closes all with "connect again" and waits until they are gone, or cuts them off. */
  async stop(): Promise<void> {
    for (const off of this.#offs) off();
    for (const { connection } of this.#held)
      connection.close(CLOSE.restarting, 'The server is restarting. Connect again.');
    const cut = setTimeout(() => {
      for (const { connection } of this.#held) connection.terminate();
    }, CLOSE_WITHIN_MS);
    if (this.#held.size > 0) {
      await new Promise<void>((resolve) => {
        this.#onEmpty = resolve;
      });
    }
    clearTimeout(cut);
  }

  /** [AUTH-33] Who may read nothing any more is not sent anything more. */
  #requireReader({ connection, signIn }: Held): void {
    const actor = actorOfSignIn(this.#rules.people, signIn);
    const readable = actor === null ? null : can(actor, 'read');
    if (readable?.ok !== true)
      connection.close(CLOSE.notAllowed, readable?.reason.slice(0, 120) ?? 'You were removed.');
  }

  /** [AUTH-33] Asks the storage, which other processes write too, whether the session still lives. */
  #recheck(held: Held): void {
    this.#requireReader(held);
    this.#rules.sessions.lives(held.signIn).then(
      (lives) => {
        if (!lives) held.connection.close(CLOSE.sessionEnded, 'Your session has ended.');
      },
      (error: unknown) => this.#rules.log.error('a session could not be looked up again', error),
    );
  }

  #release(held: Held): void {
    for (const timer of held.timers) clearTimeout(timer);
    this.#held.delete(held);
    this.#tellCount();
    if (this.#held.size === 0) this.#onEmpty?.();
  }

  #tellCount(): void {
    this.#rules.metrics.sockets.set(this.#held.size);
  }
}
