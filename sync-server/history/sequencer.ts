// The one place that orders the workspace's log. Owns indexes, chains and group commit; must not judge what an entry does.
import {
  CHAIN_START,
  type ChainHead,
  chainFault,
  chainKey,
  type Entry,
  entryBytes,
  leafBytesOf,
  leafHash,
  type MerkleTree,
  signatureText,
  toHex,
} from '@countersign/shared/history';
import { Fenced, type LogRow, OutcomeUnknown, type Storage, StorageError } from '../storage/index.ts';
import { type Append, type Appended, ChainBroken, type Placed, StorageUnavailable } from './append.ts';
import { sha256, sha256Hex } from './nativeCrypto.ts';

interface Waiting {
  readonly append: Append;
  readonly placed: Placed;
  readonly done: () => void;
  readonly failed: (error: unknown) => void;
}

export interface SequencerOptions {
  readonly storage: Storage;
  readonly tree: MerkleTree;
  /** Hex hash of the last leaf of each document. */
  readonly lastOfDocs: Map<string, string>;
  /** Server time of the last leaf; '' for an empty log. */
  readonly lastTime: string;
  readonly policyHash: () => string;
  readonly now: () => Date;
}

export class Sequencer {
  readonly #storage: Storage;
  readonly #tree: MerkleTree;
  readonly #policyHash: () => string;
  readonly #now: () => Date;
  /** As committed; `#docs` runs ahead of it by the batch in flight. */
  readonly #committedDocs: Map<string, string>;
  #docs: Map<string, string>;
  readonly #chains = new Map<string, ChainHead>();
  #next: number;
  #time: string;
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
    this.#policyHash = options.policyHash;
    this.#now = options.now;
    this.#committedDocs = options.lastOfDocs;
    this.#docs = new Map(options.lastOfDocs);
    this.#next = options.tree.size;
    this.#time = options.lastTime;
  }

  /** Leaves that are on disk. */
  get size(): number {
    return this.#tree.size;
  }

  /** The index the next entry will get: every committed entry and everything in flight is below it. */
  get nextIndex(): number {
    return this.#next;
  }

  /** Why the last flush failed; null when it succeeded. */
  get failure(): unknown {
    return this.#failure;
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
    const key = chainKey(entry);
    const known = this.#chains.get(key);
    if (known !== undefined) return known;
    const last = await this.#storage.lastOfChain(entry.dev, entry.epoch);
    // Another caller may have loaded and advanced it meanwhile.
    const meanwhile = this.#chains.get(key);
    if (meanwhile !== undefined) return meanwhile;
    const head = last === null ? CHAIN_START : { nextSeq: last.seq + 1, prevDev: last.entryHash };
    this.#chains.set(key, head);
    return head;
  }

  /** Where a loaded chain stands, entries in flight included. */
  chainHead(entry: Pick<Entry, 'dev' | 'epoch'>): ChainHead | undefined {
    return this.#chains.get(chainKey(entry));
  }

  /**
   * Gives entries their places, all or none, in one step without waiting. They are stored when `flushed` resolves.
   * @throws ChainBroken when one does not continue its chain; nothing is appended then.
   */
  append(items: readonly Append[]): Appended {
    if (this.#abandoned) throw new StorageUnavailable('This server no longer writes this log. Nothing was changed.');
    const hashes = items.map(({ entry, bytes, entryHash }) => entryHash ?? sha256Hex(bytes ?? entryBytes(entry)));
    this.#requireChains(items, hashes);
    const flushes: Promise<void>[] = [];
    const placed = items.map((append, i) => {
      const place = this.#place(append, hashes[i] ?? '');
      flushes.push(
        new Promise<void>((done, failed) => {
          this.#waiting.push({ append, placed: place, done, failed });
        }),
      );
      return place;
    });
    const flushed = Promise.all(flushes).then(() => undefined);
    // Callers that only need the place may drop the promise; a failed flush also reaches them through the committed state.
    flushed.catch(() => undefined);
    this.#schedule();
    return { placed, flushed };
  }

  /** Resolves when everything that has a place now is stored, or was lost with a failed flush. Later entries are not waited for. */
  settled(): Promise<void> {
    const target = this.#next;
    if (this.#abandoned || this.#tree.size >= target) return Promise.resolve();
    return new Promise((resolve) => this.#settling.push({ target, resolve }));
  }

  #requireChains(items: readonly Append[], hashes: readonly string[]): void {
    const heads = new Map<string, ChainHead>();
    for (const [i, { entry }] of items.entries()) {
      const key = chainKey(entry);
      const head = heads.get(key) ?? this.#chains.get(key);
      if (head === undefined)
        throw new StorageUnavailable('The chain was not read from the log; send the entry again.');
      const fault = chainFault(head, entry);
      if (fault !== undefined) throw new ChainBroken(fault);
      heads.set(key, { nextSeq: head.nextSeq + 1, prevDev: hashes[i] ?? '' });
    }
    for (const [key, head] of heads) this.#chains.set(key, head);
  }

  #place({ entry, bytes, signature, payload }: Append, entryHash: string): Placed {
    const index = this.#next;
    this.#next += 1;
    const serverTime = this.#notBefore();
    const leaf = leafBytesOf(bytes ?? entryBytes(entry), {
      sig: signatureText(signature),
      env: {
        index: String(index),
        serverTime,
        prevDoc: this.#docs.get(entry.doc) ?? '',
        policyHash: this.#policyHash(),
      },
    });
    const hash = leafHash(leaf, sha256);
    const hex = toHex(hash);
    this.#docs.set(entry.doc, hex);
    const row: LogRow = {
      index,
      leaf,
      hash,
      doc: entry.doc,
      kind: entry.kind,
      user: entry.user,
      dev: entry.dev,
      epoch: entry.epoch,
      seq: Number(entry.seq),
      entryHash,
      payload,
    };
    return { row, entry, leafHash: hex, serverTime };
  }

  /** [SRV-26] Now, or the last entry's time when this computer's clock was set back: the log's time never runs backwards. */
  #notBefore(): string {
    const now = this.#now().toISOString();
    if (now > this.#time) this.#time = now;
    return this.#time;
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
    if (!this.#abandoned) this.#doubt([], reason);
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
      this.#committedDocs.set(placed.row.doc, placed.leafHash);
    }
    for (const { append, placed } of batch) append.onStored?.(placed);
    for (const { done } of batch) done();
    const all = batch.map((item) => item.placed);
    for (const listener of this.#listeners) listener(all);
    this.#resolveSettled();
  }

  #resolveSettled(): void {
    // After a failure the next place is below the target that was waited for: what was waited for is gone.
    const done = this.#settling.filter(({ target }) => this.#tree.size >= target || this.#next < target);
    this.#settling = this.#settling.filter((waiting) => !done.includes(waiting));
    for (const { resolve } of done) resolve();
  }

  /** Entries that gathered behind the failed batch stand on it, so they fail with it. */
  #fail(batch: readonly Waiting[], error: unknown): void {
    const behind = this.#waiting;
    this.#waiting = [];
    this.#next = this.#tree.size;
    this.#docs = new Map(this.#committedDocs);
    this.#chains.clear();
    this.#failure = error;
    const unavailable = new StorageUnavailable('The server could not write to its disk. Nothing was changed.', {
      cause: error,
    });
    for (const listener of this.#failListeners) listener(error);
    for (const { failed } of [...batch, ...behind]) failed(unavailable);
    this.#resolveSettled();
  }
}
