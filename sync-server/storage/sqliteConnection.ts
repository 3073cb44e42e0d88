// One connection of node:sqlite: its pragmas, its prepared statements, and whether what it wrote was flushed. Owns the rule that nobody
// reads or is told of a commit before it lasts; must not build statements.
import { backup, DatabaseSync, type StatementSync } from 'node:sqlite';
import type { CompiledQuery, DatabaseConnection, QueryResult } from 'kysely';
import { keepPrivate } from './dataFolder.ts';
import { OutcomeUnknown } from './errors.ts';
import { leaveOpen } from './leftOpen.ts';
import { type Flush, FlushFailed, renewLog } from './walFlush.ts';

type Bindable = null | number | bigint | string | Uint8Array;

interface Prepared {
  readonly statement: StatementSync;
  readonly reads: boolean;
}

/** A database that lives as long as its process has nothing to flush. */
export const IN_MEMORY = ':memory:';
/** Statements kept prepared; the server's own set is below this. */
const PREPARED = 256;
/** Pages copied in one step of a backup; entries are stored between the steps. */
const COPIED_PAGES = 512;
/**
 * A commit only writes the log; flushing it is `WalFlush`'s. Pages that every commit touches are copied from the log into the file once in
 * 4,000 pages (16 MB), not once in SQLite's 1,000.
 */
const PRAGMAS = [
  'locking_mode = EXCLUSIVE',
  'journal_mode = WAL',
  'synchronous = NORMAL',
  'wal_autocheckpoint = 4000',
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

/** Kysely hands it to one caller at a time, for one statement or one transaction. */
export class SqliteConnection implements DatabaseConnection {
  readonly #db: DatabaseSync;
  readonly #flush: Flush;
  readonly #prepared = new Map<string, Prepared>();
  #broken: FlushFailed | null = null;
  #whenBroken: (error: FlushFailed) => void = () => undefined;

  constructor(file: string, flush: Flush) {
    this.#flush = flush;
    if (file !== IN_MEMORY) keepPrivate(file);
    this.#db = new DatabaseSync(file);
    for (const pragma of PRAGMAS) this.#db.exec(`PRAGMA ${pragma}`);
    // Exclusive mode takes its lock at the first write transaction; take it now, so that a second process fails here.
    this.#db.exec('BEGIN IMMEDIATE; COMMIT');
    if (file !== IN_MEMORY) this.#takeOverLog(file);
  }

  /** [STO-34] What another process left in the log goes into the file, and only once the disk surely holds it. */
  #takeOverLog(file: string): void {
    try {
      renewLog(file);
    } catch (error) {
      leaveOpen(this.#db);
      throw error;
    }
    this.#db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  }

  /** Runs a statement; outside a transaction what it wrote lasts when this resolves. @throws OutcomeUnknown, FlushFailed */
  async executeQuery<Row>({ sql, parameters }: CompiledQuery): Promise<QueryResult<Row>> {
    const { statement, reads } = this.#prepare(sql);
    if (reads) {
      const rows = statement.all(...bindable(parameters)) as Row[];
      // A writing statement may return rows too.
      if (!/^\s*(?:select|pragma)\b/i.test(sql)) await this.#lasting();
      return { rows };
    }
    const { changes, lastInsertRowid } = statement.run(...bindable(parameters));
    await this.#lasting();
    return { insertId: BigInt(lastInsertRowid), numAffectedRows: BigInt(changes), rows: [] };
  }

  // biome-ignore lint/correctness/useYield: there is nothing to yield
  async *streamQuery<Row>(): AsyncIterableIterator<QueryResult<Row>> {
    throw new Error('statements are not streamed: ask for a page');
  }

  /** Calls `listener` when nothing can be read or written here any more. */
  onBroken(listener: (error: FlushFailed) => void): void {
    this.#whenBroken = listener;
  }

  begin(): void {
    this.#prepare('begin').statement.run();
  }

  /** [SRV-2] Commits and flushes. @throws OutcomeUnknown when the disk did not take the flush. */
  async commit(): Promise<void> {
    this.#prepare('commit').statement.run();
    await this.#lasting();
  }

  /** SQLite has rolled back by itself after some errors. */
  rollback(): void {
    if (this.#db.isTransaction) this.#db.exec('rollback');
  }

  /** Copies the database as it is when the copy ends, while it is being written; a copy cut off leaves no usable file. */
  async copyTo(file: string): Promise<void> {
    await backup(this.#db, file, { rate: COPIED_PAGES });
  }

  /** [STO-34] After a flush that failed it stays open as long as the process. */
  close(): void {
    this.#prepared.clear();
    if (this.#broken === null) this.#db.close();
  }

  #prepare(text: string): Prepared {
    // After a failed flush the file and what SQLite has in memory may differ: nothing may be read or written any more.
    if (this.#broken !== null) throw this.#broken;
    const known = this.#prepared.get(text);
    if (known !== undefined) return known;
    const statement = this.#db.prepare(text);
    const prepared = { statement, reads: statement.columns().length > 0 };
    if (this.#prepared.size >= PREPARED) this.#prepared.clear();
    // A statement prepared before a schema change is prepared again by SQLite itself; DDL runs once and is not worth keeping.
    if (/^(select|insert|update|delete|begin|commit)/i.test(text)) this.#prepared.set(text, prepared);
    return prepared;
  }

  async #lasting(): Promise<void> {
    if (this.#db.isTransaction) return;
    try {
      await this.#flush();
    } catch (error) {
      this.#broken = new FlushFailed('The disk did not take what was written. Start the server again.', {
        cause: error,
      });
      leaveOpen(this.#db);
      // Whoever wrote hears of it first.
      setImmediate(this.#whenBroken, this.#broken);
      throw new OutcomeUnknown('The disk did not take what was written.', { cause: this.#broken });
    }
  }
}
