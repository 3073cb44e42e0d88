/** The workspace that a command was told: a server's address, or a data folder. Owns finding or starting its server. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { DEFAULTS } from '../../config/index.ts';
import { findLeader } from '../../nodes/index.ts';
import { startServer } from '../../server.ts';
import { DatabaseAddress, isAlive, readLock } from '../../storage/index.ts';
import { RefusedByServer, ServerNotReached, WorkspaceClient } from './client.ts';
import {
  type AskedIdentity,
  IDENTITY_HELP,
  IDENTITY_OPTIONS,
  identityFor,
  PROCESS,
  type Surroundings,
} from './identity.ts';
import { UsageError } from './usageError.ts';

export { UsageError } from './usageError.ts';

export interface Where extends AskedIdentity {
  readonly server?: string | undefined;
  readonly data?: string | undefined;
  readonly 'database-url'?: string | undefined;
}

/** Options that every workspace command has. */
export const WORKSPACE_OPTIONS = {
  server: { type: 'string' },
  data: { type: 'string' },
  'database-url': { type: 'string' },
  ...IDENTITY_OPTIONS,
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

export const WORKSPACE_HELP = `  --server URL   address of the running server
  --data DIR     or its data folder; a stopped server is started for the moment
  --database-url URL
                 or the PostgreSQL database of running servers: the one that leads is asked
${IDENTITY_HELP}  --json         print JSON
`;

/**
 * Runs `work` signed in, and signs out.
 * @param demoAccount whom it acts as in a demo workspace when nobody is named.
 * @throws UsageError, ServerNotReached, RefusedByServer, StorageError
 */
export async function withWorkspace<T>(
  where: Where,
  demoAccount: string,
  work: (client: WorkspaceClient) => Promise<T>,
  surroundings: Surroundings = PROCESS,
): Promise<T> {
  const at = async (url: string): Promise<T> => {
    const workspace = await WorkspaceClient.look(url);
    const identity = await identityFor(where, demoAccount, workspace, surroundings);
    const client = await WorkspaceClient.signIn(url, workspace, identity, surroundings.terminal.ask);
    try {
      return await work(client);
    } finally {
      await signOut(client, surroundings);
    }
  };
  const { server, data, 'database-url': database } = where;
  if ([server, data, database].filter((given) => given !== undefined).length !== 1) {
    throw new UsageError('Give --server, --data or --database-url, one of them.');
  }
  if (database !== undefined) return at(await findLeader(new DatabaseAddress(database)));
  if (server !== undefined) return at(addressOf(server));
  const folder = resolve(data ?? '');
  const lock = readLock(folder);
  if (lock !== null && lock.url !== '' && isAlive(lock.pid)) return at(lock.url);
  const running = await startServer({
    dataDir: existing(folder),
    host: DEFAULTS.host,
    port: 0,
    demo: isDemo(folder),
    sessionMinutes: DEFAULTS.sessionMinutes,
    logLevel: 'error',
    json: false,
    appDir: null,
    allowedOrigins: [],
  });
  try {
    return await at(running.url);
  } finally {
    await running.stop();
  }
}

/** What was done stays done when the session cannot be ended; the person is told that it ends by itself. */
async function signOut(client: WorkspaceClient, { terminal }: Surroundings): Promise<void> {
  try {
    await client.signOut();
  } catch (error) {
    if (!(error instanceof RefusedByServer || error instanceof ServerNotReached)) throw error;
    terminal.ask(`The session could not be ended (${error.message}) It ends by itself.\n`);
  }
}

function addressOf(text: string): string {
  if (URL.canParse(text)) return text;
  throw new UsageError(`--server is “${text}”. Give an address such as https://countersign.example.com.`);
}

/** A command must not make a workspace out of a mistyped path. */
function existing(folder: string): string {
  if (existsSync(join(folder, 'countersign.db'))) return folder;
  throw new UsageError(`There is no workspace in ${folder}. Correct --data.`);
}

/** Whether the folder has demo accounts; only such a folder is served with them. */
function isDemo(folder: string): boolean {
  const db = new DatabaseSync(join(folder, 'countersign.db'), { readOnly: true });
  try {
    return db.prepare("SELECT 1 FROM meta WHERE key = 'demo.made'").get() !== undefined;
  } finally {
    db.close();
  }
}
