/** Who a command acts as in a workspace. Owns the options that say so and what a workspace accepts; signing in is client.ts's. */
import type { Workspace } from '@countersign/shared/protocol/api';
import { NotTyped, secretOfFile, type Terminal, typedSecret } from './secret.ts';
import { UsageError } from './usageError.ts';

/** Options that say who asks. A secret is no argument: arguments are in process lists and in the shell's history. */
export const IDENTITY_OPTIONS = {
  user: { type: 'string' },
  'password-file': { type: 'string' },
  'token-file': { type: 'string' },
  company: { type: 'boolean', default: false },
} as const;

export const IDENTITY_HELP = `  --user NAME    sign-in name; in a demo workspace the demo account (u-…)
  --password-file FILE
                 file with the password; else COUNTERSIGN_PASSWORD, else it is asked for at the terminal
  --token-file FILE
                 file with a service token (or COUNTERSIGN_TOKEN), for what a program may read
  --company      sign in through the company’s provider, in the browser
`;

export interface AskedIdentity {
  readonly user?: string | undefined;
  readonly 'password-file'?: string | undefined;
  readonly 'token-file'?: string | undefined;
  readonly company?: boolean | undefined;
}

/** How a command signs in. */
export type Identity =
  | { readonly kind: 'demo'; readonly userId: string }
  | { readonly kind: 'password'; readonly login: string; readonly password: string }
  | { readonly kind: 'token'; readonly token: string }
  | { readonly kind: 'company' };

/** Where secrets come from when no file is named. */
export interface Surroundings {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly terminal: Terminal;
}

export const PROCESS: Surroundings = {
  environment: process.env,
  terminal: { input: process.stdin, ask: (text) => void process.stderr.write(text) },
};

/**
 * [CMD-1] The identity that a workspace lets in: a token or the provider where it is asked for, a demo account where there are such,
 * else sign-in name and password.
 * @param demoAccount whom the command acts as in a demo workspace when nobody is named.
 * @throws UsageError with what to give
 */
export async function identityFor(
  asked: AskedIdentity,
  demoAccount: string,
  { signIn, demo }: Pick<Workspace, 'signIn' | 'demo'>,
  { environment, terminal }: Surroundings,
): Promise<Identity> {
  const given = ['password-file', 'token-file', 'company'] as const;
  if (given.filter((name) => asked[name] !== undefined && asked[name] !== false).length > 1) {
    throw new UsageError('Give --password-file, --token-file or --company, one of them.');
  }
  if (asked.company === true) {
    if (signIn?.company) return { kind: 'company' };
    throw new UsageError('This workspace has no company sign-in. Give --user and a password.');
  }
  const tokenFile = asked['token-file'];
  if (tokenFile !== undefined) return { kind: 'token', token: tokenOf(secretOfFile(tokenFile), tokenFile) };
  const { COUNTERSIGN_TOKEN: token, COUNTERSIGN_PASSWORD: password } = environment;
  if (asked.user === undefined && token !== undefined)
    return { kind: 'token', token: tokenOf(token, 'COUNTERSIGN_TOKEN') };
  const passwordFile = asked['password-file'];
  const isDemo = demo && passwordFile === undefined && (asked.user ?? demoAccount).startsWith('u-');
  if (isDemo) return { kind: 'demo', userId: asked.user ?? demoAccount };
  const { user: login } = asked;
  if (login === undefined) throw new UsageError(whoSays(signIn?.company?.name));
  if (passwordFile !== undefined) return { kind: 'password', login, password: secretOfFile(passwordFile) };
  if (password !== undefined) return { kind: 'password', login, password };
  return { kind: 'password', login, password: await ask(terminal, login) };
}

async function ask(terminal: Terminal, login: string): Promise<string> {
  if (terminal.input.isTTY !== true) {
    throw new UsageError(
      'There is no terminal to ask for the password at. Give --password-file FILE or set COUNTERSIGN_PASSWORD.',
    );
  }
  try {
    return await typedSecret(terminal, `Password of ${login}: `);
  } catch (error) {
    if (error instanceof NotTyped) throw new UsageError(error.message);
    throw error;
  }
}

function whoSays(company: string | undefined): string {
  const through = company === undefined ? '' : `, or --company to sign in through ${company}`;
  return `This workspace has no demo accounts. Give --user with your sign-in name; the password is asked for, or comes from --password-file or COUNTERSIGN_PASSWORD. Programs give --token-file${through}.`;
}

function tokenOf(text: string, from: string): string {
  const token = text.trim();
  if (/^cst_[\w-]{20,100}$/.test(token)) return token;
  throw new UsageError(
    `${from} holds no service token. It begins with cst_ and is made by an admin under People and keys.`,
  );
}
