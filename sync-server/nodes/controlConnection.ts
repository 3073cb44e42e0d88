// A node's own connection beside the pool: leases and notices go through it, so that they never wait behind work. Owns connecting again; must not
// decide who leads.
import pg from 'pg';
import { CHANNEL, type DatabaseAddress, POSTGRES_TYPES } from '../storage/index.ts';

/** Longest wait for a connection. */
const CONNECT_MS = 2000;
/** Longest wait for an answer: short enough that a connection which fell silent is replaced before a lease has run out ([NODE-17]). */
const PATIENCE_MS = 1100;
/** Shorter than our own patience: a statement that we gave up must not take the lease later. */
const LOCK_MS = 800;
/** After so long without a word the system asks whether the other side is there. */
const KEEP_ALIVE_MS = 5000;
/** How long an orderly end of the connection is waited for. */
const END_MS = 500;
/**
 * Statements here do not wait for the disk: a crash of the database that takes a renewal back ends the lease sooner, and one that takes the taking
 * back leaves a lease under which nothing was written, or the log would be lost with it.
 */
const SETTINGS = `-c lock_timeout=${LOCK_MS} -c synchronous_commit=off`;

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
    if (client !== null) await end(client);
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
      connectionTimeoutMillis: CONNECT_MS,
      query_timeout: PATIENCE_MS,
      keepAlive: true,
      keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
      application_name: 'countersign node',
      options: SETTINGS,
      types: POSTGRES_TYPES,
    });
    client.on('error', () => this.#drop(client));
    client.on('notification', ({ payload }) => this.#onNotice(payload ?? ''));
    try {
      await client.connect();
      await client.query(`listen ${CHANNEL}`);
      if (this.#closed) throw new Error('the node has stopped');
    } catch (error) {
      this.#drop(client);
      throw error;
    }
    this.#client = client;
    // What was told while nobody listened is found by looking.
    this.#onNotice('connected');
    return client;
  }

  #drop(client: pg.Client): void {
    if (this.#client === client) this.#client = null;
    void end(client);
  }
}

/** [NODE-18] Ends a connection in order, or at once when it is broken: a silent one would keep its socket, and the process, for a quarter of an hour. */
async function end(client: pg.Client): Promise<void> {
  const { stream } = client.connection;
  const cut = setTimeout(() => stream.destroy(), END_MS);
  // It is broken or suspect; that it cannot be ended well is expected.
  await client.end().catch(() => undefined);
  clearTimeout(cut);
}
