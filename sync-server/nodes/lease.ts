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

/** What this node counts time by: `steady` only ever grows but stands still while the whole computer sleeps; `wall` may be set. */
export interface LeaseClocks {
  steady(): number;
  wall(): number;
}

const CLOCKS: LeaseClocks = { steady: () => performance.now(), wall: () => Date.now() };
/** A lease that was not renewed for so many of its lives has no holder, whatever the database's clock says. */
const DEAD_AFTER = 2;
/** Changes with every renewal and every holder. */
const MARK = `held.token || ' ' || held.expires_at`;

export class SequencerLease {
  readonly #control: ControlConnection;
  readonly url: string;
  readonly #ttlMs: number;
  /** A new name each run: a node that starts again is another holder. */
  readonly holder = randomBytes(12).toString('hex');
  readonly #clocks: LeaseClocks;
  #token: string | null = null;
  #validUntil = { steady: 0, wall: 0 };
  /** Another holder's lease as it was seen last, and since when it has not changed. */
  #seen = { mark: '', since: 0 };

  constructor(control: ControlConnection, url: string, ttlMs: number, clocks: LeaseClocks = CLOCKS) {
    this.#control = control;
    this.url = url;
    this.#ttlMs = ttlMs;
    this.#clocks = clocks;
  }

  /** The fence for writes; null when the lease was never taken or is lost. */
  get fence(): Fence | null {
    return this.#token === null ? null : { holder: this.holder, token: this.#token };
  }

  /**
   * Whether nobody else can have taken it yet. Counted from before the last renewal was sent, so it ends no later than the database's own count; by
   * both clocks, since one of them stands still while the computer sleeps. Writes do not rest on this but on the fence.
   */
  get held(): boolean {
    const { steady, wall } = this.#clocks;
    return this.#token !== null && steady() < this.#validUntil.steady && wall() < this.#validUntil.wall;
  }

  #until(): { steady: number; wall: number } {
    return { steady: this.#clocks.steady() + this.#ttlMs, wall: this.#clocks.wall() + this.#ttlMs };
  }

  /**
   * [NODE-2] Takes the lease when nobody holds it or it ran out. The token grows with every change of holder. Locking the row first waits for every
   * transaction that stands on it.
   */
  async take(): Promise<boolean> {
    const until = this.#until();
    const rows = await this.#control.query<{ token: number }>(
      `with standing as (select 1 from lease where name = 'log' for update)
       insert into lease as held (name, holder, token, url, expires_at)
       select 'log', $1, 1, $2, clock_timestamp() + $3 * interval '1 millisecond' from (select count(*) from standing) as locked
       on conflict (name) do update
         set holder = excluded.holder, token = held.token + 1, url = excluded.url,
             expires_at = clock_timestamp() + $3 * interval '1 millisecond'
         where held.expires_at <= clock_timestamp() or ${MARK} = $5
       returning token, pg_notify($4, 'lease')`,
      [this.holder, this.url, this.#ttlMs, CHANNEL, this.#deadMark() ?? ''],
    );
    const [row] = rows;
    if (row === undefined) return false;
    this.#token = String(row.token);
    this.#validUntil = until;
    return true;
  }

  /** Holds on to it. false: another node took it, and it is lost. */
  async renew(): Promise<boolean> {
    const until = this.#until();
    const rows = await this.#control.query(
      `update lease set expires_at = clock_timestamp() + $3 * interval '1 millisecond'
       where name = 'log' and holder = $1 and token = $2 returning token`,
      [this.holder, this.#token, this.#ttlMs],
    );
    if (rows.length === 0) {
      this.#token = null;
      return false;
    }
    this.#validUntil = until;
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

  /** [NODE-20] A lease that does not move is not live, although its end lies ahead: the database's clock was set back after its holder died. */
  async view(): Promise<LeaseView | null> {
    const [row] = await this.#control.query<LeaseView & { mark: string }>(
      `select url, expires_at > clock_timestamp() as live, holder = $1 as mine, ${MARK} as mark
       from lease as held where name = 'log'`,
      [this.holder],
    );
    if (row === undefined) return null;
    const { mark, ...view } = row;
    if (mark !== this.#seen.mark) this.#seen = { mark, since: this.#clocks.steady() };
    return { ...view, live: view.live && this.#deadMark() === null };
  }

  /** What the lease looks like that has not moved for too long; null when it moves. */
  #deadMark(): string | null {
    const { mark, since } = this.#seen;
    return mark !== '' && this.#clocks.steady() - since > DEAD_AFTER * this.#ttlMs ? mark : null;
  }
}
