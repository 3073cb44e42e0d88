// The one statement that everybody's edits go through. Owns its text, written once for each of a few numbers of rows: every commit brings
// another number, and writing and preparing the text anew costs more than the rows.
import type { CompiledQuery, Kysely } from 'kysely';
import type { LogRow } from './port.ts';
import type { Tables } from './tables.ts';

/** Rows of one statement, largest first. SQLite binds at most 32,766 parameters, PostgreSQL 65,535. */
const SIZES = [256, 16, 1] as const;

type Values = Tables['log'];

const valuesOf = (row: LogRow): Values => ({
  idx: row.index,
  leaf: row.leaf,
  hash: row.hash,
  doc: row.doc,
  kind: row.kind,
  actor: row.user,
  dev: row.dev,
  epoch: row.epoch,
  seq: row.seq,
  entry_hash: row.entryHash,
  payload: row.payload,
});

/** Of one database: the text differs between dialects. */
export class LogInsert {
  readonly #statements = new Map<number, CompiledQuery>();

  async run(db: Kysely<Tables>, rows: readonly LogRow[]): Promise<void> {
    for (let from = 0; from < rows.length; ) {
      const size = SIZES.find((candidate) => candidate <= rows.length - from) ?? 1;
      const values = rows.slice(from, from + size).map(valuesOf);
      const statement = this.#statement(db, values);
      await db.executeQuery({ ...statement, parameters: values.flatMap((row) => Object.values(row)) });
      from += size;
    }
  }

  #statement(db: Kysely<Tables>, values: readonly Values[]): CompiledQuery {
    const known = this.#statements.get(values.length);
    if (known !== undefined) return known;
    const statement = db.insertInto('log').values(values).compile();
    this.#statements.set(values.length, statement);
    return statement;
  }
}
