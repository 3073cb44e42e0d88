// The storage contract over kysely: the same statements for every SQL dialect. Owns row mapping; must not open connections or decide anything.
import type { Kysely } from 'kysely';
import type { IdentityTables } from './identityMigrations.ts';
import { KyselyIdentity } from './kyselyIdentity.ts';
import {
  type ContractRow,
  type DeviceRow,
  type DraftLeases,
  type EpochRow,
  type IdempotencyRow,
  type LeafRow,
  type LogFilter,
  type LogRow,
  type SessionRow,
  type SharedParts,
  type Storage,
  type Store,
  type StoredCheckpoint,
  UniqueViolation,
  type UserRow,
  type VersionRow,
} from './port.ts';
import { contractRow, deviceRow, epochRow, logRow, userRow, versionRow } from './rows.ts';
import type { Tables } from './tables.ts';

/** Rows of one INSERT: SQLite binds at most 32,766 parameters. */
const INSERT_ROWS = 500;

/** Says whether a driver's error means that a unique key exists. */
export type IsUniqueViolation = (error: unknown) => boolean;

/** Called in the transaction that appends, before its rows are written. @throws to write nothing. */
export type AppendGuard = (db: Kysely<Tables>, rows: readonly LogRow[]) => Promise<void>;

/** Statements over one connection or one transaction. */
export class KyselyStore implements Store {
  readonly identity: KyselyIdentity;
  protected readonly db: Kysely<Tables>;
  protected readonly isUnique: IsUniqueViolation;
  protected readonly guard: AppendGuard | null;

  constructor(db: Kysely<Tables>, isUnique: IsUniqueViolation, guard: AppendGuard | null = null) {
    this.db = db;
    this.isUnique = isUnique;
    this.guard = guard;
    this.identity = new KyselyIdentity(db as unknown as Kysely<IdentityTables>, (what, work) =>
      this.unique(what, work),
    );
  }

  async meta(key: string): Promise<string | null> {
    const row = await this.db.selectFrom('meta').select('value').where('key', '=', key).executeTakeFirst();
    return row?.value ?? null;
  }

  async setMeta(key: string, value: string): Promise<void> {
    await this.db
      .insertInto('meta')
      .values({ key, value })
      .onConflict((c) => c.column('key').doUpdateSet({ value }))
      .execute();
  }

  async appendLog(rows: readonly LogRow[]): Promise<void> {
    await this.guard?.(this.db, rows);
    for (let i = 0; i < rows.length; i += INSERT_ROWS) {
      const values = rows.slice(i, i + INSERT_ROWS).map((row) => ({
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
      }));
      await this.unique('the log', this.db.insertInto('log').values(values).execute());
    }
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
    if (filter.user !== undefined) query = query.where('actor', '=', filter.user);
    if (filter.kind !== undefined) query = query.where('kind', '=', filter.kind);
    if (filter.before !== undefined) query = query.where('idx', '<', filter.before);
    return (await query.execute()).map(logRow);
  }

  async lastOfDoc(doc: string): Promise<LogRow | null> {
    const row = await this.db
      .selectFrom('log')
      .selectAll()
      .where('doc', '=', doc)
      .orderBy('idx', 'desc')
      .limit(1)
      .executeTakeFirst();
    return row === undefined ? null : logRow(row);
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

  async putUser(user: UserRow): Promise<void> {
    const values = { name: user.name, roles: user.roles.join(','), says: user.says };
    await this.db
      .insertInto('users')
      .values({ id: user.id, ...values })
      .onConflict((c) => c.column('id').doUpdateSet(values))
      .execute();
  }

  async user(id: string): Promise<UserRow | null> {
    const row = await this.db.selectFrom('users').selectAll().where('id', '=', id).executeTakeFirst();
    return row === undefined ? null : userRow(row);
  }

  async users(): Promise<UserRow[]> {
    return (await this.db.selectFrom('users').selectAll().orderBy('id').execute()).map(userRow);
  }

  async putDevice(device: DeviceRow): Promise<void> {
    const values = {
      user_id: device.userId,
      name: device.name,
      public_key: device.publicKey,
      command_epoch: device.commandEpoch,
      enrolled_at: device.enrolledAt,
      revoked_at: device.revokedAt,
      frozen_at: device.frozenAt,
    };
    await this.db
      .insertInto('devices')
      .values({ id: device.id, ...values })
      .onConflict((c) => c.column('id').doUpdateSet(values))
      .execute();
  }

  async device(id: string): Promise<DeviceRow | null> {
    const row = await this.db.selectFrom('devices').selectAll().where('id', '=', id).executeTakeFirst();
    return row === undefined ? null : deviceRow(row);
  }

  async devices(): Promise<DeviceRow[]> {
    return (await this.db.selectFrom('devices').selectAll().orderBy('enrolled_at').execute()).map(deviceRow);
  }

  async addSession(session: SessionRow): Promise<void> {
    await this.db
      .insertInto('sessions')
      .values({ token_hash: session.tokenHash, user_id: session.userId, expires_at: session.expiresAt })
      .execute();
  }

  async session(tokenHash: string): Promise<SessionRow | null> {
    const row = await this.db.selectFrom('sessions').selectAll().where('token_hash', '=', tokenHash).executeTakeFirst();
    return row === undefined ? null : { tokenHash: row.token_hash, userId: row.user_id, expiresAt: row.expires_at };
  }

  async removeSession(tokenHash: string): Promise<void> {
    await this.db.deleteFrom('sessions').where('token_hash', '=', tokenHash).execute();
  }

  async removeSessionsBefore(now: number): Promise<void> {
    await this.db.deleteFrom('sessions').where('expires_at', '<=', now).execute();
  }

  async putContract(contract: ContractRow): Promise<void> {
    const { id, ...values } = contract;
    await this.db
      .insertInto('contracts')
      .values({ id, ...values })
      .onConflict((c) => c.column('id').doUpdateSet(values))
      .execute();
  }

  async contract(id: string): Promise<ContractRow | null> {
    const row = await this.db.selectFrom('contracts').selectAll().where('id', '=', id).executeTakeFirst();
    return row === undefined ? null : contractRow(row);
  }

  async contracts(): Promise<ContractRow[]> {
    return (await this.db.selectFrom('contracts').selectAll().orderBy('id').execute()).map(contractRow);
  }

  async putVersion(version: VersionRow): Promise<void> {
    const values = {
      contract_id: version.contractId,
      kind: version.kind,
      sequence: version.sequence,
      title: version.title,
      state: version.state,
      base_version_id: version.baseVersionId,
      content_hash: version.contentHash,
      effective_from: version.effectiveFrom,
      created_at: version.createdAt,
      changed_at: version.changedAt,
    };
    await this.unique(
      'the version',
      this.db
        .insertInto('versions')
        .values({ id: version.id, ...values })
        .onConflict((c) => c.column('id').doUpdateSet(values))
        .execute(),
    );
  }

  async version(id: string): Promise<VersionRow | null> {
    const row = await this.db.selectFrom('versions').selectAll().where('id', '=', id).executeTakeFirst();
    return row === undefined ? null : versionRow(row);
  }

  async versions(contractId?: string): Promise<VersionRow[]> {
    let query = this.db.selectFrom('versions').selectAll().orderBy('contract_id').orderBy('sequence');
    if (contractId !== undefined) query = query.where('contract_id', '=', contractId);
    return (await query.execute()).map(versionRow);
  }

  async addEpoch(epoch: EpochRow): Promise<void> {
    await this.unique(
      'the epoch',
      this.db
        .insertInto('epochs')
        .values({
          version_id: epoch.versionId,
          device_id: epoch.deviceId,
          epoch: epoch.epoch,
          client_id: epoch.clientId,
        })
        .execute(),
    );
  }

  async epoch(versionId: string, deviceId: string, epoch: string): Promise<EpochRow | null> {
    const row = await this.db
      .selectFrom('epochs')
      .selectAll()
      .where('version_id', '=', versionId)
      .where('device_id', '=', deviceId)
      .where('epoch', '=', epoch)
      .executeTakeFirst();
    return row === undefined ? null : epochRow(row);
  }

  async epochsOf(versionId: string): Promise<EpochRow[]> {
    const rows = await this.db.selectFrom('epochs').selectAll().where('version_id', '=', versionId).execute();
    return rows.map(epochRow);
  }

  async addIdempotency(row: IdempotencyRow): Promise<void> {
    await this.unique(
      'the idempotency key',
      this.db
        .insertInto('idempotency')
        .values({ scope: row.scope, key: row.key, body_hash: row.bodyHash, status: row.status, answer: row.answer })
        .execute(),
    );
  }

  async idempotency(scope: string, key: string): Promise<IdempotencyRow | null> {
    const row = await this.db
      .selectFrom('idempotency')
      .selectAll()
      .where('scope', '=', scope)
      .where('key', '=', key)
      .executeTakeFirst();
    if (row === undefined) return null;
    return { scope: row.scope, key: row.key, bodyHash: row.body_hash, status: row.status, answer: row.answer };
  }

  /** Turns the driver's unique-key error into ours, so that callers need not know the dialect. */
  private async unique<T>(what: string, work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      if (this.isUnique(error)) throw new UniqueViolation(`${what} exists`, { cause: error });
      throw error;
    }
  }
}

/** An open database. `db` is for the parts of the server that bring their own tables. */
export class KyselyStorage extends KyselyStore implements Storage {
  readonly drafts?: DraftLeases;
  readonly parts?: SharedParts;

  async transaction<T>(work: (store: Store) => Promise<T>): Promise<T> {
    return this.db.transaction().execute((tx) => work(new KyselyStore(tx, this.isUnique, this.guard)));
  }

  /** The same database seen through the tables of another part, brought by its own MigrationSet. */
  tables<T>(): Kysely<T> {
    return this.db as unknown as Kysely<T>;
  }

  async close(): Promise<void> {
    await this.db.destroy();
  }
}
