// SHA-256 and Ed25519 by node:crypto, the authoritative verifier (SECURITY §2). Owns key conversion; must not keep private keys of people.
import { createPrivateKey, createPublicKey, hash, type KeyObject, sign, verify } from 'node:crypto';
import { type Ed25519, isDisputedPoint, PUBLIC_KEY_LENGTH, SIGNATURE_LENGTH } from '@countersign/shared/history';

const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');
/** Public keys kept as parsed; a workspace has far fewer devices. */
const REMEMBERED_KEYS = 1024;
const keys = new Map<string, KeyObject>();

const HASH_LENGTH = 32;

/**
 * SHA-256. Taken as text of one character a byte and written into an array of its own: a Buffer from OpenSSL has memory apart, which costs as
 * much as the hashing of a log entry and is freed late (docs/BENCHMARKS.md).
 */
export function sha256(bytes: Uint8Array): Uint8Array {
  const text = hash('sha256', bytes, 'binary');
  const digest = new Uint8Array(HASH_LENGTH);
  for (let i = 0; i < HASH_LENGTH; i++) digest[i] = text.charCodeAt(i);
  return digest;
}

/** SHA-256 of text or bytes in hex. */
export function sha256Hex(data: Uint8Array | string): string {
  return hash('sha256', data, 'hex');
}

function publicKeyObject(publicKey: Uint8Array): KeyObject {
  const name = Buffer.from(publicKey).toString('base64');
  const known = keys.get(name);
  if (known !== undefined) return known;
  const key = createPublicKey({ key: Buffer.concat([SPKI_PREFIX, publicKey]), format: 'der', type: 'spki' });
  if (keys.size >= REMEMBERED_KEYS) keys.clear();
  keys.set(name, key);
  return key;
}

/** What OpenSSL need not see: other lengths, and the points on which verifiers disagree. */
const isRefused = (publicKey: Uint8Array, signature: Uint8Array): boolean =>
  publicKey.length !== PUBLIC_KEY_LENGTH ||
  signature.length !== SIGNATURE_LENGTH ||
  isDisputedPoint(publicKey) ||
  isDisputedPoint(signature);

/** Whether a signature is good by the strict rule. Malformed input is false, never a throw. */
export function verifyEd25519(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  if (isRefused(publicKey, signature)) return false;
  return verify(null, message, publicKeyObject(publicKey), signature);
}

/** Says whether a signature is good by the strict rule; at once or later. */
export type VerifySignature = (
  publicKey: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
) => boolean | Promise<boolean>;

/** `verifyEd25519` on a thread of the pool: several at once, and the process serves others meanwhile. */
export async function verifyInPool(
  publicKey: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
): Promise<boolean> {
  if (isRefused(publicKey, signature)) return false;
  const key = publicKeyObject(publicKey);
  return new Promise((resolve, reject) => {
    verify(null, message, key, signature, (error, isGood) => {
      if (error === null) resolve(isGood);
      else reject(error);
    });
  });
}

/** Signatures asked about in this turn of the event loop. */
let askedThisTurn = 0;

/**
 * The first signature of a turn is checked at once, further ones in the pool: handing one over and hearing of it costs about as much again
 * as checking it, which only pays where several can be checked at a time.
 */
export function verifyInTurn(
  publicKey: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
): boolean | Promise<boolean> {
  askedThisTurn += 1;
  if (askedThisTurn > 1) return verifyInPool(publicKey, message, signature);
  setImmediate(() => {
    askedThisTurn = 0;
  });
  return verifyEd25519(publicKey, message, signature);
}

/** The shared port over node:crypto. */
export const nodeEd25519: Ed25519 = {
  verify: async (publicKey, message, signature) => verifyEd25519(publicKey, message, signature),
};

/** A private key in memory; signs at once. */
export class SigningKey {
  readonly publicKey: Uint8Array;
  readonly #key: KeyObject;

  /** @param seed 32 bytes. */
  constructor(seed: Uint8Array) {
    this.#key = createPrivateKey({ key: Buffer.concat([PKCS8_PREFIX, seed]), format: 'der', type: 'pkcs8' });
    const spki = createPublicKey(this.#key).export({ format: 'der', type: 'spki' });
    this.publicKey = new Uint8Array(spki.subarray(SPKI_PREFIX.length));
  }

  sign(message: Uint8Array): Uint8Array {
    return new Uint8Array(sign(null, message, this.#key));
  }
}
