// The log as far as this process has read it: the tree and the last leaf of each document. Owns reading on from there; must not write.
import { equalBytes, leafHash, MerkleTree, parseLeaf } from '@countersign/shared/history';
import { type Storage, StorageError } from '../storage/index.ts';
import { sha256 } from './nativeCrypto.ts';

const PAGE = 2000;

export class LogTail {
  readonly tree = new MerkleTree(sha256);
  /** Hex hash of the last leaf of each document. */
  readonly lastOfDocs = new Map<string, string>();

  /**
   * Reads every leaf that was stored since; [SRV-4] each is hashed anew. Calls must not overlap.
   * @throws StorageError `damaged` when a leaf is missing or is not the one that was stored.
   */
  async catchUp(storage: Pick<Storage, 'leaves'>): Promise<void> {
    for (;;) {
      const page = await storage.leaves(this.tree.size, PAGE);
      for (const { index, leaf, hash, doc } of page) {
        const computed = leafHash(leaf, sha256);
        if (index !== this.tree.size || !equalBytes(computed, hash)) {
          throw new StorageError(
            'damaged',
            `Entry ${this.tree.size} of the log is missing or was changed.`,
            'Run "countersign fsck", and restore the workspace from its backup.',
          );
        }
        this.tree.append(computed);
        this.lastOfDocs.set(doc, Buffer.from(computed).toString('hex'));
      }
      if (page.length < PAGE) return;
    }
  }
}

/** Server time of a stored leaf. */
export async function lastTimeOf(storage: Pick<Storage, 'leaves'>, index: number): Promise<string> {
  const [last] = await storage.leaves(index, 1);
  return last === undefined ? '' : parseLeaf(last.leaf).env.serverTime;
}
