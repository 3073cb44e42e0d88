// Reads the data folder of a dead server as an auditor would. Owns the comparison of promises with the disk; changes nothing.
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { toHex } from '@countersign/shared/history';
import { checkFolder } from '../sync-server/cli/fsck.ts';
import type { Acknowledged } from './client.ts';

/** What the audit of one folder found. */
export interface Audit {
  readonly entries: number;
  /** Acknowledged entries that are not in the log at their index with their leaf hash. */
  readonly lost: readonly string[];
  /** Entries that stand in the log more than once. */
  readonly duplicated: readonly string[];
  /** What fsck found. */
  readonly unsound: readonly string[];
}

/** [TORT-1] Every promise against the log, and the whole log against itself. */
export async function auditFolder(dataDir: string, promises: Iterable<Acknowledged>): Promise<Audit> {
  const db = new DatabaseSync(join(dataDir, 'countersign.db'), { readOnly: true });
  const lost: string[] = [];
  let duplicated: string[];
  try {
    const at = db.prepare('SELECT hash, entry_hash FROM log WHERE idx = ?');
    for (const { index, leafHash, entryHash } of promises) {
      const row = at.get(index);
      const stands = row?.hash instanceof Uint8Array && toHex(row.hash) === leafHash && row.entry_hash === entryHash;
      if (!stands)
        lost.push(
          `entry ${index} was acknowledged as ${leafHash} and ${row === undefined ? 'is not there' : 'is another one'}`,
        );
    }
    duplicated = db
      .prepare('SELECT entry_hash AS hash, count(*) AS times FROM log GROUP BY entry_hash HAVING times > 1')
      .all()
      .map(({ hash, times }) => `the entry ${hash} is in the log ${times} times`);
  } finally {
    db.close();
  }
  const report = await checkFolder(dataDir);
  const unsound = report.findings.map(
    ({ code, index, text }) => `${index === undefined ? 'log' : `entry ${index}`}: ${text} [${code}]`,
  );
  return { entries: report.entries, lost, duplicated, unsound };
}
