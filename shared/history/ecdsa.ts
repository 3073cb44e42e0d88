/**
 * Owns the checking of ECDSA P-256 signatures (DER, over SHA-256), which some public logs put on their notes. Countersign
 * itself never signs or trusts with them.
 */

const COORDINATE_LENGTH = 32;

/** Reads one DER INTEGER as 32 big-endian bytes; undefined unless it is minimal, positive and fits. */
function derCoordinate(der: Uint8Array, at: number): { readonly value: Uint8Array; readonly end: number } | undefined {
  const length = der[at + 1];
  const first = der[at + 2];
  if (der[at] !== 2 || length === undefined || first === undefined || length === 0 || length > 33) return undefined;
  const end = at + 2 + length;
  if (end > der.length || first >= 128) return undefined;
  if (first === 0 && length > 1 && (der[at + 3] ?? 0) < 128) return undefined;
  const digits = der.subarray(first === 0 && length > 1 ? at + 3 : at + 2, end);
  if (digits.length > COORDINATE_LENGTH) return undefined;
  const value = new Uint8Array(COORDINATE_LENGTH);
  value.set(digits, COORDINATE_LENGTH - digits.length);
  return { value, end };
}

/** The r ‖ s form that WebCrypto takes, from a strict DER signature. */
function rawSignature(der: Uint8Array): Uint8Array<ArrayBuffer> | undefined {
  if (der[0] !== 0x30 || der[1] !== der.length - 2 || der.length > 72) return undefined;
  const r = derCoordinate(der, 2);
  const s = r && derCoordinate(der, r.end);
  if (r === undefined || s === undefined || s.end !== der.length) return undefined;
  const raw = new Uint8Array(2 * COORDINATE_LENGTH);
  raw.set(r.value);
  raw.set(s.value, COORDINATE_LENGTH);
  return raw;
}

/** Whether `signature` (DER) is by the P-256 key in `spki` (DER) over `message`. False for anything malformed. */
export async function verifyEcdsaP256(spki: Uint8Array, message: Uint8Array, signature: Uint8Array): Promise<boolean> {
  const raw = rawSignature(signature);
  if (raw === undefined) return false;
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256' };
  // A key that the platform refuses to import verifies nothing.
  const key = await crypto.subtle
    .importKey('spki', new Uint8Array(spki), algorithm, false, ['verify'])
    .catch(() => null);
  return key !== null && crypto.subtle.verify({ name: 'ECDSA', hash: 'SHA-256' }, key, raw, new Uint8Array(message));
}
