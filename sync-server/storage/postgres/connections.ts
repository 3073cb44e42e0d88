// The pool of connections to one database. Owns its limits and its end; must not know what is sent.
import pg from 'pg';
import type { DatabaseAddress } from './address.ts';
import { POSTGRES_TYPES } from './values.ts';

const CONNECTIONS = 10;
const CONNECT_MS = 5000;
/** A statement that takes longer than this stands behind a network that swallows packets. */
const ANSWER_MS = 30_000;
/** [STO-29] A node that stops in the middle of a transaction holds the lease's row no longer than this: the database ends its session. */
const IDLE_IN_TRANSACTION_MS = 2000;
/** A connection on which nothing is sent is asked by the system after this long whether the other side is there. */
const KEEP_ALIVE_MS = 5000;
/** How long orderly ends of connections are waited for. */
const END_MS = 500;

export interface Connections {
  readonly pool: pg.Pool;
  /** [NODE-18] Ends all; those that fell silent are cut, or their sockets would keep the process for a quarter of an hour. */
  close(): Promise<void>;
}

/** @param lockMs how long a statement waits for a lock; as long as it takes when it is left out */
export function openConnections(address: DatabaseAddress, lockMs = 0): Connections {
  const pool = new pg.Pool({
    connectionString: address.secret(),
    max: CONNECTIONS,
    connectionTimeoutMillis: CONNECT_MS,
    query_timeout: ANSWER_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
    application_name: 'countersign',
    options: `-c idle_in_transaction_session_timeout=${IDLE_IN_TRANSACTION_MS} -c lock_timeout=${lockMs}`,
    types: POSTGRES_TYPES,
  });
  pool.on('error', () => undefined);
  const streams = new Set<pg.Connection['stream']>();
  pool.on('connect', (client) => {
    // A broken connection that nobody is using right now is thrown away by the pool; its error must not end the process. It may come in the same
    // packet as the end of connecting, before whoever waits for the connection has it.
    client.on('error', () => undefined);
    const { stream } = client.connection;
    streams.add(stream);
    stream.once('close', () => streams.delete(stream));
  });
  return {
    pool,
    close: async () => {
      const cut = setTimeout(() => {
        for (const stream of streams) stream.destroy();
      }, END_MS);
      // The timer alone does not keep the process; a socket that it is there for does.
      cut.unref();
      await pool.end();
    },
  };
}
