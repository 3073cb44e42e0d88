// Where the node answers that leads a database's workspace. Owns the question; for commands that were told a database.
import pg from 'pg';
import { type DatabaseAddress, openFault, StorageError } from '../storage/index.ts';

/** Address of the node that leads. @throws StorageError when the database cannot be asked or nobody leads */
export async function findLeader(database: DatabaseAddress): Promise<string> {
  const client = new pg.Client({ connectionString: database.secret(), connectionTimeoutMillis: 5000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ url: string }>(
      "select url from lease where name = 'log' and expires_at > clock_timestamp()",
    );
    const [lease] = rows;
    if (lease !== undefined) return lease.url;
  } catch (error) {
    // 42P01: there is no such table, so no server has ever opened the database.
    if (!(error instanceof Error && 'code' in error && error.code === '42P01')) throw openFault(database, error);
  } finally {
    await client.end();
  }
  throw new StorageError(
    'unreachable',
    `No server leads the workspace in ${database}.`,
    'Start one with "countersign serve --database-url …".',
  );
}
