/**
 * Owns the RFC 6962 Merkle tree: hashing of leaves and nodes, an append-only tree that answers proofs, and a running
 * root. Checking a proof is in `proofs.ts`. Knows nothing of entries or signatures.
 */
import { sha256 } from '../model/sha256.ts';

/** A SHA-256 function; the server may inject a native one, the shared default is pure. */
export type HashFunction = (bytes: Uint8Array) => Uint8Array;

/** Bytes in one hash. */
export const HASH_LENGTH = 32;

/**
 * Inputs are assembled in place, because a million fresh arrays cost more than the hashing. A hash function reads its
 * input before it returns and must not keep it.
 */
const SCRATCH_LENGTH = 1 << 16;
const scratch = new Uint8Array(SCRATCH_LENGTH);
const nodeScratch = new Uint8Array(1 + 2 * HASH_LENGTH).fill(1, 0, 1);

/** [HIST-1] Leaf hash: SHA-256(0x00 ‖ bytes). */
export function leafHash(bytes: Uint8Array, hash: HashFunction = sha256): Uint8Array {
  const length = bytes.length + 1;
  const input = length <= SCRATCH_LENGTH ? scratch.subarray(0, length) : new Uint8Array(length);
  input[0] = 0;
  input.set(bytes, 1);
  return hash(input);
}

/** [HIST-1] Node hash: SHA-256(0x01 ‖ left ‖ right), both of 32 bytes. */
export function nodeHash(left: Uint8Array, right: Uint8Array, hash: HashFunction = sha256): Uint8Array {
  if (left.length !== HASH_LENGTH || right.length !== HASH_LENGTH) {
    throw new TreeRangeError('a node hashes two hashes of 32 bytes');
  }
  nodeScratch.set(left, 1);
  nodeScratch.set(right, 1 + HASH_LENGTH);
  return hash(nodeScratch);
}

/** [HIST-1] Root of the tree without leaves: SHA-256 of nothing. */
export function emptyRoot(hash: HashFunction = sha256): Uint8Array {
  return hash(new Uint8Array(0));
}

/** An index, size or range that the tree cannot answer for. */
export class TreeRangeError extends RangeError {
  override readonly name = 'TreeRangeError';
}

/** The hashes of one tree level, packed end to end so that a million of them are one array. */
class Level {
  #bytes = new Uint8Array(HASH_LENGTH * 16);
  #count = 0;

  get count(): number {
    return this.#count;
  }

  push(hash: Uint8Array): void {
    const at = this.#count * HASH_LENGTH;
    if (at === this.#bytes.length) {
      const grown = new Uint8Array(this.#bytes.length * 2);
      grown.set(this.#bytes);
      this.#bytes = grown;
    }
    this.#bytes.set(hash, at);
    this.#count++;
  }

  at(index: number): Uint8Array {
    return this.#bytes.slice(index * HASH_LENGTH, (index + 1) * HASH_LENGTH);
  }
}

/** Largest power of two below `size` (size ≥ 2): where RFC 6962 splits a tree. */
function splitPoint(size: number): number {
  let split = 1;
  while (split * 2 < size) split *= 2;
  return split;
}

/**
 * An append-only RFC 6962 tree. Keeps the hash of every complete subtree (64 bytes a leaf), so an append costs amortised
 * one node hash and a root or a proof O(log² n), at any earlier size as well.
 */
export class MerkleTree {
  readonly #levels: Level[] = [new Level()];
  readonly #hash: HashFunction;

  constructor(hash: HashFunction = sha256) {
    this.#hash = hash;
  }

  /** Number of leaves. */
  get size(): number {
    return this.#levels[0]?.count ?? 0;
  }

  /** Appends a leaf hash (32 bytes) and returns its index. */
  append(leaf: Uint8Array): number {
    if (leaf.length !== HASH_LENGTH) throw new TreeRangeError(`a leaf hash has 32 bytes, not ${leaf.length}`);
    const index = this.size;
    let carried = leaf;
    for (let depth = 0; ; depth++) {
      const level = this.#level(depth);
      level.push(carried);
      if (level.count % 2 === 1) return index;
      carried = nodeHash(level.at(level.count - 2), carried, this.#hash);
    }
  }

  /** The leaf hash at an index. */
  leaf(index: number): Uint8Array {
    if (!Number.isSafeInteger(index) || index < 0 || index >= this.size) {
      throw new TreeRangeError(`leaf ${index} is outside the tree of ${this.size}`);
    }
    return this.#level(0).at(index);
  }

  /** Root of the first `size` leaves; of all of them by default. */
  root(size: number = this.size): Uint8Array {
    this.#requireSize(size);
    return size === 0 ? emptyRoot(this.#hash) : this.#subtree(0, size);
  }

  /** Audit path of a leaf in the tree of the first `size` leaves, nearest sibling first. */
  inclusionProof(index: number, size: number = this.size): Uint8Array[] {
    this.#requireSize(size);
    if (!Number.isSafeInteger(index) || index < 0 || index >= size) {
      throw new TreeRangeError(`leaf ${index} is outside the tree of ${size}`);
    }
    const path: Uint8Array[] = [];
    let start = 0;
    let length = size;
    while (length > 1) {
      const split = splitPoint(length);
      if (index - start < split) {
        path.push(this.#subtree(start + split, length - split));
        length = split;
      } else {
        path.push(this.#subtree(start, split));
        start += split;
        length -= split;
      }
    }
    return path.reverse();
  }

  /** Proof that the tree of `to` leaves extends the tree of `from` leaves (1 ≤ from ≤ to ≤ size). */
  consistencyProof(from: number, to: number = this.size): Uint8Array[] {
    this.#requireSize(to);
    if (!Number.isSafeInteger(from) || from < 1 || from > to) {
      throw new TreeRangeError(
        `no consistency proof from ${from} to ${to}: the first size is 1 or more and not larger`,
      );
    }
    const path: Uint8Array[] = [];
    let start = 0;
    let length = to;
    let wanted = from;
    let known = true;
    while (wanted < length) {
      const split = splitPoint(length);
      if (wanted <= split) {
        path.push(this.#subtree(start + split, length - split));
        length = split;
      } else {
        path.push(this.#subtree(start, split));
        start += split;
        length -= split;
        wanted -= split;
        known = false;
      }
    }
    if (!known) path.push(this.#subtree(start, length));
    return path.reverse();
  }

  #level(depth: number): Level {
    let level = this.#levels[depth];
    if (level === undefined) {
      level = new Level();
      this.#levels[depth] = level;
    }
    return level;
  }

  #requireSize(size: number): void {
    if (!Number.isSafeInteger(size) || size < 0 || size > this.size) {
      throw new TreeRangeError(`size ${size} is outside the tree of ${this.size}`);
    }
  }

  /** Hash of `length` leaves from `start`; complete aligned subtrees are looked up, the ragged right edge is hashed. */
  #subtree(start: number, length: number): Uint8Array {
    let depth = 0;
    let width = 1;
    while (width < length) {
      width *= 2;
      depth++;
    }
    if (width === length) return this.#level(depth).at(start / width);
    const split = width / 2;
    return nodeHash(this.#subtree(start, split), this.#subtree(start + split, length - split), this.#hash);
  }
}

/** Running root over leaf hashes in O(log n) memory: for a reader that checks a log and answers no proofs. */
export class RootAccumulator {
  readonly #peaks: { readonly width: number; readonly hash: Uint8Array }[] = [];
  readonly #hash: HashFunction;
  #size = 0;

  constructor(hash: HashFunction = sha256) {
    this.#hash = hash;
  }

  /** Number of leaves so far. */
  get size(): number {
    return this.#size;
  }

  /** Adds the next leaf hash. */
  append(leaf: Uint8Array): void {
    let peak = { width: 1, hash: leaf };
    for (let last = this.#peaks.at(-1); last !== undefined && last.width === peak.width; last = this.#peaks.at(-1)) {
      this.#peaks.pop();
      peak = { width: peak.width * 2, hash: nodeHash(last.hash, peak.hash, this.#hash) };
    }
    this.#peaks.push(peak);
    this.#size++;
  }

  /** Root of the leaves so far. */
  root(): Uint8Array {
    const right = this.#peaks.at(-1);
    if (right === undefined) return emptyRoot(this.#hash);
    let root = right.hash;
    for (let i = this.#peaks.length - 2; i >= 0; i--) root = nodeHash(this.#peaks[i]?.hash ?? root, root, this.#hash);
    return root;
  }
}

/** [HIST-2] Tree root over the parts of a payload, each part a leaf. */
export function payloadRoot(parts: readonly Uint8Array[], hash: HashFunction = sha256): Uint8Array {
  const root = new RootAccumulator(hash);
  for (const part of parts) root.append(leafHash(part, hash));
  return root.root();
}
