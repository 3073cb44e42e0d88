/**
 * Owns making an export bundle from a log: picks the leaves that the proof needs, in full or without payload, and proves
 * each against one checkpoint. The caller verifies what it made before handing it out.
 */
import { toBase64 } from '../bytes.ts';
import { parseCanonical } from '../canonicalBytes.ts';
import { parseCheckpoint } from '../checkpoint.ts';
import type { KeyChange } from '../keyChange.ts';
import { contentHash, policyHash } from '../keyring.ts';
import { type Leaf, parseLeaf } from '../leaf.ts';
import { leafHash } from '../merkle.ts';
import { parseNote } from '../note.ts';
import { decodePayload } from '../payload.ts';
import { parsePart0 } from '../payloads.ts';
import { BundleError } from './failure.ts';
import { BUNDLE_FORMAT, type BundleLeaf, bundleBytes } from './format.ts';
import { holdsRemarksOnly, isPayloadCarried } from './lifecycle.ts';

/** A stored leaf: its place, its exact bytes and its encoded payload (null when erased). */
export interface StoredLeaf {
  readonly index: number;
  readonly bytes: Uint8Array;
  readonly payload: Uint8Array | null;
}

/** What a bundle is made of. */
export interface BundleParts {
  readonly workspace: string;
  /** The workspace key; its name is the log's origin. */
  readonly vkey: string;
  /** How the workspace key came to be this one, where it was changed. */
  readonly keyChanges?: readonly KeyChange[];
  readonly versionId: string;
  readonly content: unknown;
  readonly policy: unknown;
  /** Signed checkpoint note that covers the export leaf, with the workspace's signature only. */
  readonly checkpoint: string;
  /** In log order: at least every leaf of the version's document and of each document that holds key leaves. */
  readonly leaves: readonly StoredLeaf[];
  /** Inclusion proof of a leaf at the checkpoint's size. */
  readonly prove: (index: number, size: number) => readonly Uint8Array[] | Promise<readonly Uint8Array[]>;
}

interface ReadLeaf {
  readonly stored: StoredLeaf;
  readonly leaf: Leaf;
}

/** The leaves a bundle of the version carries: its whole document and the key documents, up to the last export. */
function pick(leaves: readonly ReadLeaf[], versionId: string): ReadLeaf[] {
  const exported = leaves.findLast(({ leaf }) => leaf.entry.doc === versionId && leaf.entry.kind === 'export');
  if (exported === undefined)
    throw new BundleError('lifecycle', versionId, 'The version has no export in this log yet.');
  const documents = new Set(leaves.filter(({ leaf }) => leaf.entry.kind === 'key').map(({ leaf }) => leaf.entry.doc));
  documents.add(versionId);
  // A key change after the export is carried with all that leads to it: the checkpoint is signed by the new key.
  const changed = leaves.findLast(({ leaf }) => leaf.entry.kind === 'logKey')?.stored.index ?? -1;
  const end = exported.stored.index;
  const endOf = (doc: string): number => (doc === versionId ? end : Math.max(end, changed));
  return leaves.filter(({ stored, leaf }) => documents.has(leaf.entry.doc) && stored.index <= endOf(leaf.entry.doc));
}

/** People who approved and are not among the authors of the last submission: remarks of theirs are shown to be no more than that. */
function freeApprovers(leaves: readonly ReadLeaf[], versionId: string): ReadonlySet<string> {
  const own = leaves.filter(({ leaf }) => leaf.entry.doc === versionId);
  const submitted = own.findLast(({ leaf }) => leaf.entry.kind === 'submit');
  const payload = submitted?.stored.payload;
  const authors = payload == null ? [] : parsePart0('submit', decodePayload(payload)[0]).authors;
  const from = submitted?.stored.index ?? 0;
  const approvals = own.filter(({ stored, leaf }) => leaf.entry.kind === 'approve' && stored.index > from);
  return new Set(approvals.map(({ leaf }) => leaf.entry.user).filter((user) => !authors.includes(user)));
}

/** [HIST-56] Whether an edit is a remark that the bundle carries. */
function isShownRemark({ stored, leaf }: ReadLeaf, versionId: string, free: ReadonlySet<string>): boolean {
  const { kind, doc, user } = leaf.entry;
  if (kind !== 'edit' || doc !== versionId || stored.payload === null || !free.has(user)) return false;
  return holdsRemarksOnly(parsePart0(kind, decodePayload(stored.payload)[0]));
}

function payloadOf(item: ReadLeaf, versionId: string, free: ReadonlySet<string>): BundleLeaf['payload'] {
  const { stored, leaf } = item;
  const { kind, doc } = leaf.entry;
  if (!isPayloadCarried(kind, doc, versionId) && !isShownRemark(item, versionId, free)) return null;
  if (stored.payload === null) {
    throw new BundleError('payload', `log index ${stored.index}`, 'The payload that the bundle needs was erased.');
  }
  const [part0, ...rest] = decodePayload(stored.payload);
  if (part0 === undefined) throw new BundleError('payload', `log index ${stored.index}`, 'The payload has no part 0.');
  return { part0: parseCanonical(part0), rest: rest.map((part) => toBase64(leafHash(part))) };
}

/** [HIST-42] Makes the bytes of a bundle. Throws `BundleError` when the log does not hold what a bundle needs. */
export async function buildBundle(parts: BundleParts): Promise<Uint8Array> {
  const { origin, size } = parseCheckpoint(parseNote(parts.checkpoint).text);
  const read = parts.leaves.map((stored) => ({ stored, leaf: parseLeaf(stored.bytes) }));
  const leaves: BundleLeaf[] = [];
  const free = freeApprovers(read, parts.versionId);
  for (const item of pick(read, parts.versionId)) {
    const proof = await parts.prove(item.stored.index, Number(size));
    leaves.push({
      index: String(item.stored.index),
      leaf: item.leaf,
      payload: payloadOf(item, parts.versionId, free),
      proof: proof.map(toBase64),
    });
  }
  return bundleBytes({
    format: BUNDLE_FORMAT,
    workspace: parts.workspace,
    origin,
    vkey: parts.vkey,
    versionId: parts.versionId,
    content: parts.content,
    contentHash: contentHash(parts.content),
    policy: parts.policy,
    policyHash: policyHash(parts.policy),
    checkpoint: parts.checkpoint,
    leaves,
    ...(parts.keyChanges === undefined || parts.keyChanges.length === 0 ? {} : { keyChanges: [...parts.keyChanges] }),
  });
}
