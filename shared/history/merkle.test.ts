import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sha256 } from '../model/sha256.ts';
import { concatBytes, equalBytes, toHex, utf8 } from './bytes.ts';
import { emptyRoot, leafHash, MerkleTree, nodeHash, RootAccumulator, TreeRangeError } from './merkle.ts';
import { verifyConsistency, verifyInclusion } from './proofs.ts';

/** RFC 6962 §2.1, word for word: the definition that the tree is measured against. */
function naiveRoot(leaves: readonly Uint8Array[]): Uint8Array {
  const [only] = leaves;
  if (only === undefined) return sha256(new Uint8Array(0));
  if (leaves.length === 1) return sha256(concatBytes(Uint8Array.of(0), only));
  let split = 1;
  while (split * 2 < leaves.length) split *= 2;
  return sha256(concatBytes(Uint8Array.of(1), naiveRoot(leaves.slice(0, split)), naiveRoot(leaves.slice(split))));
}

const LARGEST = 64;
const leaves = Array.from({ length: LARGEST }, (_, i) => utf8(`leaf ${i}`));

function treeOf(count: number): MerkleTree {
  const tree = new MerkleTree();
  for (const leaf of leaves.slice(0, count)) tree.append(leafHash(leaf));
  return tree;
}

const whole = treeOf(LARGEST);
const flip = (hash: Uint8Array, bit: number): Uint8Array => {
  const changed = hash.slice();
  changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  return changed;
};

test('[HIST-1] the tree and the running root give the recursive definition at every size', () => {
  const running = new RootAccumulator();
  expect(toHex(running.root())).toBe(toHex(emptyRoot()));
  for (let size = 1; size <= LARGEST; size++) {
    running.append(leafHash(leaves[size - 1] ?? new Uint8Array(0)));
    const expected = toHex(naiveRoot(leaves.slice(0, size)));
    expect(toHex(treeOf(size).root())).toBe(expected);
    expect(toHex(whole.root(size))).toBe(expected);
    expect(toHex(running.root())).toBe(expected);
  }
});

test('[HIST-3] every inclusion proof up to 64 leaves is good at its own place and refused at every other', () => {
  for (let size = 1; size <= LARGEST; size++) {
    const root = whole.root(size);
    for (let index = 0; index < size; index++) {
      const proof = whole.inclusionProof(index, size);
      const leaf = whole.leaf(index);
      expect(verifyInclusion(index, size, leaf, proof, root)).toBe(true);
      const other = (index + 1) % size;
      if (other !== index) expect(verifyInclusion(other, size, leaf, proof, root)).toBe(false);
      expect(verifyInclusion(index, size, flip(leaf, index), proof, root)).toBe(false);
      expect(verifyInclusion(index, size, leaf, proof, flip(root, size))).toBe(false);
      expect(verifyInclusion(index, size, leaf, [...proof, root], root)).toBe(false);
      expect(verifyInclusion(index, size, leaf, [leaf, ...proof], root)).toBe(false);
      for (let at = 0; at < proof.length; at++) {
        const sibling = proof[at] ?? root;
        expect(verifyInclusion(index, size, leaf, proof.with(at, flip(sibling, at * 7 + index)), root)).toBe(false);
        expect(verifyInclusion(index, size, leaf, proof.toSpliced(at, 1), root)).toBe(false);
        expect(verifyInclusion(index, size, leaf, proof.with(at, sibling.slice(0, 31)), root)).toBe(false);
      }
    }
  }
});

test('[HIST-4] every consistency proof up to 64 leaves is good and refused when anything in it changes', () => {
  for (let to = 1; to <= LARGEST; to++) {
    const root2 = whole.root(to);
    for (let from = 1; from <= to; from++) {
      const root1 = whole.root(from);
      const proof = whole.consistencyProof(from, to);
      expect(verifyConsistency(from, to, root1, root2, proof)).toBe(true);
      expect(verifyConsistency(from, to, flip(root1, from), root2, proof)).toBe(false);
      expect(verifyConsistency(from, to, root1, flip(root2, to), proof)).toBe(false);
      expect(verifyConsistency(from, to, root1, root2, [...proof, root1])).toBe(false);
      if (from < to) expect(verifyConsistency(to, from, root2, root1, proof)).toBe(false);
      for (let at = 0; at < proof.length; at++) {
        const hash = proof[at] ?? root1;
        expect(verifyConsistency(from, to, root1, root2, proof.with(at, flip(hash, at * 11 + from)))).toBe(false);
        expect(verifyConsistency(from, to, root1, root2, proof.toSpliced(at, 1))).toBe(false);
      }
    }
  }
});

test('[HIST-4] the empty tree is consistent with nothing; odd positions are refused and never throw', () => {
  const root = whole.root();
  expect(verifyConsistency(0, 5, emptyRoot(), whole.root(5), [])).toBe(false);
  for (const odd of [-1, 1.5, Number.NaN, 2 ** 60, -1n, 2n ** 200n]) {
    expect(verifyInclusion(odd, LARGEST, whole.leaf(0), [], root)).toBe(false);
    expect(verifyConsistency(odd, LARGEST, root, root, [])).toBe(false);
    expect(verifyInclusion(0, odd, whole.leaf(0), [], root)).toBe(false);
  }
});

test('[HIST-1] a tree refuses what it cannot answer', () => {
  expect(() => whole.root(LARGEST + 1)).toThrow(TreeRangeError);
  expect(() => whole.inclusionProof(3, 3)).toThrow(TreeRangeError);
  expect(() => whole.consistencyProof(0, 3)).toThrow(TreeRangeError);
  expect(() => whole.leaf(-1)).toThrow(TreeRangeError);
  expect(() => new MerkleTree().append(new Uint8Array(31))).toThrow(TreeRangeError);
});

test('[HIST-3] random proofs never verify by chance and random trees agree with the definition', () => {
  const bytes = fc.uint8Array({ maxLength: 12 });
  const hash = fc.uint8Array({ minLength: 32, maxLength: 32 });
  fc.assert(
    fc.property(
      fc.array(bytes, { minLength: 1, maxLength: 90 }),
      fc.nat(),
      fc.array(hash, { maxLength: 8 }),
      (list, at, junk) => {
        const tree = new MerkleTree();
        for (const leaf of list) tree.append(leafHash(leaf));
        const root = tree.root();
        expect(equalBytes(root, naiveRoot(list))).toBe(true);
        const index = at % list.length;
        expect(verifyInclusion(index, list.length, tree.leaf(index), tree.inclusionProof(index), root)).toBe(true);
        if (junk.length > 0) expect(verifyInclusion(index, list.length, tree.leaf(index), junk, root)).toBe(false);
      },
    ),
    { seed: 6962, numRuns: 200 },
  );
});

test('[HIST-1] a node is not a leaf: the prefixes keep them apart', () => {
  const [a, b] = [whole.leaf(0), whole.leaf(1)];
  expect(toHex(nodeHash(a, b))).not.toBe(toHex(leafHash(concatBytes(a, b))));
});
