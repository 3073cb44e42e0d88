// A stock y-websocket client on one sheet: it may read live. Owns the few messages of that protocol; every write is refused by closing.
import { decodePayload, parsePart0 } from '@countersign/shared/history';
import { CLOSE } from '@countersign/shared/protocol';
import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';
import * as Y from 'yjs';
import type { Placed } from '../history/index.ts';
import type { Log } from '../telemetry/index.ts';
import type { Listener, Room } from './room.ts';
import type { Socket, SocketOwner } from './socket.ts';
import type { StoredEntries } from './storedEntries.ts';

const TYPE = { sync: 0, awareness: 1, auth: 2, queryAwareness: 3 } as const;
const SYNC = { step1: 0, step2: 1, update: 2 } as const;
/** A stock client asks once as it connects. */
const ANSWER_EVERY_MS = 1000;
const FOLDED = 'The rows of this version were put together anew. Open it with an empty document.';
const WRITE_REFUSED = 'Unsigned writes are refused. Edit with a Countersign client.';

export class StockConnection implements SocketOwner, Listener {
  readonly #socket: Socket;
  readonly #room: Room;
  readonly #sheet: string;
  readonly #log: Log;
  readonly #onClosed: () => void;
  readonly opened = true;
  #synced = false;
  #answeredAt = Number.NEGATIVE_INFINITY;

  constructor(socket: Socket, room: Room, sheet: string, log: Log, onClosed: () => void) {
    this.#socket = socket;
    this.#room = room;
    this.#sheet = sheet;
    this.#log = log;
    this.#onClosed = onClosed;
    room.listeners.add(this);
  }

  async message(bytes: Uint8Array): Promise<void> {
    let type: number;
    let step = -1;
    let body = new Uint8Array(0);
    try {
      const decoder = decoding.createDecoder(bytes);
      type = decoding.readVarUint(decoder);
      if (type === TYPE.sync) {
        step = decoding.readVarUint(decoder);
        body = decoding.readVarUint8Array(decoder).slice();
      }
    } catch {
      this.#socket.close(CLOSE.notAllowed, 'A message could not be read.');
      return;
    }
    if (type === TYPE.awareness || type === TYPE.queryAwareness) return;
    if (type === TYPE.sync && step === SYNC.step1) return this.#answer(body);
    // An empty update (no structs, no deletions) is what every stock client sends after its step 1; it writes nothing.
    const empty = body.length === 2 && body[0] === 0 && body[1] === 0;
    if (type === TYPE.sync && (step === SYNC.step2 || step === SYNC.update) && empty) return;
    this.#socket.close(CLOSE.notAllowed, WRITE_REFUSED);
  }

  /** [SRV-44] A whole sheet is read again for whoever asks anew, a second after the last time at the earliest. */
  async #pause(): Promise<void> {
    const wait = this.#answeredAt + ANSWER_EVERY_MS - performance.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    this.#answeredAt = performance.now();
  }

  async #answer(stateVector: Uint8Array): Promise<void> {
    await this.#pause();
    const update = await this.#room.read(() => {
      const doc = this.#room.draft.sheet(this.#sheet);
      try {
        // [SRV-41] What it holds from before a fold would stay in it, and hide what is written since.
        for (const clientId of Y.decodeStateVector(stateVector).keys())
          if (doc.isFormerClient(clientId)) return 'former';
        return Y.encodeStateAsUpdate(doc.y, stateVector);
      } catch {
        return null;
      } finally {
        this.#synced = true;
      }
    });
    if (update === null) this.#socket.close(CLOSE.notAllowed, 'The state vector could not be read.');
    else if (update === 'former') this.#socket.close(CLOSE.notAllowed, FOLDED);
    else await this.#socket.sendSlowly(syncMessage(SYNC.step2, update));
  }

  entriesStored({ placed }: StoredEntries): void {
    if (this.#synced) for (const one of placed) this.#send(one);
  }

  #send({ row, entry }: Placed): void {
    if (row.payload === null) return;
    const { kind } = entry;
    if (kind !== 'edit' && kind !== 'choose' && kind !== 'import' && kind !== 'fold') return;
    const parts = decodePayload(row.payload);
    if (kind === 'fold') {
      const isFolded = parsePart0(kind, parts[0]).sheets.some(({ sheet }) => sheet === this.#sheet);
      if (isFolded) this.#socket.close(CLOSE.notAllowed, FOLDED);
      return;
    }
    const part0 = parsePart0(kind, parts[0]);
    for (const { sheet, part } of 'updates' in part0 ? part0.updates : part0.sheets) {
      const update = parts[part];
      if (sheet === this.#sheet && update !== undefined) this.#socket.send(syncMessage(SYNC.update, update));
    }
  }

  stateChanged(): void {}

  /** Only stored updates were sent; there is nothing to take back. */
  reset(): void {}

  checkpoint(): void {}

  close(code: number, reason: string): void {
    this.#socket.close(code, reason);
  }

  terminate(): void {
    this.#socket.terminate();
  }

  closed(): void {
    this.#room.listeners.delete(this);
    this.#onClosed();
  }

  failed(error: unknown): void {
    this.#log.error('a reading socket failed', error, { version: this.#room.versionId });
    this.#socket.close(1011, 'The server met a fault. Connect again.');
  }
}

function syncMessage(step: number, body: Uint8Array): Uint8Array {
  const encoder = encoding.createEncoder();
  encoding.writeVarUint(encoder, TYPE.sync);
  encoding.writeVarUint(encoder, step);
  encoding.writeVarUint8Array(encoder, body);
  return encoding.toUint8Array(encoder);
}
