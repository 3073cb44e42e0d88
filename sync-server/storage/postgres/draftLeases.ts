// The fence of single versions: each has a token that changes when another node opens it. Owns taking tokens and asking for them where entries
// are appended.
import { type Kysely, sql } from 'kysely';
import { StorageError } from '../errors.ts';
import type { DraftLeases, LogRow } from '../port.ts';
import type { Tables } from '../tables.ts';
import type { Fence } from './fencedPool.ts';

export class PostgresDraftLeases implements DraftLeases {
  readonly #db: Kysely<Tables>;
  readonly #fence: Fence | null;
  /** Tokens by version, as they were when this node opened it. */
  readonly #held = new Map<string, { readonly holder: string; readonly token: number }>();

  constructor(db: Kysely<Tables>, fence: Fence | null) {
    this.#db = db;
    this.#fence = fence;
  }

  async take(versionId: string): Promise<void> {
    const fence = this.#fence;
    if (fence === null) return;
    const { rows } = await sql<{ token: number }>`
      insert into lease (name, holder, token, url) values (${`draft:${versionId}`}, ${fence.holder}, 1, '')
      on conflict (name) do update set holder = excluded.holder, token = lease.token + 1
      returning token`.execute(this.#db);
    const [row] = rows;
    if (row === undefined) throw new Error(`the lease of ${versionId} was taken and not returned`);
    this.#held.set(versionId, { holder: fence.holder, token: row.token });
  }

  drop(versionId: string): void {
    this.#held.delete(versionId);
  }

  /** [STO-17] Asked in the appending transaction. @throws StorageError `cutOff` when another opened one of the rows' versions since. */
  async require(tx: Kysely<Tables>, rows: readonly LogRow[]): Promise<void> {
    const mine = [...new Set(rows.map(({ doc }) => doc))].filter((doc) => this.#held.has(doc));
    if (mine.length === 0) return;
    const names = mine.map((doc) => `draft:${doc}`);
    const found = await sql<{ name: string; holder: string; token: number }>`
      select name, holder, token from lease where name = any(${names}) for share`.execute(tx);
    const now = new Map(found.rows.map((row) => [row.name, row]));
    const lost = mine.filter((doc) => {
      const row = now.get(`draft:${doc}`);
      const held = this.#held.get(doc);
      return row?.token !== held?.token || row?.holder !== held?.holder;
    });
    if (lost.length === 0) return;
    for (const doc of lost) this.#held.delete(doc);
    throw new StorageError(
      'cutOff',
      `Another node opened ${lost.join(', ')}. Nothing was written.`,
      'The version is read again; send the change again.',
    );
  }
}
