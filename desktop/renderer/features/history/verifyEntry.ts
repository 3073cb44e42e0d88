// Checks one log entry on this computer: its bytes, payload, device signature and place under a checkpoint that was verified before.
// Owns the order of checks and their words; the mathematics is shared/history's. Trusts nothing the server says about an entry.
import {
  decodePayload,
  type Ed25519,
  type Entry,
  fromBase64,
  fromHex,
  type Keyring,
  type Leaf,
  leafHash,
  parseLeaf,
  parsePart0,
  payloadRoot,
  requireSigned,
  toHex,
  verifyInclusion,
  webCryptoEd25519,
} from '@countersign/shared/history';

/** What the server hands over for one entry. */
export interface EntryBytes {
  readonly index: string;
  /** base64 */
  readonly leaf: string;
  /** base64; null when the bytes were erased. */
  readonly payload: string | null;
}
export interface TrustedCheckpoint {
  readonly size: number;
  readonly rootHash: string;
}

export type Answer = { readonly ok: true; readonly words: string } | { readonly ok: false; readonly words: string };
/** `unknown`: it could not be checked here, and why. Never shown as a tick. */
export type Check = Answer | { readonly ok: null; readonly words: string };

export interface CheckedEntry {
  readonly leaf: Leaf;
  readonly entry: Entry;
  readonly leafHash: string;
  readonly proof: readonly string[];
  readonly payloadBytes: number | null;
  readonly inclusion: Check;
  readonly payload: Check;
  readonly signature: Check;
}

const good = (words: string): Answer => ({ ok: true, words });
const bad = (words: string): Answer => ({ ok: false, words });
const unknown = (words: string): Check => ({ ok: null, words });

/** Whether a leaf hash stands at its index under a checkpoint, by a proof of sibling hashes in hex. */
export function isIncluded(
  index: string,
  leafHashHex: string,
  checkpoint: TrustedCheckpoint,
  proof: readonly string[],
): boolean {
  return verifyInclusion(
    BigInt(index),
    checkpoint.size,
    fromHex(leafHashHex),
    proof.map((hash) => fromHex(hash)),
    fromHex(checkpoint.rootHash),
  );
}

function checkInclusion(
  bytes: EntryBytes,
  hash: string,
  checkpoint: TrustedCheckpoint | null,
  proof: readonly string[] | null,
): Check {
  if (checkpoint === null) return unknown('No checkpoint was verified on this computer yet.');
  if (BigInt(bytes.index) >= BigInt(checkpoint.size))
    return unknown('It is newer than the last checkpoint verified here. Verify again to include it.');
  if (proof === null) return unknown('The server gave no proof.');
  return isIncluded(bytes.index, hash, checkpoint, proof)
    ? good('The entry is in the log, at this place.')
    : bad('The proof does not lead from this entry to the verified root. The log was altered, or the answer was.');
}

function checkPayload(entry: Entry, payload: Uint8Array | null): { check: Check; part0: Uint8Array | undefined } {
  if (payload === null)
    return { check: unknown('Its content was erased; the entry itself still stands.'), part0: undefined };
  let parts: Uint8Array[];
  try {
    parts = decodePayload(payload);
  } catch (error) {
    return { check: bad(`The content cannot be read: ${String(error)}`), part0: undefined };
  }
  const fits = String(payload.length) === entry.payLen && toHex(payloadRoot(parts)) === entry.payHash;
  return {
    check: fits ? good('As signed') : bad('The content is not what was signed.'),
    part0: parts[0],
  };
}

async function checkSignature(
  index: number,
  leaf: Leaf,
  part0: Uint8Array | undefined,
  keyring: Keyring | null,
  ed25519: Ed25519,
): Promise<Check> {
  if (keyring === null) return unknown('The device keys could not be read, so it was not checked here.');
  try {
    await requireSigned({ index, leaf, part0 }, keyring, ed25519);
    return good('Valid');
  } catch (error) {
    return bad(error instanceof Error ? error.message : 'The signature is not good.');
  }
}

/**
 * Recomputes everything about one entry.
 * @param proof sibling hashes in hex at the checkpoint's size; null when none could be had.
 * @param keyring device keys as the log's key leaves below say; null when they could not be read.
 * @throws LeafError when the leaf bytes are not a leaf at all.
 */
export async function verifyEntry(
  bytes: EntryBytes,
  checkpoint: TrustedCheckpoint | null,
  proof: readonly string[] | null,
  keyring: Keyring | null,
  ed25519: Ed25519 = webCryptoEd25519,
): Promise<CheckedEntry> {
  const raw = fromBase64(bytes.leaf);
  const leaf = parseLeaf(raw);
  const hash = toHex(leafHash(raw));
  const payloadBytes = bytes.payload === null ? null : fromBase64(bytes.payload);
  const { check: payload, part0 } = checkPayload(leaf.entry, payloadBytes);
  const placed: Check =
    leaf.env.index === bytes.index
      ? checkInclusion(bytes, hash, checkpoint, proof)
      : bad(`The leaf says it is entry ${leaf.env.index}, not ${bytes.index}.`);
  return {
    leaf,
    entry: leaf.entry,
    leafHash: hash,
    proof: proof ?? [],
    payloadBytes: payloadBytes?.length ?? null,
    inclusion: placed,
    payload,
    signature: await checkSignature(Number(bytes.index), leaf, part0, keyring, ed25519),
  };
}

/** One worst answer for a row: bad beats unknown beats good. */
export function overall(checked: CheckedEntry): boolean | null {
  const answers = [checked.inclusion.ok, checked.payload.ok, checked.signature.ok];
  if (answers.includes(false)) return false;
  // Erased content and an unseen key leave the place in the log proved: that is what the row's tick says.
  return checked.inclusion.ok;
}

/** Applies key leaves in log order into a keyring, each checked against the keys before it. */
export async function keyringFrom(
  keyring: Keyring,
  items: readonly EntryBytes[],
  ed25519: Ed25519 = webCryptoEd25519,
): Promise<Keyring> {
  const inOrder = [...items].sort((a, b) => (BigInt(a.index) < BigInt(b.index) ? -1 : 1));
  for (const item of inOrder) {
    const leaf = parseLeaf(fromBase64(item.leaf));
    if (leaf.entry.kind !== 'key' || item.payload === null) continue;
    const [part0] = decodePayload(fromBase64(item.payload));
    const index = Number(item.index);
    await requireSigned({ index, leaf, part0 }, keyring, ed25519);
    keyring.apply(index, leaf, parsePart0('key', part0));
  }
  return keyring;
}
