// Files that a data folder would hold, in the database. Owns that the first bytes under a name stay; must not know what they are.
import { type Kysely, sql } from 'kysely';
import type { SharedParts } from '../port.ts';
import type { Tables } from '../tables.ts';

export class PostgresParts implements SharedParts {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  async add(kind: string, name: string, bytes: Uint8Array): Promise<Uint8Array> {
    await sql`insert into part (kind, name, bytes) values (${kind}, ${name}, ${bytes}) on conflict do nothing`.execute(
      this.#db,
    );
    const kept = await this.part(kind, name);
    if (kept === null) throw new Error(`${kind} ${name} was kept and is not there`);
    return kept;
  }

  async part(kind: string, name: string): Promise<Uint8Array | null> {
    const { rows } = await sql<{ bytes: Uint8Array }>`
      select bytes from part where kind = ${kind} and name = ${name}`.execute(this.#db);
    return rows[0]?.bytes ?? null;
  }

  async page(kind: string, offset: number, limit: number): Promise<{ name: string; bytes: Uint8Array }[]> {
    const { rows } = await sql<{ name: string; bytes: Uint8Array }>`
      select name, bytes from part where kind = ${kind} order by seq offset ${offset} limit ${limit}`.execute(this.#db);
    return rows;
  }
}
