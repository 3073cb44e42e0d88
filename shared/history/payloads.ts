/**
 * Owns the meaning of a payload's part 0: for every entry kind one strict schema of canonical JSON. Parts 1 and up are
 * Yjs updates that part 0 points at. Positions in the log are decimal strings; counts and part numbers are JSON integers.
 */

import { z } from 'zod';
import { EMERGENCY_ROLES, MOST_EMERGENCY_MINUTES } from '../access/index.ts';
import { canonicalJson } from '../model/canonical.ts';
import { EncodingError, fromBase64, utf8 } from './bytes.ts';
import { NotCanonicalError, parseCanonicalAs } from './canonicalBytes.ts';
import { PUBLIC_KEY_LENGTH } from './ed25519.ts';
import { type EntryKind, hashHex, identifier, instant, wholeNumber } from './entry.ts';
import { firstIssue } from './leaf.ts';
import { readPlainEdit } from './plainForm.ts';

const count = z.int().min(0);
const text = z.string().max(4096);

/** One person's intent on one cell. `field` may also be `$insert`, `$dead` or `$order`; null is blank. */
export const commandSchema = z.strictObject({
  id: identifierOrToken(),
  sheet: identifier,
  rowId: identifier,
  field: z.string().regex(/^[A-Za-z0-9$_][A-Za-z0-9$_.:-]{0,127}$/),
  from: z.string().nullable(),
  to: z.string().nullable(),
  seen: wholeNumber,
});

/** Random ids in base64url may start with `-` or `_`. */
function identifierOrToken() {
  return z.string().regex(/^[A-Za-z0-9_-][A-Za-z0-9._~:@/$-]{0,127}$/);
}

const sheetPart = z.strictObject({ sheet: identifier, part: z.int().min(1) });

/** `fold`: log index of the draft's last fold when the batch was made, so that it is never taken for one of the documents after it. */
const editPayload = z.strictObject({
  draftId: identifier,
  commands: z.array(commandSchema),
  updates: z.array(sheetPart),
  fold: wholeNumber.optional(),
});

const importPayload = z.strictObject({
  draftId: identifier,
  fileHash: hashHex,
  fileName: text,
  rows: count,
  sheets: z.array(sheetPart),
  commands: z.array(commandSchema),
  by: identifier,
});

/** `workspaceKey`: vkey of the log, when a workspace's first document repeats it. */
const createPayload = z.strictObject({
  versionId: identifier,
  contractId: identifier,
  kind: text,
  title: text,
  number: text,
  sequence: count,
  baseVersionId: identifier.nullable(),
  sheets: z.array(sheetPart),
  workspaceKey: text.optional(),
});

/** A fold changes no content, so its two content hashes are the same. */
const foldPayload = z.strictObject({
  draftId: identifier,
  contentHashBefore: hashHex,
  contentHashAfter: hashHex,
  sheets: z.array(sheetPart),
});

const version = { versionId: identifier, contentHash: hashHex };

const submitPayload = z.strictObject({
  ...version,
  authors: z.array(identifier),
  changes: z.unknown().refine((value): boolean => value !== undefined, 'the member is missing'),
});
const approvePayload = z.strictObject({
  ...version,
  /** Index of the submit leaf that the approver read. */
  logIndex: wholeNumber,
  policyHash: hashHex,
  decision: z.literal('APPROVE'),
});
const executePayload = z.strictObject(version);
const exportPayload = z.strictObject({ ...version, target: text, idempotencyKey: text.min(1) });
const reasonedPayload = z.strictObject({ ...version, reason: text.optional() });
const amendPayload = z.strictObject({
  ...version,
  newVersionId: identifier.optional(),
  effectiveFrom: text.optional(),
  reason: text.optional(),
});
const terminatePayload = z.strictObject({ ...version, effectiveTo: text.optional(), reason: text.optional() });
const receiptPayload = z.strictObject({ ...version, idempotencyKey: text.min(1), status: text, text: text.optional() });

const publicKeyText = z.string().refine((encoded) => {
  try {
    return fromBase64(encoded).length === PUBLIC_KEY_LENGTH;
  } catch (cause) {
    if (cause instanceof EncodingError) return false;
    throw cause;
  }
}, 'the key is not the canonical base64 of 32 bytes');

const keyPayload = z.strictObject({
  action: z.enum(['enrol', 'revoke']),
  userId: identifier,
  deviceId: identifier,
  publicKey: publicKeyText,
  /** `system` and `admin` devices may enrol and revoke devices of other users. */
  role: identifier.optional(),
  /** Who asked the server to sign this. */
  by: identifier.optional(),
});

const rolePayload = z.strictObject({
  action: z.enum(['grant', 'revoke']),
  userId: identifier,
  role: identifier,
  by: identifier.optional(),
});
const readPayload = z.strictObject({
  subject: text,
  action: text,
  count,
  /** Who read; the leaf itself is signed by the server's device. */
  by: identifier.optional(),
  from: instant.optional(),
  to: instant.optional(),
});
/** `index`, `payHash`: the leaf whose payload is gone. */
const erasePayload = z.strictObject({ index: wholeNumber, payHash: hashHex, reason: text.min(1) });
const restorePayload = z.strictObject({ size: wholeNumber, root: hashHex, checkpoint: text, reason: text.min(1) });
const schemaPayload = z.strictObject({ from: count, to: count, documents: z.array(identifier) });
/**
 * `versionId`: where the parked entry was meant for. What a revoked device sent follows as parts 1 to 3: entry bytes,
 * signature, payload; an equivocation has part 0 only.
 */
const parkPayload = z.strictObject({
  entryHash: hashHex,
  deviceId: identifier,
  reason: text.min(1),
  versionId: identifier.optional(),
});
/** One file of facts as it was kept: its hash, and what became of its rows. */
const factsPayload = z.strictObject({
  contractId: identifier,
  stream: z.enum(['delivery', 'actions', 'touches']),
  fileHash: hashHex,
  fileName: text,
  rows: count,
  rejected: count,
  added: count,
  replaced: count,
  same: count,
  by: identifier,
});
/** The log's next checkpoint key, said under the one before it. */
const logKeyPayload = z.strictObject({ vkey: text.min(1), previous: text.min(1), reason: text.min(1) });

/**
 * [GLASS-1] A role held in an emergency: asked for, agreed to, ended. `asked`, `askedHash`: index and leaf hash of the request. The reason of a
 * request is part 1, UTF-8, so that a bundle can carry the request without it.
 */
const breakGlassPayload = z.discriminatedUnion('action', [
  z.strictObject({
    action: z.literal('ask'),
    userId: identifier,
    role: z.enum(EMERGENCY_ROLES),
    minutes: z.int().min(1).max(MOST_EMERGENCY_MINUTES),
  }),
  z.strictObject({ action: z.literal('agree'), asked: wholeNumber, askedHash: hashHex }),
  z.strictObject({ action: z.literal('end'), asked: wholeNumber }),
]);

/** Schema of part 0 by entry kind. */
export const payloadSchemas = {
  edit: editPayload,
  create: createPayload,
  import: importPayload,
  fold: foldPayload,
  choose: editPayload,
  submit: submitPayload,
  requestChanges: reasonedPayload,
  withdraw: reasonedPayload,
  approve: approvePayload,
  execute: executePayload,
  amend: amendPayload,
  renew: amendPayload,
  terminate: terminatePayload,
  export: exportPayload,
  receipt: receiptPayload,
  read: readPayload,
  erase: erasePayload,
  restore: restorePayload,
  role: rolePayload,
  key: keyPayload,
  schema: schemaPayload,
  park: parkPayload,
  facts: factsPayload,
  logKey: logKeyPayload,
  breakGlass: breakGlassPayload,
} as const satisfies Record<EntryKind, z.ZodType>;

/** Part 0 of a kind. */
export type PayloadOf<Kind extends EntryKind> = z.infer<(typeof payloadSchemas)[Kind]>;

/** A part 0 that has not the form of its kind. */
export class PayloadShapeError extends Error {
  override readonly name = 'PayloadShapeError';
}

/** Canonical bytes of a part 0. */
export function jsonPart(value: unknown): Uint8Array {
  return utf8(canonicalJson(value));
}

/** [HIST-27] Reads part 0 of an entry kind: canonical JSON of that kind's strict schema, else `PayloadShapeError`. */
export function parsePart0<Kind extends EntryKind>(kind: Kind, part: Uint8Array | undefined): PayloadOf<Kind> {
  if (part === undefined) throw new PayloadShapeError(`a payload of kind ${kind} has no part 0`);
  const plain = kind === 'edit' || kind === 'choose' ? readPlainEdit(part) : null;
  if (plain !== null) return plain as PayloadOf<Kind>;
  let parsed: z.ZodSafeParseResult<unknown>;
  try {
    parsed = parseCanonicalAs(payloadSchemas[kind] as z.ZodType, part);
  } catch (cause) {
    if (cause instanceof NotCanonicalError) {
      throw new PayloadShapeError(`part 0 is not canonical JSON: ${cause.message}`);
    }
    throw cause;
  }
  if (!parsed.success) throw new PayloadShapeError(`part 0 has not the form of ${kind}: ${firstIssue(parsed.error)}`);
  // The schema was chosen by the same key as the type; TypeScript cannot follow that through an indexed union.
  return parsed.data as PayloadOf<Kind>;
}
