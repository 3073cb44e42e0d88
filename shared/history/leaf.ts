/**
 * Owns the log leaf: a device-signed entry and what the sequencer adds to it, in canonical JSON. The stored bytes are what
 * is hashed; reading them requires that writing them again gives the same bytes.
 */
import { z } from 'zod';
import { canonicalJson } from '../model/canonical.ts';
import { concatBytes, EncodingError, fromBase64, toBase64, utf8 } from './bytes.ts';
import { NotCanonicalError, parseCanonicalAs } from './canonicalBytes.ts';
import { SIGNATURE_LENGTH } from './ed25519.ts';
import { entrySchema, hashHex, instant, wholeNumber } from './entry.ts';
import { readPlainLeaf } from './plainForm.ts';

/** Largest leaf that is accepted, as C2SP entry bundles allow. */
export const MAX_LEAF_BYTES = 65_535;

/** What the sequencer adds: place, its own time, the document's previous leaf hash and the policy then in force. */
export const envelopeSchema = z.strictObject({
  index: wholeNumber,
  serverTime: instant,
  /** Hex leaf hash of the previous leaf with the same `doc`, empty for the first. */
  prevDoc: z.union([hashHex, z.literal('')]),
  policyHash: hashHex,
});

/** Leaf schema; `sig` is the device's Ed25519 signature in base64. */
export const leafSchema = z.strictObject({
  entry: entrySchema,
  sig: z.string().refine(isSignatureText, 'sig is not the canonical base64 of 64 bytes'),
  env: envelopeSchema,
});
export type Leaf = z.infer<typeof leafSchema>;

function isSignatureText(text: string): boolean {
  try {
    return fromBase64(text).length === SIGNATURE_LENGTH;
  } catch (cause) {
    if (cause instanceof EncodingError) return false;
    throw cause;
  }
}

/** Bytes that are not a leaf; the message says what is wrong and at which member. */
export class LeafError extends Error {
  override readonly name = 'LeafError';
}

/** [HIST-23] Canonical bytes of a leaf. */
export function leafBytes(leaf: Leaf): Uint8Array {
  return utf8(canonicalJson(leaf));
}

const BEFORE_ENTRY = utf8('{"entry":');

/** [HIST-23] The same from the entry's canonical bytes: what a device signed is put in as it is, and not written anew. */
export function leafBytesOf(entry: Uint8Array, { sig, env }: Pick<Leaf, 'sig' | 'env'>): Uint8Array {
  return concatBytes(BEFORE_ENTRY, entry, utf8(`,"env":${canonicalJson(env)},"sig":${JSON.stringify(sig)}}`));
}

/** [HIST-23] The leaf in canonical bytes; throws `LeafError` for any others. */
export function parseLeaf(bytes: Uint8Array): Leaf {
  if (bytes.length > MAX_LEAF_BYTES)
    throw new LeafError(`the leaf has ${bytes.length} bytes; at most 65,535 are allowed`);
  const plain = readPlainLeaf(bytes);
  if (plain !== null) return plain;
  let parsed: z.ZodSafeParseResult<Leaf>;
  try {
    parsed = parseCanonicalAs(leafSchema, bytes);
  } catch (cause) {
    if (cause instanceof NotCanonicalError) throw new LeafError(`the leaf is not canonical JSON: ${cause.message}`);
    throw cause;
  }
  if (!parsed.success) throw new LeafError(`the leaf has not the form of a leaf: ${firstIssue(parsed.error)}`);
  return parsed.data;
}

/** The first schema issue as `path: message`. */
export function firstIssue(error: z.ZodError): string {
  const [issue] = error.issues;
  return issue === undefined ? error.message : `${issue.path.join('.') || 'value'}: ${issue.message}`;
}

/** The signature of a leaf as bytes. */
export const leafSignature = (leaf: Leaf): Uint8Array => fromBase64(leaf.sig);

/** A signature as a leaf carries it. */
export const signatureText = (signature: Uint8Array): string => toBase64(signature);
