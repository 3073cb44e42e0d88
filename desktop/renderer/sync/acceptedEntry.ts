// Reads one accepted entry as the server sent it and says whether it follows the one before. Must not keep or apply anything.
import {
  decodePayload,
  entryBytes,
  entryHash,
  equalBytes,
  fromHex,
  type Leaf,
  LeafError,
  leafHash,
  PayloadError,
  parseLeaf,
  payloadRoot,
  toHex,
} from '@countersign/shared/history';

export interface AcceptedEntry {
  readonly index: number;
  readonly leaf: Leaf;
  /** Hex RFC 6962 leaf hash. */
  readonly leafHash: string;
  /** Hex SHA-256 of the device-signed entry inside. */
  readonly entryHash: string;
  readonly parts: readonly Uint8Array[];
  readonly bytes: { readonly leaf: Uint8Array; readonly payload: Uint8Array };
}

/** Whether the entry puts folded documents in the place of those before it. */
export const isFold = ({ leaf }: AcceptedEntry): boolean => leaf.entry.kind === 'fold';

/** The server sent entries that contradict themselves or each other. */
export class BrokenEntry extends Error {
  override readonly name = 'BrokenEntry';
}

/**
 * [SYNC-28] Whether entries that were kept are all there, each naming the one before it, from behind `before` to `head` (leaf hashes; empty at
 * the beginning of a draft). What an entry does not commit to itself, such as its time, is what the next one or `head` commits to.
 */
export function areWhole(entries: readonly AcceptedEntry[], before: string, head: string): boolean {
  let last = before;
  for (const { leaf, leafHash: own } of entries) {
    if (leaf.env.prevDoc !== last) return false;
    last = own;
  }
  return last === head;
}

/** Checks the leaf's form, its index and that the payload is the one it commits to. */
export function readAccepted(index: number, draftId: string, leaf: Uint8Array, payload: Uint8Array): AcceptedEntry {
  let parsed: Leaf;
  let parts: Uint8Array[];
  try {
    parsed = parseLeaf(leaf);
    parts = decodePayload(payload);
  } catch (error) {
    if (error instanceof LeafError || error instanceof PayloadError)
      throw new BrokenEntry(`entry ${index}: ${error.message}`, { cause: error });
    throw error;
  }
  const { entry, env } = parsed;
  if (env.index !== String(index)) throw new BrokenEntry(`entry ${index} says that it is entry ${env.index}`);
  if (entry.doc !== draftId) throw new BrokenEntry(`entry ${index} belongs to ${entry.doc}, not to ${draftId}`);
  if (entry.payLen !== String(payload.length) || !equalBytes(payloadRoot(parts), fromHex(entry.payHash)))
    throw new BrokenEntry(`the payload of entry ${index} is not the one that was signed`);
  return {
    index,
    leaf: parsed,
    leafHash: toHex(leafHash(leaf)),
    entryHash: toHex(entryHash(entryBytes(entry))),
    parts,
    bytes: { leaf, payload },
  };
}
