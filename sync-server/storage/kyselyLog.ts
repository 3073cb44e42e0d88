// The log and its checkpoints over kysely. Owns their statements; must not open connections or decide anything.
import type { Kysely } from 'kysely';
import type { LogInsert } from './logInsert.ts';
import { type LeafRow, type LogFilter, type LogRow, type StoredCheckpoint, UniqueViolation } from './port.ts';
import { logRow } from './rows.ts';
import type { Tables } from './tables.ts';

/** Says whether a driver's error means that a unique key exists. */
export type IsUniqueViolation = (error: unknown) => boolean;

/** Called in the transaction that appends, before its rows are written. @throws to write nothing. */
export type AppendGuard = (db: Kysely<Tables>, rows: readonly LogRow[]) => Promise<void>;

/** Statements of the log over one connection or one transaction. */
export class KyselyLog {
  protected readonly db: Kysely<Tables>;
  protected readonly isUnique: IsUniqueViolation;
  protected readonly guard: AppendGuard | null;
  protected readonly insert: LogInsert;

  constructor(db: Kysely<Tables>, isUnique: IsUniqueViolation, guard: AppendGuard | null, insert: LogInsert) {
    this.db = db;
    this.isUnique = isUnique;
    this.guard = guard;
    this.insert = insert;
  }

  async appendLog(rows: readonly LogRow[]): Promise<void> {
    await this.guard?.(this.db, rows);
    await this.unique('the log', this.insert.run(this.db, rows));
  }

  async logSize(): Promise<number> {
    const row = await this.db
      .selectFrom('log')
      .select((e) => e.fn.max('idx').as('last'))
      .executeTakeFirst();
    return row?.last === null || row?.last === undefined ? 0 : Number(row.last) + 1;
  }

  async logRow(index: number): Promise<LogRow | null> {
    const row = await this.db.selectFrom('log').selectAll().where('idx', '=', index).executeTakeFirst();
    return row === undefined ? null : logRow(row);
  }

  async leaves(from: number, limit: number): Promise<LeafRow[]> {
    const rows = await this.db
      .selectFrom('log')
      .select(['idx', 'leaf', 'hash', 'doc'])
      .where('idx', '>=', from)
      .orderBy('idx')
      .limit(limit)
      .execute();
    return rows.map(({ idx, leaf, hash, doc }) => ({ index: idx, leaf, hash, doc }));
  }

  async logOfDoc(doc: string, from: number, limit: number): Promise<LogRow[]> {
    const rows = await this.db
      .selectFrom('log')
      .selectAll()
      .where('doc', '=', doc)
      .where('idx', '>=', from)
      .orderBy('idx')
      .limit(limit)
      .execute();
    return rows.map(logRow);
  }

  async logPage(filter: LogFilter): Promise<LogRow[]> {
    let query = this.db.selectFrom('log').selectAll().orderBy('idx', 'desc').limit(filter.limit);
    if (filter.docs !== undefined) query = query.where('doc', 'in', filter.docs);
    if (filter.users !== undefined) query = query.where('actor', 'in', filter.users);
    if (filter.kind !== undefined) query = query.where('kind', '=', filter.kind);
    if (filter.from !== undefined) query = query.where('idx', '>=', filter.from);
    if (filter.before !== undefined) query = query.where('idx', '<', filter.before);
    return (await query.execute()).map(logRow);
  }

  async lastIndexOfDoc(doc: string): Promise<number | null> {
    const row = await this.db
      .selectFrom('log')
      .select('idx')
      .where('doc', '=', doc)
      .orderBy('idx', 'desc')
      .limit(1)
      .executeTakeFirst();
    return row?.idx ?? null;
  }

  async erasePayload(index: number): Promise<void> {
    await this.db.updateTable('log').set({ payload: null }).where('idx', '=', index).execute();
  }

  async entryAt(dev: string, epoch: string, seq: number): Promise<LogRow | null> {
    const row = await this.db
      .selectFrom('log')
      .selectAll()
      .where('dev', '=', dev)
      .where('epoch', '=', epoch)
      .where('seq', '=', seq)
      .executeTakeFirst();
    return row === undefined ? null : logRow(row);
  }

  async lastOfChain(dev: string, epoch: string): Promise<LogRow | null> {
    const row = await this.db
      .selectFrom('log')
      .selectAll()
      .where('dev', '=', dev)
      .where('epoch', '=', epoch)
      .orderBy('seq', 'desc')
      .limit(1)
      .executeTakeFirst();
    return row === undefined ? null : logRow(row);
  }

  async addCheckpoint(checkpoint: StoredCheckpoint): Promise<void> {
    await this.db
      .insertInto('checkpoint')
      .values({ size: checkpoint.size, note: checkpoint.note })
      .onConflict((c) => c.column('size').doUpdateSet({ note: checkpoint.note }))
      .execute();
  }

  async lastCheckpoint(): Promise<StoredCheckpoint | null> {
    const row = await this.db.selectFrom('checkpoint').selectAll().orderBy('size', 'desc').limit(1).executeTakeFirst();
    return row ?? null;
  }

  /** Turns the driver's unique-key error into ours, so that callers need not know the dialect. */
  protected async unique<T>(what: string, work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      if (this.isUnique(error)) throw new UniqueViolation(`${what} exists`, { cause: error });
      throw error;
    }
  }
}
