// Who may come in, over kysely: the same statements for every SQL dialect. Owns row mapping and nothing else.
import type { Kysely, Selectable } from 'kysely';
import type {
  CodeRow,
  IdentityRow,
  IdentityStore,
  LastSignInRow,
  LoginRow,
  ServiceTokenRow,
  SignInRow,
  TicketRow,
} from './identity.ts';
import type { IdentityTables } from './identityMigrations.ts';

const loginRow = (row: Selectable<IdentityTables['logins']>): LoginRow => ({
  userId: row.user_id,
  login: row.login,
  password: row.password,
});
const codeRow = (row: Selectable<IdentityTables['codes']>): CodeRow => ({
  codeHash: row.code_hash,
  purpose: row.purpose as CodeRow['purpose'],
  userId: row.user_id,
  expiresAt: Number(row.expires_at),
});
const signInRow = (row: Selectable<IdentityTables['sign_ins']>): SignInRow => ({
  tokenHash: row.token_hash,
  userId: row.user_id,
  way: row.way as SignInRow['way'],
  startedAt: Number(row.started_at),
  deviceId: row.device_id,
  idToken: row.id_token,
});
const serviceTokenRow = (row: Selectable<IdentityTables['service_tokens']>): ServiceTokenRow => ({
  id: row.id,
  tokenHash: row.token_hash,
  name: row.name,
  scopes: row.scopes === '' ? [] : row.scopes.split(','),
  createdBy: row.created_by,
  createdAt: Number(row.created_at),
  expiresAt: Number(row.expires_at),
  revokedAt: row.revoked_at === null ? null : Number(row.revoked_at),
});
const ticketRow = (row: Selectable<IdentityTables['tickets']>): TicketRow => ({
  ticketHash: row.ticket_hash,
  sessionId: row.session_id,
  expiresAt: Number(row.expires_at),
});

/** Statements over one connection or one transaction. `unique` turns the driver's unique-key error into ours. */
export class KyselyIdentity implements IdentityStore {
  readonly #db: Kysely<IdentityTables>;
  readonly #unique: <T>(what: string, work: Promise<T>) => Promise<T>;

  constructor(db: Kysely<IdentityTables>, unique: <T>(what: string, work: Promise<T>) => Promise<T>) {
    this.#db = db;
    this.#unique = unique;
  }

  async putLogin({ userId, login, password }: LoginRow): Promise<void> {
    const adding = this.#db
      .insertInto('logins')
      .values({ user_id: userId, login, password })
      .onConflict((c) => c.column('user_id').doUpdateSet({ login, password }))
      .execute();
    await this.#unique('the login', adding);
  }

  async login(login: string): Promise<LoginRow | null> {
    const row = await this.#db.selectFrom('logins').selectAll().where('login', '=', login).executeTakeFirst();
    return row === undefined ? null : loginRow(row);
  }

  async loginOf(userId: string): Promise<LoginRow | null> {
    const row = await this.#db.selectFrom('logins').selectAll().where('user_id', '=', userId).executeTakeFirst();
    return row === undefined ? null : loginRow(row);
  }

  async logins(): Promise<LoginRow[]> {
    return (await this.#db.selectFrom('logins').selectAll().orderBy('user_id').execute()).map(loginRow);
  }

  async putCode({ codeHash, purpose, userId, expiresAt }: CodeRow): Promise<void> {
    await this.#db.deleteFrom('codes').where('user_id', '=', userId).execute();
    await this.#db
      .insertInto('codes')
      .values({ code_hash: codeHash, purpose, user_id: userId, expires_at: expiresAt })
      .execute();
  }

  async code(codeHash: string): Promise<CodeRow | null> {
    const row = await this.#db.selectFrom('codes').selectAll().where('code_hash', '=', codeHash).executeTakeFirst();
    return row === undefined ? null : codeRow(row);
  }

  async takeCode(codeHash: string): Promise<boolean> {
    const gone = await this.#db.deleteFrom('codes').where('code_hash', '=', codeHash).executeTakeFirst();
    return gone.numDeletedRows === 1n;
  }

  async codesOf(userId: string): Promise<CodeRow[]> {
    return (await this.#db.selectFrom('codes').selectAll().where('user_id', '=', userId).execute()).map(codeRow);
  }

  async putIdentity({ issuer, subject, userId }: IdentityRow): Promise<void> {
    await this.#unique(
      'the identity',
      this.#db.insertInto('identities').values({ issuer, subject, user_id: userId }).execute(),
    );
  }

  async identity(issuer: string, subject: string): Promise<IdentityRow | null> {
    const row = await this.#db
      .selectFrom('identities')
      .selectAll()
      .where('issuer', '=', issuer)
      .where('subject', '=', subject)
      .executeTakeFirst();
    return row === undefined ? null : { issuer: row.issuer, subject: row.subject, userId: row.user_id };
  }

  async identities(): Promise<IdentityRow[]> {
    const rows = await this.#db.selectFrom('identities').selectAll().orderBy('user_id').execute();
    return rows.map((row) => ({ issuer: row.issuer, subject: row.subject, userId: row.user_id }));
  }

  async putSignIn(row: SignInRow): Promise<void> {
    const values = {
      token_hash: row.tokenHash,
      user_id: row.userId,
      way: row.way,
      started_at: row.startedAt,
      device_id: row.deviceId,
      id_token: row.idToken,
    };
    const { token_hash: _key, ...rest } = values;
    await this.#db
      .insertInto('sign_ins')
      .values(values)
      .onConflict((c) => c.column('token_hash').doUpdateSet(rest))
      .execute();
  }

  async signIn(tokenHash: string): Promise<SignInRow | null> {
    const row = await this.#db
      .selectFrom('sign_ins')
      .selectAll()
      .where('token_hash', '=', tokenHash)
      .executeTakeFirst();
    return row === undefined ? null : signInRow(row);
  }

  async signInsOf(userId: string): Promise<SignInRow[]> {
    const rows = await this.#db
      .selectFrom('sign_ins')
      .selectAll()
      .where('user_id', '=', userId)
      .orderBy('started_at')
      .execute();
    return rows.map(signInRow);
  }

  async removeEndedSignIns(): Promise<void> {
    // The table of sessions belongs to the server's core tables; only its keys are looked at.
    const db = this.#db as unknown as Kysely<IdentityTables & { sessions: { token_hash: string } }>;
    await db
      .deleteFrom('sign_ins')
      .where('token_hash', 'not in', (e) => e.selectFrom('sessions').select('token_hash'))
      .execute();
  }

  async noteSignIn({ userId, at, way }: LastSignInRow): Promise<void> {
    await this.#db
      .insertInto('last_sign_ins')
      .values({ user_id: userId, at, way })
      .onConflict((c) => c.column('user_id').doUpdateSet({ at, way }))
      .execute();
  }

  async lastSignIns(): Promise<LastSignInRow[]> {
    const rows = await this.#db.selectFrom('last_sign_ins').selectAll().orderBy('user_id').execute();
    return rows.map(({ user_id, at, way }) => ({
      userId: user_id,
      at: Number(at),
      way: way as LastSignInRow['way'],
    }));
  }

  async putServiceToken(row: ServiceTokenRow): Promise<void> {
    const values = {
      id: row.id,
      token_hash: row.tokenHash,
      name: row.name,
      scopes: row.scopes.join(','),
      created_by: row.createdBy,
      created_at: row.createdAt,
      expires_at: row.expiresAt,
      revoked_at: row.revokedAt,
    };
    const { id: _key, ...rest } = values;
    const adding = this.#db
      .insertInto('service_tokens')
      .values(values)
      .onConflict((c) => c.column('id').doUpdateSet(rest))
      .execute();
    await this.#unique('the service token', adding);
  }

  async serviceToken(tokenHash: string): Promise<ServiceTokenRow | null> {
    const row = await this.#db
      .selectFrom('service_tokens')
      .selectAll()
      .where('token_hash', '=', tokenHash)
      .executeTakeFirst();
    return row === undefined ? null : serviceTokenRow(row);
  }

  async serviceTokens(): Promise<ServiceTokenRow[]> {
    const rows = await this.#db.selectFrom('service_tokens').selectAll().orderBy('created_at').orderBy('id').execute();
    return rows.map(serviceTokenRow);
  }

  async addTicket({ ticketHash, sessionId, expiresAt }: TicketRow, now: number, keep: number): Promise<void> {
    await this.#db.deleteFrom('tickets').where('expires_at', '<=', now).execute();
    const held = await this.#db
      .selectFrom('tickets')
      .select('ticket_hash')
      .where('session_id', '=', sessionId)
      .orderBy('expires_at', 'desc')
      .execute();
    const old = held.slice(keep - 1).map((row) => row.ticket_hash);
    if (old.length > 0) await this.#db.deleteFrom('tickets').where('ticket_hash', 'in', old).execute();
    await this.#db
      .insertInto('tickets')
      .values({ ticket_hash: ticketHash, session_id: sessionId, expires_at: expiresAt })
      .execute();
  }

  async takeTicket(ticketHash: string): Promise<TicketRow | null> {
    const row = await this.#db
      .deleteFrom('tickets')
      .where('ticket_hash', '=', ticketHash)
      .returningAll()
      .executeTakeFirst();
    return row === undefined ? null : ticketRow(row);
  }
}
