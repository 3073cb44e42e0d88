// The workspace's tables from one kind of database into the other, row by row. Owns which tables those are; leases, and what a node keeps
// for itself, are none of them.
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import type pg from 'pg';
import { openSqlite } from '../storage/index.ts';

/** Every table of a workspace, by the column that its rows are read in the order of. */
const TABLES = {
  meta: 'key',
  log: 'idx',
  checkpoint: 'size',
  users: 'id',
  devices: 'id',
  sessions: 'token_hash',
  contracts: 'id',
  versions: 'id',
  epochs: 'version_id',
  idempotency: 'scope',
  logins: 'user_id',
  codes: 'code_hash',
  identities: 'issuer',
  sign_ins: 'token_hash',
  service_tokens: 'id',
  tickets: 'ticket_hash',
  last_sign_ins: 'user_id',
} as const;

const PAGE = 200;
/** Numbers of the steps that made the tables: each database has its own. */
const SCHEMA = 'schema.';

type Row = Record<string, SQLInputValue>;

const namesIn = (db: DatabaseSync, table: string): string[] =>
  db
    .prepare(`PRAGMA table_info(${table})`)
    .all()
    .map(({ name }) => String(name));

/** Copies every table into a new SQLite file, inside the transaction that the client is in. */
export async function tablesToSqlite(client: pg.Client, file: string): Promise<void> {
  await (await openSqlite(file)).close();
  const db = new DatabaseSync(file);
  try {
    db.exec('BEGIN');
    for (const [table, order] of Object.entries(TABLES)) {
      // A server of an older version has not made the newest tables.
      const { rows } = await client.query<{ there: boolean }>('select to_regclass($1) is not null as there', [table]);
      if (rows[0]?.there !== true) continue;
      const columns = namesIn(db, table);
      const insert = db.prepare(
        `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`,
      );
      for await (const row of rowsOf(client, `select ${columns.join(', ')} from ${table} order by ${order}`)) {
        if (isOwn(table, row)) insert.run(...columns.map((column) => row[column] ?? null));
      }
    }
    db.exec('COMMIT');
  } finally {
    db.close();
  }
}

async function* rowsOf(client: pg.Client, query: string): AsyncGenerator<Row> {
  await client.query(`declare copied no scroll cursor for ${query}`);
  for (;;) {
    const { rows } = await client.query<Row>(`fetch forward ${PAGE} from copied`);
    yield* rows;
    if (rows.length < PAGE) break;
  }
  await client.query('close copied');
}

/** Copies every table of a SQLite file into a database whose tables are there and empty, inside the transaction that the client is in. */
export async function tablesToPostgres(file: string, client: pg.Client): Promise<void> {
  const db = new DatabaseSync(file, { readOnly: true });
  try {
    for (const [table, order] of Object.entries(TABLES)) {
      const columns = namesIn(db, table);
      let page: Row[] = [];
      const write = async (): Promise<void> => {
        if (page.length > 0) await insertRows(client, table, columns, page);
        page = [];
      };
      for (const row of db.prepare(`SELECT ${columns.join(', ')} FROM ${table} ORDER BY ${order}`).iterate()) {
        if (!isOwn(table, row as Row)) continue;
        page.push(row as Row);
        if (page.length === PAGE) await write();
      }
      await write();
    }
  } finally {
    db.close();
  }
}

async function insertRows(client: pg.Client, table: string, columns: readonly string[], rows: Row[]): Promise<void> {
  const values: unknown[] = [];
  const places = rows.map((row) => {
    const marks = columns.map((column) => {
      values.push(row[column] ?? null);
      return `$${values.length}`;
    });
    return `(${marks.join(', ')})`;
  });
  await client.query(`insert into ${table} (${columns.join(', ')}) values ${places.join(', ')}`, values);
}

const isOwn = (table: string, row: Row): boolean => table !== 'meta' || !String(row.key).startsWith(SCHEMA);
