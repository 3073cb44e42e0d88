// The one place that orders the workspace's log. Owns indexes, chains and group commit; must not judge what an entry does.
import { CHAIN_START, type ChainHead, type Entry, type MerkleTree, toHex } from '@countersign/shared/history';
import { Fenced, OutcomeUnknown, type Storage, StorageError } from '../storage/index.ts';
import { type Append, type Appended, type Placed, StorageUnavailable } from './append.ts';
import { Places, type PlacesOptions } from './places.ts';

/** Written when the storage is asked whether it takes writes again. */
const PROBE_META = 'probe';

interface Waiting {
  readonly append: Append;
  readonly placed: Placed;
  readonly done: () => void;
  readonly failed: (error: unknown) => void;
}

export interface SequencerOptions extends Omit<PlacesOptions, 'size'> {
  readonly storage: Storage;
  readonly tree: MerkleTree;
}

export class Sequencer {
  readonly #storage: Storage;
  readonly #tree: MerkleTree;
  readonly #places: Places;
  #waiting: Waiting[] = [];
  #flushing: Promise<void> | null = null;
  readonly #listeners = new Set<(placed: readonly Placed[]) => void>();
  readonly #failListeners = new Set<(error: unknown) => void>();
  #failure: unknown = null;
  #settling: { readonly target: number; readonly resolve: () => void }[] = [];
  #abandoned = false;

  constructor(options: SequencerOptions) {
    this.#storage = options.storage;
    this.#tree = options.tree;
    this.#places = new Places({ ...options, size: options.tree.size });
  }

  /** Leaves that are on disk. */
  get size(): number {
    return this.#tree.size;
  }

  /** The index the next entry will get: every committed entry and everything in flight is below it. */
  get nextIndex(): number {
    return this.#places.next;
  }

  /** Server time of the newest entry that has a place; '' before the first. */
  get lastTime(): string {
    return this.#places.lastTime;
  }

  /** Why the last flush failed; null when it succeeded. */
  get failure(): unknown {
    return this.#failure;
  }

  /** [OPS-18] The storage refused a write that is no entry of the log. */
  refused(error: unknown): void {
    this.#failure ??= error;
  }

  /**
   * [OPS-16] Whether the storage takes writes. After a failed flush it is asked by a small write of its own: a server that says it is not
   * ready gets no work that could show it is again.
   */
  async isWritable(): Promise<boolean> {
    const failure = this.#failure;
    if (failure === null || this.#abandoned) return failure === null;
    try {
      await this.#storage.transaction((store) => store.setMeta(PROBE_META, String(this.#tree.size)));
      if (this.#failure === failure) this.#failure = null;
    } catch (error) {
      this.#failure = error;
    }
    return this.#failure === null;
  }

  /** Whether nothing is appended here any more: another node writes the log, or this one cannot say what is in it. */
  get abandoned(): boolean {
    return this.#abandoned;
  }

  /** Called after every flush with what it stored, in log order. */
  onCommitted(listener: (placed: readonly Placed[]) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Called at once when a flush failed, before any waiter hears of it. */
  onFailed(listener: (error: unknown) => void): () => void {
    this.#failListeners.add(listener);
    return () => this.#failListeners.delete(listener);
  }

  /** Reads the head of a chain from the log. Must be called before an entry of the chain is appended. */
  async loadChain(entry: Pick<Entry, 'dev' | 'epoch'>): Promise<ChainHead> {
    const known = this.#places.chain(entry);
    if (known !== undefined) return known;
    const last = await this.#storage.lastOfChain(entry.dev, entry.epoch);
    // Another caller may have loaded and advanced it meanwhile.
    const meanwhile = this.#places.chain(entry);
    if (meanwhile !== undefined) return meanwhile;
    const head = last === null ? CHAIN_START : { nextSeq: last.seq + 1, prevDev: last.entryHash };
    this.#places.setChain(entry, head);
    return head;
  }

  /** Where a loaded chain stands, entries in flight included. */
  chainHead(entry: Pick<Entry, 'dev' | 'epoch'>): ChainHead | undefined {
    return this.#places.chain(entry);
  }

  /**
   * Gives entries their places, all or none, in one step without waiting. They are stored when `flushed` resolves.
   * @throws ChainBroken when one does not continue its chain; nothing is appended then.
   */
  append(items: readonly Append[]): Appended {
    if (this.#abandoned) throw new StorageUnavailable('This server no longer writes this log. Nothing was changed.');
    const placed = this.#places.take(items);
    const flushes = items.map(
      (append, i) =>
        new Promise<void>((done, failed) => {
          this.#waiting.push({ append, placed: placed[i] as Placed, done, failed });
        }),
    );
    const flushed = Promise.all(flushes).then(() => undefined);
    // Callers that only need the place may drop the promise; a failed flush also reaches them through the committed state.
    flushed.catch(() => undefined);
    this.#schedule();
    return { placed, flushed };
  }

  /** Resolves when everything that has a place now is stored, or was lost with a failed flush. Later entries are not waited for. */
  settled(): Promise<void> {
    const target = this.#places.next;
    if (this.#abandoned || this.#tree.size >= target) return Promise.resolve();
    return new Promise((resolve) => this.#settling.push({ target, resolve }));
  }

  #schedule(): void {
    if (this.#flushing !== null) return;
    // setImmediate lets everything that arrived in this turn join the batch; while a batch is being written the next one gathers.
    this.#flushing = new Promise<void>((resolve) => {
      setImmediate(() => {
        void this.#flushAll().then(resolve);
      });
    });
  }

  async #flushAll(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting;
      this.#waiting = [];
      try {
        await this.#storage.transaction(async (store) => {
          await store.appendLog(batch.map((item) => item.placed.row));
          for (const { append, placed } of batch) await append.apply?.(store, placed);
        });
      } catch (error) {
        if (!(await this.#isStored(batch, error))) continue;
      }
      if (this.#abandoned) {
        this.#doubt(batch, this.#failure);
        return;
      }
      this.#failure = null;
      this.#commit(batch);
    }
    this.#flushing = null;
  }

  /** [NODE-6] Whether a batch is stored although writing it failed; when it is not, everybody who waits has heard so. */
  async #isStored(batch: readonly Waiting[], error: unknown): Promise<boolean> {
    this.#failure = error;
    try {
      if (error instanceof OutcomeUnknown && (await this.#find(batch))) return true;
    } catch (unanswered) {
      this.#doubt(batch, unanswered);
      return false;
    }
    if (error instanceof Fenced) this.#doubt(batch, error);
    else this.#fail(batch, error);
    return false;
  }

  /** Asks the storage, once every transaction that was cut off has ended, whether the batch is in the log. @throws Fenced */
  async #find(batch: readonly Waiting[]): Promise<boolean> {
    const [first] = batch;
    while (first !== undefined && !this.#abandoned) {
      await this.#storage.settled?.();
      try {
        const row = await this.#storage.logRow(first.placed.row.index);
        return row !== null && toHex(row.hash) === first.placed.leafHash;
      } catch (error) {
        // Cut off once more: `settled` waits for the connection.
        if (!(error instanceof StorageError)) throw error;
      }
    }
    throw new Fenced('This server no longer writes this log.');
  }

  /**
   * This node lost the lease: what was being written may be stored and belongs to another node's log now. Nobody is told that it is, nor that
   * it is not; from here on nothing is appended.
   */
  abandon(reason: Error): void {
    if (this.#abandoned) return;
    this.#failure ??= reason;
    this.#doubt([], reason);
  }

  #doubt(batch: readonly Waiting[], cause: unknown): void {
    this.#abandoned = true;
    const behind = this.#waiting;
    this.#waiting = [];
    const unknown = new OutcomeUnknown('This server cannot say whether the change was stored. Send it again.', {
      cause,
    });
    for (const listener of this.#failListeners) listener(cause);
    for (const { failed } of [...batch, ...behind]) failed(unknown);
    for (const { resolve } of this.#settling.splice(0)) resolve();
  }

  #commit(batch: readonly Waiting[]): void {
    for (const { placed } of batch) {
      this.#tree.append(placed.row.hash);
      this.#places.committed(placed);
    }
    for (const { append, placed } of batch) append.onStored?.(placed);
    for (const { done } of batch) done();
    const all = batch.map((item) => item.placed);
    for (const listener of this.#listeners) listener(all);
    this.#resolveSettled();
  }

  #resolveSettled(): void {
    // After a failure the next place is below the target that was waited for: what was waited for is gone.
    const done = this.#settling.filter(({ target }) => this.#tree.size >= target || this.#places.next < target);
    this.#settling = this.#settling.filter((waiting) => !done.includes(waiting));
    for (const { resolve } of done) resolve();
  }

  /** Entries that gathered behind the failed batch stand on it, so they fail with it. */
  #fail(batch: readonly Waiting[], error: unknown): void {
    const behind = this.#waiting;
    this.#waiting = [];
    this.#places.rewind(this.#tree.size);
    this.#failure = error;
    const unavailable = new StorageUnavailable('The server could not write to its disk. Nothing was changed.', {
      cause: error,
    });
    for (const listener of this.#failListeners) listener(error);
    for (const { failed } of [...batch, ...behind]) failed(unavailable);
    this.#resolveSettled();
  }
}
