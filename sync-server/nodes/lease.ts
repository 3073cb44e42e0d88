// The right to write the workspace's log. Owns taking, renewing and giving back the lease, by the database's clock; must not know what leading
// means.
import { randomBytes } from 'node:crypto';
import { CHANNEL, type Fence } from '../storage/index.ts';
import type { ControlConnection } from './controlConnection.ts';

/** What a node sees of the lease. */
export interface LeaseView {
  /** Where its holder answers. */
  readonly url: string;
  /** By the database's clock. */
  readonly live: boolean;
  /** Held by this node. When it does not lead it has lost track, for example because the answer to `take` was lost. */
  readonly mine: boolean;
}

/** Milliseconds that only ever grow, also while this process is stopped; the wall clock may be set. */
const monotonic = (): number => performance.now();

export class SequencerLease {
  readonly #control: ControlConnection;
  readonly url: string;
  readonly #ttlMs: number;
  /** A new name each run: a node that starts again is another holder. */
  readonly holder = randomBytes(12).toString('hex');
  #token: string | null = null;
  #validUntil = 0;

  constructor(control: ControlConnection, url: string, ttlMs: number) {
    this.#control = control;
    this.url = url;
    this.#ttlMs = ttlMs;
  }

  /** The fence for writes; null when the lease was never taken or is lost. */
  get fence(): Fence | null {
    return this.#token === null ? null : { holder: this.holder, token: this.#token };
  }

  /**
   * Whether nobody else can have taken it yet. Counted from before the last renewal was sent, so it ends no later than the database's own count.
   * Writes do not rest on this but on the fence.
   */
  get held(): boolean {
    return this.#token !== null && monotonic() < this.#validUntil;
  }

  /** [NODE-2] Takes the lease when nobody holds it or it ran out. The token grows with every change of holder. */
  async take(): Promise<boolean> {
    const sent = monotonic();
    const rows = await this.#control.query<{ token: number }>(
      `insert into lease as held (name, holder, token, url, expires_at)
       values ('log', $1, 1, $2, clock_timestamp() + $3 * interval '1 millisecond')
       on conflict (name) do update
         set holder = excluded.holder, token = held.token + 1, url = excluded.url,
             expires_at = clock_timestamp() + $3 * interval '1 millisecond'
         where held.expires_at <= clock_timestamp()
       returning token, pg_notify($4, 'lease')`,
      [this.holder, this.url, this.#ttlMs, CHANNEL],
    );
    const [row] = rows;
    if (row === undefined) return false;
    this.#token = String(row.token);
    this.#validUntil = sent + this.#ttlMs;
    return true;
  }

  /** Holds on to it. false: another node took it, and it is lost. */
  async renew(): Promise<boolean> {
    const sent = monotonic();
    const rows = await this.#control.query(
      `update lease set expires_at = clock_timestamp() + $3 * interval '1 millisecond'
       where name = 'log' and holder = $1 and token = $2 returning token`,
      [this.holder, this.#token, this.#ttlMs],
    );
    if (rows.length === 0) {
      this.#token = null;
      return false;
    }
    this.#validUntil = sent + this.#ttlMs;
    return true;
  }

  /** Stops counting on it without asking the database, which cannot be reached. */
  forget(): void {
    this.#token = null;
  }

  /** Lets another node take it at once. */
  async release(): Promise<void> {
    const token = this.#token;
    if (token === null) return;
    this.#token = null;
    await this.#control.query(
      `update lease set expires_at = clock_timestamp() where name = 'log' and holder = $1 and token = $2
       returning pg_notify($3, 'lease')`,
      [this.holder, token, CHANNEL],
    );
  }

  async view(): Promise<LeaseView | null> {
    const rows = await this.#control.query<LeaseView>(
      `select url, expires_at > clock_timestamp() as live, holder = $1 as mine from lease where name = 'log'`,
      [this.holder],
    );
    return rows[0] ?? null;
  }
}
