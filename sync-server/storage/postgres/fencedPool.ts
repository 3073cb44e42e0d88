// Connections that write only while this node holds the lease. Owns the check in front of every transaction and what a broken connection
// means for it; must not know what is written.
import type { PostgresPool, PostgresPoolClient, PostgresQueryResult } from 'kysely';
import type pg from 'pg';
import { Fenced, OutcomeUnknown } from '../errors.ts';
import type { DatabaseAddress } from './address.ts';
import type { Connections } from './connections.ts';
import { cutOff, isConnectionLoss } from './faults.ts';
import { SilenceWatch } from './silence.ts';

/** The lease that every write stands on. Both are made by us: the holder is hex, the token decimal. */
export interface Fence {
  readonly holder: string;
  readonly token: string;
}

/**
 * A lock on the lease's row until the transaction ends: whoever takes the lease over waits for it, and then sees what was written. It is the
 * weakest one, which its holder's own renewals do not wait for ([NODE-14]). No row means that another node took it.
 */
const fenceSql = ({ holder, token }: Fence): string =>
  `select 1 from lease where name = 'log' and holder = '${holder}' and token = ${token} for key share`;

const WRITES = /^\s*(insert|update|delete|merge)\b/i;

const SESSION = 'select pg_backend_pid() as pid';

export class FencedPool implements PostgresPool {
  readonly #connections: Connections;
  readonly #address: DatabaseAddress;
  readonly #clients = new WeakMap<pg.PoolClient, PostgresPoolClient>();
  readonly #silence: SilenceWatch;
  /** null lets every write through: without a lease, only migrations and commands that have the workspace for themselves write. */
  readonly fence: Fence | null;
  #retired = false;

  constructor(connections: Connections, address: DatabaseAddress, fence: Fence | null) {
    this.#connections = connections;
    this.#address = address;
    this.#silence = new SilenceWatch(address);
    this.fence = fence;
  }

  get options(): object {
    return this.#connections.pool.options;
  }

  /** The same connections under a lease. */
  under(fence: Fence): FencedPool {
    return new FencedPool(this.#connections, this.#address, fence);
  }

  /** [NODE-15] Nothing is read or written through it any more; connections and others over them stay. */
  retire(): void {
    this.#retired = true;
  }

  async connect(): Promise<PostgresPoolClient> {
    if (this.#retired) throw new Fenced('This node led under another lease. Nothing was written.');
    let client: pg.PoolClient;
    try {
      client = await this.#connections.pool.connect();
    } catch (error) {
      throw isConnectionLoss(error) ? cutOff(this.#address, error) : error;
    }
    // kysely keeps a connection by the identity of its client.
    const known = this.#clients.get(client);
    if (known !== undefined) return known;
    const session = await this.#sessionOf(client);
    const made = new FencedClient(client, {
      address: this.#address,
      fence: this.fence,
      answer: (statement) => this.#silence.answer(session, statement),
    }) as unknown as PostgresPoolClient;
    this.#clients.set(client, made);
    return made;
  }

  /** The connection's session on the database server, which a pooler in between may not be asked for. */
  async #sessionOf(client: pg.PoolClient): Promise<number> {
    try {
      const { rows } = await this.#silence.answer(null, client.query<{ pid: number }>(SESSION));
      return rows[0]?.pid ?? 0;
    } catch (error) {
      client.release(true);
      throw isConnectionLoss(error) ? cutOff(this.#address, error) : error;
    }
  }

  end(): Promise<void> {
    return this.#connections.close();
  }
}

interface ClientGround {
  readonly address: DatabaseAddress;
  readonly fence: Fence | null;
  /** Waits for a statement's answer. @throws ConnectionSilent */
  answer<T>(statement: Promise<T>): Promise<T>;
}

/** What kysely calls of a client; cursors, which it would open for streams only, are not offered. */
class FencedClient {
  readonly #client: pg.PoolClient;
  readonly #ground: ClientGround;
  #inTransaction = false;
  #broken = false;

  constructor(client: pg.PoolClient, ground: ClientGround) {
    this.#client = client;
    this.#ground = ground;
  }

  async query<R>(sql: string, parameters: readonly unknown[]): Promise<PostgresQueryResult<R>> {
    switch (sql) {
      case 'begin':
        return this.#begin<R>();
      case 'commit':
        return this.#commit<R>();
      case 'rollback':
        return this.#rollback<R>();
      default:
        if (this.#inTransaction || !WRITES.test(sql)) return this.#send<R>(sql, parameters);
        return this.#alone<R>(sql, parameters);
    }
  }

  release(): void {
    const broken = this.#broken || this.#inTransaction;
    this.#broken = false;
    this.#inTransaction = false;
    // A transaction that was left open ends with its connection.
    this.#client.release(broken);
  }

  async #begin<R>(): Promise<PostgresQueryResult<R>> {
    const { fence } = this.#ground;
    this.#inTransaction = true;
    if (fence === null) return this.#send<R>('begin', []);
    // Two statements in one message: a transaction costs no further round trip.
    const results: unknown = await this.#send(`begin; ${fenceSql(fence)}`, []);
    const [, check] = results as readonly pg.QueryResult[];
    if (check?.rowCount !== 1) {
      await this.#rollback();
      throw new Fenced('Another node holds the lease of this workspace. Nothing was written.');
    }
    return check as PostgresQueryResult<R>;
  }

  async #commit<R>(): Promise<PostgresQueryResult<R>> {
    try {
      const result = await this.#ground.answer(this.#client.query('commit'));
      this.#inTransaction = false;
      return result as unknown as PostgresQueryResult<R>;
    } catch (error) {
      if (!isConnectionLoss(error)) throw error;
      this.#broken = true;
      throw new OutcomeUnknown('The connection to the database broke while a transaction was being written.', {
        cause: error,
      });
    }
  }

  async #rollback<R>(): Promise<PostgresQueryResult<R>> {
    this.#inTransaction = false;
    const done = { command: 'ROLLBACK', rowCount: 0, rows: [] } as unknown as PostgresQueryResult<R>;
    // Closing a broken connection rolls back; the error that broke it is the one that the caller must hear.
    if (this.#broken) return done;
    await this.#send('rollback', []);
    return done;
  }

  /** One writing statement outside a transaction gets one, with the fence in it. */
  async #alone<R>(sql: string, parameters: readonly unknown[]): Promise<PostgresQueryResult<R>> {
    await this.#begin();
    try {
      const result = await this.#send<R>(sql, parameters);
      await this.#commit();
      return result;
    } catch (error) {
      if (this.#inTransaction) await this.#rollback();
      throw error;
    }
  }

  async #send<R>(sql: string, parameters: readonly unknown[]): Promise<PostgresQueryResult<R>> {
    try {
      // Without parameters the simple protocol is used, which takes several statements.
      const sent = parameters.length === 0 ? this.#client.query(sql) : this.#client.query(sql, [...parameters]);
      const result = await this.#ground.answer(sent);
      return result as unknown as PostgresQueryResult<R>;
    } catch (error) {
      if (!isConnectionLoss(error)) throw error;
      this.#broken = true;
      throw cutOff(this.#ground.address, error);
    }
  }
}
