// A workspace in PostgreSQL as a backup holds it, and back. Owns reading it at one moment, and that it is written into an empty database
// whole or not at all; what a backup and a restore are is snapshot.ts's and restore.ts's.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import pg from 'pg';
import { type FactBatch, factsFile, openFactStore } from '../facts/index.ts';
import { type DatabaseAddress, openFault, openPostgres, POSTGRES_TYPES, StorageError } from '../storage/index.ts';
import { DATABASE, EXPORTS, FACT_BATCHES } from './names.ts';
import { tablesToPostgres, tablesToSqlite } from './tables.ts';

const CONNECT_MS = 5000;
const BUNDLE = '.bundle.json';

/** The database cannot take the workspace. */
export class DatabaseNotEmpty extends Error {
  override readonly name = 'DatabaseNotEmpty';
}

/** Does something in one transaction of a connection of its own. @throws StorageError when the database cannot be reached */
export async function inTransaction<T>(
  address: DatabaseAddress,
  begin: string,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const client = new pg.Client({
    connectionString: address.secret(),
    connectionTimeoutMillis: CONNECT_MS,
    application_name: 'countersign backup',
    types: POSTGRES_TYPES,
  });
  // A connection that breaks is told by the query that waits for it.
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query(begin);
    const done = await work(client);
    await client.query('commit');
    return done;
  } catch (error) {
    if (error instanceof StorageError || error instanceof DatabaseNotEmpty) throw error;
    throw openFault(address, error);
  } finally {
    await client.end();
  }
}

export const AT_ONE_MOMENT = 'begin isolation level repeatable read read only';

/** [OPS-7] Copies a workspace at one moment into a folder, as a data folder holds it, while servers go on. */
export function copyWorkspace(address: DatabaseAddress, folder: string): Promise<void> {
  return inTransaction(address, AT_ONE_MOMENT, async (client) => {
    await tablesToSqlite(client, join(folder, DATABASE));
    await copyFacts(client, folder);
    await copyBundles(client, folder);
  });
}

/** Makes the file of facts from the batches, as a node does, and keeps them beside it. */
export async function copyFacts(client: pg.Client, folder: string): Promise<void> {
  const batches = join(folder, FACT_BATCHES);
  mkdirSync(batches, { recursive: true });
  const names = await client.query<{ name: string }>("select name from part where kind = 'facts' order by seq");
  if (names.rows.length === 0) return;
  const store = openFactStore(factsFile(folder));
  try {
    for (const [i, { name }] of names.rows.entries()) {
      const { rows } = await client.query<{ bytes: Uint8Array }>(
        "select bytes from part where kind = 'facts' and name = $1",
        [name],
      );
      const bytes = rows[0]?.bytes ?? new Uint8Array();
      store.keep(JSON.parse(gunzipSync(bytes).toString('utf8')) as FactBatch);
      writeFileSync(join(batches, `${String(i).padStart(8, '0')}.${name}`), bytes);
    }
  } finally {
    store.close();
  }
}

async function copyBundles(client: pg.Client, folder: string): Promise<void> {
  mkdirSync(join(folder, EXPORTS), { recursive: true });
  const { rows } = await client.query<{ name: string }>("select name from part where kind = 'bundle' order by seq");
  for (const { name } of rows) {
    const found = await client.query<{ bytes: Uint8Array }>(
      "select bytes from part where kind = 'bundle' and name = $1",
      [name],
    );
    writeFileSync(join(folder, EXPORTS, `${name}${BUNDLE}`), found.rows[0]?.bytes ?? new Uint8Array());
  }
}

/** Makes the tables where they are missing. @throws StorageError; DatabaseNotEmpty when a workspace is in it */
export async function requireEmptyDatabase(address: DatabaseAddress): Promise<void> {
  const storage = await openPostgres(address);
  try {
    const taken = (await storage.logSize()) > 0 || (await storage.meta('workspace.id')) !== null;
    if (taken) throw new DatabaseNotEmpty(`${address} holds a workspace. Make an empty database and give its address.`);
  } finally {
    await storage.close();
  }
}

/**
 * [OPS-8] Writes a restored folder's workspace into an empty database, in one transaction, and takes it out of the folder, which is then a
 * node's.
 * @throws StorageError, DatabaseNotEmpty
 */
export async function moveWorkspace(folder: string, address: DatabaseAddress): Promise<void> {
  const batches = existsSync(join(folder, FACT_BATCHES)) ? readdirSync(join(folder, FACT_BATCHES)).sort() : [];
  const exported = existsSync(join(folder, EXPORTS)) ? readdirSync(join(folder, EXPORTS)).sort() : [];
  await inTransaction(address, 'begin', async (client) => {
    await client.query('lock table meta in exclusive mode');
    const { rows } = await client.query("select 1 from meta where key = 'workspace.id'");
    if (rows.length > 0) throw new DatabaseNotEmpty(`${address} holds a workspace by now. Nothing was changed.`);
    await tablesToPostgres(join(folder, DATABASE), client);
    const add = (kind: string, name: string, file: string): Promise<unknown> =>
      client.query('insert into part (kind, name, bytes) values ($1, $2, $3)', [kind, name, readFileSync(file)]);
    for (const name of batches) await add('facts', name.slice(name.indexOf('.') + 1), join(folder, FACT_BATCHES, name));
    for (const name of exported) await add('bundle', name.slice(0, -BUNDLE.length), join(folder, EXPORTS, name));
  });
  for (const name of [DATABASE, `${DATABASE}-wal`, `${DATABASE}-shm`, FACT_BATCHES, EXPORTS])
    rmSync(join(folder, name), { recursive: true, force: true });
}
