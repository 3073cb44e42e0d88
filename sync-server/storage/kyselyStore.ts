// The storage contract over kysely: the same statements for every SQL dialect. Owns row mapping; must not open connections or decide anything.
import type { Kysely } from 'kysely';
import type { IdentityTables } from './identityMigrations.ts';
import { KyselyIdentity } from './kyselyIdentity.ts';
import { type AppendGuard, type IsUniqueViolation, KyselyLog } from './kyselyLog.ts';
import { LogInsert } from './logInsert.ts';
import type {
  ContractRow,
  DeviceRow,
  DraftLeases,
  EpochRow,
  IdempotencyRow,
  SessionRow,
  SharedParts,
  Storage,
  Store,
  UserRow,
  VersionRow,
} from './port.ts';
import { contractRow, deviceRow, epochRow, userRow, versionRow } from './rows.ts';
import type { Tables } from './tables.ts';

/** Statements over one connection or one transaction. */
export class KyselyStore extends KyselyLog implements Store {
  readonly identity: KyselyIdentity;

  constructor(
    db: Kysely<Tables>,
    isUnique: IsUniqueViolation,
    guard: AppendGuard | null = null,
    insert = new LogInsert(),
  ) {
    super(db, isUnique, guard, insert);
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
}

/** An open database. `db` is for the parts of the server that bring their own tables. */
export class KyselyStorage extends KyselyStore implements Storage {
  readonly drafts?: DraftLeases;
  readonly parts?: SharedParts;

  async transaction<T>(work: (store: Store) => Promise<T>): Promise<T> {
    return this.db.transaction().execute((tx) => work(new KyselyStore(tx, this.isUnique, this.guard, this.insert)));
  }

  /** Calls `listener` when the storage can be neither read nor written any more, whoever's write it was. Never, unless a storage says so. */
  onBroken(_listener: (error: Error) => void): void {}

  /** The same database seen through the tables of another part, brought by its own MigrationSet. */
  tables<T>(): Kysely<T> {
    return this.db as unknown as Kysely<T>;
  }

  async close(): Promise<void> {
    await this.db.destroy();
  }
}
