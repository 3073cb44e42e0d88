// `countersign fsck`: checks the whole log of a data folder. Owns the read-only SQLite reader; what is checked is
// decided in shared/history, its words are fsckReport.ts's.
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { parseArgs } from 'node:util';
import { fsck, type KeyChange, type LogReader, type StoredEntry } from '@countersign/shared/history';
import { readKeyChanges, sha256, withSignatureThread } from '../history/index.ts';
import { StorageError } from '../storage/index.ts';
import { checkDatabase } from './fsckDatabase.ts';
import { checkFacts } from './fsckFacts.ts';
import { type FolderReport, reportWords, withTables } from './fsckReport.ts';
import { checkTables, type TableFinding } from './fsckTables.ts';

const USAGE = `countersign fsck --data DIR [--json]
       countersign fsck --database-url URL [--data DIR] [--json]

Checks every entry of a stopped server's log: form, signatures, chains, payloads and the tree. Changes nothing.
With --database-url (or COUNTERSIGN_DATABASE_URL) it reads log and tables of a PostgreSQL database at one moment, while servers
go on; --data is then the folder of a node, whose keys are compared too and believed before the one in the database. The tables
are compared in a copy in the system's temporary folder, which must have room for them.
Exit codes: 0 the log is sound; 1 it is not; 2 wrong usage or a folder that cannot be read.
`;

const DATABASE = 'countersign.db';

class UsageError extends Error {
  override readonly name = 'UsageError';
}

const SQLITE_BUSY = 5;

/** The log in a data folder's database, opened read-only. */
class SqliteLogReader implements LogReader {
  readonly #db: DatabaseSync;
  readonly #leaf: StatementSync;

  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
    this.#db = new DatabaseSync(join(folder, DATABASE), { readOnly: true });
    this.#leaf = this.#db.prepare('SELECT leaf, hash, doc, kind, payload FROM log WHERE idx = ?');
  }

  close(): void {
    this.#db.close();
  }

  /** What does not agree with the log in the tables and key files of the folder. */
  async tables(): Promise<TableFinding[]> {
    const keys = { vkey: await this.vkey(), folder: this.#folder };
    return [...(await checkTables(this.#db, keys)), ...(await checkFacts(this.#db, this.#folder))];
  }

  async size(): Promise<number> {
    const row = this.#db.prepare('SELECT coalesce(max(idx), -1) + 1 AS size FROM log').get();
    return typeof row?.size === 'number' ? row.size : 0;
  }

  async leaf(index: number): Promise<StoredEntry | undefined> {
    const row = this.#leaf.get(index);
    if (row === undefined) return undefined;
    const { leaf, hash: stored, doc, kind, payload } = row;
    return {
      // A column of another type than bytes or text is damage too; empty bytes make it a finding that names the entry.
      bytes: leaf instanceof Uint8Array ? leaf : new Uint8Array(0),
      payload: payload === null ? null : payload instanceof Uint8Array ? payload : new Uint8Array(0),
      hash: stored instanceof Uint8Array ? stored : new Uint8Array(0),
      doc: String(doc),
      kind: String(kind),
    };
  }

  async checkpoint(): Promise<string | null> {
    const row = this.#db.prepare('SELECT note FROM checkpoint ORDER BY size DESC LIMIT 1').get();
    return typeof row?.note === 'string' ? row.note : null;
  }

  async vkey(): Promise<string> {
    const file = join(this.#folder, 'workspace.vkey');
    return existsSync(file) ? readFileSync(file, 'utf8').trim() : '';
  }

  keyChanges(): Promise<KeyChange[]> {
    return readKeyChanges({ meta: (key) => this.#meta(key) });
  }

  workspace(): Promise<string | null> {
    return this.#meta('workspace.id');
  }

  async #meta(key: string): Promise<string | null> {
    const row = this.#db.prepare('SELECT value FROM meta WHERE key = ?').get(key);
    return typeof row?.value === 'string' ? row.value : null;
  }
}

const isSqliteError = (cause: unknown): cause is Error & { errcode?: number } =>
  cause instanceof Error && 'code' in cause && cause.code === 'ERR_SQLITE_ERROR';

function unreadable(folder: string, cause: unknown): unknown {
  if (!isSqliteError(cause)) return cause;
  const busy = ((cause.errcode ?? 0) & 0xff) === SQLITE_BUSY;
  return new UsageError(
    busy
      ? `A server has ${folder} open. Stop it, then run fsck again.`
      : `The database in ${folder} cannot be read: ${cause.message}.`,
  );
}

/** Checks the log in a data folder, and all that stands on it. Throws `UsageError` when the folder holds none that can be read. */
export async function checkFolder(folder: string): Promise<FolderReport> {
  if (statSync(join(folder, DATABASE), { throwIfNoEntry: false })?.isFile() !== true) {
    throw new UsageError(`${folder} holds no ${DATABASE}.`);
  }
  let reader: SqliteLogReader | undefined;
  try {
    reader = new SqliteLogReader(folder);
    const log = reader;
    const report = await withSignatureThread(await log.size(), (ed25519) => fsck(log, { ed25519, sha256 }));
    return withTables(report, await reader.tables());
  } catch (cause) {
    throw unreadable(folder, cause);
  } finally {
    reader?.close();
  }
}

async function checkLog(args: string[]): Promise<number> {
  const { values } = parse(args);
  if (values.help === true) {
    process.stdout.write(USAGE);
    return 0;
  }
  const url = values['database-url'] ?? (values.data === undefined ? process.env.COUNTERSIGN_DATABASE_URL : undefined);
  const report = url === undefined ? await checkFolder(dataOf(values.data)) : await database(url, values.data);
  process.stdout.write(values.json === true ? `${JSON.stringify(report, null, 2)}\n` : reportWords(report));
  return report.ok ? 0 : 1;
}

function dataOf(data: string | undefined): string {
  if (data === undefined)
    throw new UsageError('Name the data folder with --data, or the database with --database-url.');
  return data;
}

async function database(url: string, folder: string | undefined): Promise<FolderReport> {
  try {
    return await checkDatabase(url, folder);
  } catch (cause) {
    if (cause instanceof StorageError) throw new UsageError(`${cause.message} ${cause.action}`);
    throw cause;
  }
}

function parse(args: string[]) {
  const options = {
    data: { type: 'string' },
    'database-url': { type: 'string' },
    json: { type: 'boolean' },
    help: { type: 'boolean', short: 'h' },
  } as const;
  try {
    return parseArgs({ args, options });
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause;
    throw new UsageError(cause.message);
  }
}

/** Runs the subcommand; resolves to its exit code. */
export async function run(args: string[]): Promise<number> {
  try {
    return await checkLog(args);
  } catch (cause) {
    if (!(cause instanceof UsageError)) throw cause;
    process.stderr.write(`${cause.message}\n\n${USAGE}`);
    return 2;
  }
}
