// What the storage keeps of who may come in: logins, one-use codes, company identities, sign-ins, service tokens, tickets.
// Owns the row shapes; secrets arrive here as hashes only.

/** A local account: the name to sign in with, and the password's hash. */
export interface LoginRow {
  readonly userId: string;
  /** In the one form that is compared: NFKC, lower case, no blanks around it. */
  readonly login: string;
  /** PHC string; null until the person chose a password. */
  readonly password: string | null;
}

/** A one-use code that lets its holder choose a password. */
export interface CodeRow {
  /** SHA-256 in hex; the code itself is never stored. */
  readonly codeHash: string;
  readonly purpose: 'setUp' | 'join' | 'reset';
  /** '' for the code that sets up the first admin. */
  readonly userId: string;
  /** Unix milliseconds. */
  readonly expiresAt: number;
}

/** A person as an OpenID provider names them. */
export interface IdentityRow {
  readonly issuer: string;
  readonly subject: string;
  readonly userId: string;
}

/** How a session began, beside its row in `sessions`. */
export interface SignInRow {
  readonly tokenHash: string;
  readonly userId: string;
  readonly way: 'demo' | 'password' | 'company';
  /** Unix milliseconds. */
  readonly startedAt: number;
  /** The device that the session enrolled; '' before. */
  readonly deviceId: string;
  /** The provider's ID token, to end the session there too; '' for other ways. */
  readonly idToken: string;
}

/** When somebody signed in last, and how; kept when the session is gone. */
export type LastSignInRow = Pick<SignInRow, 'userId' | 'way'> & {
  /** Unix milliseconds. */
  readonly at: number;
};

/** A token of a program, e.g. the billing system. */
export interface ServiceTokenRow {
  /** `s-…`: the name of the token in the log. */
  readonly id: string;
  /** SHA-256 in hex; the token itself is never stored. */
  readonly tokenHash: string;
  readonly name: string;
  readonly scopes: readonly string[];
  readonly createdBy: string;
  /** Unix milliseconds. */
  readonly createdAt: number;
  readonly expiresAt: number;
  /** Log index of the leaf that took the last scope; null while it may be used. */
  readonly revokedAt: number | null;
}

/** A ticket that opens one socket. */
export interface TicketRow {
  readonly ticketHash: string;
  /** Hash of the session's token. */
  readonly sessionId: string;
  /** Unix milliseconds. */
  readonly expiresAt: number;
}

export interface IdentityStore {
  /** Adds or replaces. @throws UniqueViolation when another person has the login. */
  putLogin(row: LoginRow): Promise<void>;
  login(login: string): Promise<LoginRow | null>;
  loginOf(userId: string): Promise<LoginRow | null>;
  logins(): Promise<LoginRow[]>;

  /** Adds a code; earlier ones of the same person and purpose are void. */
  putCode(row: CodeRow): Promise<void>;
  code(codeHash: string): Promise<CodeRow | null>;
  /** Uses up a code: true for exactly one caller. */
  takeCode(codeHash: string): Promise<boolean>;
  codesOf(userId: string): Promise<CodeRow[]>;

  putIdentity(row: IdentityRow): Promise<void>;
  identity(issuer: string, subject: string): Promise<IdentityRow | null>;
  identities(): Promise<IdentityRow[]>;

  putSignIn(row: SignInRow): Promise<void>;
  signIn(tokenHash: string): Promise<SignInRow | null>;
  /** Sign-ins whose session has not ended, of one person. */
  signInsOf(userId: string): Promise<SignInRow[]>;
  /** Forgets what belongs to sessions that are gone. */
  removeEndedSignIns(): Promise<void>;

  /** Remembers a sign-in in the place of the person's last one. */
  noteSignIn(row: LastSignInRow): Promise<void>;
  lastSignIns(): Promise<LastSignInRow[]>;

  putServiceToken(row: ServiceTokenRow): Promise<void>;
  serviceToken(tokenHash: string): Promise<ServiceTokenRow | null>;
  serviceTokens(): Promise<ServiceTokenRow[]>;

  /** Adds a ticket and forgets those that expired by `now` and, of its session, all but the newest `keep`. */
  addTicket(row: TicketRow, now: number, keep: number): Promise<void>;
  /** Uses up a ticket: the row for exactly one caller, null for everybody else. */
  takeTicket(ticketHash: string): Promise<TicketRow | null>;
}
