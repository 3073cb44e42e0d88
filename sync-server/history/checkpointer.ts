// Signs what the log's size and root are. Owns the rule that a checkpoint is on disk before anybody sees it; must not append.
import { isCheckpointFault, type MerkleTree, openCheckpoint, signCheckpoint, toHex } from '@countersign/shared/history';
import { type Storage, StorageError, type StoredCheckpoint } from '../storage/index.ts';
import { nodeEd25519 } from './nativeCrypto.ts';
import type { ServerKeys } from './serverKeys.ts';

/** A checkpoint at the latest after this many leaves … */
const MOST_LEAVES = 256;
/** … or this many milliseconds after a leaf (the rule asks for at most 1 s). */
const MOST_DELAY_MS = 400;
/** One that could not be stored is tried again after this long, also when nothing is written any more. */
const RETRY_MS = 2000;

/** What was signed is no prefix of what is stored: signing on would be a split view, however often it is tried. */
class TreeDiverged extends Error {
  override readonly name = 'TreeDiverged';
}

/** [SRV-4] Checks the stored log against the last checkpoint that was signed for it. @throws StorageError `damaged` */
export async function requireCheckpoint(
  last: StoredCheckpoint | null,
  tree: MerkleTree,
  keys: ServerKeys,
): Promise<void> {
  if (last === null) return;
  const action = 'Run "countersign fsck --data DIR" to see what is missing, and restore the folder from its backup.';
  const signed = await openCheckpoint(last.note, [keys.vkey], nodeEd25519).catch((error: unknown) => {
    if (!isCheckpointFault(error)) throw error;
    const text = `The last checkpoint of the log was not signed by the key in server.key: ${error.message}.`;
    throw new StorageError('damaged', text, 'Restore server.key of the time of the last key change, from its backup.');
  });
  const size = Number(signed.size);
  if (signed.origin !== keys.origin || size > tree.size) {
    throw new StorageError('damaged', `The log holds ${tree.size} entries, and ${size} were signed for.`, action);
  }
  if (toHex(tree.root(size)) !== toHex(signed.root)) {
    const text = `The root of the first ${size} entries is not the one that was signed. The log was changed.`;
    throw new StorageError('damaged', text, action);
  }
}

export class Checkpointer {
  readonly #storage: Storage;
  readonly #tree: MerkleTree;
  readonly #keys: ServerKeys;
  readonly #onFault: (error: unknown) => void;
  readonly #listeners = new Set<(checkpoint: StoredCheckpoint) => void>();
  #last: StoredCheckpoint | null;
  #lastRoot = '';
  #timer: NodeJS.Timeout | null = null;
  #signing: Promise<void> | null = null;
  #stopped = false;
  /** Why the last one could not be made; '' when it could. */
  #fault = '';

  constructor(
    storage: Storage,
    tree: MerkleTree,
    keys: ServerKeys,
    last: StoredCheckpoint | null,
    onFault: (error: unknown) => void,
  ) {
    this.#storage = storage;
    this.#tree = tree;
    this.#keys = keys;
    this.#last = last;
    this.#onFault = onFault;
    if (last !== null) this.#lastRoot = toHex(tree.root(last.size));
  }

  /** The newest published checkpoint. */
  get last(): StoredCheckpoint | null {
    return this.#last;
  }

  /** Root of the newest published checkpoint in hex; '' before the first. */
  get lastRoot(): string {
    return this.#lastRoot;
  }

  onPublished(listener: (checkpoint: StoredCheckpoint) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Says that leaves were stored. */
  grew(): void {
    if (this.#stopped) return;
    if (this.#tree.size - (this.#last?.size ?? 0) >= MOST_LEAVES) this.#try();
    else this.#tryAfter(MOST_DELAY_MS);
  }

  #tryAfter(ms: number): void {
    if (this.#stopped || this.#timer !== null) return;
    this.#timer = setTimeout(() => this.#try(), ms);
    this.#timer.unref();
  }

  /** [OPS-30] A fault is told once until it is another one; a disk that takes writes again gets the checkpoint without a further edit. */
  #try(): void {
    this.publish().then(
      () => {
        this.#fault = '';
      },
      (error: unknown) => {
        const fault = error instanceof Error ? error.message : String(error);
        if (fault !== this.#fault) this.#onFault(error);
        this.#fault = fault;
        if (!(error instanceof TreeDiverged)) this.#tryAfter(RETRY_MS);
      },
    );
  }

  /** Signs, persists and publishes a checkpoint of everything stored; does nothing when the last one covers it. */
  async publish(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    while (this.#signing !== null) await this.#signing;
    if (this.#stopped || this.#tree.size === (this.#last?.size ?? 0)) return;
    this.#signing = this.#publishNow();
    try {
      await this.#signing;
    } finally {
      this.#signing = null;
    }
  }

  async #publishNow(): Promise<void> {
    const size = this.#tree.size;
    const root = this.#tree.root(size);
    // The tree only grows; should its past ever differ from what was signed, signing on would be a split view.
    if (this.#last !== null && toHex(this.#tree.root(this.#last.size)) !== this.#lastRoot) {
      throw new TreeDiverged('the tree no longer extends the last signed checkpoint');
    }
    const note = await signCheckpoint({ origin: this.#keys.origin, size, root }, this.#keys.noteSigner);
    const checkpoint = { size, note };
    await this.#storage.transaction((store) => store.addCheckpoint(checkpoint));
    this.#last = checkpoint;
    this.#lastRoot = toHex(root);
    for (const listener of this.#listeners) listener(checkpoint);
  }

  /** Ends for good: nothing is signed any more. */
  stop(): void {
    this.#stopped = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }
}
