// `countersign user`: people of a data folder whose server is stopped: list, add, reset. For the first admin and for one who is locked
// out; day by day an admin uses the app. Owns the arguments and the words; the rules are in auth/accounts.ts.
import { parseArgs } from 'node:util';
import { ROLES, type Role } from '@countersign/shared/access';
import { AccountFault, type IssuedCode, plainLogin } from '../auth/index.ts';
import { ConfigError } from '../config/index.ts';
import type { Services } from '../services.ts';
import { StorageError } from '../storage/index.ts';
import { EXIT_USAGE } from './exitCodes.ts';
import { onWorkspaceAlone, placeConfig, WorkspaceIsLed } from './workspace/alone.ts';

const EXIT_FAILED = 1;
const EXIT_CONFIG = 78;

const HELP = `Usage: countersign user list  --data DIR
       countersign user add   --data DIR --name NAME --login LOGIN [--role ROLE]…
       countersign user reset --data DIR --login LOGIN

People of a data folder whose server is stopped. "add" and "reset" print a one-use code: its holder opens the app, follows
"I have a code from an admin" and chooses a password. "reset" takes the password and every sign-in at once.

  --data DIR          data folder (default countersign-data)
  --database-url URL  the PostgreSQL database, as for "serve"; every node must be stopped
  --role ROLE         ${ROLES.join(', ')}; may be given several times
  --json              print JSON

Exit codes: 0 done, 1 refused or a server leads the workspace, 64 wrong command line, 65 data is damaged, 75 a server runs on the folder, 78 wrong settings.
`;

interface Asked {
  readonly act: string;
  readonly name: string | undefined;
  readonly login: string | undefined;
  readonly roles: readonly Role[];
  readonly json: boolean;
}

/** Resolves to the exit code. */
export async function run(args: string[]): Promise<number> {
  try {
    const parsed = parse(args);
    if (parsed === null) process.stdout.write(HELP);
    else await onWorkspaceAlone(parsed.config, (services) => act(services, parsed.asked));
    return 0;
  } catch (error) {
    return explain(error);
  }
}

function parse(args: readonly string[]) {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    strict: true,
    options: {
      data: { type: 'string' },
      'database-url': { type: 'string' },
      name: { type: 'string' },
      login: { type: 'string' },
      role: { type: 'string', multiple: true, default: [] },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return null;
  const [name, ...rest] = positionals;
  if (name === undefined || !['list', 'add', 'reset'].includes(name) || rest.length > 0) {
    throw new TypeError('Give one of list, add and reset.');
  }
  const unknown = values.role.find((role) => !(ROLES as readonly string[]).includes(role));
  if (unknown !== undefined) throw new TypeError(`There is no role “${unknown}”. Give ${ROLES.join(', ')}.`);
  const asked: Asked = {
    act: name,
    name: values.name,
    login: values.login,
    roles: values.role as Role[],
    json: values.json,
  };
  return { config: placeConfig(values), asked };
}

async function act(services: Services, { act: name, ...asked }: Asked): Promise<void> {
  if (name === 'list') return list(services, asked.json);
  const login = needed(asked.login, '--login');
  const code =
    name === 'add'
      ? await services.accounts.add({ name: needed(asked.name, '--name'), login, roles: asked.roles })
      : await services.accounts.reset(await userIdOf(services, login));
  tell(code, login, asked.json);
}

function needed(value: string | undefined, option: string): string {
  if (value === undefined || value.trim() === '') throw new TypeError(`${option} is missing.`);
  return value;
}

async function userIdOf({ storage }: Services, login: string): Promise<string> {
  const row = await storage.identity.login(plainLogin(login));
  if (row === null)
    throw new AccountFault('login', `Nobody signs in as ${login} here.`, 'See "countersign user list".');
  return row.userId;
}

async function list({ storage, people }: Services, json: boolean): Promise<void> {
  const logins = new Map((await storage.identity.logins()).map((row) => [row.userId, row]));
  const rows = people.users().map(({ id, name, roles }) => {
    const login = logins.get(id);
    return { userId: id, name, login: login?.login ?? null, hasPassword: typeof login?.password === 'string', roles };
  });
  if (json) process.stdout.write(`${JSON.stringify(rows)}\n`);
  else if (rows.length === 0) process.stdout.write('Nobody is in this workspace yet.\n');
  else
    for (const { name, login, hasPassword, roles } of rows)
      process.stdout.write(
        `${name}  ${login ?? 'no sign-in name'}${hasPassword ? '' : ', no password'}  ${roles.join(', ') || 'no role'}\n`,
      );
}

function tell({ userId, code, expiresAt }: IssuedCode, login: string, json: boolean): void {
  const until = new Date(expiresAt).toISOString();
  if (json) process.stdout.write(`${JSON.stringify({ userId, login, code, expiresAt: until })}\n`);
  else process.stdout.write(`Code for ${login}, good once until ${until}:\n${code}\n`);
}

function explain(error: unknown): number {
  if (error instanceof TypeError) {
    process.stderr.write(`countersign user: ${error.message}\n\n${HELP}`);
    return EXIT_USAGE;
  }
  if (error instanceof StorageError) {
    process.stderr.write(`countersign user: ${error.message} ${error.action}\n`);
    return error.exitCode;
  }
  if (error instanceof AccountFault) {
    process.stderr.write(`countersign user: ${error.message} ${error.action}\n`);
    return EXIT_FAILED;
  }
  if (error instanceof ConfigError || error instanceof WorkspaceIsLed) {
    process.stderr.write(`countersign user: ${error.message}\n`);
    return error instanceof ConfigError ? EXIT_CONFIG : EXIT_FAILED;
  }
  throw error;
}
