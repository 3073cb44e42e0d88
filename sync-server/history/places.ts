// Where the next entry stands: its index and time, its document's last leaf, its device's chain. Owns running ahead of the disk and coming
// back from it; must not write or tell anybody.
import {
  CHAIN_START,
  type ChainHead,
  chainFault,
  chainKey,
  type Entry,
  entryBytes,
  leafBytesOf,
  leafHash,
  signatureText,
  toHex,
} from '@countersign/shared/history';
import type { LogRow } from '../storage/index.ts';
import { type Append, ChainBroken, type Placed, StorageUnavailable } from './append.ts';
import { sha256, sha256Hex } from './nativeCrypto.ts';

type ChainName = Pick<Entry, 'dev' | 'epoch'>;

/** Chains without an entry that are remembered: their names are whatever a device says. Forgotten ones are read from the log again. */
export const MOST_EMPTY_CHAINS = 4096;

export interface PlacesOptions {
  /** Entries on disk. */
  readonly size: number;
  /** Hex hash of the last leaf of each document. */
  readonly lastOfDocs: Map<string, string>;
  /** Server time of the last leaf; '' for an empty log. */
  readonly lastTime: string;
  readonly policyHash: () => string;
  readonly now: () => Date;
}

export class Places {
  readonly #policyHash: () => string;
  readonly #now: () => Date;
  /** As committed; `#docs` runs ahead of it by what is being written. */
  readonly #committedDocs: Map<string, string>;
  #docs: Map<string, string>;
  readonly #chains = new Map<string, ChainHead>();
  /** Those of them that have no entry, the one read longest ago first. */
  readonly #empty = new Set<string>();
  #next: number;
  #time: string;

  constructor(options: PlacesOptions) {
    this.#policyHash = options.policyHash;
    this.#now = options.now;
    this.#committedDocs = options.lastOfDocs;
    this.#docs = new Map(options.lastOfDocs);
    this.#next = options.size;
    this.#time = options.lastTime;
  }

  /** Server time of the newest entry that has a place; '' before the first. */
  get lastTime(): string {
    return this.#time;
  }

  /** The index the next entry will get. */
  get next(): number {
    return this.#next;
  }

  /** Where a chain stands, entries being written included; undefined when it was not read from the log. */
  chain(name: ChainName): ChainHead | undefined {
    return this.#chains.get(chainKey(name));
  }

  /** [ADM-17] Takes what the log says of a chain. */
  setChain(name: ChainName, head: ChainHead): void {
    const key = chainKey(name);
    this.#chains.set(key, head);
    if (head.nextSeq > CHAIN_START.nextSeq) return;
    this.#empty.add(key);
    if (this.#empty.size <= MOST_EMPTY_CHAINS) return;
    const [oldest] = this.#empty;
    if (oldest === undefined) return;
    this.#empty.delete(oldest);
    this.#chains.delete(oldest);
  }

  /**
   * Gives entries their places, all or none.
   * @throws ChainBroken when one does not continue its chain, StorageUnavailable when its chain was not read.
   */
  take(items: readonly Append[]): Placed[] {
    const hashes = items.map(({ entry, bytes, entryHash }) => entryHash ?? sha256Hex(bytes ?? entryBytes(entry)));
    this.#advanceChains(items, hashes);
    return items.map((append, i) => this.#place(append, hashes[i] ?? ''));
  }

  /** An entry is on disk. */
  committed({ row, leafHash: hex }: Placed): void {
    this.#committedDocs.set(row.doc, hex);
  }

  /** What was being written is lost: everything stands where the disk is. Chains are read anew. */
  rewind(size: number): void {
    this.#next = size;
    this.#docs = new Map(this.#committedDocs);
    this.#chains.clear();
    this.#empty.clear();
  }

  #advanceChains(items: readonly Append[], hashes: readonly string[]): void {
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
    for (const [key, head] of heads) {
      this.#chains.set(key, head);
      this.#empty.delete(key);
    }
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
}
