// Local accounts: who may sign in with a password, and the one-use codes that let somebody choose one. Owns these rules and their
// throttling; must not know HTTP. Roles are in people.ts.
import { randomBytes } from 'node:crypto';
import { KeyedMutex } from '../keyedMutex.ts';
import { type CodeRow, type LoginRow, type Storage, UniqueViolation } from '../storage/index.ts';
import { AccountFault, loginTaken, wrongCode, wrongPassword } from './accountFault.ts';
import { codeHash, newCode } from './codes.ts';
import { type FailedAccess, UNKNOWN_SUBJECT } from './failedAccess.ts';
import { hashPassword, isOutdated, passwordFault, verifyPassword } from './passwords.ts';
import type { People } from './people.ts';
import type { Sessions, SignIn } from './sessions.ts';
import { SignInThrottle } from './signInThrottle.ts';

const DAY_MS = 86_400_000;
/** How long a code may be used, by what it is for. */
const CODE_MS: Readonly<Record<CodeRow['purpose'], number>> = {
  setUp: DAY_MS,
  join: 7 * DAY_MS,
  reset: DAY_MS,
};

export interface StartedSession {
  readonly userId: string;
  readonly token: string;
  readonly signIn: SignIn;
}

export interface IssuedCode {
  readonly userId: string;
  /** Shown once; only its hash is kept. */
  readonly code: string;
  /** Unix milliseconds. */
  readonly expiresAt: number;
}

export interface AccountsOptions {
  readonly storage: Storage;
  readonly people: People;
  readonly sessions: Sessions;
  readonly failures: FailedAccess;
  /** Unix milliseconds. */
  readonly now: () => number;
}

/** The one form in which sign-in names are kept and compared. */
export function plainLogin(typed: string): string {
  return typed.normalize('NFKC').trim().toLowerCase();
}

export class Accounts {
  readonly #options: AccountsOptions;
  readonly #throttle = new SignInThrottle();
  /** What ends and what begins sessions and passwords of one person, one after the other. */
  readonly #changes = new KeyedMutex();

  constructor(options: AccountsOptions) {
    this.#options = options;
  }

  /** [AUTH-13] Whether nobody who may sign in is an admin, so that the first one has to be set up. */
  async needsSetUp(): Promise<boolean> {
    const { storage, people } = this.#options;
    const reachable = new Set([
      ...(await storage.identity.logins()).filter(({ password }) => password !== null).map(({ userId }) => userId),
      ...(await storage.identity.identities()).map(({ userId }) => userId),
    ]);
    return !people.users().some(({ id, roles }) => roles.includes('admin') && reachable.has(id));
  }

  /** A new one-use code for the first admin; the one printed before is void. null when there is an admin. */
  async issueSetUpCode(): Promise<string | null> {
    return (await this.needsSetUp()) ? (await this.#issue('', 'setUp')).code : null;
  }

  /** Signs in with a password. @throws AccountFault, PasswordsBusy */
  async signIn(typed: string, password: string, address: string): Promise<StartedSession> {
    const { storage, sessions, failures } = this.#options;
    const login = plainLogin(typed);
    const as = { address, login };
    this.#throttle.attempt(as, this.#options.now());
    const row = await storage.identity.login(login);
    // [AUTH-11] Every refusal does the same work and says the same, whatever was wrong.
    const good = await verifyPassword(row?.password ?? null, password);
    if (!good || row === null) {
      failures.note(row?.userId ?? UNKNOWN_SUBJECT, 'failedSignIn');
      throw wrongPassword();
    }
    return this.#changes.run(row.userId, async () => {
      await this.#requireUnchanged(row);
      this.#throttle.succeeded(as);
      if (row.password !== null && isOutdated(row.password)) {
        await storage.identity.putLogin({ ...row, password: await hashPassword(password) });
      }
      return { userId: row.userId, ...(await sessions.start(row.userId, { way: 'password' })) };
    });
  }

  /** What a code is for, before it is used. @throws AccountFault */
  async lookAt(typed: string, address: string): Promise<Pick<CodeRow, 'purpose' | 'userId'> & { login: string }> {
    const row = await this.#requireCode(typed, address);
    const login = row.userId === '' ? '' : ((await this.#options.storage.identity.loginOf(row.userId))?.login ?? '');
    return { purpose: row.purpose, userId: row.userId, login };
  }

  /** [AUTH-14] Chooses a password with a code of an admin and signs in; the code is used up. @throws AccountFault, PasswordsBusy */
  async choosePassword(typed: string, password: string, address: string): Promise<StartedSession> {
    const { storage, sessions } = this.#options;
    const code = await this.#requireCode(typed, address);
    const row = code.purpose === 'setUp' ? null : await storage.identity.loginOf(code.userId);
    if (row === null) throw wrongCode();
    this.#requirePassword(password, row.login);
    const login = { ...row, password: await hashPassword(password) };
    return this.#changes.run(row.userId, async () => {
      await this.#setPassword(code, login);
      await sessions.endAllOf(row.userId);
      return { userId: row.userId, ...(await sessions.start(row.userId, { way: 'password' })) };
    });
  }

  /** [AUTH-13] Makes the first admin with the code that the server printed, and signs in. @throws AccountFault, PasswordsBusy */
  async setUp(
    typed: string,
    admin: { readonly name: string; readonly login: string; readonly password: string },
    address: string,
  ): Promise<StartedSession> {
    const { people, sessions } = this.#options;
    const code = await this.#requireCode(typed, address);
    if (code.purpose !== 'setUp') throw wrongCode();
    if (!(await this.needsSetUp())) {
      throw new AccountFault('setUp', 'This workspace has an admin already.', 'Ask the admin to add you.');
    }
    const login = plainLogin(admin.login);
    this.#requirePassword(admin.password, login);
    await this.#requireFree(login);
    const userId = newUserId();
    const password = await hashPassword(admin.password);
    await this.#setPassword(code, { userId, login, password });
    await people.putUser({ id: userId, name: admin.name.trim(), roles: ['admin'], says: '' });
    return { userId, ...(await sessions.start(userId, { way: 'password' })) };
  }

  /** Adds somebody with roles, each by a leaf; they choose their password with the code. @throws AccountFault */
  async add(person: {
    readonly name: string;
    readonly login: string;
    readonly roles: readonly string[];
    /** The admin who adds them. */
    readonly by?: string;
  }): Promise<IssuedCode> {
    const { storage, people } = this.#options;
    const login = plainLogin(person.login);
    await this.#requireFree(login);
    const userId = newUserId();
    await this.#takeLogin({ userId, login, password: null }, (row) => storage.identity.putLogin(row));
    await people.putUser({ id: userId, name: person.name.trim(), roles: person.roles, says: '' }, person.by);
    return this.#issue(userId, 'join');
  }

  /** [AUTH-16] Takes a person's password and sessions at once and gives a code to choose another. @throws AccountFault */
  reset(userId: string): Promise<IssuedCode> {
    return this.#changes.run(userId, () => this.#reset(userId));
  }

  async #reset(userId: string): Promise<IssuedCode> {
    const { storage, sessions } = this.#options;
    const row = await storage.identity.loginOf(userId);
    if (row === null) {
      throw new AccountFault(
        'login',
        'This person does not sign in with a password.',
        'Reset it where they sign in: at the company’s provider.',
      );
    }
    await storage.identity.putLogin({ ...row, password: null });
    await sessions.endAllOf(userId);
    return this.#issue(userId, row.password === null ? 'join' : 'reset');
  }

  /** [AUTH-15] Changes one's own password; every other session of the person ends. @throws AccountFault, PasswordsBusy */
  async changePassword(signIn: SignIn, current: string, next: string, address: string): Promise<void> {
    const { storage, sessions, failures } = this.#options;
    const row = await storage.identity.loginOf(signIn.userId);
    if (row === null) {
      throw new AccountFault('login', 'You do not sign in with a password here.', 'Change it where you sign in.');
    }
    const as = { address, login: row.login };
    this.#throttle.attempt(as, this.#options.now());
    if (!(await verifyPassword(row.password, current))) {
      failures.note(signIn.userId, 'failedSignIn');
      throw new AccountFault('signIn', 'The present password is another one.', 'Type the password you signed in with.');
    }
    this.#throttle.succeeded(as);
    this.#requirePassword(next, row.login);
    const password = await hashPassword(next);
    await this.#changes.run(signIn.userId, async () => {
      await this.#requireUnchanged(row);
      await storage.identity.putLogin({ ...row, password });
      await sessions.endAllOf(signIn.userId, signIn);
    });
  }

  /** Somebody left: no password, no code, no session. Their name stays with what they signed. */
  close(userId: string): Promise<void> {
    const { storage, sessions } = this.#options;
    return this.#changes.run(userId, async () => {
      const row = await storage.identity.loginOf(userId);
      if (row !== null) await storage.identity.putLogin({ ...row, password: null });
      for (const { codeHash: hash } of await storage.identity.codesOf(userId)) await storage.identity.takeCode(hash);
      await sessions.endAllOf(userId);
    });
  }

  /** [AUTH-16] Checking a password takes a while: one that was taken or changed meanwhile opens nothing. @throws AccountFault */
  async #requireUnchanged({ userId, password }: LoginRow): Promise<void> {
    if ((await this.#options.storage.identity.loginOf(userId))?.password !== password) throw wrongPassword();
  }

  async #issue(userId: string, purpose: CodeRow['purpose']): Promise<IssuedCode> {
    const code = newCode();
    const expiresAt = this.#options.now() + CODE_MS[purpose];
    await this.#options.storage.transaction((store) =>
      store.identity.putCode({ codeHash: codeHash(code), purpose, userId, expiresAt }),
    );
    return { userId, code, expiresAt };
  }

  async #requireCode(typed: string, address: string): Promise<CodeRow> {
    this.#throttle.attempt({ address }, this.#options.now());
    const row = await this.#options.storage.identity.code(codeHash(typed));
    if (row === null || row.expiresAt <= this.#options.now()) {
      this.#options.failures.note(UNKNOWN_SUBJECT, 'failedSignIn');
      throw wrongCode();
    }
    this.#throttle.succeeded({ address });
    return row;
  }

  /** The code goes and the password comes in one transaction: a code is used once, or not at all. */
  async #setPassword(code: CodeRow, login: LoginRow): Promise<void> {
    await this.#takeLogin(login, (row) =>
      this.#options.storage.transaction(async (store) => {
        if (!(await store.identity.takeCode(code.codeHash))) throw wrongCode();
        await store.identity.putLogin(row);
      }),
    );
  }

  async #takeLogin(row: LoginRow, put: (row: LoginRow) => Promise<void>): Promise<void> {
    try {
      await put(row);
    } catch (error) {
      if (error instanceof UniqueViolation) throw loginTaken();
      throw error;
    }
  }

  async #requireFree(login: string): Promise<void> {
    if (login.length < 2) {
      throw new AccountFault('login', 'The sign-in name is too short.', 'Give an e-mail address or a name.');
    }
    if ((await this.#options.storage.identity.login(login)) !== null) throw loginTaken();
  }

  #requirePassword(password: string, login: string): void {
    const fault = passwordFault(password, login);
    if (fault !== null) throw new AccountFault('password', fault, 'Choose a longer one: a few words are good.');
  }
}

/** Random, so that an id in the log names nobody once the name is gone. */
function newUserId(): string {
  return `u-${randomBytes(8).toString('hex')}`;
}
