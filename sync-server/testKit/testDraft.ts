// An open draft of a test person: the socket, signing of batches and the fold. Owns nothing a real client would not; waits on
// state, never on time.
import { DraftState, encodeCommands, newCommandId } from '@countersign/shared/document';
import { type ChainHead, decodePayload, entryHashHex, parseLeaf } from '@countersign/shared/history';
import { SHEET_SCHEMA } from '@countersign/shared/model/sheets';
import {
  type Command,
  decodeFrame,
  encodeFrame,
  type Frame,
  SUBPROTOCOL,
  TICKET_PREFIX,
} from '@countersign/shared/protocol';
import type { IssuedEpoch } from '@countersign/shared/protocol/api';
import { WebSocket } from 'ws';
import type { SignedEntry } from '../history/index.ts';
import type { TestPerson } from './testPerson.ts';

type Refused = Extract<Frame, { name: 'refused' }>['header'];
type Presence = Extract<Frame, { name: 'presence' }>['header']['sessions'];

/** A person's open draft: the fold of what was received, and what was sent. */
export class TestDraft {
  readonly versionId: string;
  readonly state: DraftState;
  readonly refused: Refused[] = [];
  readonly stored = new Map<string, string>();
  readonly frames: string[] = [];
  readonly checkpoints: string[] = [];
  sessions: Presence = [];
  opened: Extract<Frame, { name: 'opened' }>['header'] | null = null;
  lifecycle: string | null = null;
  caughtUp = false;
  closed: { readonly code: number; readonly reason: string } | null = null;
  readonly #person: TestPerson;
  readonly #ws: WebSocket;
  readonly #waiting = new Set<() => void>();
  #epoch: (IssuedEpoch & { head: ChainHead }) | null = null;

  private constructor(person: TestPerson, versionId: string, ws: WebSocket) {
    this.#person = person;
    this.versionId = versionId;
    this.state = new DraftState(versionId);
    this.#ws = ws;
  }

  static async connect(person: TestPerson, versionId: string, have = 0): Promise<TestDraft> {
    const protocols = [SUBPROTOCOL, `${TICKET_PREFIX}${await person.ticket()}`];
    const ws = new WebSocket(`${person.url.replace('http', 'ws')}/sync/${versionId}`, protocols);
    const draft = new TestDraft(person, versionId, ws);
    ws.on('message', (data) => draft.#receive(new Uint8Array(data as Buffer)));
    ws.on('close', (code, reason) => {
      draft.closed = { code, reason: reason.toString() };
      draft.#changed();
    });
    await new Promise<void>((resolve, reject) => {
      ws.on('open', resolve);
      ws.on('error', reject);
    });
    draft.send(encodeFrame('open', { draftId: versionId, schema: SHEET_SCHEMA, have: String(have) }));
    return draft;
  }

  send(bytes: Uint8Array): void {
    this.#ws.send(bytes);
  }

  /** Resolves when `ready` holds; checked after every message and at closing. */
  until(ready: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const check = (): void => {
        if (!ready()) return;
        this.#waiting.delete(check);
        resolve();
      };
      this.#waiting.add(check);
      check();
    });
  }

  value(sheet: string, rowId: string, field: string): string | null {
    return this.state.sheet(sheet).value(rowId, field);
  }

  command(sheet: string, rowId: string, field: string, to: string | null, seen = this.state.size): Command {
    const from = this.state.docs.size === 0 ? null : this.value(sheet, rowId, field);
    return { id: newCommandId(), sheet, rowId, field, from, to, seen: String(seen) };
  }

  /** Signs commands as one batch in the epoch held, taking one when there is none. Does not send. */
  async sign(commands: readonly Command[], kind: 'edit' | 'choose' = 'edit'): Promise<SignedEntry> {
    const { epoch, clientId } = await this.epoch();
    const updates: { sheet: string; part: number }[] = [];
    const parts: Uint8Array[] = [];
    for (const [sheet, own] of Map.groupBy(commands, (command) => command.sheet)) {
      parts.push(encodeCommands(this.#authorDocument(sheet), clientId, own));
      updates.push({ sheet, part: parts.length });
    }
    const { lastFold: fold } = this.state;
    const part0 = { draftId: this.versionId, commands, updates, ...(fold === undefined ? {} : { fold }) };
    const signed = this.#person.device.sign(kind, this.versionId, part0, parts, epoch);
    const bySheet = new Map(updates.map(({ sheet, part }) => [sheet, parts[part - 1] as Uint8Array]));
    this.#sealed.set(entryHashHex(signed.entry), bySheet);
    return signed;
  }

  /** What the author builds on: accepted entries and the own batches sealed since, not yet answered. */
  #authorDocument(sheet: string) {
    const copy = new DraftState(this.versionId);
    for (const entry of this.#accepted) copy.applyEntry(entry);
    const doc = copy.sheet(sheet);
    for (const updates of this.#sealed.values()) {
      const update = updates.get(sheet);
      if (update !== undefined) doc.applyUpdate(update);
    }
    return doc;
  }

  /** Own updates by entry hash, until the entry comes back or is refused. */
  readonly #sealed = new Map<string, ReadonlyMap<string, Uint8Array>>();

  readonly #accepted: Parameters<DraftState['applyEntry']>[0][] = [];

  async epoch(): Promise<IssuedEpoch> {
    if (this.#epoch === null) await this.takeEpoch();
    return this.#epoch as IssuedEpoch;
  }

  async takeEpoch(): Promise<void> {
    const { body } = await this.#person.post<IssuedEpoch[]>(`/versions/${this.versionId}/epochs`, {
      deviceId: this.#person.device.id,
      count: 1,
    });
    const [issued] = body;
    if (issued === undefined) throw new Error('no epoch was issued');
    this.#epoch = { ...issued, head: this.#person.device.head(issued.epoch) };
  }

  submit(signed: SignedEntry): void {
    this.send(encodeFrame('submit', {}, [signed.bytes, signed.signature, signed.payload]));
  }

  /** Writes cells as one batch and waits for the server's answer. */
  async edit(...commands: readonly Command[]): Promise<'stored' | Refused> {
    return this.answerTo(await this.sign(commands));
  }

  async answerTo(signed: SignedEntry): Promise<'stored' | Refused> {
    const hash = entryHashHex(signed.entry);
    const before = this.stored.size;
    const refusedBefore = this.refused.length;
    const framesBefore = this.frames.filter((name) => name === 'stored').length;
    this.submit(signed);
    const refusal = (): Refused | undefined =>
      this.refused.slice(refusedBefore).find(({ entryHash }) => entryHash === hash);
    const answered = (): boolean => this.frames.filter((name) => name === 'stored').length > framesBefore;
    await this.until(() => refusal() !== undefined || answered() || this.closed !== null);
    const refused = refusal();
    if (refused !== undefined) {
      this.#epoch = null;
      this.#sealed.clear();
      return refused;
    }
    if (!answered()) throw new Error(`the socket closed with ${this.closed?.code} (${before} stored before)`);
    return 'stored';
  }

  close(): void {
    this.#ws.close();
  }

  /** Stops reading, as a machine does that is overwhelmed. */
  pause(): void {
    this.#ws.pause();
  }

  resume(): void {
    this.#ws.resume();
  }

  #receive(bytes: Uint8Array): void {
    const frame = decodeFrame(bytes);
    this.frames.push(frame.name);
    switch (frame.name) {
      case 'opened':
        this.opened = frame.header;
        break;
      case 'entry':
        this.#entry(frame.parts);
        break;
      case 'caughtUp':
        this.caughtUp = true;
        break;
      case 'stored':
        this.stored.set(frame.header.index, frame.header.leafHash);
        break;
      case 'refused':
        this.refused.push(frame.header);
        break;
      case 'presence':
        this.sessions = frame.header.sessions;
        break;
      case 'state':
        this.lifecycle = frame.header.state;
        break;
      case 'checkpoint':
        this.checkpoints.push(new TextDecoder().decode(frame.parts[0]));
        break;
      default:
    }
    this.#changed();
  }

  #entry([leafBytes, payload]: readonly Uint8Array[]): void {
    if (leafBytes === undefined || payload === undefined) throw new Error('an entry came without its bytes');
    const { entry, env } = parseLeaf(leafBytes);
    const accepted = { index: env.index, at: env.serverTime, entry, parts: decodePayload(payload) };
    this.#sealed.delete(entryHashHex(entry));
    this.#accepted.push(accepted);
    // Nothing more is taken under an epoch from before a fold.
    if (entry.kind === 'fold') this.#epoch = null;
    this.state.applyEntry(accepted);
  }

  #changed(): void {
    for (const check of [...this.#waiting]) check();
  }
}
