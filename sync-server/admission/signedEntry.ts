// Is this entry what its device signed, and does the payload belong to it? Owns the checks that need no document; must not append.
import {
  decodePayload,
  EncodingError,
  type Entry,
  entrySchema,
  firstIssue,
  NotCanonicalError,
  PayloadError,
  parseCanonical,
  payloadRoot,
  readPlainEntry,
  SIGNATURE_LENGTH,
  signedMessage,
  toHex,
} from '@countersign/shared/history';
import { type Refusal, refuse } from '@countersign/shared/protocol';
import type { People } from '../auth/index.ts';
import { sha256, sha256Hex, type VerifySignature, verifyEd25519 } from '../history/index.ts';
import type { DeviceRow } from '../storage/index.ts';

/** An entry as it arrives: canonical bytes, the device's signature, the encoded payload. */
export interface SignedBytes {
  readonly entry: Uint8Array;
  readonly signature: Uint8Array;
  readonly payload: Uint8Array;
}

/** An entry whose signature and payload hash are good and whose device belongs to the caller. */
export interface VerifiedEntry extends SignedBytes {
  readonly parsed: Entry;
  /** Hex hash of the entry bytes. */
  readonly hash: string;
  readonly parts: readonly Uint8Array[];
  readonly device: DeviceRow;
}

export type Verification =
  | { readonly ok: true; readonly verified: VerifiedEntry }
  | { readonly ok: false; readonly refusal: Refusal };

/** Entry bytes are under 1 KB for our devices; more is no entry of ours. */
const MOST_ENTRY_BYTES = 4096;

const no = (refusal: Refusal): Extract<Verification, { ok: false }> => ({ ok: false, refusal });

/** What an entry must say, and how large its payload may be. */
export interface Expected {
  readonly ws: string;
  readonly doc: string;
  readonly userId: string;
  readonly mostPayload: number;
}

/** Whether an entry of a revoked device is refused, or checked all the same to be parked. */
type OfRevoked = 'refused' | 'verified';

/**
 * [ADM-2] Checks form, workspace, document, author, device, signature and payload hash, in this order. Cheap checks first:
 * nothing of the payload is looked at before the signature is known to be good.
 */
export function verifySigned(
  signed: SignedBytes,
  expected: Expected,
  people: People,
  revoked: OfRevoked = 'refused',
): Verification {
  const claim = readClaim(signed, expected, people, revoked);
  if ('refusal' in claim) return claim;
  return judge(signed, claim, verifyEd25519(claim.device.publicKey, signedMessage(signed.entry), signed.signature));
}

/** [ADM-2] The same, with the signature checked by a port that may take its time. */
export async function verifySignedBy(
  verify: VerifySignature,
  signed: SignedBytes,
  expected: Expected,
  people: People,
): Promise<Verification> {
  const claim = readClaim(signed, expected, people, 'refused');
  if ('refusal' in claim) return claim;
  return judge(signed, claim, await verify(claim.device.publicKey, signedMessage(signed.entry), signed.signature));
}

/** What an entry says of itself and who it says signed it. */
interface Claim {
  readonly entry: Entry;
  readonly device: DeviceRow;
}

function readClaim(
  signed: SignedBytes,
  expected: Expected,
  people: People,
  revoked: OfRevoked,
): Claim | Extract<Verification, { ok: false }> {
  if (signed.entry.length > MOST_ENTRY_BYTES || signed.payload.length > expected.mostPayload)
    return no(refuse('tooLarge'));
  if (signed.signature.length !== SIGNATURE_LENGTH)
    return no(refuse('malformed', 'A signature has 64 bytes.', 'signature'));
  const entry = readEntry(signed.entry);
  if (typeof entry === 'string') return no(refuse('malformed', `The entry could not be read: ${entry}.`, 'entry'));
  if (entry.ws !== expected.ws) return no(refuse('malformed', 'The entry is for another workspace.', 'entry/ws'));
  if (entry.doc !== expected.doc) return no(refuse('malformed', 'The entry is for another version.', 'entry/doc'));
  if (entry.user !== expected.userId) {
    return no(refuse('role', 'The entry names another person than the one signed in.', 'entry/user'));
  }
  const device = people.device(entry.dev);
  if (device === null || device.userId !== expected.userId) {
    return no(
      refuse('epoch', 'This device is not enrolled for you. Enrol it, then send the change again.', 'entry/dev'),
    );
  }
  if (device.revokedAt !== null && revoked === 'refused') return no(refuse('revoked'));
  if (device.frozenAt !== null) return no(refuse('equivocation'));
  return { entry, device };
}

function judge(signed: SignedBytes, { entry, device }: Claim, isGood: boolean): Verification {
  if (!isGood) return no(refuse('malformed', 'The signature is not good for this entry.', 'signature'));
  const parts = readParts(signed.payload, entry);
  if (typeof parts === 'string') return no(refuse('malformed', parts, 'payload'));
  const hash = sha256Hex(signed.entry);
  return { ok: true, verified: { ...signed, parsed: entry, hash, parts, device } };
}

function readEntry(bytes: Uint8Array): Entry | string {
  const plain = readPlainEntry(bytes);
  if (plain !== null) return plain;
  try {
    const parsed = entrySchema.safeParse(parseCanonical(bytes));
    return parsed.success ? parsed.data : firstIssue(parsed.error);
  } catch (error) {
    if (error instanceof NotCanonicalError || error instanceof EncodingError) return error.message;
    throw error;
  }
}

function readParts(payload: Uint8Array, entry: Entry): readonly Uint8Array[] | string {
  if (String(payload.length) !== entry.payLen) return 'The payload has not the length that was signed.';
  try {
    const parts = decodePayload(payload);
    return toHex(payloadRoot(parts, sha256)) === entry.payHash ? parts : 'The payload is not the one that was signed.';
  } catch (error) {
    if (error instanceof PayloadError) return `The payload could not be read: ${error.message}.`;
    throw error;
  }
}
