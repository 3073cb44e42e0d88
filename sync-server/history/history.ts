// The workspace's signed history on this server: boot, appending, checkpoints, proofs. Owns the server's own device; must not know HTTP or Yjs.
import {
  CHAIN_START,
  type EntryKind,
  jsonPart,
  type KeyChange,
  type MerkleTree,
  parsePart0,
  toBase64,
  toHex,
  WORKSPACE_DOCUMENT,
} from '@countersign/shared/history';
import type { Storage, Store, StoredCheckpoint } from '../storage/index.ts';
import type { Append, Appended, Placed } from './append.ts';
import { Checkpointer, requireCheckpoint } from './checkpointer.ts';
import { deviceIdOf, type SignedEntry, type Signer, signEntry } from './entryBuilder.ts';
import { readKeyChanges } from './logKeyChange.ts';
import { LogTail, lastTimeOf } from './logTail.ts';
import { Sequencer } from './sequencer.ts';
import type { ServerKeys } from './serverKeys.ts';

/** The user that the server's own device signs for. */
export const SERVER_USER = 'u-server';
const FIRST_EPOCH = 'c1';

export interface HistoryOptions {
  readonly storage: Storage;
  readonly keys: ServerKeys;
  /** Workspace id. */
  readonly ws: string;
  readonly policyHash: () => string;
  readonly now: () => Date;
  readonly onFault: (error: unknown) => void;
  /** What this node has read of the log already, while another one wrote it. */
  readonly tail?: LogTail;
}

export interface ServerEntryOptions {
  readonly apply?: Append['apply'];
}

export class History {
  readonly ws: string;
  readonly keys: ServerKeys;
  readonly serverDeviceId: string;
  readonly sequencer: Sequencer;
  readonly checkpoints: Checkpointer;
  readonly #tree: MerkleTree;
  readonly #signer: Signer;
  readonly #now: () => Date;
  readonly #storage: Storage;
  #serverEpoch = FIRST_EPOCH;

  private constructor(
    options: HistoryOptions,
    tree: MerkleTree,
    docs: Map<string, string>,
    lastTime: string,
    last: StoredCheckpoint | null,
  ) {
    this.ws = options.ws;
    this.keys = options.keys;
    this.#now = options.now;
    this.#storage = options.storage;
    this.#tree = tree;
    this.serverDeviceId = deviceIdOf(options.keys.device.publicKey);
    this.#signer = { ws: options.ws, user: SERVER_USER, dev: this.serverDeviceId, key: options.keys.device };
    this.sequencer = new Sequencer({
      storage: options.storage,
      tree,
      lastOfDocs: docs,
      lastTime,
      policyHash: options.policyHash,
      now: options.now,
    });
    this.checkpoints = new Checkpointer(options.storage, tree, options.keys, last, options.onFault);
    this.sequencer.onCommitted(() => this.checkpoints.grew());
  }

  /**
   * Rebuilds the tree from the stored leaves and compares it with what was signed; writes leaf 0 into an empty log.
   * @throws StorageError `damaged` when the leaves are not the ones that were signed.
   */
  static async boot(options: HistoryOptions): Promise<History> {
    const { storage, keys } = options;
    const tail = options.tail ?? new LogTail();
    await tail.catchUp(storage);
    const { tree, lastOfDocs } = tail;
    const last = await storage.lastCheckpoint();
    await requireCheckpoint(last, tree, keys);
    const lastTime = tree.size === 0 ? '' : await lastTimeOf(storage, tree.size - 1);
    const history = new History(options, tree, lastOfDocs, lastTime, last);
    // A restore gives every device another epoch, the server's own too.
    history.#serverEpoch = (await storage.device(history.serverDeviceId))?.commandEpoch ?? FIRST_EPOCH;
    await history.loadServerChain();
    if (tree.size === 0) await history.#writeGenesis();
    await history.checkpoints.publish();
    return history;
  }

  /** Leaves on disk. */
  get size(): number {
    return this.#tree.size;
  }

  /** Appends entries that people's devices signed, after every check. */
  append(items: readonly Append[]): Appended {
    return this.sequencer.append(items);
  }

  /** Appends one entry signed by the server's device and waits until it is stored. `part0` must fit the kind's schema. */
  async appendServerEntry(
    kind: EntryKind,
    doc: string,
    part0: unknown,
    parts: readonly Uint8Array[] = [],
    options: ServerEntryOptions = {},
  ): Promise<Placed> {
    await this.loadServerChain();
    const signed = this.signServerEntry(kind, doc, part0, parts);
    const { placed, flushed } = this.append([{ ...signed, ...options }]);
    await flushed;
    const [only] = placed;
    if (only === undefined) throw new Error('one entry was appended and none was placed');
    return only;
  }

  /** Makes sure that the head of the server's own chain is known, before `signServerEntry`. */
  async loadServerChain(): Promise<void> {
    await this.sequencer.loadChain({ dev: this.serverDeviceId, epoch: this.#serverEpoch });
  }

  /** Signs an entry at the present head of the server's chain. It must be appended in the same turn. */
  signServerEntry(
    kind: EntryKind,
    doc: string,
    part0: unknown,
    parts: readonly Uint8Array[] = [],
  ): Pick<SignedEntry, 'entry' | 'signature' | 'payload'> {
    // A server entry that its own readers would refuse must fail here, before it is in the log for good.
    parsePart0(kind, jsonPart(part0));
    const head = this.sequencer.chainHead({ dev: this.serverDeviceId, epoch: this.#serverEpoch }) ?? CHAIN_START;
    const place = {
      epoch: this.#serverEpoch,
      head,
      seenSize: String(this.checkpoints.last?.size ?? 0),
      seenRoot: this.checkpoints.lastRoot,
    };
    return signEntry(this.#signer, place, kind, doc, part0, parts, this.#now());
  }

  /** Proofs of every change of the log's key, oldest first. */
  keyChanges(): Promise<KeyChange[]> {
    return readKeyChanges(this.#storage);
  }

  /** The newest signed checkpoint. */
  checkpoint(): StoredCheckpoint | null {
    return this.checkpoints.last;
  }

  /** Hex audit path. @throws TreeRangeError */
  inclusionProof(index: number, size: number): string[] {
    return this.#tree.inclusionProof(index, size).map(toHex);
  }

  /** Whether this log, as far as it is on disk, begins with so many entries under this root; an empty root stands for none at all. */
  holds(size: number, root: string): boolean {
    if (root === '') return size === 0;
    if (size > this.#tree.size) return false;
    if (this.#lastHeld?.size !== size) this.#lastHeld = { size, root: toHex(this.#tree.root(size)) };
    return this.#lastHeld.root === root;
  }
  /** Devices name the newest checkpoint, so one root serves many entries. */
  #lastHeld: { readonly size: number; readonly root: string } | null = null;

  /** Hex proof that one size extends another. @throws TreeRangeError */
  consistencyProof(from: number, to: number): string[] {
    return this.#tree.consistencyProof(from, to).map(toHex);
  }

  /** Waits for the flush of everything in flight and signs it. Nothing is signed afterwards, also when that failed. */
  async close(): Promise<void> {
    await this.sequencer.settled();
    try {
      await this.checkpoints.publish();
    } finally {
      this.checkpoints.stop();
    }
  }

  /** Stops appending and signing at once: another node does both now. */
  abandon(reason: Error): void {
    this.sequencer.abandon(reason);
    this.checkpoints.stop();
  }

  async #writeGenesis(): Promise<void> {
    const { publicKey } = this.keys.device;
    const part0 = {
      action: 'enrol',
      userId: SERVER_USER,
      deviceId: this.serverDeviceId,
      publicKey: toBase64(publicKey),
      role: 'system',
    };
    const apply = async (store: Store, placed: Placed): Promise<void> => {
      await store.putDevice({
        id: this.serverDeviceId,
        userId: SERVER_USER,
        name: 'Server',
        publicKey,
        commandEpoch: this.#serverEpoch,
        enrolledAt: placed.row.index,
        revokedAt: null,
        frozenAt: null,
      });
    };
    await this.appendServerEntry('key', WORKSPACE_DOCUMENT, part0, [], { apply });
  }
}
