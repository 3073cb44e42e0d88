// One version held in memory: its documents, its lifecycle record, and everybody connected. Owns the serial queue in which all of its
// changes are decided. Must not verify signatures or talk HTTP.
import { DraftState } from '@countersign/shared/document';
import { decodePayload, type PayloadOf, parseLeaf } from '@countersign/shared/history';
import { type Append, type Appended, type History, type Placed, StorageUnavailable } from '../history/index.ts';
import { LifecycleRecord } from '../lifecycle/record.ts';
import type { LogRow, Storage, VersionRow } from '../storage/index.ts';
import { Snapshot } from './snapshot.ts';
import { StoredEntries } from './storedEntries.ts';

/** Somebody who hears of the room's stored entries, in log order. */
export interface Listener {
  /** Entries of the version were stored. */
  entriesStored(stored: StoredEntries): void;
  /** The version's lifecycle state changed. */
  stateChanged(): void;
  /** The documents had to be read again: what was shown of unstored entries is void. */
  reset(): void;
}

/** What admission read of an entry of this version already, so that applying it does not read it again. */
export interface RoomAppend extends Append {
  readonly parts?: readonly Uint8Array[];
  readonly edit?: PayloadOf<'edit'>;
}

const PAGE = 200;

/** The log has no such version, or its entries do not fit together. */
export class RoomUnavailable extends Error {
  override readonly name = 'RoomUnavailable';
}

export class Room {
  readonly versionId: string;
  readonly listeners = new Set<Listener>();
  /** Epochs after a refusal: their later entries may rest on the refused one. */
  readonly closedEpochs = new Set<string>();
  /** Client ids of epochs seen here; an epoch never changes. */
  readonly clientIds = new Map<string, number>();
  readonly #storage: Storage;
  readonly #history: History;
  readonly #grown: (room: Room) => void;
  #draft: DraftState;
  #record: LifecycleRecord;
  #row: VersionRow;
  #tail: Promise<unknown> = Promise.resolve();
  #flushed: Promise<unknown> = Promise.resolve();
  #stale = false;
  #busy = 0;
  #snapshot: Snapshot | null = null;

  private constructor(storage: Storage, history: History, row: VersionRow, grown: (room: Room) => void) {
    this.versionId = row.id;
    this.#storage = storage;
    this.#history = history;
    this.#grown = grown;
    this.#row = row;
    this.#draft = new DraftState(row.id);
    this.#record = new LifecycleRecord();
  }

  /** Reads a version from the log. `grown` is called after every append to it. @throws RoomUnavailable, DraftError */
  static async load(storage: Storage, history: History, versionId: string, grown: (room: Room) => void): Promise<Room> {
    // The version's fence first: what another node had decided for it can no longer follow what is read here.
    await storage.drafts?.take(versionId);
    const row = await storage.version(versionId);
    if (row === null) throw new RoomUnavailable(`There is no version ${versionId}.`);
    const room = new Room(storage, history, row, grown);
    await room.#read();
    return room;
  }

  /** The documents with every accepted entry, those being written included. Read it inside `run` or `read`. */
  get draft(): DraftState {
    return this.#draft;
  }

  get record(): LifecycleRecord {
    return this.#record;
  }

  get row(): VersionRow {
    return this.#row;
  }

  /** The content with every accepted entry. Read it inside `run` or `read`. */
  get snapshot(): Snapshot {
    if (this.#snapshot?.size !== this.#draft.size) this.#snapshot = new Snapshot(this.#draft);
    return this.#snapshot;
  }

  /** Whether nobody is connected and nothing is being decided. */
  get idle(): boolean {
    return this.listeners.size === 0 && this.#busy === 0;
  }

  /** Whether what is in memory may be ahead of the disk: it is read again before the next work. */
  get isLost(): boolean {
    return this.#stale;
  }

  /** Nothing is judged or added on what the disk may not have. @throws StorageUnavailable: decide again. */
  requireKept(): void {
    if (this.#stale) throw new StorageUnavailable('The server could not write to its disk. Nothing was changed.');
  }

  /** Runs `work` alone: everything that changes the version goes through here. */
  run<T>(work: () => Promise<T>): Promise<T> {
    this.#busy += 1;
    const result = this.#tail.then(async () => {
      try {
        if (this.#stale) await this.#reload();
        return await work();
      } finally {
        this.#busy -= 1;
      }
    });
    this.#tail = result.catch(() => undefined);
    return result;
  }

  /** Runs `work` alone and after everything accepted is on disk, so that what it reads is stored. */
  read<T>(work: () => T | Promise<T>): Promise<T> {
    return this.run(async () => {
      await this.#flushed;
      if (this.#stale) await this.#reload();
      return work();
    });
  }

  /**
   * Appends entries that were decided in `run`; entries of this version are applied at once. They are stored when `flushed` resolves.
   * @throws ChainBroken; StorageUnavailable when the documents were lost meanwhile: decide again.
   */
  append(items: readonly RoomAppend[]): Appended {
    this.requireKept();
    const appended = this.#history.append(items);
    this.#flushed = appended.flushed.catch(() => undefined);
    for (const [i, { row, entry, serverTime }] of appended.placed.entries()) {
      if (row.doc === this.versionId) this.#apply(row, entry, serverTime, items[i]);
    }
    this.#grown(this);
    return appended;
  }

  /** Takes the version's row after its transaction committed. */
  setRow(row: VersionRow): void {
    const changed = row.state !== this.#row.state;
    this.#row = row;
    if (changed) for (const listener of [...this.listeners]) listener.stateChanged();
  }

  /** Says that what is in memory may be ahead of the disk for good. */
  invalidate(): void {
    this.#stale = true;
  }

  /** Tells everybody of entries that one commit stored. */
  deliver(placed: readonly Placed[]): void {
    const stored = new StoredEntries(placed);
    for (const listener of [...this.listeners]) listener.entriesStored(stored);
  }

  destroy(): void {
    this.#storage.drafts?.drop(this.versionId);
    this.#draft.destroy();
  }

  async #reload(): Promise<void> {
    await this.#storage.drafts?.take(this.versionId);
    const row = await this.#storage.version(this.versionId);
    if (row === null) throw new RoomUnavailable(`There is no version ${this.versionId}.`);
    this.#draft.destroy();
    this.#draft = new DraftState(this.versionId);
    this.#record = new LifecycleRecord();
    this.#snapshot = null;
    this.#row = row;
    await this.#read();
    this.#stale = false;
    for (const listener of [...this.listeners]) listener.reset();
  }

  async #read(): Promise<void> {
    for (let from = 0; ; ) {
      const page: LogRow[] = await this.#storage.logOfDoc(this.versionId, from, PAGE);
      for (const row of page) {
        const leaf = parseLeaf(row.leaf);
        this.#apply(row, leaf.entry, leaf.env.serverTime);
      }
      const last = page.at(-1);
      if (last === undefined || page.length < PAGE) break;
      from = last.index + 1;
    }
    if (!this.#draft.exists) throw new RoomUnavailable(`The version ${this.versionId} has no create entry.`);
  }

  #apply(row: LogRow, entry: Placed['entry'], at: string, read: Pick<RoomAppend, 'parts' | 'edit'> = {}): void {
    if (row.payload === null) throw new RoomUnavailable(`The payload of entry ${row.index} was erased.`);
    const parts = read.parts ?? decodePayload(row.payload);
    const folded = { index: row.index, at, entry, parts, ...(read.edit === undefined ? {} : { edit: read.edit }) };
    this.#draft.applyEntry(folded);
    this.#record.apply(folded);
  }
}
