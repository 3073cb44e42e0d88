/**
 * Owns the bytes of an export bundle, `countersign.bundle/1`: one UTF-8 file holding canonical JSON and one final
 * newline. Reading it checks form only; whether it is true is `verify.ts`.
 */
import { z } from 'zod';
import { canonicalJson } from '../../model/canonical.ts';
import { concatBytes, EncodingError, fromBase64, utf8 } from '../bytes.ts';
import { NotCanonicalError, parseCanonicalAs } from '../canonicalBytes.ts';
import { hashHex, identifier, wholeNumber } from '../entry.ts';
import { keyChangesSchema } from '../keyChange.ts';
import { firstIssue, leafSchema } from '../leaf.ts';
import { HASH_LENGTH } from '../merkle.ts';
import { BundleError } from './failure.ts';

export const BUNDLE_FORMAT = 'countersign.bundle/1';

/** Largest bundle that is read. */
export const MAX_BUNDLE_BYTES = 256 * 1024 * 1024;

const NEWLINE = 10;

const hashText = z.string().refine((text) => {
  try {
    return fromBase64(text).length === HASH_LENGTH;
  } catch (cause) {
    if (cause instanceof EncodingError) return false;
    throw cause;
  }
}, 'not the canonical base64 of 32 bytes');

/** Any JSON value, taken as it was parsed: content may hold a million cells, which no schema needs to walk. */
const jsonValue = z.unknown().refine((value): boolean => value !== undefined, 'the member is missing');

/**
 * A payload: part 0 as JSON, and for the other parts their leaf hashes, which is enough to compute `payHash`. A lifecycle
 * payload has no other parts.
 */
const bundlePayloadSchema = z.strictObject({ part0: jsonValue, rest: z.array(hashText) });

/** A leaf with its inclusion proof; `payload` is null where the bundle does not need it. */
export const bundleLeafSchema = z.strictObject({
  index: wholeNumber,
  leaf: leafSchema,
  payload: bundlePayloadSchema.nullable(),
  proof: z.array(hashText).max(63),
});
export type BundleLeaf = z.infer<typeof bundleLeafSchema>;

/** Bundle schema. Unknown members are refused. */
export const bundleSchema = z.strictObject({
  format: z.literal(BUNDLE_FORMAT),
  workspace: identifier,
  origin: z.string().min(1),
  vkey: z.string().min(1),
  versionId: identifier,
  content: jsonValue,
  contentHash: hashHex,
  policy: jsonValue,
  policyHash: hashHex,
  checkpoint: z.string(),
  leaves: z.array(bundleLeafSchema).min(1),
  /** How the log's key came to be `vkey`; absent in a log whose key was never changed. */
  keyChanges: keyChangesSchema.min(1).optional(),
});
export type Bundle = z.infer<typeof bundleSchema>;

/** What every file of proved leaves has: whose log, under which checkpoint, and the leaves. */
export type ProvedLeaves = Pick<Bundle, 'workspace' | 'origin' | 'vkey' | 'checkpoint' | 'leaves' | 'keyChanges'>;

/** [HIST-40] Bytes of a bundle: canonical JSON and one newline. */
export function bundleBytes(bundle: Bundle): Uint8Array {
  return concatBytes(utf8(canonicalJson(bundle)), Uint8Array.of(NEWLINE));
}

/** [HIST-40] Reads a bundle's form; throws `BundleError` (`notCanonical` or `format`). Nothing in it is trusted yet. */
export function readBundle(bytes: Uint8Array): Bundle {
  if (bytes.length > MAX_BUNDLE_BYTES) {
    throw new BundleError('format', 'the file', 'The file is larger than 256 MB, which no bundle is.');
  }
  if (bytes.at(-1) !== NEWLINE) {
    throw new BundleError('notCanonical', 'the end of the file', 'The file does not end with one newline.');
  }
  let parsed: z.ZodSafeParseResult<Bundle>;
  try {
    parsed = parseCanonicalAs(bundleSchema, bytes.subarray(0, -1));
  } catch (cause) {
    if (!(cause instanceof NotCanonicalError)) throw cause;
    throw new BundleError('notCanonical', 'the file', `The file is not in the one form of a bundle: ${cause.message}.`);
  }
  if (!parsed.success) {
    throw new BundleError(
      'format',
      'the file',
      `The file has not the members of a bundle: ${firstIssue(parsed.error)}.`,
    );
  }
  return parsed.data;
}
