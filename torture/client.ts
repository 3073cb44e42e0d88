// A signed client for the torture: keeps its exact signed bytes, sends them again after every crash, and believes nothing it cannot
// check. Owns what was acknowledged; must not know who kills the server or why.
import { DraftState, encodeCommands, newCommandId } from '@countersign/shared/document';
import {
  advanceChain,
  CHAIN_START,
  type ChainHead,
  decodePayload,
  entryHashHex,
  fromUtf8,
  leafHash,
  parseLeaf,
  toHex,
} from '@countersign/shared/history';
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
import { type SignedEntry, sha256, signEntry } from '../sync-server/history/index.ts';
import { CheckpointMemory } from './checkpointMemory.ts';
import type { Member } from './members.ts';

/** What the server promised. */
export interface Acknowledged {
  readonly index: number;
  readonly leafHash: string;
  readonly entryHash: string;
}

interface Sent {
  readonly signed: SignedEntry;
  readonly hash: string;
  /** Refused, and not sent again since. Only one answer may be under way for an entry: acknowledgements name no entry. */
  refused: boolean;
  /** When it was last sent, by this process's own clock in milliseconds. */
  at: number;
}

const SHEET = 'lines';
const WINDOW_CLOSED = -1;

export class TortureClient {
  readonly member: Member;
  readonly acknowledged: Acknowledged[] = [];
  /** What does not fit what was promised. */
  readonly problems: string[] = [];
  /** Refusal codes received, for runs in which the disk refuses. */
  readonly refusals: string[] = [];
  readonly checkpoints: CheckpointMemory;
  readonly #state: DraftState;
  readonly #rows: readonly string[];
  readonly #outbox: Sent[] = [];
  /** Index and leaf hash by entry hash, as promised; compared when the entry itself arrives. */
  readonly #promised = new Map<string, Acknowledged>();
  #ws: WebSocket | null = null;
  #epoch: (IssuedEpoch & { head: ChainHead }) | null = null;
  #written = 0;
  #window = WINDOW_CLOSED;
  #quota = Number.POSITIVE_INFINITY;
  #live = false;
  #storedSentAt = 0;
  /** Another number after every socket that was given up. */
  #attempt = 0;
  #onChange: () => void = () => undefined;

  constructor(member: Member, rows: readonly string[]) {
    this.member = member;
    this.#rows = rows;
    this.#state = new DraftState(member.versionId);
    this.checkpoints = new CheckpointMemory(member.vkey, member.origin);
  }

  /** Entries signed and not yet acknowledged. */
  get waiting(): number {
    return this.#outbox.length;
  }

  get live(): boolean {
    return this.#live;
  }

  get connected(): boolean {
    return this.#ws !== null;
  }

  get state(): DraftState {
    return this.#state;
  }

  /** When the entry that was acknowledged last had been sent. */
  get storedSentAt(): number {
    return this.#storedSentAt;
  }

  /** Called after every message and at closing. */
  observe(listener: () => void): void {
    this.#onChange = listener;
  }

  /** Takes a new writing epoch when nothing is on its way: an issued epoch must survive every crash too. */
  async takeEpoch(url: string): Promise<void> {
    if (this.#outbox.length > 0) return;
    const [issued] = await this.member.post<IssuedEpoch[]>(url, `/versions/${this.member.versionId}/epochs`, {
      deviceId: this.member.deviceId,
      count: 1,
    });
    if (issued === undefined) throw new Error('no epoch was issued');
    this.#epoch = { ...issued, head: CHAIN_START };
  }

  /** Connects from where the last connection ended and sends again what was not acknowledged. */
  async connect(url: string): Promise<void> {
    const attempt = this.#attempt;
    const { ticket } = await this.member.post<{ ticket: string }>(url, '/tickets');
    if (attempt !== this.#attempt) throw new Error('the socket closed with nothing: it was given up before it opened');
    const { versionId } = this.member;
    const ws = new WebSocket(`${url.replace('http', 'ws')}/sync/${versionId}`, [
      SUBPROTOCOL,
      `${TICKET_PREFIX}${ticket}`,
    ]);
    this.#ws = ws;
    ws.binaryType = 'arraybuffer';
    ws.onmessage = ({ data }) => {
      // What comes on a socket that was given up answers entries that were sent again on another one.
      if (this.#ws !== ws) return;
      try {
        this.#receive(decodeFrame(new Uint8Array(data as ArrayBuffer)), url);
      } catch (error) {
        this.#problem(`a message could not be used: ${error instanceof Error ? error.message : String(error)}`);
      }
      this.#onChange();
    };
    await new Promise<void>((resolve, reject) => {
      ws.onopen = () => resolve();
      // An error is always followed by its close.
      ws.onclose = ({ code }) => {
        if (this.#ws === ws) {
          this.#ws = null;
          this.#live = false;
        }
        reject(new Error(`the socket closed with ${code}`));
        this.#onChange();
      };
    });
    this.#send(encodeFrame('open', { draftId: versionId, schema: SHEET_SCHEMA, have: String(this.#state.size) }));
  }

  /** From now on keeps up to `window` batches on their way, until `most` more were signed. */
  write(window: number, most = Number.POSITIVE_INFINITY): void {
    this.#window = window;
    this.#quota = most;
    this.#pump();
  }

  /** Gives a silent socket up without waiting for its end; what was not acknowledged is sent again on the next one. */
  abandon(): void {
    const ws = this.#ws;
    this.#attempt += 1;
    this.#ws = null;
    this.#live = false;
    ws?.close();
  }

  /** Sends again what was refused because the disk did not take it. */
  resend(): void {
    if (this.#live) for (const sent of this.#outbox) if (sent.refused) this.#submit(sent);
  }

  disconnect(): void {
    this.#window = WINDOW_CLOSED;
    this.#ws?.close();
  }

  #pump(): void {
    for (; this.#live && this.#outbox.length < this.#window && this.#quota > 0; this.#quota -= 1)
      this.#submit(this.#seal());
  }

  #send(bytes: Uint8Array): void {
    if (this.#ws?.readyState === WebSocket.OPEN) this.#ws.send(bytes.slice());
  }

  #submit(sent: Sent): void {
    const { signed } = sent;
    sent.refused = false;
    sent.at = performance.now();
    this.#send(encodeFrame('submit', {}, [signed.bytes, signed.signature, signed.payload]));
  }

  #seal(): Sent {
    const epoch = this.#epoch;
    if (epoch === null) throw new Error('the client has no epoch');
    const doc = this.#state.sheet(SHEET);
    this.#written += 1;
    const commands: Command[] = this.#rows.map((rowId) => ({
      id: newCommandId(),
      sheet: SHEET,
      rowId,
      field: 'note',
      from: doc.value(rowId, 'note'),
      to: `${this.member.userId} ${this.#written}`,
      seen: String(this.#state.size),
    }));
    const update = encodeCommands(doc, epoch.clientId, commands);
    const part0 = { draftId: this.member.versionId, commands, updates: [{ sheet: SHEET, part: 1 }] };
    const place = { epoch: epoch.epoch, head: epoch.head, ...this.checkpoints.seen };
    const signed = signEntry(this.member.signer, place, 'edit', this.member.versionId, part0, [update], new Date());
    epoch.head = advanceChain(signed.entry);
    const sent = { signed, hash: entryHashHex(signed.entry), refused: false, at: 0 };
    this.#outbox.push(sent);
    return sent;
  }

  #receive(frame: Frame, url: string): void {
    switch (frame.name) {
      case 'entry':
        this.#entry(frame.parts);
        break;
      case 'caughtUp':
        this.#live = true;
        // The very bytes that were signed before the crash, in their order.
        for (const sent of this.#outbox) this.#submit(sent);
        this.#pump();
        break;
      case 'stored':
        this.#stored(Number(frame.header.index), frame.header.leafHash);
        break;
      case 'refused':
        this.refusals.push(frame.header.code);
        for (const sent of this.#outbox) if (sent.hash === frame.header.entryHash) sent.refused = true;
        break;
      case 'checkpoint':
        this.checkpoints.offer(fromUtf8(frame.parts[0] ?? new Uint8Array()), (from, to) =>
          this.member.consistency(url, from, to),
        );
        break;
      default:
    }
  }

  #stored(index: number, hash: string): void {
    const sent = this.#outbox.shift();
    if (sent === undefined) {
      this.#problem(`entry ${index} was acknowledged and nothing was waiting`);
      return;
    }
    const promise = { index, leafHash: hash, entryHash: sent.hash };
    this.acknowledged.push(promise);
    this.#promised.set(sent.hash, promise);
    this.#storedSentAt = sent.at;
    this.#pump();
  }

  #entry([leafBytes, payload]: readonly Uint8Array[]): void {
    if (leafBytes === undefined || payload === undefined) throw new Error('an entry came without its bytes');
    const { entry, env } = parseLeaf(leafBytes);
    const hash = entryHashHex(entry);
    const promise = this.#promised.get(hash);
    this.#promised.delete(hash);
    const leaf = toHex(leafHash(leafBytes, sha256));
    if (promise !== undefined && (promise.index !== Number(env.index) || promise.leafHash !== leaf))
      this.#problem(`entry ${promise.index} was acknowledged, and came as entry ${env.index} with leaf ${leaf}`);
    this.#state.applyEntry({ index: env.index, at: env.serverTime, entry, parts: decodePayload(payload) });
  }

  #problem(text: string): void {
    this.problems.push(`${this.member.userId}: ${text}`);
  }
}
