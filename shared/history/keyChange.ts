/**
 * Owns the change of a log's checkpoint key: what proves that the old key named the new one, and following such proofs from
 * a key that is believed. Whoever has no proof keeps the old key; nothing here believes a key because somebody says so.
 */
import { z } from 'zod';
import { EncodingError, fromBase64, fromHex, toBase64, toHex } from './bytes.ts';
import { type Checkpoint, CheckpointError, parseCheckpoint, signCheckpoint } from './checkpoint.ts';
import { type Ed25519, isAcceptableKey, webCryptoEd25519 } from './ed25519.ts';
import { WORKSPACE_DOCUMENT } from './entry.ts';
import { type Leaf, LeafError, parseLeaf } from './leaf.ts';
import { leafHash, payloadRoot } from './merkle.ts';
import { NoteError, openNote, parseNote } from './note.ts';
import { decodePayload, PayloadError } from './payload.ts';
import { type PayloadOf, PayloadShapeError, parsePart0 } from './payloads.ts';
import { verifyInclusion } from './proofs.ts';
import { KeyFormatError, type NoteSigner, parseVkey, SIGNATURE_TYPE, type Vkey } from './vkey.ts';

/** Most changes that one answer or file carries: one a year for longer than any contract runs. */
export const MOST_KEY_CHANGES = 64;

/**
 * Proof of one change: the `logKey` leaf and its payload (base64), its inclusion proof (base64 hashes), and the one
 * checkpoint that both keys signed, the old one first. That checkpoint ends with the leaf.
 */
export const keyChangeSchema = z.strictObject({
  leaf: z.string(),
  payload: z.string(),
  proof: z.array(z.string()).max(63),
  checkpoint: z.string(),
});
export type KeyChange = z.infer<typeof keyChangeSchema>;
export const keyChangesSchema = z.array(keyChangeSchema).max(MOST_KEY_CHANGES);

/** A change that does not prove what it says. */
export class KeyChangeError extends Error {
  override readonly name = 'KeyChangeError';
}

/** A change that was proved. `index` is that of its leaf: every checkpoint of more entries is the new key's. */
export interface ProvedKeyChange {
  readonly vkey: string;
  readonly previous: string;
  readonly index: number;
  readonly leafHash: Uint8Array;
  readonly leaf: Leaf;
  /** Of the checkpoint that both keys signed. */
  readonly checkpoint: Checkpoint;
}

/** Where following ended. */
export interface FollowedKeys {
  /** The key in force. */
  readonly vkey: string;
  /** Those that led there from the believed key. */
  readonly changes: readonly ProvedKeyChange[];
  /** Those that were given. */
  readonly all: readonly ProvedKeyChange[];
}

/** A key that may sign this log: Ed25519, acceptable, under the log's own name. @throws KeyChangeError */
function logKey(text: string, origin: string): Vkey {
  let vkey: Vkey;
  try {
    vkey = parseVkey(text);
  } catch (cause) {
    if (cause instanceof KeyFormatError) throw new KeyChangeError(`a key cannot be used: ${cause.message}`);
    throw cause;
  }
  if (vkey.type !== SIGNATURE_TYPE.ed25519 || !isAcceptableKey(vkey.key))
    throw new KeyChangeError('a key is not an acceptable Ed25519 key');
  if (vkey.name !== origin) throw new KeyChangeError('a key is named after another log');
  return vkey;
}

/** Name of the log that a key belongs to. @throws KeyChangeError */
function nameOf(text: string): string {
  try {
    return parseVkey(text).name;
  } catch (cause) {
    if (cause instanceof KeyFormatError) throw new KeyChangeError(`a key cannot be used: ${cause.message}`);
    throw cause;
  }
}

interface Stated {
  readonly leaf: Leaf;
  readonly hash: Uint8Array;
  readonly payload: PayloadOf<'logKey'>;
}

/** What a change says, nothing proved yet. @throws KeyChangeError */
function stated({ leaf: leafText, payload: payloadText }: KeyChange): Stated {
  try {
    const bytes = fromBase64(leafText);
    const leaf = parseLeaf(bytes);
    const payload = fromBase64(payloadText);
    const parts = decodePayload(payload);
    const { entry } = leaf;
    if (entry.kind !== 'logKey' || entry.doc !== WORKSPACE_DOCUMENT)
      throw new KeyChangeError('the leaf changes no key');
    const isSigned = toHex(payloadRoot(parts)) === entry.payHash && entry.payLen === String(payload.length);
    if (!isSigned || parts.length !== 1) throw new KeyChangeError('the payload is not the one that was signed');
    return { leaf, hash: leafHash(bytes), payload: parsePart0('logKey', parts[0]) };
  } catch (cause) {
    const unreadable = [EncodingError, LeafError, PayloadError, PayloadShapeError].some((one) => cause instanceof one);
    if (!unreadable || !(cause instanceof Error)) throw cause;
    throw new KeyChangeError(`the leaf of a change cannot be read: ${cause.message}`);
  }
}

/** [HIST-100] Proves one change of the key that is believed. @throws KeyChangeError */
async function prove(change: KeyChange, believed: string, said: Stated, ed25519: Ed25519): Promise<ProvedKeyChange> {
  const name = nameOf(believed);
  const { leaf, hash, payload } = said;
  const keys = [logKey(payload.previous, name), logKey(payload.vkey, name)];
  if (payload.previous !== believed) throw new KeyChangeError('the change is of another key than the one in force');
  if (payload.vkey === payload.previous) throw new KeyChangeError('the new key is the old one');
  const checkpoint = await openByBoth(change.checkpoint, keys, ed25519);
  const index = Number(leaf.env.index);
  if (checkpoint.origin !== name) throw new KeyChangeError('the checkpoint of a change is of another log');
  if (checkpoint.size !== BigInt(index) + 1n) throw new KeyChangeError('the checkpoint does not end with the change');
  if (!verifyInclusion(index, checkpoint.size, hash, proofOf(change), checkpoint.root))
    throw new KeyChangeError('the change is not in the log that both keys signed');
  return { vkey: payload.vkey, previous: payload.previous, index, leafHash: hash, leaf, checkpoint };
}

/** The old key names the new one, and the new one is there to sign: two good signatures, in this order, and no other. */
async function openByBoth(note: string, keys: readonly Vkey[], ed25519: Ed25519): Promise<Checkpoint> {
  try {
    const named = parseNote(note).signatures.map(({ name, keyId }) => `${name}+${keyId}`);
    const wanted = keys.map(({ name, keyId }) => `${name}+${keyId}`);
    if (named.join(' ') !== wanted.join(' '))
      throw new KeyChangeError('the checkpoint of a change is not signed by the old key and the new one');
    return parseCheckpoint((await openNote(note, keys, ed25519)).text);
  } catch (cause) {
    if (!(cause instanceof NoteError || cause instanceof CheckpointError)) throw cause;
    throw new KeyChangeError(`the checkpoint of a change fails: ${cause.message}`);
  }
}

function proofOf({ proof }: KeyChange): Uint8Array[] {
  try {
    return proof.map(fromBase64);
  } catch (cause) {
    if (cause instanceof EncodingError) throw new KeyChangeError('the proof of a change cannot be read');
    throw cause;
  }
}

/**
 * [HIST-101] Follows changes from a key that is believed to the one in force. Every change that is given must be proved, in the
 * order of the log; when the believed key is none of theirs, they lead nowhere and it stays.
 * @throws KeyChangeError
 */
export async function followKeyChanges(
  believed: string,
  changes: readonly KeyChange[],
  ed25519: Ed25519 = webCryptoEd25519,
): Promise<FollowedKeys> {
  const said = changes.map((change) => ({ change, said: stated(change) }));
  const all: ProvedKeyChange[] = [];
  let vkey = said[0]?.said.payload.previous ?? believed;
  const keys = [vkey];
  for (const each of said) {
    const proved = await prove(each.change, vkey, each.said, ed25519);
    if (proved.index <= (all.at(-1)?.index ?? -1))
      throw new KeyChangeError('the changes are not in the order of the log');
    all.push(proved);
    vkey = proved.vkey;
    keys.push(vkey);
  }
  const from = keys.indexOf(believed);
  return from < 0 ? { vkey: believed, changes: [], all } : { vkey, changes: all.slice(from), all };
}

/** The key that signs checkpoints of `size` entries, by the changes that follow a first key. */
export function keyForSize(
  first: string,
  changes: readonly Pick<ProvedKeyChange, 'index' | 'vkey'>[],
  size: bigint,
): string {
  return changes.findLast(({ index }) => size > BigInt(index))?.vkey ?? first;
}

/** Index of the entry of a change, as it says; nothing is proved. @throws EncodingError, LeafError */
export function indexOfKeyChange({ leaf }: KeyChange): number {
  return Number(parseLeaf(fromBase64(leaf)).env.index);
}

/** What a change is made of, when its leaf is the last of the log. */
export interface KeyChangeParts {
  readonly leaf: Uint8Array;
  readonly payload: Uint8Array;
  /** Hex hashes of the leaf's inclusion proof in the tree that ends with it. */
  readonly proof: readonly string[];
  readonly checkpoint: { readonly origin: string; readonly size: number; readonly root: Uint8Array };
  readonly previous: NoteSigner;
  readonly next: NoteSigner;
}

/** Makes the proof of a change: the one checkpoint that both keys sign. */
export async function makeKeyChange(parts: KeyChangeParts): Promise<KeyChange> {
  return {
    leaf: toBase64(parts.leaf),
    payload: toBase64(parts.payload),
    proof: parts.proof.map((hash) => toBase64(fromHex(hash))),
    checkpoint: await signCheckpoint(parts.checkpoint, parts.previous, parts.next),
  };
}
