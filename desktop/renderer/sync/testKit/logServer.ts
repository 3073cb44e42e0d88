// The other end of the socket in tests: one workspace with one draft, kept by the same shared code the real server runs (fold,
// admission, tree, checkpoints). It is there to lose, repeat and delay messages on command; the real server is tested beside it. Owns the
// conversation and what is refused; the log is `testLog.ts`'s.
import { buildSheetUpdate } from '@countersign/shared/document';
import {
  chainFault,
  chainKey,
  decodePayload,
  type Entry,
  encodePayload,
  entryHash,
  jsonPart,
  parsePart0,
  signedMessage,
  toHex,
  utf8,
  webCryptoEd25519,
} from '@countersign/shared/history';
import {
  encodeFrame,
  type Frame,
  type Header,
  type MessageName,
  type RefusalCode,
  refuse,
} from '@countersign/shared/protocol';
import { DRAFT, SERVER_AUTHOR, type Stored, TestLog } from './testLog.ts';

interface Reader {
  send(bytes: Uint8Array): void;
  opened: boolean;
}

export class LogServer extends TestLog {
  state = 'DRAFT';
  generation = '1';
  /** The next submission is refused with this instead of being looked at. */
  refuseNext: { code: RefusalCode; commandIds?: 'first' } | null = null;
  readonly devices = new Map<string, { userId: string; publicKey: Uint8Array }>();
  readonly #epochs = new Map<string, number>();
  readonly #closed = new Set<string>();
  readonly #readers = new Set<Reader>();
  #nextEpoch = 1;
  #submissions: Promise<void> = Promise.resolve();

  /** Enrols a device by a key leaf; the same key again is the same device. */
  async enrol(userId: string, publicKey: Uint8Array): Promise<string> {
    const deviceId = `d-${userId}-${toHex(publicKey).slice(0, 8)}`;
    if (!this.devices.has(deviceId)) {
      this.devices.set(deviceId, { userId, publicKey });
      await this.#inTurn(() => this.key(userId, deviceId, publicKey));
    }
    return deviceId;
  }

  /** Revokes a device by a key leaf. */
  async revoke(deviceId: string): Promise<void> {
    const device = this.devices.get(deviceId);
    if (device === undefined) throw new Error(`${deviceId} is not enrolled`);
    await this.#inTurn(() => this.key(device.userId, deviceId, device.publicKey, undefined, 'revoke'));
  }

  /** A dishonest server: an edit under somebody's name that nobody signed. */
  async forge(deviceId: string): Promise<void> {
    const device = this.devices.get(deviceId);
    const part0 = jsonPart({ draftId: DRAFT, commands: [], updates: [] });
    const payload = encodePayload([part0]);
    const stored = await this.#inTurn(() =>
      this.sign('edit', DRAFT, payload, [part0], { user: device?.userId ?? '', dev: deviceId, epoch: 'forged' }),
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
      return this.sign('fold', DRAFT, encodePayload(parts), parts, SERVER_AUTHOR, lie === undefined);
    });
    for (const reader of this.#readers) if (reader.opened) this.#sendEntry(reader, stored);
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#submissions.then(work);
    this.#submissions = done.then(() => undefined);
    return done;
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

  /** Sends everybody the newest checkpoint, or another note. */
  async publish(note?: string): Promise<void> {
    const text = note ?? (await this.note());
    for (const reader of this.#readers) if (reader.opened) this.#send(reader, 'checkpoint', {}, [utf8(text)]);
  }

  /** Restores a backup of the first entries of the draft: a new generation that has forgotten the rest, and every writing epoch. */
  restore(entries: number): void {
    this.truncate(entries);
    for (const chain of this.chains.keys()) this.#closed.add(chain);
    this.generation = `${this.generation}+`;
  }

  setState(state: string): void {
    this.state = state;
    for (const reader of this.#readers) if (reader.opened) this.#send(reader, 'state', { draftId: DRAFT, state });
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
    const fault = chainFault(this.chains.get(chainKey(entry)) ?? { nextSeq: 0, prevDev: '' }, entry);
    if (fault !== undefined) return no(refuse('chain', fault));
    const { updates: listed, fold } = parsePart0('edit', parts[0]);
    const updates = listed.map(({ sheet, part }) => ({
      sheet,
      update: parts[part] ?? new Uint8Array(),
    }));
    const kind = entry.kind === 'choose' ? 'choose' : 'edit';
    const refusal = this.draft.admitEdit({ deviceId: entry.dev, clientId, kind, commands, updates, fold });
    if (refusal !== null) return no(refusal);
    const stored = this.append(entry, signature, payload, parts);
    this.#send(reader, 'stored', { index: String(stored.index), leafHash: stored.hash });
    for (const other of this.#readers) if (other.opened) this.#sendEntry(other, stored);
  }

  #sendEntry(reader: Reader, { index, leaf, payload }: Stored): void {
    this.#send(reader, 'entry', { index: String(index) }, [leaf, payload]);
  }

  #send<N extends MessageName>(reader: Reader, name: N, header: Header<N>, parts: readonly Uint8Array[] = []): void {
    reader.send(encodeFrame(name, header, parts));
  }
}
