/**
 * Where facts are kept: deduplicated once, at import, by the key they declare. Owns the rules of replacing and the
 * rejected rows; must not bill. Facts stand beside the signed log, not in it: they can be read again from their files.
 */
import { DatabaseSync } from 'node:sqlite';
import { type ActionFact, canonicalJson, type DeliveryFact, type TouchFact } from '@countersign/shared/model';
import { keepPrivate } from '../storage/index.ts';
import { inBuckets } from './buckets.ts';
import { type Kept, keptAction, keptDelivery, keyOfDelivery } from './keepFact.ts';

export interface FactSet {
  readonly delivery: readonly DeliveryFact[];
  readonly touches: readonly TouchFact[];
  readonly actions: readonly ActionFact[];
}

/** A row that was not kept. `row` is 1-based in the file, the heading being row 1. */
export interface RejectedFact {
  readonly row: number;
  readonly reason: string;
}

export interface FactBatch {
  readonly contractId: string;
  readonly fileName: string;
  /** SHA-256 of the file in hex; the same file again adds nothing. */
  readonly fileHash: string;
  /** ISO instant. */
  readonly at: string;
  readonly delivery?: readonly (readonly [row: number, fact: DeliveryFact])[];
  readonly touches?: readonly (readonly [row: number, fact: TouchFact])[];
  readonly actions?: readonly (readonly [row: number, fact: ActionFact])[];
  /** Rows that were refused before they became facts. */
  readonly rejected: readonly RejectedFact[];
  /** Rows that the file itself gave again: under a higher report version, or with the same content. */
  readonly within?: { readonly replaced: number; readonly same: number };
}

export interface BatchResult {
  readonly added: number;
  readonly replaced: number;
  readonly same: number;
  readonly rejected: readonly RejectedFact[];
}

export interface BatchRow {
  readonly contractId: string;
  readonly fileName: string;
  readonly fileHash: string;
  readonly at: string;
  readonly added: number;
  readonly replaced: number;
  readonly same: number;
  readonly rejected: number;
}

/** The port; another store (a warehouse) may stand behind it. */
export interface FactStore {
  /** Keeps a batch as a whole or not at all. */
  keep(batch: FactBatch): BatchResult;
  /** All facts of a contract, in key order; many delivery rows as daily sums. */
  facts(contractId: string): FactSet;
  batches(contractId: string): BatchRow[];
  rejected(contractId: string): RejectedFact[];
  close(): void;
}

/** Contracts whose facts stay in memory. */
const REMEMBERED = 16;

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS fact (
    contract TEXT NOT NULL, kind TEXT NOT NULL, key TEXT NOT NULL, json TEXT NOT NULL,
    PRIMARY KEY (contract, kind, key)
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS batch (
    id INTEGER PRIMARY KEY, contract TEXT NOT NULL, file TEXT NOT NULL, hash TEXT NOT NULL, at TEXT NOT NULL,
    added INTEGER NOT NULL, replaced INTEGER NOT NULL, same INTEGER NOT NULL
  );
  CREATE TABLE IF NOT EXISTS rejected (
    batch INTEGER NOT NULL REFERENCES batch(id), row INTEGER NOT NULL, reason TEXT NOT NULL
  );
`;

/** Opens or makes the fact file; `:memory:` for tests. */
export function openFactStore(path: string): FactStore {
  if (path !== ':memory:') keepPrivate(path);
  const db = new DatabaseSync(path);
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;');
  db.exec(SCHEMA);
  return new SqliteFactStore(db);
}

class SqliteFactStore implements FactStore {
  readonly #db: DatabaseSync;
  /** Read once until the next import: a preview and its periods ask for the same facts. */
  readonly #read = new Map<string, FactSet>();

  constructor(db: DatabaseSync) {
    this.#db = db;
  }

  keep(batch: FactBatch): BatchResult {
    this.#db.exec('BEGIN IMMEDIATE');
    try {
      const result = this.#keepAll(batch);
      this.#db.exec('COMMIT');
      this.#read.delete(batch.contractId);
      return result;
    } catch (error) {
      this.#db.exec('ROLLBACK');
      throw error;
    }
  }

  #keepAll(batch: FactBatch): BatchResult {
    const read = this.#db.prepare('SELECT json FROM fact WHERE contract = ? AND kind = ? AND key = ?');
    const write = this.#db.prepare('INSERT OR REPLACE INTO fact (contract, kind, key, json) VALUES (?, ?, ?, ?)');
    const count = { added: 0, replaced: 0, same: 0, ...batch.within };
    const rejected: RejectedFact[] = [...batch.rejected];
    const keepOne = <T>(
      kind: string,
      row: number,
      key: string,
      fact: T,
      decide: (known: T, next: T) => Kept<T>,
    ): void => {
      const known = read.get(batch.contractId, kind, key)?.json;
      const kept: Kept<T> = typeof known === 'string' ? decide(JSON.parse(known) as T, fact) : { kept: 'added', fact };
      if (kept.kept === 'refused') {
        rejected.push({ row, reason: kept.reason });
        return;
      }
      count[kept.kept] += 1;
      if (kept.kept !== 'same') write.run(batch.contractId, kind, key, JSON.stringify(kept.fact));
    };
    for (const [row, fact] of batch.delivery ?? []) keepOne('delivery', row, keyOfDelivery(fact), fact, keptDelivery);
    for (const [row, fact] of batch.actions ?? []) keepOne('action', row, fact.id, fact, keptAction);
    for (const [row, fact] of batch.touches ?? []) keepOne('touch', row, fact.id, fact, keptTouch);
    rejected.sort((a, b) => a.row - b.row);
    const { lastInsertRowid } = this.#db
      .prepare('INSERT INTO batch (contract, file, hash, at, added, replaced, same) VALUES (?, ?, ?, ?, ?, ?, ?)')
      .run(batch.contractId, batch.fileName, batch.fileHash, batch.at, count.added, count.replaced, count.same);
    const reject = this.#db.prepare('INSERT INTO rejected (batch, row, reason) VALUES (?, ?, ?)');
    for (const { row, reason } of rejected) reject.run(lastInsertRowid, row, reason);
    return { ...count, rejected };
  }

  facts(contractId: string): FactSet {
    const known = this.#read.get(contractId);
    if (known !== undefined) return known;
    const of = <T>(kind: string): T[] =>
      this.#db
        .prepare('SELECT json FROM fact WHERE contract = ? AND kind = ? ORDER BY key')
        .all(contractId, kind)
        .map(({ json }) => JSON.parse(String(json)) as T);
    const facts: FactSet = {
      delivery: inBuckets(of<DeliveryFact>('delivery')),
      touches: of<TouchFact>('touch'),
      actions: of<ActionFact>('action'),
    };
    const [oldest] = this.#read.keys();
    if (this.#read.size >= REMEMBERED && oldest !== undefined) this.#read.delete(oldest);
    this.#read.set(contractId, facts);
    return facts;
  }

  batches(contractId: string): BatchRow[] {
    return this.#db
      .prepare(
        `SELECT batch.*, (SELECT count(*) FROM rejected WHERE rejected.batch = batch.id) AS rejected
         FROM batch WHERE contract = ? ORDER BY id`,
      )
      .all(contractId)
      .map((row) => ({
        contractId: String(row.contract),
        fileName: String(row.file),
        fileHash: String(row.hash),
        at: String(row.at),
        added: Number(row.added),
        replaced: Number(row.replaced),
        same: Number(row.same),
        rejected: Number(row.rejected),
      }));
  }

  rejected(contractId: string): RejectedFact[] {
    return this.#db
      .prepare(
        'SELECT row, reason FROM rejected JOIN batch ON batch.id = rejected.batch WHERE contract = ? ORDER BY batch.id, row',
      )
      .all(contractId)
      .map((row) => ({ row: Number(row.row), reason: String(row.reason) }));
  }

  close(): void {
    this.#db.close();
  }
}

function keptTouch(known: TouchFact, next: TouchFact): Kept<TouchFact> {
  return canonicalJson(known) === canonicalJson(next)
    ? { kept: 'same', fact: known }
    : { kept: 'refused', reason: `Touch ${next.id} was imported before with other content.` };
}
