// Makes signed entries for a key held in this process. Owns the common fields; used by the server's own device, the demo's devices and tests.
import { randomBytes } from 'node:crypto';
import {
  type ChainHead,
  type Entry,
  type EntryKind,
  encodePayload,
  entryBytes,
  jsonPart,
  payloadRoot,
  signedMessage,
  toHex,
} from '@countersign/shared/history';
import { type SigningKey, sha256 } from './nativeCrypto.ts';

/** Who signs and where in the signer's chain. */
export interface Signer {
  readonly ws: string;
  readonly user: string;
  readonly dev: string;
  readonly key: SigningKey;
}

export interface EntryPlace {
  readonly epoch: string;
  readonly head: ChainHead;
  /** The last checkpoint the signer verified. */
  readonly seenSize: string;
  readonly seenRoot: string;
}

export interface SignedEntry {
  readonly entry: Entry;
  readonly bytes: Uint8Array;
  readonly signature: Uint8Array;
  readonly payload: Uint8Array;
}

/** Device id of a public key: the same key is the same device. */
export function deviceIdOf(publicKey: Uint8Array): string {
  return `d-${Buffer.from(sha256(publicKey).subarray(0, 16)).toString('base64url')}`;
}

/** Signs one entry over part 0 (an object of the kind's schema) and further parts. */
export function signEntry(
  signer: Signer,
  place: EntryPlace,
  kind: EntryKind,
  doc: string,
  part0: unknown,
  more: readonly Uint8Array[],
  now: Date,
): SignedEntry {
  const parts = [jsonPart(part0), ...more];
  const payload = encodePayload(parts);
  const entry: Entry = {
    v: '1',
    ws: signer.ws,
    doc,
    kind,
    user: signer.user,
    dev: signer.dev,
    epoch: place.epoch,
    seq: String(place.head.nextSeq),
    prevDev: place.head.prevDev,
    seenSize: place.seenSize,
    seenRoot: place.seenRoot,
    payHash: toHex(payloadRoot(parts, sha256)),
    payLen: String(payload.length),
    nonce: randomBytes(16).toString('hex'),
    devTime: now.toISOString(),
  };
  const bytes = entryBytes(entry);
  return { entry, bytes, signature: signer.key.sign(signedMessage(bytes)), payload };
}
