/**
 * Owns note verification keys (`vkey`, C2SP signed-note): parsing, formatting and checking one signature with one key.
 * Ed25519 is what we issue; ECDSA (type 2) and timestamped cosignatures (type 4) are read so that others' notes open.
 */
import { sha256 } from '../model/sha256.ts';
import { concatBytes, fromBase64, fromHex, toBase64, toHex, utf8 } from './bytes.ts';
import { verifyEcdsaP256 } from './ecdsa.ts';
import { type Ed25519, type Ed25519Signer, PUBLIC_KEY_LENGTH, SIGNATURE_LENGTH, signerFromSeed } from './ed25519.ts';

/** Signature types of the signed-note registry that we can check. */
export const SIGNATURE_TYPE = { ed25519: 1, ecdsa: 2, cosignature: 4 } as const;
export type SignatureType = (typeof SIGNATURE_TYPE)[keyof typeof SIGNATURE_TYPE];

/** A parsed verification key. `keyId` is 8 hex digits; `key` is the raw key without its type byte. */
export interface Vkey {
  readonly name: string;
  readonly keyId: string;
  readonly type: SignatureType;
  readonly key: Uint8Array;
}

/** A key text that cannot be used; the message says why. */
export class KeyFormatError extends Error {
  override readonly name = 'KeyFormatError';
}

/** Space as the note format's reference defines it: Unicode White_Space, including U+0085. */
const SPACE = /[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/;
// Notes forbid control characters anywhere, so a name may not bring one in.
const CONTROL = /[\p{Cc}]/u;

/** Whether a text may name a note key: not empty, well formed, no space, no plus, no control character. */
export function isKeyName(name: string): boolean {
  return name !== '' && name.isWellFormed() && !SPACE.test(name) && !CONTROL.test(name) && !name.includes('+');
}

/** Key id of a typed key, 8 hex digits; ECDSA hashes the key alone, for compatibility with the logs that use it. */
export function keyIdOf(name: string, type: SignatureType, key: Uint8Array): string {
  const hashed = type === SIGNATURE_TYPE.ecdsa ? key : concatBytes(utf8(`${name}\n`), Uint8Array.of(type), key);
  return toHex(sha256(hashed).subarray(0, 4));
}

function isKnownType(type: number | undefined): type is SignatureType {
  return type === 1 || type === 2 || type === 4;
}

/** [HIST-10] Parses `name+keyid+base64(type ‖ key)`; throws `KeyFormatError`. */
export function parseVkey(text: string): Vkey {
  const first = text.indexOf('+');
  const second = text.indexOf('+', first + 1);
  if (first < 1 || second < 0) throw new KeyFormatError('a verification key reads name+keyid+base64');
  const name = text.slice(0, first);
  const keyId = text.slice(first + 1, second);
  if (!isKeyName(name)) throw new KeyFormatError('the key name is empty or holds a space or control character');
  if (!/^[0-9a-f]{8}$/.test(keyId)) throw new KeyFormatError('the key id is not 8 lower-case hex digits');
  const typed = decodeKey(text.slice(second + 1));
  const type = typed[0];
  const key = typed.slice(1);
  if (!isKnownType(type)) throw new KeyFormatError(`signature type ${type ?? 'none'} is not one this program checks`);
  if (type !== SIGNATURE_TYPE.ecdsa && key.length !== PUBLIC_KEY_LENGTH) {
    throw new KeyFormatError(`an Ed25519 public key has 32 bytes, not ${key.length}`);
  }
  if (keyIdOf(name, type, key) !== keyId) throw new KeyFormatError('the key id does not match the name and key');
  return { name, keyId, type, key };
}

function decodeKey(text: string): Uint8Array {
  try {
    return fromBase64(text);
  } catch (cause) {
    throw new KeyFormatError(`the key is not canonical base64: ${String(cause)}`);
  }
}

/** [HIST-10] Formats a raw Ed25519 public key as a verification key under a name. */
export function formatVkey(name: string, publicKey: Uint8Array, type: SignatureType = SIGNATURE_TYPE.ed25519): string {
  if (!isKeyName(name))
    throw new KeyFormatError('the key name is empty or holds a space, a plus or a control character');
  if (type !== SIGNATURE_TYPE.ecdsa && publicKey.length !== PUBLIC_KEY_LENGTH) {
    throw new KeyFormatError(`an Ed25519 public key has 32 bytes, not ${publicKey.length}`);
  }
  const typed = toBase64(concatBytes(Uint8Array.of(type), publicKey));
  return `${name}+${keyIdOf(name, type, publicKey)}+${typed}`;
}

/** Signs notes under a name; the key id is what its vkey carries. */
export interface NoteSigner {
  readonly name: string;
  readonly keyId: string;
  sign(message: Uint8Array): Promise<Uint8Array>;
}

/** A note signer over an Ed25519 signer. */
export function noteSigner(name: string, signer: Ed25519Signer): NoteSigner {
  if (!isKeyName(name))
    throw new KeyFormatError('the key name is empty or holds a space, a plus or a control character');
  const keyId = keyIdOf(name, SIGNATURE_TYPE.ed25519, signer.publicKey);
  return { name, keyId, sign: (message) => signer.sign(message) };
}

/** Parses `PRIVATE+KEY+name+keyid+base64(1 ‖ seed)`; throws `KeyFormatError`. */
export async function parseSkey(text: string): Promise<NoteSigner> {
  const match = /^PRIVATE\+KEY\+([^+]+)\+([0-9a-f]{8})\+(.+)$/.exec(text);
  const [, name = '', keyId = '', encoded = ''] = match ?? [];
  const typed = match === null ? new Uint8Array(0) : decodeKey(encoded);
  if (typed[0] !== SIGNATURE_TYPE.ed25519 || typed.length !== 33) {
    throw new KeyFormatError('a signing key reads PRIVATE+KEY+name+keyid+base64 with a 32-byte Ed25519 seed');
  }
  const signer = noteSigner(name, await signerFromSeed(typed.slice(1)));
  if (signer.keyId !== keyId) throw new KeyFormatError('the key id does not match the name and key');
  return signer;
}

/** Whether `signature` (without its key id) is the key's signature over a note text. */
export async function verifyWithVkey(
  vkey: Vkey,
  text: Uint8Array,
  signature: Uint8Array,
  ed25519: Ed25519,
): Promise<boolean> {
  if (vkey.type === SIGNATURE_TYPE.ecdsa) return verifyEcdsaP256(vkey.key, text, signature);
  if (vkey.type === SIGNATURE_TYPE.ed25519) {
    return signature.length === SIGNATURE_LENGTH && ed25519.verify(vkey.key, text, signature);
  }
  if (signature.length !== 8 + SIGNATURE_LENGTH) return false;
  const seconds = new DataView(signature.buffer, signature.byteOffset).getBigUint64(0);
  return ed25519.verify(vkey.key, cosignedMessage(seconds, text), signature.slice(8));
}

/** What a `cosignature/v1` signs: a header, the time in POSIX seconds and the whole note text. */
export function cosignedMessage(seconds: bigint, text: Uint8Array): Uint8Array {
  return concatBytes(utf8(`cosignature/v1\ntime ${seconds}\n`), text);
}

/** Key id as the 4 bytes that start a note signature. */
export const keyIdBytes = (keyId: string): Uint8Array => fromHex(keyId);
