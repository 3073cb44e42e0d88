// Reads the database of several nodes as an auditor would, while they run. Owns the comparison of promises and of every checkpoint that anybody
// heard with the log; changes nothing.
import { equalBytes, fromHex, MerkleTree, openCheckpoint, parseVkey, toHex } from '@countersign/shared/history';
import pg from 'pg';
import { checkDatabase } from '../sync-server/cli/fsckDatabase.ts';
import { nodeEd25519, sha256 } from '../sync-server/history/index.ts';
import type { Audit } from './audit.ts';
import type { Held } from './checkpointMemory.ts';
import type { Acknowledged } from './client.ts';

interface LogLine {
  readonly idx: string;
  readonly hash: Buffer;
  readonly entry_hash: string;
  readonly dev: string;
  readonly epoch: string;
  readonly seq: string;
}

export interface DatabaseAudit extends Audit {
  /** Checkpoints, stored or heard, that are not of this log. */
  readonly split: readonly string[];
}

/** [TORT-8] Every promise and every checkpoint against the log, and the whole log against itself. */
export async function auditDatabase(
  url: string,
  promises: Iterable<Acknowledged>,
  heard: Iterable<Held>,
  vkey: string,
): Promise<DatabaseAudit> {
  const { log, notes } = await readLog(url);
  const lost: string[] = [];
  for (const { index, leafHash, entryHash } of promises) {
    const row = log[index];
    if (row === undefined) lost.push(`entry ${index} was acknowledged as ${leafHash} and is not there`);
    else if (row.hash.toString('hex') !== leafHash || row.entry_hash !== entryHash)
      lost.push(`entry ${index} was acknowledged as ${leafHash} and is another one`);
  }
  const stored = await Promise.all(notes.map((note) => openCheckpoint(note, [parseVkey(vkey)], nodeEd25519)));
  const signed = stored.map(({ size, root }) => ({ size: Number(size), root: toHex(root) }));
  const report = await checkDatabase(url, undefined);
  return {
    entries: log.length,
    lost,
    duplicated: doubled(log),
    split: notOfThisLog(log, [...signed, ...heard]),
    unsound: report.findings.map(
      ({ code, index, text }) => `${index === undefined ? 'log' : `entry ${index}`}: ${text} [${code}]`,
    ),
  };
}

async function readLog(url: string): Promise<{ log: LogLine[]; notes: string[] }> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    await client.query('begin isolation level repeatable read read only');
    const log = await client.query<LogLine>('select idx, hash, entry_hash, dev, epoch, seq from log order by idx');
    const notes = await client.query<{ note: string }>('select note from checkpoint');
    return { log: log.rows, notes: notes.rows.map(({ note }) => note) };
  } finally {
    await client.end();
  }
}

/** Entries that stand more than once, and devices whose numbers are doubled or left out. */
function doubled(log: readonly LogLine[]): string[] {
  const found: string[] = [];
  const hashes = new Set<string>();
  const next = new Map<string, number>();
  for (const { idx, entry_hash, dev, epoch, seq } of log) {
    if (hashes.has(entry_hash)) found.push(`entry ${idx}, ${entry_hash}, is in the log more than once`);
    hashes.add(entry_hash);
    const chain = `${dev} ${epoch}`;
    const expected = next.get(chain) ?? Number(seq);
    if (Number(seq) !== expected) found.push(`entry ${idx} of ${chain} has the number ${seq}, not ${expected}`);
    next.set(chain, Number(seq) + 1);
  }
  return found;
}

function notOfThisLog(log: readonly LogLine[], checkpoints: readonly Held[]): string[] {
  const tree = new MerkleTree(sha256);
  for (const { hash } of log) tree.append(new Uint8Array(hash));
  const found: string[] = [];
  for (const { size, root } of checkpoints) {
    if (size > log.length) found.push(`a checkpoint of ${size} entries was signed, and the log has ${log.length}`);
    else if (!equalBytes(tree.root(size), fromHex(root)))
      found.push(`the checkpoint of ${size} entries with the root ${root} is of another log`);
  }
  return found;
}
