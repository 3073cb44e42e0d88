// SQLite through node:sqlite: durable (WAL, flushed at every commit) and exclusive. Owns opening it and the words for what is wrong with it.
import { Kysely } from 'kysely';
import { StorageError } from './errors.ts';
import { KyselyStorage } from './kyselyStore.ts';
import { type MigrationSet, migrate, OWN_MIGRATIONS } from './migrations.ts';
import { errcode, isDiskFault, SQLITE } from './sqliteCodes.ts';
import { IN_MEMORY, SqliteConnection } from './sqliteConnection.ts';
import { NodeSqliteDialect } from './sqliteDialect.ts';
import type { Tables } from './tables.ts';
import { type Flush, WalFlush } from './walFlush.ts';

/** The connection of each open storage, for backups: the exclusive lock lets nobody else read the file. */
const CONNECTIONS = new WeakMap<object, SqliteConnection>();

/** Whether SQLite refused a row because its key exists. */
function isSqliteUniqueViolation(error: unknown): boolean {
  const code = errcode(error);
  return code === SQLITE.constraintPrimaryKey || code === SQLITE.constraintUnique;
}

class SqliteStorage extends KyselyStorage {
  readonly #wal: WalFlush;

  readonly #connection: SqliteConnection;

  constructor(db: Kysely<Tables>, wal: WalFlush, connection: SqliteConnection) {
    super(db, isSqliteUniqueViolation);
    this.#wal = wal;
    this.#connection = connection;
  }

  override onBroken(listener: (error: Error) => void): void {
    this.#connection.onBroken(listener);
  }

  override async close(): Promise<void> {
    await super.close();
    await this.#wal.close();
  }
}

/**
 * Opens (or makes) the database and brings its tables up to date.
 * @param flush what makes commits last; the flush of the write-ahead log by default.
 * @throws StorageError when it is locked, unwritable, newer or not a database.
 */
export async function openSqlite(
  file: string,
  more: readonly MigrationSet[] = [],
  flush?: Flush,
): Promise<KyselyStorage> {
  const wal = new WalFlush(file);
  const byDefault: Flush = file === IN_MEMORY ? async () => undefined : () => wal.flush();
  let connection: SqliteConnection;
  try {
    connection = new SqliteConnection(file, flush ?? byDefault);
  } catch (error) {
    throw openFault(file, error);
  }
  const db = new Kysely<Tables>({ dialect: new NodeSqliteDialect(connection) });
  const storage = new SqliteStorage(db, wal, connection);
  try {
    await migrate(db, { bytes: 'blob', whole: 'integer', text: 'text' }, [...OWN_MIGRATIONS, ...more]);
  } catch (error) {
    await storage.close();
    throw error instanceof StorageError ? error : openFault(file, error);
  }
  CONNECTIONS.set(storage, connection);
  return storage;
}

/** Copies an open SQLite database into a new file, one consistent state. False when the storage is of another kind. */
export async function copySqlite(storage: object, file: string): Promise<boolean> {
  const connection = CONNECTIONS.get(storage);
  await connection?.copyTo(file);
  return connection !== undefined;
}

function openFault(file: string, error: unknown): StorageError {
  const unwritable = (): StorageError =>
    new StorageError(
      'unwritable',
      `${file} cannot be written.`,
      'Check the folder’s owner and free space, or give another folder with --data.',
      error,
    );
  switch (errcode(error) & 0xff) {
    case SQLITE.busy:
    case SQLITE.locked:
      return new StorageError(
        'locked',
        `Another process has ${file} open.`,
        'Stop the other server, or give another folder with --data.',
        error,
      );
    case SQLITE.readonly:
    case SQLITE.ioerr:
    case SQLITE.full:
    case SQLITE.cantopen:
      return unwritable();
    case SQLITE.corrupt:
    case SQLITE.notadb:
      return new StorageError(
        'damaged',
        `${file} is damaged or not a database.`,
        'Restore the folder from its last backup; nothing was changed.',
        error,
      );
    default:
      // The log that was left behind could not be written once more.
      if (isDiskFault(error)) return unwritable();
      throw error;
  }
}
