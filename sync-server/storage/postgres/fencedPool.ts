// Connections that write only while this node holds the lease. Owns the check in front of every transaction and what a broken connection
// means for it; must not know what is written.
import type { PostgresPool, PostgresPoolClient, PostgresQueryResult } from 'kysely';
import type pg from 'pg';
import { Fenced, OutcomeUnknown } from '../errors.ts';
import type { DatabaseAddress } from './address.ts';
import { cutOff, isConnectionLoss } from './faults.ts';

/** The lease that every write stands on. Both are made by us: the holder is hex, the token decimal. */
export interface Fence {
  readonly holder: string;
  readonly token: string;
}

/**
 * A shared lock on the lease's row until the transaction ends: whoever takes the lease over waits for it, and then sees what was written.
 * No row means that another node took it.
 */
const fenceSql = ({ holder, token }: Fence): string =>
  `select 1 from lease where name = 'log' and holder = '${holder}' and token = ${token} for share`;

const WRITES = /^\s*(insert|update|delete|merge)\b/i;

export class FencedPool implements PostgresPool {
  readonly #pool: pg.Pool;
  readonly #address: DatabaseAddress;
  readonly #clients = new WeakMap<pg.PoolClient, PostgresPoolClient>();
  #fence: Fence | null = null;

  constructor(pool: pg.Pool, address: DatabaseAddress) {
    this.#pool = pool;
    this.#address = address;
  }

  get options(): object {
    return this.#pool.options;
  }

  /** null lets every write through: before a node has a lease, only migrations write. */
  setFence(fence: Fence | null): void {
    this.#fence = fence;
  }

  get fence(): Fence | null {
    return this.#fence;
  }

  async connect(): Promise<PostgresPoolClient> {
    let client: pg.PoolClient;
    try {
      client = await this.#pool.connect();
    } catch (error) {
      throw isConnectionLoss(error) ? cutOff(this.#address, error) : error;
    }
    // kysely keeps a connection by the identity of its client.
    const known = this.#clients.get(client);
    if (known !== undefined) return known;
    const made = new FencedClient(client, this.#address, () => this.#fence) as unknown as PostgresPoolClient;
    this.#clients.set(client, made);
    return made;
  }

  end(): Promise<void> {
    return this.#pool.end();
  }
}

/** What kysely calls of a client; cursors, which it would open for streams only, are not offered. */
class FencedClient {
  readonly #client: pg.PoolClient;
  readonly #address: DatabaseAddress;
  readonly #fence: () => Fence | null;
  #inTransaction = false;
  #broken = false;

  constructor(client: pg.PoolClient, address: DatabaseAddress, fence: () => Fence | null) {
    this.#client = client;
    this.#address = address;
    this.#fence = fence;
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
    const fence = this.#fence();
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
      const result = await this.#client.query('commit');
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
      const result =
        parameters.length === 0 ? await this.#client.query(sql) : await this.#client.query(sql, [...parameters]);
      return result as unknown as PostgresQueryResult<R>;
    } catch (error) {
      if (!isConnectionLoss(error)) throw error;
      this.#broken = true;
      throw cutOff(this.#address, error);
    }
  }
}
