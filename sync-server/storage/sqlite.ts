// SQLite through node:sqlite: durable (WAL, synchronous FULL) and exclusive. Owns the connection and its pragmas; must not convert values.
import { backup, DatabaseSync } from 'node:sqlite';
import { Kysely, type SqliteDatabase, SqliteDialect, type SqliteStatement } from 'kysely';
import { StorageError } from './errors.ts';
import { KyselyStorage } from './kyselyStore.ts';
import { type MigrationSet, migrate, OWN_MIGRATIONS } from './migrations.ts';
import type { Tables } from './tables.ts';

type Bindable = null | number | bigint | string | Uint8Array;

/** Statements kept prepared; the server's own set is below this. */
const PREPARED = 256;
/** Pages copied in one step of a backup; entries are stored between the steps. */
const COPIED_PAGES = 512;
/** The connection of each open storage, for backups: the exclusive lock lets nobody else read the file. */
const CONNECTIONS = new WeakMap<object, Connection>();
const PRAGMAS = [
  'locking_mode = EXCLUSIVE',
  'journal_mode = WAL',
  'synchronous = FULL',
  'foreign_keys = ON',
  'trusted_schema = OFF',
] as const;

/** node:sqlite reads an object in first place as named parameters and would silently store NULL, so anything odd is refused. */
function bindable(parameters: readonly unknown[]): Bindable[] {
  return parameters.map((value, i) => {
    if (value === null || typeof value === 'string' || typeof value === 'bigint' || value instanceof Uint8Array) {
      return value;
    }
    if (typeof value === 'number' && Number.isSafeInteger(value)) return value;
    const got = Object.prototype.toString.call(value);
    throw new TypeError(`SQL parameter ${i + 1} is ${got}: bind null, text, a safe integer, a bigint or bytes`);
  });
}

class Connection implements SqliteDatabase {
  readonly #db: DatabaseSync;
  readonly #prepared = new Map<string, SqliteStatement>();

  constructor(file: string) {
    this.#db = new DatabaseSync(file);
    for (const pragma of PRAGMAS) this.#db.exec(`PRAGMA ${pragma}`);
    // Exclusive mode takes its lock at the first write transaction; take it now, so that a second process fails here.
    this.#db.exec('BEGIN IMMEDIATE; COMMIT');
  }

  prepare(text: string): SqliteStatement {
    const known = this.#prepared.get(text);
    if (known !== undefined) return known;
    const statement = this.#db.prepare(text);
    const wrapped: SqliteStatement = {
      reader: statement.columns().length > 0,
      all: (parameters) => statement.all(...bindable(parameters)),
      run: (parameters) => statement.run(...bindable(parameters)),
      iterate: (parameters) => statement.iterate(...bindable(parameters)),
    };
    if (this.#prepared.size >= PREPARED) this.#prepared.clear();
    // A statement prepared before a schema change is prepared again by SQLite itself; DDL runs once and is not worth keeping.
    if (/^(select|insert|update|delete|begin|commit|rollback)/i.test(text)) this.#prepared.set(text, wrapped);
    return wrapped;
  }

  /** Copies the database as it is when the copy ends, while it is being written; a copy cut off leaves no usable file. */
  async copyTo(file: string): Promise<void> {
    await backup(this.#db, file, { rate: COPIED_PAGES });
  }

  close(): void {
    this.#prepared.clear();
    this.#db.close();
  }
}

const errcode = (error: unknown): number =>
  error instanceof Error && 'errcode' in error && typeof error.errcode === 'number' ? error.errcode : 0;
const SQLITE_BUSY = 5;
const SQLITE_LOCKED = 6;
const SQLITE_READONLY = 8;
const SQLITE_CANTOPEN = 14;
const SQLITE_CORRUPT = 11;
const SQLITE_NOTADB = 26;
const SQLITE_CONSTRAINT_PRIMARYKEY = 1555;
const SQLITE_CONSTRAINT_UNIQUE = 2067;

/** Whether SQLite refused a row because its key exists. */
export function isSqliteUniqueViolation(error: unknown): boolean {
  return [SQLITE_CONSTRAINT_PRIMARYKEY, SQLITE_CONSTRAINT_UNIQUE].includes(errcode(error));
}

/**
 * Opens (or makes) the database and brings its tables up to date.
 * @throws StorageError when it is locked, unwritable, newer or not a database.
 */
export async function openSqlite(file: string, more: readonly MigrationSet[] = []): Promise<KyselyStorage> {
  let connection: Connection;
  try {
    connection = new Connection(file);
  } catch (error) {
    throw openFault(file, error);
  }
  const db = new Kysely<Tables>({ dialect: new SqliteDialect({ database: async () => connection }) });
  try {
    await migrate(db, { bytes: 'blob', whole: 'integer', text: 'text' }, [...OWN_MIGRATIONS, ...more]);
  } catch (error) {
    await db.destroy();
    throw error instanceof StorageError ? error : openFault(file, error);
  }
  const storage = new KyselyStorage(db, isSqliteUniqueViolation);
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
  switch (errcode(error) & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return new StorageError(
        'locked',
        `Another process has ${file} open.`,
        'Stop the other server, or give another folder with --data.',
        error,
      );
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
      return new StorageError(
        'unwritable',
        `${file} cannot be written.`,
        'Check the folder’s owner and free space, or give another folder with --data.',
        error,
      );
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return new StorageError(
        'damaged',
        `${file} is damaged or not a database.`,
        'Restore the folder from its last backup; nothing was changed.',
        error,
      );
    default:
      throw error;
  }
}
