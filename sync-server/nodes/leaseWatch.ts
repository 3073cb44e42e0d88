// Looks at the lease again and again: takes it when nobody has it, renews it, says when it is lost and who has it otherwise. Owns the rhythm; must
// not know what leading means.
import type { DatabaseAddress } from '../storage/index.ts';
import { ControlConnection } from './controlConnection.ts';
import { SequencerLease } from './lease.ts';

/** A leader that is silent for this long has lost the lease; renewed five times as often. */
const TTL_MS = 2500;
const RENEW_MS = 500;
/** How often a node that does not lead looks, besides being told. */
const LOOK_MS = 200;
/** A leader whose renewal was not answered tries again at once, on another connection. */
const AGAIN_MS = 20;

export interface LeaseEvents {
  /** The lease is this node's. */
  won(): void;
  /** It was renewed. */
  renewed(): void;
  /** It is another's, or may be. */
  lost(reason: string): void;
  /** Another node has it and answers at `url`; '' when nobody has it. Said at every look. */
  others(url: string): void;
  /** The log grew, says another node. */
  grew(): void;
  /** The database did not answer, and has not for so long. */
  unreachable(error: unknown, forMs: number): void;
  /** It answered. */
  reached(): void;
  /** Whether this node may take the lease. */
  eligible(): boolean;
}

export class LeaseWatch {
  readonly lease: SequencerLease;
  readonly #control: ControlConnection;
  readonly #events: LeaseEvents;
  #winning = false;
  #timer: NodeJS.Timeout | null = null;
  #looking: Promise<void> | null = null;
  #stopped = false;
  #unanswered = false;
  #answeredAt = performance.now();
  readonly #looked = new Set<() => void>();

  constructor(database: DatabaseAddress, url: string, events: LeaseEvents) {
    this.#events = events;
    this.#control = new ControlConnection(database, (notice) => this.#noticed(notice));
    this.lease = new SequencerLease(this.#control, url, TTL_MS);
  }

  /** Looks now, and again after a while. One look at a time. */
  look(): void {
    if (this.#stopped || this.#looking !== null) return;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#unanswered = false;
    this.#looking = this.#lookNow()
      .then(() => this.#answered())
      .catch((error: unknown) => this.#failed(error))
      .finally(() => {
        this.#looking = null;
        for (const resolve of [...this.#looked]) {
          this.#looked.delete(resolve);
          resolve();
        }
        if (!this.#stopped) this.#timer = setTimeout(() => this.look(), this.#nextMs());
      });
  }

  /** Resolves after the next look. */
  nextLook(): Promise<void> {
    return new Promise((resolve) => this.#looked.add(resolve));
  }

  /** Gives the lease up, so that another node, or this one again, takes it. */
  async giveUp(): Promise<void> {
    this.#winning = false;
    try {
      await this.lease.release();
    } catch (error) {
      // It runs out by itself.
      this.#events.unreachable(error, performance.now() - this.#answeredAt);
    }
  }

  /** Looks no more. The lease stays until it is given up or runs out. */
  async pause(): Promise<void> {
    this.#stopped = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    await this.#looking;
  }

  close(): Promise<void> {
    return this.#control.close();
  }

  #noticed(notice: string): void {
    if (this.#stopped) return;
    if (notice.startsWith('log')) this.#events.grew();
    else this.look();
  }

  async #lookNow(): Promise<void> {
    if (this.#winning) {
      if (await this.lease.renew()) this.#events.renewed();
      else this.#lost('another node took the lease');
      return;
    }
    const view = await this.lease.view();
    if (view?.live === true && !view.mine) {
      this.#events.others(view.url);
      return;
    }
    this.#events.others('');
    if (!this.#events.eligible() || !(await this.lease.take())) return;
    this.#winning = true;
    this.#events.won();
  }

  #nextMs(): number {
    if (!this.#winning) return LOOK_MS;
    return this.#unanswered ? AGAIN_MS : RENEW_MS;
  }

  #answered(): void {
    this.#answeredAt = performance.now();
    this.#events.reached();
  }

  /** A leader whose database does not answer goes on until its lease may have run out. */
  #failed(error: unknown): void {
    this.#unanswered = true;
    if (this.#winning && !this.lease.held) this.#lost('the lease could not be renewed');
    this.#events.unreachable(error, performance.now() - this.#answeredAt);
  }

  #lost(reason: string): void {
    this.#winning = false;
    this.lease.forget();
    this.#events.lost(reason);
  }
}
