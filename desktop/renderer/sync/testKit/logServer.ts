// The other end of the socket in tests: one workspace with one draft, kept by the same shared code the real server runs (fold,
// admission, tree, checkpoints). It is there to lose, repeat and delay messages on command; the real server is tested beside it.
import { buildSheetUpdate, DraftState } from '@countersign/shared/document';
import {
  type ChainHead,
  chainFault,
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
  utf8,
  WORKSPACE_DOCUMENT,
  webCryptoEd25519,
} from '@countersign/shared/history';
import { SHEETS_OF } from '@countersign/shared/model/sheets';
import {
  encodeFrame,
  type Frame,
  type Header,
  type MessageName,
  type RefusalCode,
  refuse,
} from '@countersign/shared/protocol';
import type { KeyLeaves } from '@countersign/shared/protocol/api';

export const DRAFT = 'v-000000000001';
export const WORKSPACE = 'w-test';
export const LOG_ORIGIN = 'countersign.example/test/log';

interface Stored {
  readonly index: number;
  readonly hash: string;
  readonly entryHash: string;
  readonly entry: Entry;
  readonly leaf: Uint8Array;
  readonly payload: Uint8Array;
}
interface Reader {
  send(bytes: Uint8Array): void;
  opened: boolean;
}

const SERVER_AUTHOR = { user: 'u-server', dev: 'd-server', epoch: 's1' };
const POLICY = '0'.repeat(64);

export class LogServer {
  vkey = '';
  state = 'DRAFT';
  generation = '1';
  /** The next submission is refused with this instead of being looked at. */
  refuseNext: { code: RefusalCode; commandIds?: 'first' } | null = null;
  /** Entries of the draft. */
  readonly log: Stored[] = [];
  /** Key leaves of the workspace. */
  readonly keys: Stored[] = [];
  tree = new MerkleTree();
  draft = new DraftState(DRAFT);
  readonly devices = new Map<string, { userId: string; publicKey: Uint8Array }>();
  readonly #epochs = new Map<string, number>();
  readonly #closed = new Set<string>();
  readonly #chains = new Map<string, ChainHead>();
  readonly #readers = new Set<Reader>();
  #signer: Ed25519Signer | null = null;
  #notes: NoteSigner | null = null;
  #clock = Date.UTC(2026, 10, 21, 9, 0, 0);
  #nextEpoch = 1;
  #submissions: Promise<void> = Promise.resolve();

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
    await this.#key('u-server', 'd-server', this.#signer.publicKey, 'system');
    await this.#sign('create', DRAFT, payload, all);
  }

  /** Enrols a device by a key leaf; the same key again is the same device. */
  async enrol(userId: string, publicKey: Uint8Array): Promise<string> {
    const deviceId = `d-${userId}-${toHex(publicKey).slice(0, 8)}`;
    if (!this.devices.has(deviceId)) {
      this.devices.set(deviceId, { userId, publicKey });
      await this.#inTurn(() => this.#key(userId, deviceId, publicKey));
    }
    return deviceId;
  }

  /** Revokes a device by a key leaf. */
  async revoke(deviceId: string): Promise<void> {
    const device = this.devices.get(deviceId);
    if (device === undefined) throw new Error(`${deviceId} is not enrolled`);
    await this.#inTurn(() => this.#key(device.userId, deviceId, device.publicKey, undefined, 'revoke'));
  }

  /** A dishonest server: an edit under somebody's name that nobody signed. */
  async forge(deviceId: string): Promise<void> {
    const device = this.devices.get(deviceId);
    const part0 = jsonPart({ draftId: DRAFT, commands: [], updates: [] });
    const payload = encodePayload([part0]);
    const stored = await this.#inTurn(() =>
      this.#sign('edit', DRAFT, payload, [part0], { user: device?.userId ?? '', dev: deviceId, epoch: 'forged' }),
    );
    for (const reader of this.#readers) if (reader.opened) this.#sendEntry(reader, stored);
  }

  /** Folds the draft, as the real server does when it has grown. `lie` makes it one that changes the draft. */
  async fold(lie?: 'noRows'): Promise<void> {
    const stored = await this.#inTurn(() => {
      const { sheets, updateOf } = this.draft.planFold();
      const contentHash = this.draft.contentHash();
      const hashes = { contentHashBefore: contentHash, contentHashAfter: contentHash };
      const part0 = { draftId: DRAFT, ...hashes, sheets: sheets.map((sheet, i) => ({ sheet, part: i + 1 })) };
      const updates = sheets.map((sheet, i) =>
        lie === undefined ? updateOf(sheet, 500_000 + this.tree.size * 100 + i) : buildSheetUpdate(9, sheet, []),
      );
      const parts = [jsonPart(part0), ...updates];
      return this.#sign('fold', DRAFT, encodePayload(parts), parts, SERVER_AUTHOR, lie === undefined);
    });
    for (const reader of this.#readers) if (reader.opened) this.#sendEntry(reader, stored);
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

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#submissions.then(work);
    this.#submissions = done.then(() => undefined);
    return done;
  }

  async #key(
    userId: string,
    deviceId: string,
    publicKey: Uint8Array,
    role?: string,
    action: 'enrol' | 'revoke' = 'enrol',
  ): Promise<void> {
    const part0 = { action, userId, deviceId, publicKey: toBase64(publicKey), ...(role === undefined ? {} : { role }) };
    const parts = [jsonPart(part0)];
    await this.#sign('key', WORKSPACE_DOCUMENT, encodePayload(parts), parts);
  }

  /** Signs as the server's device, also where another author is named. */
  async #sign(
    kind: Entry['kind'],
    doc: string,
    payload: Uint8Array,
    parts: readonly Uint8Array[],
    author: Pick<Entry, 'user' | 'dev' | 'epoch'> = SERVER_AUTHOR,
    believed = true,
  ): Promise<Stored> {
    if (this.#signer === null) throw new Error('not started');
    const head = this.#chains.get(chainKey(author)) ?? { nextSeq: 0, prevDev: '' };
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
    return this.#append(entry, signature, payload, parts, believed);
  }

  epochs(deviceId: string, count: number): { epoch: string; clientId: number }[] {
    return Array.from({ length: count }, () => {
      this.#nextEpoch += 1;
      const epoch = `e${this.#nextEpoch}`;
      const clientId = 2000 + ((this.#nextEpoch * 7919) % 100_000);
      this.#epochs.set(`${deviceId} ${epoch}`, clientId);
      return { epoch, clientId };
    });
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

  /** Sends everybody the newest checkpoint, or another note. */
  async publish(note?: string): Promise<void> {
    const text = note ?? (await this.note());
    for (const reader of this.#readers) if (reader.opened) this.#send(reader, 'checkpoint', {}, [utf8(text)]);
  }

  /** Restores a backup of the first entries of the draft: a new generation that has forgotten the rest, and every writing epoch. */
  restore(entries: number): void {
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
    for (const chain of this.#chains.keys()) this.#closed.add(chain);
    this.generation = `${this.generation}+`;
  }

  setState(state: string): void {
    this.state = state;
    for (const reader of this.#readers) if (reader.opened) this.#send(reader, 'state', { draftId: DRAFT, state });
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

  connect(send: (bytes: Uint8Array) => void): Reader {
    const reader = { send, opened: false };
    this.#readers.add(reader);
    return reader;
  }

  disconnect(reader: Reader): void {
    this.#readers.delete(reader);
  }

  receive(reader: Reader, frame: Frame): void {
    if (frame.name === 'open') this.#open(reader, Number(frame.header.have));
    if (frame.name === 'cursor') this.#send(reader, 'presence', { sessions: [] });
    if (frame.name === 'submit') this.#submissions = this.#submissions.then(() => this.#submit(reader, frame.parts));
  }

  /** Resolves when every submission that arrived is decided. */
  async idle(): Promise<void> {
    await this.#submissions;
  }

  #open(reader: Reader, have: number): void {
    const canEdit = this.state === 'DRAFT';
    const head = {
      draftId: DRAFT,
      state: this.state,
      size: String(this.tree.size),
      generation: this.generation,
      canEdit,
    };
    this.#send(reader, 'opened', canEdit ? head : { ...head, reason: 'This version is no draft any more.' });
    for (const stored of this.log) if (stored.index >= have) this.#sendEntry(reader, stored);
    this.#send(reader, 'caughtUp', { size: String(this.tree.size) });
    reader.opened = true;
  }

  async #submit(reader: Reader, [bytes, signature, payload]: readonly Uint8Array[]): Promise<void> {
    if (bytes === undefined || signature === undefined || payload === undefined) throw new Error('a part is missing');
    const hash = toHex(entryHash(bytes));
    const known = this.log.find((stored) => stored.entryHash === hash);
    if (known !== undefined) return this.#send(reader, 'stored', { index: String(known.index), leafHash: known.hash });
    const entry = JSON.parse(new TextDecoder().decode(bytes)) as Entry;
    const parts = decodePayload(payload);
    const { commands } = parsePart0('edit', parts[0]);
    const ids = commands.map(({ id }) => id);
    const no = (refusal: { code: string; text: string; commandIds?: readonly string[] }): void => {
      if (refusal.code !== 'storage') this.#closed.add(chainKey(entry));
      const { code, text, commandIds = ids } = refusal;
      this.#send(reader, 'refused', { entryHash: hash, code, text, commandIds: [...commandIds] });
    };
    const device = this.devices.get(entry.dev);
    const signed = device && (await webCryptoEd25519.verify(device.publicKey, signedMessage(bytes), signature));
    if (!signed) return no(refuse('malformed', 'The signature is not good.'));
    if (this.state !== 'DRAFT') return no(refuse('frozen'));
    const planned = this.refuseNext;
    if (planned !== null) {
      this.refuseNext = null;
      return no({
        ...refuse(planned.code),
        ...(planned.commandIds === 'first' ? { commandIds: ids.slice(0, 1) } : {}),
      });
    }
    const clientId = this.#epochs.get(`${entry.dev} ${entry.epoch}`);
    if (clientId === undefined || this.#closed.has(chainKey(entry))) return no(refuse('epoch'));
    const fault = chainFault(this.#chains.get(chainKey(entry)) ?? { nextSeq: 0, prevDev: '' }, entry);
    if (fault !== undefined) return no(refuse('chain', fault));
    const { updates: listed, fold } = parsePart0('edit', parts[0]);
    const updates = listed.map(({ sheet, part }) => ({
      sheet,
      update: parts[part] ?? new Uint8Array(),
    }));
    const kind = entry.kind === 'choose' ? 'choose' : 'edit';
    const refusal = this.draft.admitEdit({ deviceId: entry.dev, clientId, kind, commands, updates, fold });
    if (refusal !== null) return no(refusal);
    const stored = this.#append(entry, signature, payload, parts);
    this.#send(reader, 'stored', { index: String(stored.index), leafHash: stored.hash });
    for (const other of this.#readers) if (other.opened) this.#sendEntry(other, stored);
  }

  /** `believed`: whether this server applies it itself, as an honest one does. */
  #append(
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
    this.#chains.set(chainKey(entry), { nextSeq: Number(entry.seq) + 1, prevDev: hash });
    const stored = { index, hash: toHex(leafHash(leaf)), entryHash: hash, entry, leaf, payload };
    list.push(stored);
    return stored;
  }

  #sendEntry(reader: Reader, { index, leaf, payload }: Stored): void {
    this.#send(reader, 'entry', { index: String(index) }, [leaf, payload]);
  }

  #send<N extends MessageName>(reader: Reader, name: N, header: Header<N>, parts: readonly Uint8Array[] = []): void {
    reader.send(encodeFrame(name, header, parts));
  }
}
