/**
 * A workspace folder whose log is as long as asked for, written through the storage port in large transactions. Owns making up entries:
 * leaves have their true form, order, chains and hashes, so that a server starts on them; signatures are filler, because starting checks none.
 */
import { randomBytes } from 'node:crypto';
import {
  type Entry,
  encodePayload,
  entryBytes,
  jsonPart,
  leafBytesOf,
  leafHash,
  parseLeaf,
  payloadRoot,
  SIGNATURE_LENGTH,
  signatureText,
  toHex,
} from '@countersign/shared/history';
import { sha256, sha256Hex } from '../sync-server/history/index.ts';
import { type LogRow, openSqlite } from '../sync-server/storage/index.ts';

/** Rows of one transaction. */
const ROWS = 5000;
/** Versions that the entries are spread over, and entries of one writing epoch. */
const VERSIONS = 1000;
const EPOCH_ENTRIES = 500;
const UPDATE = new Uint8Array(60).fill(7);

const versionOf = (index: number): string => `v-${(index % VERSIONS).toString(16).padStart(12, '0')}`;

/** Appends edits of one cell each until the log has `size` entries. @param file the database of a stopped server. */
export async function growLog(file: string, size: number): Promise<void> {
  const storage = await openSqlite(file);
  try {
    const first = await storage.logRow(0);
    if (first === null) throw new Error('the folder holds no workspace');
    const { entry: sample, env } = parseLeaf(first.leaf);
    const lastOfDocs = new Map<string, string>();
    let before = '';
    for (let from = await storage.logSize(); from < size; from += ROWS) {
      const rows: LogRow[] = [];
      for (let index = from; index < Math.min(size, from + ROWS); index += 1) {
        const row = makeUp(index, { ...sample, prevDev: before }, env.policyHash, lastOfDocs);
        before = row.entryHash;
        rows.push(row);
      }
      await storage.transaction((store) => store.appendLog(rows));
    }
  } finally {
    await storage.close();
  }
}

function makeUp(index: number, like: Entry, policyHash: string, lastOfDocs: Map<string, string>): LogRow {
  const doc = versionOf(index);
  const seq = index % EPOCH_ENTRIES;
  const parts = [jsonPart(editOf(index, doc)), UPDATE];
  const payload = encodePayload(parts);
  const entry: Entry = {
    ...like,
    doc,
    kind: 'edit',
    user: 'u-ops',
    dev: 'd-growingLogBench0000000',
    epoch: `e${Math.floor(index / EPOCH_ENTRIES)}`,
    seq: String(seq),
    prevDev: seq === 0 ? '' : like.prevDev || '0'.repeat(64),
    payHash: toHex(payloadRoot(parts, sha256)),
    payLen: String(payload.length),
    nonce: randomBytes(16).toString('hex'),
  };
  const bytes = entryBytes(entry);
  const leaf = leafBytesOf(bytes, {
    sig: signatureText(new Uint8Array(SIGNATURE_LENGTH)),
    env: { index: String(index), serverTime: like.devTime, prevDoc: lastOfDocs.get(doc) ?? '', policyHash },
  });
  const hash = leafHash(leaf, sha256);
  lastOfDocs.set(doc, toHex(hash));
  const { kind, user, dev, epoch } = entry;
  return { index, leaf, hash, doc, kind, user, dev, epoch, seq, entryHash: sha256Hex(bytes), payload };
}

const editOf = (index: number, draftId: string) => ({
  draftId,
  commands: [
    {
      id: `c${String(index).padStart(15, '0')}`,
      sheet: 'lines',
      rowId: 'r-aaaaaaaaaaaa',
      field: 'rate',
      from: `${index}.00`,
      to: `${index + 1}.00`,
      seen: String(index),
    },
  ],
  updates: [{ sheet: 'lines', part: 1 }],
});
