// Which versions are in memory. Owns that a version is opened once or refused, and hands stored entries to their rooms.
import type { History } from '../history/index.ts';
import type { Storage } from '../storage/index.ts';
import type { Log, Metrics } from '../telemetry/index.ts';
import { FOLD_ABOVE, Folding } from './folding.ts';
import { Room } from './room.ts';

/** Versions kept although nobody is connected, most recently used last. */
const KEPT_IDLE = 32;

export interface RoomsServices {
  readonly storage: Storage;
  readonly history: History;
  readonly metrics: Metrics;
  readonly log: Log;
  /** Edited cells above which a draft is folded. */
  readonly foldAbove?: number | undefined;
}

export class Rooms {
  readonly #storage: Storage;
  readonly #history: History;
  readonly #metrics: Metrics;
  readonly #folding: Folding;
  readonly #open = new Map<string, Room>();
  readonly #opening = new Map<string, Promise<Room>>();
  /** Uses in progress by version: such a room is not idle, also before its first task. */
  readonly #uses = new Map<string, number>();

  constructor({ storage, history, metrics, log, foldAbove = FOLD_ABOVE }: RoomsServices) {
    this.#storage = storage;
    this.#history = history;
    this.#metrics = metrics;
    this.#folding = new Folding({ storage, history, log, foldAbove });
    history.sequencer.onCommitted((all) => {
      for (const { row } of all) metrics.entriesStored.inc({ kind: row.kind });
      for (const [doc, placed] of Map.groupBy(all, ({ row }) => row.doc)) this.#open.get(doc)?.deliver(placed);
    });
    history.sequencer.onFailed(() => {
      metrics.flushFailures.inc();
      for (const room of this.#open.values()) room.invalidate();
    });
  }

  /**
   * Opens the version if need be and holds it while `work` runs. A listener added in `work` holds it longer.
   * @throws RoomUnavailable, DraftError when the version cannot be read: it is refused, never replaced by a blank one.
   */
  async use<T>(versionId: string, work: (room: Room) => Promise<T>): Promise<T> {
    this.#uses.set(versionId, (this.#uses.get(versionId) ?? 0) + 1);
    try {
      return await work(await this.#room(versionId));
    } finally {
      const left = (this.#uses.get(versionId) ?? 1) - 1;
      if (left === 0) this.#uses.delete(versionId);
      else this.#uses.set(versionId, left);
    }
  }

  async #room(versionId: string): Promise<Room> {
    const known = this.#open.get(versionId);
    if (known === undefined) return this.#opening.get(versionId) ?? this.#load(versionId);
    // Move to the end: the map's order is the order of use.
    this.#open.delete(versionId);
    this.#open.set(versionId, known);
    return known;
  }

  /** The room if it is in memory. */
  peek(versionId: string): Room | null {
    return this.#open.get(versionId) ?? null;
  }

  #load(versionId: string): Promise<Room> {
    // What is being written may belong to this version: read the log only after it.
    const work = this.#history.sequencer
      .settled()
      .then(() => Room.load(this.#storage, this.#history, versionId, (room) => this.#folding.look(room)))
      .then((room) => {
        this.#open.set(versionId, room);
        this.#dropIdle();
        this.#metrics.rooms.set(this.#open.size);
        return room;
      })
      .finally(() => this.#opening.delete(versionId));
    this.#opening.set(versionId, work);
    return work;
  }

  #dropIdle(): void {
    const isIdle = (room: Room): boolean => room.idle && !this.#uses.has(room.versionId);
    let idle = [...this.#open.values()].filter(isIdle).length;
    for (const [id, room] of this.#open) {
      if (idle <= KEPT_IDLE) return;
      if (!isIdle(room)) continue;
      this.#open.delete(id);
      room.destroy();
      idle -= 1;
    }
  }
}
