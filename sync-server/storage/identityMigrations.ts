// The tables of who may come in (identity.ts). Owns their columns and steps; a published step never changes.
import type { Kysely } from 'kysely';
import type { ColumnTypes, MigrationSet } from './migrations.ts';

export interface IdentityTables {
  logins: { user_id: string; login: string; password: string | null };
  codes: { code_hash: string; purpose: string; user_id: string; expires_at: number };
  identities: { issuer: string; subject: string; user_id: string };
  sign_ins: {
    token_hash: string;
    user_id: string;
    way: string;
    started_at: number;
    device_id: string;
    id_token: string;
  };
  service_tokens: {
    id: string;
    token_hash: string;
    name: string;
    scopes: string;
    created_by: string;
    created_at: number;
    expires_at: number;
    revoked_at: number | null;
  };
  tickets: { ticket_hash: string; session_id: string; expires_at: number };
  last_sign_ins: { user_id: string; at: number; way: string };
}

async function firstTables(db: Kysely<unknown>, { whole, text }: ColumnTypes): Promise<void> {
  await db.schema
    .createTable('logins')
    .addColumn('user_id', text, (c) => c.primaryKey())
    .addColumn('login', text, (c) => c.notNull().unique())
    .addColumn('password', text)
    .execute();
  await db.schema
    .createTable('codes')
    .addColumn('code_hash', text, (c) => c.primaryKey())
    .addColumn('purpose', text, (c) => c.notNull())
    .addColumn('user_id', text, (c) => c.notNull())
    .addColumn('expires_at', whole, (c) => c.notNull())
    .execute();
  await db.schema
    .createTable('identities')
    .addColumn('issuer', text, (c) => c.notNull())
    .addColumn('subject', text, (c) => c.notNull())
    .addColumn('user_id', text, (c) => c.notNull())
    .addPrimaryKeyConstraint('identities_key', ['issuer', 'subject'])
    .execute();
  await db.schema
    .createTable('sign_ins')
    .addColumn('token_hash', text, (c) => c.primaryKey())
    .addColumn('user_id', text, (c) => c.notNull())
    .addColumn('way', text, (c) => c.notNull())
    .addColumn('started_at', whole, (c) => c.notNull())
    .addColumn('device_id', text, (c) => c.notNull())
    .addColumn('id_token', text, (c) => c.notNull())
    .execute();
  await db.schema.createIndex('sign_ins_user').on('sign_ins').column('user_id').execute();
  await db.schema
    .createTable('service_tokens')
    .addColumn('id', text, (c) => c.primaryKey())
    .addColumn('token_hash', text, (c) => c.notNull().unique())
    .addColumn('name', text, (c) => c.notNull())
    .addColumn('scopes', text, (c) => c.notNull())
    .addColumn('created_by', text, (c) => c.notNull())
    .addColumn('created_at', whole, (c) => c.notNull())
    .addColumn('expires_at', whole, (c) => c.notNull())
    .addColumn('revoked_at', whole)
    .execute();
  await db.schema
    .createTable('tickets')
    .addColumn('ticket_hash', text, (c) => c.primaryKey())
    .addColumn('session_id', text, (c) => c.notNull())
    .addColumn('expires_at', whole, (c) => c.notNull())
    .execute();
}

async function lastSignIns(db: Kysely<unknown>, { whole, text }: ColumnTypes): Promise<void> {
  await db.schema
    .createTable('last_sign_ins')
    .addColumn('user_id', text, (c) => c.primaryKey())
    .addColumn('at', whole, (c) => c.notNull())
    .addColumn('way', text, (c) => c.notNull())
    .execute();
}

export const identityMigrations: MigrationSet = {
  part: 'identity',
  steps: [
    { name: 'logins, codes, identities, sign-ins, service tokens, tickets', up: firstTables },
    { name: 'when everybody signed in last', up: lastSignIns },
  ],
};
