// Kysely's driver over one node:sqlite connection. Owns begin, commit and rollback; waiting for one's turn is Kysely's.
import { type Driver, SqliteDialect } from 'kysely';
import type { SqliteConnection } from './sqliteConnection.ts';

class NodeSqliteDriver implements Driver {
  readonly #connection: SqliteConnection;

  constructor(connection: SqliteConnection) {
    this.#connection = connection;
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<SqliteConnection> {
    return this.#connection;
  }

  async beginTransaction(): Promise<void> {
    this.#connection.begin();
  }

  async commitTransaction(): Promise<void> {
    await this.#connection.commit();
  }

  async rollbackTransaction(): Promise<void> {
    this.#connection.rollback();
  }

  async releaseConnection(): Promise<void> {}

  async destroy(): Promise<void> {
    this.#connection.close();
  }
}

/** The dialect's words are Kysely's own; only the connection is ours. */
export class NodeSqliteDialect extends SqliteDialect {
  readonly #connection: SqliteConnection;

  constructor(connection: SqliteConnection) {
    super({
      database: async () => {
        throw new Error('this dialect has its own driver');
      },
    });
    this.#connection = connection;
  }

  override createDriver(): Driver {
    return new NodeSqliteDriver(this.#connection) as Driver;
  }
}
