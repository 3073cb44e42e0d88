// Ordered schema changes. Owns the version numbers in `meta`; a folder written by a newer program is refused untouched.
import type { Kysely, RawBuilder } from 'kysely';
import { StorageError } from './errors.ts';
import { identityMigrations } from './identityMigrations.ts';
import type { Tables } from './tables.ts';

/** One step. Steps are only ever appended; a published step never changes. */
export interface Migration {
  readonly name: string;
  up(db: Kysely<unknown>, types: ColumnTypes): Promise<void>;
}

/** What a dialect calls the two column types that differ. */
export interface ColumnTypes {
  readonly bytes: 'blob' | 'bytea';
  /** A 64-bit whole number that may be a primary key. */
  readonly whole: 'integer' | 'bigint';
  /** Text that compares byte by byte, whatever language the database sorts by. */
  readonly text: 'text' | RawBuilder<string>;
}

/** The tables of one part of the server, with a schema number of their own so that parts can grow apart. */
export interface MigrationSet {
  /** Key of the number in `meta`: `schema.<part>`. */
  readonly part: string;
  readonly steps: readonly Migration[];
}

async function coreTables(db: Kysely<unknown>, { bytes, whole, text }: ColumnTypes): Promise<void> {
  await db.schema
    .createTable('log')
    .addColumn('idx', whole, (c) => c.primaryKey())
    .addColumn('leaf', bytes, (c) => c.notNull())
    .addColumn('hash', bytes, (c) => c.notNull())
    .addColumn('doc', text, (c) => c.notNull())
    .addColumn('kind', text, (c) => c.notNull())
    .addColumn('actor', text, (c) => c.notNull())
    .addColumn('dev', text, (c) => c.notNull())
    .addColumn('epoch', text, (c) => c.notNull())
    .addColumn('seq', whole, (c) => c.notNull())
    .addColumn('entry_hash', text, (c) => c.notNull())
    .addColumn('payload', bytes)
    .execute();
  await db.schema.createIndex('log_doc').on('log').columns(['doc', 'idx']).execute();
  await db.schema.createIndex('log_chain').on('log').columns(['dev', 'epoch', 'seq']).unique().execute();
  await db.schema
    .createTable('checkpoint')
    .addColumn('size', whole, (c) => c.primaryKey())
    .addColumn('note', text, (c) => c.notNull())
    .execute();
  await db.schema
    .createTable('users')
    .addColumn('id', text, (c) => c.primaryKey())
    .addColumn('name', text, (c) => c.notNull())
    .addColumn('roles', text, (c) => c.notNull())
    .addColumn('says', text, (c) => c.notNull())
    .execute();
  await db.schema
    .createTable('devices')
    .addColumn('id', text, (c) => c.primaryKey())
    .addColumn('user_id', text, (c) => c.notNull())
    .addColumn('name', text, (c) => c.notNull())
    .addColumn('public_key', bytes, (c) => c.notNull())
    .addColumn('command_epoch', text, (c) => c.notNull())
    .addColumn('enrolled_at', whole, (c) => c.notNull())
    .addColumn('revoked_at', whole)
    .addColumn('frozen_at', whole)
    .execute();
  await db.schema
    .createTable('sessions')
    .addColumn('token_hash', text, (c) => c.primaryKey())
    .addColumn('user_id', text, (c) => c.notNull())
    .addColumn('expires_at', whole, (c) => c.notNull())
    .execute();
  await db.schema
    .createTable('contracts')
    .addColumn('id', text, (c) => c.primaryKey())
    .addColumn('kind', text, (c) => c.notNull())
    .addColumn('number', text, (c) => c.notNull())
    .addColumn('title', text, (c) => c.notNull())
    .addColumn('counterparty', text, (c) => c.notNull())
    .execute();
  await db.schema
    .createTable('versions')
    .addColumn('id', text, (c) => c.primaryKey())
    .addColumn('contract_id', text, (c) => c.notNull())
    .addColumn('kind', text, (c) => c.notNull())
    .addColumn('sequence', 'integer', (c) => c.notNull())
    .addColumn('title', text, (c) => c.notNull())
    .addColumn('state', text, (c) => c.notNull())
    .addColumn('base_version_id', text)
    .addColumn('content_hash', text)
    .addColumn('effective_from', text)
    .addColumn('created_at', text, (c) => c.notNull())
    .addColumn('changed_at', text, (c) => c.notNull())
    .addUniqueConstraint('versions_sequence', ['contract_id', 'sequence'])
    .execute();
  await db.schema
    .createTable('epochs')
    .addColumn('version_id', text, (c) => c.notNull())
    .addColumn('device_id', text, (c) => c.notNull())
    .addColumn('epoch', text, (c) => c.notNull())
    .addColumn('client_id', whole, (c) => c.notNull())
    .addPrimaryKeyConstraint('epochs_key', ['version_id', 'device_id', 'epoch'])
    .addUniqueConstraint('epochs_client', ['version_id', 'client_id'])
    .execute();
  await db.schema
    .createTable('idempotency')
    .addColumn('scope', text, (c) => c.notNull())
    .addColumn('key', text, (c) => c.notNull())
    .addColumn('body_hash', text, (c) => c.notNull())
    .addColumn('status', 'integer', (c) => c.notNull())
    .addColumn('answer', text, (c) => c.notNull())
    .addPrimaryKeyConstraint('idempotency_key', ['scope', 'key'])
    .execute();
}

/** The server's own tables. */
const coreMigrations: MigrationSet = { part: 'core', steps: [{ name: 'first tables', up: coreTables }] };

/** What every backend brings up to date before the tables of other parts. */
export const OWN_MIGRATIONS: readonly MigrationSet[] = [coreMigrations, identityMigrations];

/**
 * Brings a database up to this program's schema, each set in one transaction.
 * @throws StorageError `newer` when a set is ahead of this program; nothing is changed then.
 */
export async function migrate(db: Kysely<Tables>, types: ColumnTypes, sets: readonly MigrationSet[]): Promise<void> {
  await db.schema
    .createTable('meta')
    .ifNotExists()
    .addColumn('key', 'text', (c) => c.primaryKey())
    .addColumn('value', 'text', (c) => c.notNull())
    .execute();
  const at = new Map<string, number>();
  for (const { part, steps } of sets) {
    const row = await db.selectFrom('meta').select('value').where('key', '=', `schema.${part}`).executeTakeFirst();
    const have = Number(row?.value ?? '0');
    if (have > steps.length) throw StorageError.newer(part, have, steps.length);
    at.set(part, have);
  }
  for (const { part, steps } of sets) {
    const todo = steps.slice(at.get(part) ?? 0);
    if (todo.length === 0) continue;
    await db.transaction().execute(async (tx) => {
      for (const step of todo) await step.up(tx as unknown as Kysely<unknown>, types);
      const value = String(steps.length);
      await tx
        .insertInto('meta')
        .values({ key: `schema.${part}`, value })
        .onConflict((c) => c.column('key').doUpdateSet({ value }))
        .execute();
    });
  }
}
