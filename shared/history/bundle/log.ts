/**
 * Owns the log half of checking a bundle: the checkpoint is the workspace's, every leaf is in it, every signature is by a
 * key valid at that place, no chain is forked, and the key leaves have no gap. Says nothing about the contract.
 */
import { equalBytes, fromBase64, fromHex, toHex } from '../bytes.ts';
import { isEquivocation } from '../chain.ts';
import type { Checkpoint } from '../checkpoint.ts';
import { type Ed25519, isAcceptableKey } from '../ed25519.ts';
import type { Entry } from '../entry.ts';
import { signerFault } from '../fsckMeaning.ts';
import { followKeyChanges, KeyChangeError, type ProvedKeyChange } from '../keyChange.ts';
import { Keyring, KeyringError, requireSigned } from '../keyring.ts';
import { leafBytes } from '../leaf.ts';
import { leafHash, RootAccumulator } from '../merkle.ts';
import { parseNote } from '../note.ts';
import { encodePayload } from '../payload.ts';
import { jsonPart, PayloadShapeError, parsePart0 } from '../payloads.ts';
import { verifyInclusion } from '../proofs.ts';
import { KeyFormatError, parseVkey, SIGNATURE_TYPE, type Vkey } from '../vkey.ts';
import { isCheckpointFault, openCosigned } from '../witness/cosigned.ts';
import type { WitnessPolicy } from '../witness/policy.ts';
import { BundleError } from './failure.ts';
import type { BundleLeaf, ProvedLeaves } from './format.ts';

/** Where a leaf stands, for messages. */
export const placeOf = (bundle: ProvedLeaves, item: BundleLeaf): string =>
  `leaves[${bundle.leaves.indexOf(item)}] (log index ${item.index}, ${item.leaf.entry.kind})`;

/** Hex leaf hash of a bundle leaf. */
export const leafHashHex = (item: BundleLeaf): string => toHex(leafHash(leafBytes(item.leaf)));

/** [HIST-102] The pinned key, or the one that it led to by changes which the file proves, is the file's: Ed25519, named as the log's origin. */
export async function requireKey(bundle: ProvedLeaves, pinned: string, ed25519: Ed25519): Promise<Vkey> {
  const trusted = usableKey(bundle, pinned);
  if (bundle.keyChanges === undefined) {
    requireSameKey(bundle.vkey === pinned);
    return trusted;
  }
  try {
    const { vkey, all } = await followKeyChanges(pinned, bundle.keyChanges, ed25519);
    requireSameKey(bundle.vkey === vkey && all.at(-1)?.vkey === vkey);
    for (const change of all) requireInFile(bundle, change);
    return usableKey(bundle, vkey);
  } catch (cause) {
    if (!(cause instanceof KeyChangeError)) throw cause;
    throw new BundleError('key', 'keyChanges', `The workspace key was not changed as the file says: ${cause.message}.`);
  }
}

/** The leaf of a change stands among the file's, so that its device signature and its place in the log are checked with them. */
function requireInFile(bundle: ProvedLeaves, { index, leafHash: hash }: ProvedKeyChange): void {
  const item = bundle.leaves.find((each) => each.index === String(index));
  if (item !== undefined && leafHashHex(item) === toHex(hash)) return;
  throw new BundleError('key', 'keyChanges', `The key change at log index ${index} is not among the entries.`);
}

function requireSameKey(same: boolean): void {
  if (same) return;
  throw new BundleError('key', 'vkey', 'The file is signed under another workspace key than the one given.');
}

function usableKey(bundle: ProvedLeaves, pinned: string): Vkey {
  let vkey: Vkey;
  try {
    vkey = parseVkey(pinned);
  } catch (cause) {
    if (!(cause instanceof KeyFormatError)) throw cause;
    throw new BundleError('key', 'vkey', `The workspace key cannot be used: ${cause.message}.`);
  }
  if (vkey.type !== SIGNATURE_TYPE.ed25519) {
    throw new BundleError('key', 'vkey', 'The workspace key is not an Ed25519 note key.');
  }
  if (!isAcceptableKey(vkey.key)) {
    throw new BundleError('key', 'vkey', 'The workspace key is not an acceptable Ed25519 key.');
  }
  if (vkey.name !== bundle.origin) {
    throw new BundleError('key', 'origin', 'The log origin is not the name of the workspace key.');
  }
  return vkey;
}

/** What a checkpoint of a file must show beside the workspace's signature. */
export interface CheckpointDemand {
  /** The policy that the file's own leaves bind; null where the workspace asks for no witnesses. */
  readonly policy: WitnessPolicy | null;
  /** A policy of whoever checks the file, on top. */
  readonly own?: WitnessPolicy | undefined;
}

/** [HIST-45] Opens the checkpoint: the workspace's signature first, then those of the demanded witnesses, and nothing else. */
export async function requireCheckpoint(
  bundle: ProvedLeaves,
  vkey: Vkey,
  ed25519: Ed25519,
  demand: CheckpointDemand = { policy: null },
): Promise<Checkpoint & { readonly witnesses: readonly string[] }> {
  const fail = (text: string): BundleError => new BundleError('checkpoint', 'checkpoint', text);
  const policies = [demand.policy, demand.own].filter((policy) => policy !== null && policy !== undefined);
  try {
    if (policies.length === 0 && parseNote(bundle.checkpoint).signatures.length !== 1) {
      throw fail('The checkpoint does not carry exactly one signature, that of the workspace.');
    }
    const { checkpoint, witnesses, met } = await openCosigned(bundle.checkpoint, vkey, policies, ed25519);
    if (checkpoint.origin !== bundle.origin) throw fail('The checkpoint is of another log.');
    if (!met) {
      const who = witnesses.length === 0 ? 'no witness' : `only ${witnesses.join(', ')}`;
      throw fail(`The policy asks for a quorum of witnesses, and ${who} cosigned the checkpoint.`);
    }
    return { ...checkpoint, witnesses };
  } catch (cause) {
    if (isCheckpointFault(cause)) throw fail(`The checkpoint fails: ${cause.message}.`);
    throw cause;
  }
}

/** Every leaf: in log order, of this workspace, at the place it says, and in the tree of the checkpoint. */
export function requireInclusion(bundle: ProvedLeaves, checkpoint: Checkpoint): void {
  let previous = -1;
  for (const item of bundle.leaves) {
    const where = placeOf(bundle, item);
    const index = Number(item.index);
    if (index <= previous) throw new BundleError('leaf', where, 'The leaves are not in log order, each once.');
    previous = index;
    if (item.leaf.env.index !== item.index) throw new BundleError('leaf', where, 'The leaf names another log index.');
    if (item.leaf.entry.ws !== bundle.workspace) {
      throw new BundleError('workspace', where, `The leaf belongs to workspace ${item.leaf.entry.ws}.`);
    }
    const hash = leafHash(leafBytes(item.leaf));
    const proof = item.proof.map(fromBase64);
    if (!verifyInclusion(index, checkpoint.size, hash, proof, checkpoint.root)) {
      throw new BundleError('inclusion', where, 'The leaf is not in the log that the checkpoint signs.');
    }
  }
}

/** Every payload that is present hashes to what the signed entry says. */
export function requirePayloads(bundle: ProvedLeaves): void {
  for (const item of bundle.leaves) {
    if (item.payload === null) continue;
    const where = placeOf(bundle, item);
    const { entry } = item.leaf;
    const part0 = jsonPart(item.payload.part0);
    const root = new RootAccumulator();
    root.append(leafHash(part0));
    for (const hash of item.payload.rest) root.append(fromBase64(hash));
    if (!equalBytes(root.root(), fromHex(entry.payHash))) {
      throw new BundleError('payload', where, 'The payload is not the one that was signed.');
    }
    if (item.payload.rest.length === 0 && entry.payLen !== String(encodePayload([part0]).length)) {
      throw new BundleError('payload', where, 'The payload has another length than the one that was signed.');
    }
  }
}

/** Every entry is signed by a device key valid at its index, and no device said two things in one place. */
export async function requireSignatures(bundle: ProvedLeaves, ed25519: Ed25519): Promise<Keyring> {
  const keyring = new Keyring();
  const places = new Map<string, Entry>();
  for (const item of bundle.leaves) {
    const where = placeOf(bundle, item);
    const { entry } = item.leaf;
    const part0 = item.payload === null ? undefined : jsonPart(item.payload.part0);
    const placed = { index: Number(item.index), leaf: item.leaf, part0 };
    try {
      await requireSigned(placed, keyring, ed25519);
    } catch (cause) {
      throw asBundleError('signature', where, cause);
    }
    const place = `${entry.dev}\u0000${entry.epoch}\u0000${entry.seq}`;
    const other = places.get(place);
    if (other !== undefined) {
      const what = isEquivocation(other, entry) ? 'two different entries' : 'one entry twice';
      throw new BundleError('chain', where, `Device ${entry.dev} signed ${what} for one place of its chain.`);
    }
    places.set(place, entry);
    const unfit =
      entry.kind === 'logKey' ? signerFault(entry.kind, keyring.keyAt(entry.dev, placed.index)?.role) : undefined;
    if (unfit !== undefined) throw new BundleError('signature', where, unfit);
    if (entry.kind !== 'key') continue;
    try {
      keyring.apply(placed.index, item.leaf, parsePart0('key', part0));
    } catch (cause) {
      throw asBundleError('enrolment', where, cause);
    }
  }
  return keyring;
}

function asBundleError(code: 'signature' | 'enrolment', where: string, cause: unknown): unknown {
  if (!(cause instanceof KeyringError || cause instanceof PayloadShapeError)) return cause;
  return new BundleError(code, where, `${cause.message.charAt(0).toUpperCase()}${cause.message.slice(1)}.`);
}

/** Leaves of one document in order must each name the one before; `start` is what the first of them must name. */
export function requireNoGap(bundle: ProvedLeaves, items: readonly BundleLeaf[], start: string | undefined): void {
  let expected = start;
  for (const item of items) {
    if (expected !== undefined && item.leaf.env.prevDoc !== expected) {
      const where = placeOf(bundle, item);
      throw new BundleError('chain', where, 'A leaf of this document is missing before this one.');
    }
    expected = leafHashHex(item);
  }
}

/** A document that holds key leaves is complete from its start, so that no revocation in between is left out. */
export function requireCompleteKeys(bundle: ProvedLeaves): void {
  const documents = new Set(bundle.leaves.filter((i) => i.leaf.entry.kind === 'key').map((i) => i.leaf.entry.doc));
  for (const document of documents) {
    requireNoGap(
      bundle,
      bundle.leaves.filter((i) => i.leaf.entry.doc === document),
      '',
    );
  }
}
