/** The workspace that a command was told: a server's address, or a data folder. Owns finding or starting its server. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { DEFAULTS } from '../../config/index.ts';
import { findLeader } from '../../nodes/index.ts';
import { startServer } from '../../server.ts';
import { DatabaseAddress, isAlive, readLock } from '../../storage/index.ts';
import { WorkspaceClient } from './client.ts';

/** A wrong command line, in words. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export interface Where {
  readonly server?: string | undefined;
  readonly data?: string | undefined;
  readonly 'database-url'?: string | undefined;
}

/** Options that every workspace command has. */
export const WORKSPACE_OPTIONS = {
  server: { type: 'string' },
  data: { type: 'string' },
  'database-url': { type: 'string' },
  user: { type: 'string' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

export const WORKSPACE_HELP = `  --server URL   address of the running server
  --data DIR     or its data folder; a stopped server is started for the moment
  --database-url URL
                 or the PostgreSQL database of running servers: the one that leads is asked
  --user ID      demo account to act as
  --json         print JSON
`;

/** Runs `work` signed in as `userId`. @throws UsageError, ServerNotReached, RefusedByServer, StorageError */
export async function withWorkspace<T>(
  { server, data, 'database-url': database }: Where,
  userId: string,
  work: (client: WorkspaceClient) => Promise<T>,
): Promise<T> {
  if ([server, data, database].filter((given) => given !== undefined).length !== 1) {
    throw new UsageError('Give --server, --data or --database-url, one of them.');
  }
  if (database !== undefined) {
    return work(await WorkspaceClient.signIn(await findLeader(new DatabaseAddress(database)), userId));
  }
  if (server !== undefined) return work(await WorkspaceClient.signIn(server, userId));
  const folder = resolve(data ?? '');
  const lock = readLock(folder);
  if (lock !== null && lock.url !== '' && isAlive(lock.pid))
    return work(await WorkspaceClient.signIn(lock.url, userId));
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
    return await work(await WorkspaceClient.signIn(running.url, userId));
  } finally {
    await running.stop();
  }
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
