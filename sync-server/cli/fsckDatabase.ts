// `countersign fsck --database-url`: a workspace in a PostgreSQL database, read at one moment while servers go on. Owns the read-only reader and the
// temporary copy of the tables; what is checked is decided in shared/history and fsckTables.ts.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fsck, type KeyChange, type LogReader, type StoredEntry } from '@countersign/shared/history';
import type pg from 'pg';
import { AT_ONE_MOMENT, copyFacts, DATABASE, inTransaction, tablesToSqlite } from '../backup/index.ts';
import { readKeyChanges, sha256, withSignatureThread } from '../history/index.ts';
import { DatabaseAddress } from '../storage/index.ts';
import { checkFacts } from './fsckFacts.ts';
import { type FolderReport, withTables } from './fsckReport.ts';
import { checkTables, type KeyPlace, type TableFinding } from './fsckTables.ts';

const PAGE = 500;

interface LogPageRow {
  readonly idx: number;
  readonly leaf: Uint8Array;
  readonly hash: Uint8Array;
  readonly doc: string;
  readonly kind: string;
  readonly payload: Uint8Array | null;
}

class PostgresLogReader implements LogReader {
  readonly #client: pg.Client;
  readonly #folder: string | undefined;
  #page = new Map<number, LogPageRow>();

  constructor(client: pg.Client, folder: string | undefined) {
    this.#client = client;
    this.#folder = folder;
  }

  async size(): Promise<number> {
    const { rows } = await this.#client.query<{ size: number }>('select coalesce(max(idx), -1) + 1 as size from log');
    return rows[0]?.size ?? 0;
  }

  async leaf(index: number): Promise<StoredEntry | undefined> {
    // Entries are asked for in order; a page at a time spares a round trip for each.
    if (!this.#page.has(index)) {
      const { rows } = await this.#client.query<LogPageRow>(
        'select idx, leaf, hash, doc, kind, payload from log where idx >= $1 order by idx limit $2',
        [index, PAGE],
      );
      this.#page = new Map(rows.map((row) => [row.idx, row]));
    }
    const row = this.#page.get(index);
    if (row === undefined) return undefined;
    const { leaf, hash, doc, kind, payload } = row;
    return { bytes: leaf, payload, hash, doc, kind };
  }

  async checkpoint(): Promise<string | null> {
    const { rows } = await this.#client.query<{ note: string }>(
      'select note from checkpoint order by size desc limit 1',
    );
    return rows[0]?.note ?? null;
  }

  /** The key of a data folder is one that the database's owner cannot have changed. */
  async vkey(): Promise<string> {
    const file = this.#folder === undefined ? undefined : join(this.#folder, 'workspace.vkey');
    if (file !== undefined && existsSync(file)) return readFileSync(file, 'utf8').trim();
    return (await this.#meta('vkey')) ?? '';
  }

  keyChanges(): Promise<KeyChange[]> {
    return readKeyChanges({ meta: (key) => this.#meta(key) });
  }

  workspace(): Promise<string | null> {
    return this.#meta('workspace.id');
  }

  async #meta(key: string): Promise<string | null> {
    const { rows } = await this.#client.query<{ value: string }>('select value from meta where key = $1', [key]);
    return rows[0]?.value ?? null;
  }
}

/**
 * [OPS-9] Checks the log in a database and the tables that stand on it, all at one moment; `folder` is a node's, for its keys. The tables are
 * compared in a temporary copy, which holds no keys.
 * @throws StorageError when it cannot be read
 */
export function checkDatabase(url: string, folder: string | undefined): Promise<FolderReport> {
  return inTransaction(new DatabaseAddress(url), AT_ONE_MOMENT, async (client) => {
    const reader = new PostgresLogReader(client, folder);
    const report = await withSignatureThread(await reader.size(), (ed25519) => fsck(reader, { ed25519, sha256 }));
    return withTables(report, await tablesOf(client, { vkey: await reader.vkey(), folder: folder ?? null }));
  });
}

async function tablesOf(client: pg.Client, keys: KeyPlace): Promise<TableFinding[]> {
  const copy = mkdtempSync(join(tmpdir(), 'countersign-fsck-'));
  try {
    await tablesToSqlite(client, join(copy, DATABASE));
    await copyFacts(client, copy);
    const db = new DatabaseSync(join(copy, DATABASE), { readOnly: true });
    try {
      return [...(await checkTables(db, keys)), ...(await checkFacts(db, copy))];
    } finally {
      db.close();
    }
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}
