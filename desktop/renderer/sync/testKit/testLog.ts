// A workspace's log with one draft, in memory: signed, hashed and folded by the shared code. Owns what is in it and its checkpoints; who
// is connected and what is refused is `logServer.ts`'s.
import { buildSheetUpdate, DraftState } from '@countersign/shared/document';
import {
  type ChainHead,
  chainKey,
  decodePayload,
  type Ed25519Signer,
  type Entry,
  encodePayload,
  entryBytes,
  entryHash,
  formatVkey,
  jsonPart,
  type Leaf,
  leafBytes,
  leafHash,
  MerkleTree,
  type NoteSigner,
  noteSigner,
  parsePart0,
  payloadRoot,
  signatureText,
  signCheckpoint,
  signedMessage,
  signerFromSeed,
  toBase64,
  toHex,
  WORKSPACE_DOCUMENT,
} from '@countersign/shared/history';
import { SHEETS_OF } from '@countersign/shared/model/sheets';
import type { KeyLeaves } from '@countersign/shared/protocol/api';

export const DRAFT = 'v-000000000001';
export const WORKSPACE = 'w-test';
export const LOG_ORIGIN = 'countersign.example/test/log';

export const SERVER_AUTHOR = { user: 'u-server', dev: 'd-server', epoch: 's1' };
const POLICY = '0'.repeat(64);

export interface Stored {
  readonly index: number;
  readonly hash: string;
  readonly entryHash: string;
  readonly entry: Entry;
  readonly leaf: Uint8Array;
  readonly payload: Uint8Array;
}

export class TestLog {
  vkey = '';
  /** Entries of the draft. */
  readonly log: Stored[] = [];
  /** Key leaves of the workspace. */
  readonly keys: Stored[] = [];
  tree = new MerkleTree();
  draft = new DraftState(DRAFT);
  protected readonly chains = new Map<string, ChainHead>();
  #signer: Ed25519Signer | null = null;
  #notes: NoteSigner | null = null;
  #clock = Date.UTC(2026, 10, 21, 9, 0, 0);

  async start(rows: readonly { rowId: string; values: Record<string, string> }[]): Promise<void> {
    this.#signer = await signerFromSeed(new Uint8Array(32).fill(7));
    this.#notes = noteSigner(LOG_ORIGIN, await signerFromSeed(new Uint8Array(32).fill(9)));
    this.vkey = formatVkey(LOG_ORIGIN, (await signerFromSeed(new Uint8Array(32).fill(9))).publicKey);
    const sheets = SHEETS_OF.CONTRACT.map((sheet, i) => ({ sheet, part: i + 1 }));
    const part0 = {
      versionId: DRAFT,
      contractId: 'c-test',
      kind: 'CONTRACT',
      title: 'Test order',
      number: '1',
      sequence: 1,
      baseVersionId: null,
      sheets,
    };
    const parts = SHEETS_OF.CONTRACT.map((sheet, i) =>
      buildSheetUpdate(1000 + i, sheet, sheet === 'lines' ? rows : []),
    );
    const all = [jsonPart(part0), ...parts];
    const payload = encodePayload(all);
    await this.key('u-server', 'd-server', this.#signer.publicKey, 'system');
    await this.sign('create', DRAFT, payload, all);
  }

  /** What GET /log/keys answers. */
  keyLeaves(from: number): KeyLeaves {
    const leaves = this.keys
      .filter(({ index }) => index >= from)
      .map(({ index, leaf, payload }) => ({
        index: String(index),
        leaf: toBase64(leaf),
        payload: toBase64(payload),
      }));
    return { leaves, more: false };
  }

  async note(size = this.tree.size): Promise<string> {
    if (this.#notes === null) throw new Error('not started');
    return signCheckpoint({ origin: LOG_ORIGIN, size, root: this.tree.root(size) }, this.#notes);
  }

  /** A checkpoint of a history that never was: the same key, another root. */
  async forkedNote(): Promise<string> {
    if (this.#notes === null) throw new Error('not started');
    return signCheckpoint({ origin: LOG_ORIGIN, size: this.tree.size, root: new Uint8Array(32).fill(3) }, this.#notes);
  }

  /** Forgets all but the first entries of the draft and the keys, as a backup of that time would. */
  protected truncate(entries: number): void {
    const kept = [...this.keys, ...this.log.slice(0, entries)].sort((a, b) => a.index - b.index);
    const first = this.log[entries]?.index ?? this.tree.size;
    this.log.length = entries;
    this.tree = new MerkleTree();
    this.draft = new DraftState(DRAFT);
    for (const { index, leaf, entry, payload } of kept) {
      if (index >= first) throw new Error('a key was enrolled after the backup');
      this.tree.append(leafHash(leaf));
      const at = new Date(this.#clock).toISOString();
      if (entry.doc === DRAFT) this.draft.applyEntry({ index, at, entry, parts: decodePayload(payload) });
    }
  }

  /** Ids of all commands in the log, in order. */
  commands(): string[] {
    return this.log.flatMap(({ entry, payload }) =>
      entry.kind === 'create' || entry.kind === 'fold'
        ? []
        : parsePart0('edit', decodePayload(payload)[0]).commands.map(({ id }) => id),
    );
  }

  /** What a person sees of the lines, as `Computer.lines` writes it. */
  lines(): string {
    const doc = this.draft.sheet('lines');
    return doc
      .rowIds()
      .map((rowId) => `${rowId}=${doc.value(rowId, 'rate')}/${doc.value(rowId, 'note')}`)
      .join(' ');
  }

  protected async key(
    userId: string,
    deviceId: string,
    publicKey: Uint8Array,
    role?: string,
    action: 'enrol' | 'revoke' = 'enrol',
  ): Promise<void> {
    const part0 = { action, userId, deviceId, publicKey: toBase64(publicKey), ...(role === undefined ? {} : { role }) };
    const parts = [jsonPart(part0)];
    await this.sign('key', WORKSPACE_DOCUMENT, encodePayload(parts), parts);
  }

  /** Signs as the server's device, also where another author is named. */
  protected async sign(
    kind: Entry['kind'],
    doc: string,
    payload: Uint8Array,
    parts: readonly Uint8Array[],
    author: Pick<Entry, 'user' | 'dev' | 'epoch'> = SERVER_AUTHOR,
    believed = true,
  ): Promise<Stored> {
    if (this.#signer === null) throw new Error('not started');
    const head = this.chains.get(chainKey(author)) ?? { nextSeq: 0, prevDev: '' };
    const entry: Entry = {
      v: '1',
      ws: WORKSPACE,
      doc,
      kind,
      ...author,
      seq: String(head.nextSeq),
      prevDev: head.prevDev,
      seenSize: '0',
      seenRoot: '',
      payHash: toHex(payloadRoot(parts)),
      payLen: String(payload.length),
      nonce: '0'.repeat(32),
      devTime: new Date(this.#clock).toISOString(),
    };
    const signature = await this.#signer.sign(signedMessage(entryBytes(entry)));
    return this.append(entry, signature, payload, parts, believed);
  }

  /** `believed`: whether this server applies it itself, as an honest one does. */
  protected append(
    entry: Entry,
    signature: Uint8Array,
    payload: Uint8Array,
    parts: readonly Uint8Array[],
    believed = true,
  ): Stored {
    this.#clock += 1000;
    const index = this.tree.size;
    const list = entry.doc === DRAFT ? this.log : this.keys;
    const serverTime = new Date(this.#clock).toISOString();
    const env: Leaf['env'] = {
      index: String(index),
      serverTime,
      prevDoc: list.at(-1)?.hash ?? '',
      policyHash: POLICY,
    };
    const leaf = leafBytes({ entry, sig: signatureText(signature), env });
    if (entry.doc === DRAFT && believed) this.draft.applyEntry({ index, at: serverTime, entry, parts });
    this.tree.append(leafHash(leaf));
    const hash = toHex(entryHash(entryBytes(entry)));
    this.chains.set(chainKey(entry), { nextSeq: Number(entry.seq) + 1, prevDev: hash });
    const stored = { index, hash: toHex(leafHash(leaf)), entryHash: hash, entry, leaf, payload };
    list.push(stored);
    return stored;
  }
}
