/**
 * Owns the checking of inclusion and consistency proofs (RFC 9162 §2.1.3.2 and §2.1.4.2), strictly: every hash has 32
 * bytes, nothing is left over, size1 = 0 is refused (the caller pins the empty root). A refused proof is `false`, never a throw.
 */
import { sha256 } from '../model/sha256.ts';
import { equalBytes } from './bytes.ts';
import { HASH_LENGTH, type HashFunction, nodeHash } from './merkle.ts';

/** An index or size: a safe integer or a bigint. */
export type Position = number | bigint;

function position(value: Position): bigint | undefined {
  if (typeof value === 'bigint') return value >= 0n ? value : undefined;
  return Number.isSafeInteger(value) && value >= 0 ? BigInt(value) : undefined;
}

const areHashes = (hashes: readonly Uint8Array[]): boolean => hashes.every((hash) => hash.length === HASH_LENGTH);

/** [HIST-3] Whether `proof` shows that `leaf` is the leaf hash at `index` of the tree (`size`, `root`). */
export function verifyInclusion(
  index: Position,
  size: Position,
  leaf: Uint8Array,
  proof: readonly Uint8Array[],
  root: Uint8Array,
  hash: HashFunction = sha256,
): boolean {
  let at = position(index);
  const count = position(size);
  if (at === undefined || count === undefined || at >= count) return false;
  if (!areHashes([leaf, root]) || !areHashes(proof)) return false;
  let last = count - 1n;
  let computed = leaf;
  for (const sibling of proof) {
    if (last === 0n) return false;
    if ((at & 1n) === 1n || at === last) {
      computed = nodeHash(sibling, computed, hash);
      while ((at & 1n) === 0n && at !== 0n) {
        at >>= 1n;
        last >>= 1n;
      }
    } else {
      computed = nodeHash(computed, sibling, hash);
    }
    at >>= 1n;
    last >>= 1n;
  }
  return last === 0n && equalBytes(computed, root);
}

/** [HIST-4] Whether `proof` shows that the tree (`size2`, `root2`) only appended to the tree (`size1`, `root1`). */
export function verifyConsistency(
  size1: Position,
  size2: Position,
  root1: Uint8Array,
  root2: Uint8Array,
  proof: readonly Uint8Array[],
  hash: HashFunction = sha256,
): boolean {
  const first = position(size1);
  const second = position(size2);
  if (first === undefined || second === undefined || first === 0n || first > second) return false;
  if (!areHashes([root1, root2]) || !areHashes(proof)) return false;
  if (first === second) return proof.length === 0 && equalBytes(root1, root2);
  if (proof.length === 0) return false;
  // A complete first tree is its own starting node, which the proof leaves out.
  const startsAtFirst = (first & (first - 1n)) === 0n;
  const start = startsAtFirst ? root1 : proof[0];
  if (start === undefined) return false;
  let at = first - 1n;
  let last = second - 1n;
  while ((at & 1n) === 1n) {
    at >>= 1n;
    last >>= 1n;
  }
  let old = start;
  let grown = start;
  for (const sibling of startsAtFirst ? proof : proof.slice(1)) {
    if (last === 0n) return false;
    if ((at & 1n) === 1n || at === last) {
      old = nodeHash(sibling, old, hash);
      grown = nodeHash(sibling, grown, hash);
      while ((at & 1n) === 0n && at !== 0n) {
        at >>= 1n;
        last >>= 1n;
      }
    } else {
      grown = nodeHash(grown, sibling, hash);
    }
    at >>= 1n;
    last >>= 1n;
  }
  return last === 0n && equalBytes(old, root1) && equalBytes(grown, root2);
}
