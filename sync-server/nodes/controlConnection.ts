// A node's own connection beside the pool: leases and notices go through it, so that they never wait behind work. Owns connecting again; must not
// decide who leads.
import pg from 'pg';
import { CHANNEL, type DatabaseAddress, POSTGRES_TYPES } from '../storage/index.ts';

/** Longest wait for a connection and for an answer; a lease that cannot be renewed within it is as good as lost. */
const PATIENCE_MS = 2000;
/** Shorter than our own patience: a statement that we gave up must not take the lease later. */
const LOCK_MS = 1000;

export class ControlConnection {
  readonly #address: DatabaseAddress;
  readonly #onNotice: (payload: string) => void;
  #client: pg.Client | null = null;
  #connecting: Promise<pg.Client> | null = null;
  #closed = false;

  constructor(address: DatabaseAddress, onNotice: (payload: string) => void) {
    this.#address = address;
    this.#onNotice = onNotice;
  }

  /** Runs one statement, on a new connection when the last one broke. @throws what the driver throws */
  async query<R extends pg.QueryResultRow>(text: string, values: readonly unknown[] = []): Promise<R[]> {
    const client = await this.#connected();
    try {
      return (await client.query<R>(text, [...values])).rows;
    } catch (error) {
      // Whatever it was: the next statement finds out on a fresh connection whether the database is there.
      this.#drop(client);
      throw error;
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    const client = this.#client;
    this.#client = null;
    await client?.end();
  }

  #connected(): Promise<pg.Client> {
    if (this.#closed) return Promise.reject(new Error('the node has stopped'));
    if (this.#client !== null) return Promise.resolve(this.#client);
    this.#connecting ??= this.#connect().finally(() => {
      this.#connecting = null;
    });
    return this.#connecting;
  }

  async #connect(): Promise<pg.Client> {
    const client = new pg.Client({
      connectionString: this.#address.secret(),
      connectionTimeoutMillis: PATIENCE_MS,
      query_timeout: PATIENCE_MS,
      keepAlive: true,
      application_name: 'countersign node',
      options: `-c lock_timeout=${LOCK_MS}`,
      types: POSTGRES_TYPES,
    });
    client.on('error', () => this.#drop(client));
    client.on('notification', ({ payload }) => this.#onNotice(payload ?? ''));
    await client.connect();
    await client.query(`listen ${CHANNEL}`);
    if (this.#closed) {
      await client.end();
      throw new Error('the node has stopped');
    }
    this.#client = client;
    // What was told while nobody listened is found by looking.
    this.#onNotice('connected');
    return client;
  }

  #drop(client: pg.Client): void {
    if (this.#client === client) this.#client = null;
    // It is broken or suspect; that it cannot be ended well is expected.
    client.end().catch(() => undefined);
  }
}
