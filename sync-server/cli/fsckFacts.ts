/** Compares the fact batches beside the log with the leaves that say them. Owns the read-only look into facts.db and the words. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  decodePayload,
  PayloadError,
  type PayloadOf,
  PayloadShapeError,
  parsePart0,
} from '@countersign/shared/history';
import type { TableFinding } from './fsckTables.ts';

/** Entries looked through in one turn. */
const PART = 2000;

type FactsLeaf = PayloadOf<'facts'> & { readonly index: number };

/**
 * [FACT-21] Every batch that was kept after the first facts leaf has its leaf, and every leaf its batch with the same counts. Batches
 * of a workspace that is older than these leaves are not held against it.
 */
export async function checkFacts(log: DatabaseSync, folder: string): Promise<TableFinding[]> {
  const file = join(folder, 'facts.db');
  const leaves = await factsLeaves(log);
  const findings: TableFinding[] = [];
  const report = (text: string, index?: number): void => {
    findings.push({ code: 'table', index, table: 'facts', text });
  };
  if (!existsSync(file)) {
    if (leaves.length > 0)
      report(`The log says that ${leaves.length} fact batches were kept, and there is no facts.db.`);
    return findings;
  }
  const db = new DatabaseSync(file, { readOnly: true });
  try {
    const stored = db.prepare('SELECT id, contract, hash, added, replaced, same FROM batch ORDER BY id').all();
    const said = [...leaves];
    let signedSince = false;
    for (const { id, contract, hash, added, replaced, same } of stored) {
      const at = said.findIndex(
        (leaf) =>
          leaf.contractId === contract &&
          leaf.fileHash === hash &&
          leaf.added === added &&
          leaf.replaced === replaced &&
          leaf.same === same,
      );
      if (at >= 0) {
        said.splice(at, 1);
        signedSince = true;
      } else if (signedSince) {
        report(`Fact batch ${String(id)} of ${String(contract)} was kept and is in no entry of the log.`);
      }
    }
    for (const leaf of said) {
      report(`The fact batch ${leaf.fileName} of ${leaf.contractId} is not stored as the log says it was.`, leaf.index);
    }
  } finally {
    db.close();
  }
  return findings;
}

/** Looks through the log a part at a time: a server that is asked for a backup goes on in between. */
async function factsLeaves(log: DatabaseSync): Promise<FactsLeaf[]> {
  const leaves: FactsLeaf[] = [];
  const part = log.prepare("SELECT idx, payload FROM log WHERE idx >= ? AND idx < ? AND kind = 'facts' ORDER BY idx");
  const size = Number(log.prepare('SELECT coalesce(max(idx), -1) + 1 AS size FROM log').get()?.size);
  for (let from = 0; from < size; from += PART) {
    takeLeaves(part.all(from, from + PART), leaves);
    await nextTurn();
  }
  return leaves;
}

function takeLeaves(rows: readonly Record<string, unknown>[], leaves: FactsLeaf[]): void {
  for (const { idx, payload } of rows) {
    if (!(payload instanceof Uint8Array)) continue;
    try {
      leaves.push({ ...parsePart0('facts', decodePayload(payload)[0]), index: Number(idx) });
    } catch (cause) {
      // The check of the log itself names entries whose content cannot be read.
      if (!(cause instanceof PayloadError || cause instanceof PayloadShapeError)) throw cause;
    }
  }
}
