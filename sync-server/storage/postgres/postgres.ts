// PostgreSQL through kysely: the storage contract for one or several nodes. Owns the pool, the demand for durability and the migration lock.
import { Kysely, PostgresDialect, sql } from 'kysely';
import type pg from 'pg';
import { Fenced, OutcomeUnknown, StorageError } from '../errors.ts';
import { KyselyStorage } from '../kyselyStore.ts';
import { type ColumnTypes, type MigrationSet, migrate, OWN_MIGRATIONS } from '../migrations.ts';
import type { LogRow, Store } from '../port.ts';
import type { Tables } from '../tables.ts';
import type { DatabaseAddress } from './address.ts';
import { openConnections } from './connections.ts';
import { PostgresDraftLeases } from './draftLeases.ts';
import { isDeadlock, isPostgresUniqueViolation, openFault } from './faults.ts';
import { type Fence, FencedPool } from './fencedPool.ts';
import { leaseMigrations } from './leaseTable.ts';
import { PostgresParts } from './sharedParts.ts';

/** [NODE-22] A change of tables that waits for somebody who reads them makes everybody who writes wait behind it. */
const CHANGE_TABLES_MS = 3000;
const RETRY_MS = 100;
/** Any number: all nodes use the same one. */
const MIGRATION_LOCK = 8_750_001;
const OLDEST = 140_000;
/** Channel on which nodes wake each other; what they then know comes from the tables. */
export const CHANNEL = 'countersign';

const TYPES: ColumnTypes = { bytes: 'bytea', whole: 'bigint', text: sql`text collate "C"` };

export class PostgresStorage extends KyselyStorage {
  readonly address: DatabaseAddress;
  override readonly drafts: PostgresDraftLeases;
  override readonly parts: PostgresParts;
  readonly #pool: FencedPool;
  readonly #sets: readonly MigrationSet[];
  #tail: Promise<unknown> = Promise.resolve();
  #asking: Promise<unknown> = Promise.resolve();
  #closed = false;

  constructor(pool: FencedPool, address: DatabaseAddress, sets: readonly MigrationSet[]) {
    const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
    const drafts = new PostgresDraftLeases(db, pool.fence);
    super(db, isPostgresUniqueViolation, async (tx, rows) => {
      await drafts.require(tx, rows);
      await announce(tx, rows);
    });
    this.address = address;
    this.drafts = drafts;
    this.parts = new PostgresParts(db);
    this.#pool = pool;
    this.#sets = sets;
  }

  /**
   * [NODE-15] The same database for one reign: nothing is written unless this lease still stands. What is left of an earlier reign writes under
   * that one's lease, which never stands again, and not under this.
   */
  under(fence: Fence): PostgresStorage {
    return new PostgresStorage(this.#pool.under(fence), this.address, this.#sets);
  }

  /** Ends a reign's storage: whoever still uses it is told that this node does not lead. The connections stay. */
  retire(): void {
    this.#closed = true;
    this.#pool.retire();
  }

  /** [NODE-16] @throws StorageError `newer` when a newer program changed the tables since this one opened them. */
  async requireKnownSchema(): Promise<void> {
    for (const { part, steps } of this.#sets) {
      const have = Number((await this.meta(`schema.${part}`)) ?? '0');
      if (have > steps.length) throw StorageError.newer(part, have, steps.length);
    }
  }

  /** [STO-8] One after the other, as the contract says, although the pool could do several. */
  override transaction<T>(work: (store: Store) => Promise<T>): Promise<T> {
    const result = this.#tail.then(() => super.transaction(work));
    this.#tail = result.catch(() => undefined);
    return result;
  }

  /**
   * [STO-15] A transaction whose connection broke may still be ending on the server. It holds the lease's row until it has, so locking
   * that row waits for it. One asks at a time: two that hold the row shared would each wait until the other gives it up.
   */
  settled(): Promise<void> {
    const result = this.#asking.then(() => this.#askOutcomes());
    this.#asking = result.catch(() => undefined);
    return result;
  }

  async #askOutcomes(): Promise<void> {
    for (;;) {
      if (this.#closed) throw new Fenced('The database was closed.');
      try {
        // On the transaction's own connection: its fence holds the row shared, and another connection would wait for that.
        await this.db.transaction().execute(async (tx) => {
          await sql`select 1 from lease where name = 'log' for update`.execute(tx);
        });
        return;
      } catch (error) {
        const isCut = error instanceof OutcomeUnknown || (error instanceof StorageError && error.fault === 'cutOff');
        if (!isCut && !isDeadlock(error)) throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }

  /** Brings the tables up to this program's. @throws StorageError `newer` */
  migrate(): Promise<void> {
    return migrate(this.db, TYPES, this.#sets);
  }

  /** Asks the database for anything. @throws StorageError `cutOff` */
  async ping(): Promise<void> {
    await sql`select 1`.execute(this.db);
  }

  override async close(): Promise<void> {
    this.#closed = true;
    await super.close();
  }
}

/** Wakes the other nodes when the transaction commits. */
async function announce(tx: Kysely<Tables>, rows: readonly LogRow[]): Promise<void> {
  const last = rows.at(-1);
  if (last === undefined) return;
  await sql`select pg_notify(${CHANNEL}, ${`log ${last.index + 1}`})`.execute(tx);
}

/**
 * Connects, checks that the database keeps what it acknowledges, and brings its tables up to date.
 * @throws StorageError when it cannot be reached or used; nothing was changed then.
 */
export async function openPostgres(
  address: DatabaseAddress,
  more: readonly MigrationSet[] = [],
): Promise<PostgresStorage> {
  const sets = [...OWN_MIGRATIONS, leaseMigrations, ...more];
  await changeTables(address, sets);
  return new PostgresStorage(new FencedPool(openConnections(address), address, null), address, sets);
}

async function changeTables(address: DatabaseAddress, sets: readonly MigrationSet[]): Promise<void> {
  const connections = openConnections(address, CHANGE_TABLES_MS);
  try {
    const client = await connections.pool.connect();
    try {
      await requireDurability(client, address);
      // Another node that changes them is waited for as long as it takes.
      await client.query('set lock_timeout = 0');
      await client.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
      await new PostgresStorage(new FencedPool(connections, address, null), address, sets).migrate();
    } finally {
      // Ends the session and with it the advisory lock.
      client.release(true);
    }
  } catch (error) {
    if (error instanceof StorageError && error.fault !== 'cutOff') throw error;
    throw openFault(address, error);
  } finally {
    await connections.close();
  }
}

/** [STO-14] An acknowledgement is worth what the database does before it says yes. @throws StorageError `notDurable` */
async function requireDurability(client: pg.PoolClient, address: DatabaseAddress): Promise<void> {
  const { rows } = await client.query<{ name: string; setting: string }>(
    "select name, setting from pg_settings where name in ('fsync','full_page_writes','synchronous_commit','server_encoding','server_version_num')",
  );
  const settings = new Map(rows.map(({ name, setting }) => [name, setting]));
  for (const name of ['fsync', 'full_page_writes', 'synchronous_commit']) {
    if (settings.get(name) !== 'off') continue;
    throw new StorageError(
      'notDurable',
      `The database ${address} has ${name} off: it would acknowledge edits that a power cut takes back. Nothing was changed.`,
      `Set ${name} = on for the database server, this database and its user.`,
    );
  }
  const encoding = settings.get('server_encoding') ?? '';
  if (encoding !== 'UTF8') {
    throw new StorageError(
      'rights',
      `The database ${address} stores text as ${encoding}, which cannot hold every name. Nothing was changed.`,
      'Make the database with ENCODING UTF8.',
    );
  }
  const version = Number(settings.get('server_version_num'));
  if (version < OLDEST) {
    throw new StorageError(
      'rights',
      `The database ${address} is PostgreSQL ${Math.floor(version / 10_000)}. Nothing was changed.`,
      'Use PostgreSQL 14 or newer.',
    );
  }
}
