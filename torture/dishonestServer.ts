// A server that holds the workspace's keys and lies. Owns its histories and what it answers; it signs whatever suits it and proves what
// it can.
// Before anything that may load the client's database.
import 'fake-indexeddb/auto';
import { randomBytes } from 'node:crypto';
import { formatVkey, leafHash, MerkleTree, noteSigner, signCheckpoint, toHex } from '@countersign/shared/history';
import { ApiError } from '../desktop/renderer/api/index.ts';
import type { Random } from '../sim/random.ts';
import { SigningKey, sha256 } from '../sync-server/history/index.ts';

export const ORIGIN = 'countersign.example/w-torture/log';

/** The lies, each of which a client with an earlier checkpoint must find out. */
export const LIES = [
  /** Two histories of one size, one for each of two clients. */
  'splitView',
  /** The end of the history replaced by another one, longer than what the client accepted. */
  'rewrittenEnd',
  /** One entry that the client accepted replaced deep in the past. */
  'rewrittenEntry',
  /** The history cut off and gone on with: a restored disk nobody speaks of. */
  'rollback',
  /** A shorter history, and no proof for it. */
  'rollbackUnproved',
  /** An entry acknowledged to this client left out. */
  'withheldEntry',
  /** Two entries that the client accepted in another order. */
  'reordered',
  /** Signed by another key. */
  'otherKey',
  /** The checkpoint of another log. */
  'otherLog',
  /** A proof with one bit changed, for a history that is another one. */
  'forgedProof',
] as const;
export type Lie = (typeof LIES)[number];

/** A history as its leaf hashes. */
type Leaves = readonly Uint8Array[];

export function treeOf(leaves: Leaves): MerkleTree {
  const tree = new MerkleTree(sha256);
  for (const leaf of leaves) tree.append(leaf);
  return tree;
}

export const newLeaf = (): Uint8Array => leafHash(randomBytes(40), sha256);

/** What the client asks a server for while it verifies. */
export interface Answers {
  consistency(from: number, to: number): Promise<string[]>;
  inclusion(index: number, size: number): Promise<string[]>;
  checkpoint(): Promise<{ size: string; note: string }>;
}

export class DishonestServer {
  readonly vkey: string;
  readonly #key = new SigningKey(randomBytes(32));
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
    this.vkey = formatVkey(ORIGIN, this.#key.publicKey);
  }

  /** A note over a history, signed as the lie asks. */
  sign(leaves: Leaves, lie: Lie | null = null): Promise<string> {
    const origin = lie === 'otherLog' ? 'countersign.example/w-other/log' : ORIGIN;
    const key = lie === 'otherKey' ? new SigningKey(randomBytes(32)) : this.#key;
    const signer = noteSigner(origin, { publicKey: key.publicKey, sign: async (message) => key.sign(message) });
    return signCheckpoint({ origin, size: leaves.length, root: treeOf(leaves).root() }, signer);
  }

  /** The history that the lie puts in the place of the `accepted` one, of which `own` is an entry acknowledged to the client. */
  told(lie: Lie, accepted: Leaves, own: number): Uint8Array[] {
    const more = (count: number): Uint8Array[] => Array.from({ length: count }, newLeaf);
    const some = (most: number): number => this.#random.int(1, most + 1);
    const cut = this.#random.int(0, accepted.length);
    switch (lie) {
      case 'splitView':
        return [...accepted.slice(0, cut), ...more(accepted.length - cut)];
      case 'rewrittenEnd':
      case 'forgedProof':
        return [...accepted.slice(0, cut), ...more(accepted.length - cut + some(20))];
      case 'rewrittenEntry':
        return [...accepted.with(cut, newLeaf()), ...more(some(20))];
      case 'rollback':
        return [...accepted.slice(0, cut), ...more(some(2 * accepted.length))];
      case 'rollbackUnproved':
        return accepted.slice(0, Math.max(1, cut));
      case 'withheldEntry':
        return [...accepted.slice(0, own), ...more(1), ...accepted.slice(own + 1), ...more(some(20))];
      case 'reordered':
        return swapped(accepted, this.#random).concat(more(some(20)));
      case 'otherKey':
      case 'otherLog':
        return [...accepted, ...more(some(20))];
    }
  }

  /** Answers from the history it tells, as well as that history allows; for the rest it makes something up. */
  answers(told: Leaves, accepted: Leaves, lie: Lie | null): Answers {
    const tree = treeOf(told);
    const before = treeOf(accepted);
    const bend = (proof: Uint8Array[]): string[] => {
      if (lie !== 'forgedProof' || proof.length === 0) return proof.map(toHex);
      const i = this.#random.int(0, proof.length);
      const bent = Buffer.from(proof[i] ?? []);
      const bit = this.#random.int(0, bent.length * 8);
      bent.writeUInt8(bent.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      return proof.with(i, new Uint8Array(bent)).map(toHex);
    };
    return {
      consistency: async (from, to) => {
        const source = [tree, before].find(({ size }) => size >= to);
        if (source === undefined || lie === 'rollbackUnproved') throw outside();
        return bend(source.consistencyProof(from, to));
      },
      inclusion: async (index, size) => {
        if (size > tree.size) throw outside();
        return bend(tree.inclusionProof(index, size));
      },
      checkpoint: async () => ({ size: String(told.length), note: await this.sign(told, lie) }),
    };
  }
}

const outside = (): ApiError =>
  new ApiError({ status: 400, code: 'range', title: 'Outside the log', detail: 'The log is shorter.', action: '' });

function swapped(leaves: Leaves, random: Random): Uint8Array[] {
  const a = random.int(0, leaves.length);
  const b = (a + random.int(1, leaves.length)) % leaves.length;
  const [first, second] = [leaves[a], leaves[b]];
  return first === undefined || second === undefined ? [...leaves] : leaves.with(a, second).with(b, first);
}
