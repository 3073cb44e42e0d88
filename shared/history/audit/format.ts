/**
 * Owns the bytes of an audit file, `countersign.audit/1`: one UTF-8 file holding canonical JSON and one final newline, with
 * the workspace key's signature over all of it. Reading it checks form only; whether it is true is `verify.ts`.
 */
import { z } from 'zod';
import { canonicalJson } from '../../model/canonical.ts';
import { BundleError } from '../bundle/failure.ts';
import { bundleLeafSchema, MAX_BUNDLE_BYTES } from '../bundle/format.ts';
import { concatBytes, fromBase64, utf8 } from '../bytes.ts';
import { NotCanonicalError, parseCanonicalAs } from '../canonicalBytes.ts';
import { SIGNATURE_LENGTH } from '../ed25519.ts';
import { identifier, instant, wholeNumber } from '../entry.ts';
import { keyChangesSchema } from '../keyChange.ts';
import { firstIssue } from '../leaf.ts';

export const AUDIT_FORMAT = 'countersign.audit/1';

const NEWLINE = 10;

/** What was asked for; null means no limit. `from` is included, `to` is not. */
export const auditQuerySchema = z.strictObject({
  from: instant.nullable(),
  to: instant.nullable(),
  doc: identifier.nullable(),
  user: identifier.nullable(),
});
export type AuditQuery = z.infer<typeof auditQuerySchema>;

const names = z.record(identifier, z.string());

/**
 * `leaves` are those of the answer, every leaf of the documents that hold key leaves up to the last of them, and the erase
 * leaves that account for missing payloads; `listed` are the indexes of the answer.
 */
const auditFileSchema = z.strictObject({
  format: z.literal(AUDIT_FORMAT),
  workspace: identifier,
  origin: z.string().min(1),
  vkey: z.string().min(1),
  query: auditQuerySchema,
  /** What people and documents were called, as the server says. */
  names: z.strictObject({ users: names, documents: names }),
  checkpoint: z.string(),
  listed: z.array(wholeNumber),
  leaves: z.array(bundleLeafSchema),
  /** How the log's key came to be `vkey`; absent in a log whose key was never changed. */
  keyChanges: keyChangesSchema.min(1).optional(),
  /** Base64 signature of the workspace key over everything else. */
  sig: z.string(),
});
export type AuditFile = z.infer<typeof auditFileSchema>;

/** What the workspace key signs. */
export function auditMessage({ sig: _, ...signed }: AuditFile): Uint8Array {
  return utf8(`${AUDIT_FORMAT}\n${canonicalJson(signed)}`);
}

/** Bytes of an audit file. */
export function auditBytes(file: AuditFile): Uint8Array {
  return concatBytes(utf8(canonicalJson(file)), Uint8Array.of(NEWLINE));
}

/** Whether a file calls itself an audit file, so that a command knows which check to run. */
export function isAuditFile(bytes: Uint8Array): boolean {
  // Canonical JSON orders members, so the format stands within the first; a checkpoint note before it has a bounded length.
  const marker = `"format":"${AUDIT_FORMAT}"`;
  return new TextDecoder().decode(bytes.subarray(0, 4096)).includes(marker);
}

/** [HIST-80] Reads an audit file's form; throws `BundleError` (`notCanonical` or `format`). Nothing in it is trusted yet. */
export function readAuditFile(bytes: Uint8Array): AuditFile {
  if (bytes.length > MAX_BUNDLE_BYTES) {
    throw new BundleError('format', 'the file', 'The file is larger than 256 MB, which no audit file is.');
  }
  if (bytes.at(-1) !== NEWLINE) {
    throw new BundleError('notCanonical', 'the end of the file', 'The file does not end with one newline.');
  }
  let parsed: z.ZodSafeParseResult<AuditFile>;
  try {
    parsed = parseCanonicalAs(auditFileSchema, bytes.subarray(0, -1));
  } catch (cause) {
    if (!(cause instanceof NotCanonicalError)) throw cause;
    const text = `The file is not in the one form of an audit file: ${cause.message}.`;
    throw new BundleError('notCanonical', 'the file', text);
  }
  if (!parsed.success) {
    const text = `The file has not the members of an audit file: ${firstIssue(parsed.error)}.`;
    throw new BundleError('format', 'the file', text);
  }
  return parsed.data;
}

/** The file's signature as bytes; throws `BundleError`. */
export function auditSignature({ sig }: AuditFile): Uint8Array {
  const text = 'The signature is not the canonical base64 of 64 bytes.';
  try {
    const bytes = fromBase64(sig);
    if (bytes.length === SIGNATURE_LENGTH) return bytes;
  } catch (cause) {
    if (!(cause instanceof Error)) throw cause;
    throw new BundleError('format', 'sig', text);
  }
  throw new BundleError('format', 'sig', text);
}
