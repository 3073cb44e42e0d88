/**
 * Owns the Ed25519 port, its WebCrypto implementation and the rule for keys that may be enrolled. Verification is the
 * strict rule on which node:crypto and WebCrypto agree on all Wycheproof cases; keys that could make verifiers disagree
 * never get in. Must not import node:crypto: the server injects its own.
 */
import { fromHex } from './bytes.ts';

/** Checks a signature. Resolves to false for anything malformed; never rejects on hostile input. */
export interface Ed25519 {
  verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): Promise<boolean>;
}

/** Holds one private key and signs with it. */
export interface Ed25519Signer {
  readonly publicKey: Uint8Array;
  sign(message: Uint8Array): Promise<Uint8Array>;
}

export const PUBLIC_KEY_LENGTH = 32;
export const SIGNATURE_LENGTH = 64;
const SEED_LENGTH = 32;

const FIELD = 2n ** 255n - 19n;
const GROUP_ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;
const PKCS8_PREFIX = Uint8Array.of(48, 46, 2, 1, 0, 48, 5, 6, 3, 43, 101, 112, 4, 34, 4, 32);

const mod = (value: bigint): bigint => {
  const rest = value % FIELD;
  return rest < 0n ? rest + FIELD : rest;
};

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  let square = mod(base);
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % FIELD;
    square = (square * square) % FIELD;
  }
  return result;
}

const inverse = (value: bigint): bigint => power(value, FIELD - 2n);
const CURVE_D = mod(-121665n * inverse(121666n));
const SQRT_MINUS_ONE = power(2n, (FIELD - 1n) / 4n);

/** A curve point in extended coordinates: x = X/Z, y = Y/Z, T = XY/Z. */
interface Point {
  readonly x: bigint;
  readonly y: bigint;
  readonly z: bigint;
  readonly t: bigint;
}

const IDENTITY: Point = { x: 0n, y: 1n, z: 1n, t: 0n };

function add(p: Point, q: Point): Point {
  const a = mod((p.y - p.x) * (q.y - q.x));
  const b = mod((p.y + p.x) * (q.y + q.x));
  const c = mod(2n * p.t * q.t * CURVE_D);
  const d = mod(2n * p.z * q.z);
  const e = b - a;
  const f = d - c;
  const g = d + c;
  const h = b + a;
  return { x: mod(e * f), y: mod(g * h), z: mod(f * g), t: mod(e * h) };
}

const isIdentity = (p: Point): boolean => mod(p.x) === 0n && mod(p.y - p.z) === 0n;

/** Decodes a point by RFC 8032 §5.1.3; undefined when non-canonical or off the curve. */
function decodePoint(bytes: Uint8Array): Point | undefined {
  let encoded = 0n;
  for (let i = bytes.length - 1; i >= 0; i--) encoded = (encoded << 8n) | BigInt(bytes[i] ?? 0);
  const sign = encoded >> 255n;
  const y = encoded & (2n ** 255n - 1n);
  if (y >= FIELD) return undefined;
  const u = mod(y * y - 1n);
  const v = mod(CURVE_D * y * y + 1n);
  let x = mod(u * v ** 3n) * power(u * v ** 7n, (FIELD - 5n) / 8n);
  x = mod(x);
  const check = mod(v * x * x);
  if (check !== u) {
    if (check !== mod(-u)) return undefined;
    x = mod(x * SQRT_MINUS_ONE);
  }
  if (x === 0n && sign === 1n) return undefined;
  if ((x & 1n) !== sign) x = mod(-x);
  return { x, y, z: 1n, t: mod(x * y) };
}

/** Keys whose import or judgement is remembered; bounded, since a hostile file may name many. */
const REMEMBERED_KEYS = 256;
const judged = new Map<string, boolean>();

/**
 * [HIST-6] Whether a public key may be enrolled: 32 bytes, canonical, on the curve, not the identity and in the
 * prime-order group (so of no small order and torsion-free). A few milliseconds the first time, then remembered.
 */
export function isAcceptableKey(publicKey: Uint8Array): boolean {
  if (publicKey.length !== PUBLIC_KEY_LENGTH) return false;
  const name = publicKey.join();
  let acceptable = judged.get(name);
  if (acceptable === undefined) {
    const point = decodePoint(publicKey);
    acceptable = point !== undefined && !isIdentity(point) && isIdentity(multiply(GROUP_ORDER, point));
    if (judged.size >= REMEMBERED_KEYS) judged.clear();
    judged.set(name, acceptable);
  }
  return acceptable;
}

function multiply(scalar: bigint, point: Point): Point {
  let sum = IDENTITY;
  let doubled = point;
  for (let rest = scalar; rest > 0n; rest >>= 1n) {
    if (rest & 1n) sum = add(sum, doubled);
    doubled = add(doubled, doubled);
  }
  return sum;
}

/** Encodings of y, lowest byte first and without the sign of x, by which a point is of small order: 0, 1, -1 and two of order 8. */
const SMALL_ORDER_Y = new Set(
  [
    '00'.repeat(32),
    `01${'00'.repeat(31)}`,
    `ec${'ff'.repeat(30)}7f`,
    '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
    'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  ].map((text) => fromHex(text).join()),
);
/** Highest bytes of those, and of every y that is not reduced: all other points need no second look. */
const SUSPECT_TOPS = new Set([0x00, 0x05, 0x7a, 0x7f]);

/**
 * [HIST-6] Whether 32 bytes, a key or the R of a signature, are a point on which verifiers disagree: of small order, or its y is not
 * reduced. OpenSSL refuses both, other engines take some of them, so every verifier of ours looks itself.
 */
export function isDisputedPoint(bytes: Uint8Array): boolean {
  const top = (bytes[31] ?? 0) & 0x7f;
  if (!SUSPECT_TOPS.has(top)) return false;
  const y = bytes.slice(0, 32);
  y[31] = top;
  const isUnreduced = top === 0x7f && (y[0] ?? 0) >= 0xed && y.subarray(1, 31).every((byte) => byte === 0xff);
  return isUnreduced || SMALL_ORDER_Y.has(y.join());
}

/** A copy backed by a plain ArrayBuffer, which WebCrypto's types ask for. */
const plain = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => new Uint8Array(bytes);

/** The platform's key type, named without the DOM library. */
type ImportedKey = Awaited<ReturnType<typeof crypto.subtle.importKey>>;

class WebCryptoEd25519 implements Ed25519 {
  readonly #keys = new Map<string, Promise<ImportedKey | undefined>>();

  async verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): Promise<boolean> {
    if (publicKey.length !== PUBLIC_KEY_LENGTH || signature.length !== SIGNATURE_LENGTH) return false;
    if (isDisputedPoint(publicKey) || isDisputedPoint(signature)) return false;
    const key = await this.#key(publicKey);
    return key !== undefined && crypto.subtle.verify('Ed25519', key, plain(signature), plain(message));
  }

  #key(publicKey: Uint8Array): Promise<ImportedKey | undefined> {
    const name = publicKey.join();
    let key = this.#keys.get(name);
    if (key === undefined) {
      if (this.#keys.size >= REMEMBERED_KEYS) this.#keys.clear();
      // A key that the platform refuses to import verifies nothing; that is an answer, not a fault.
      key = crypto.subtle.importKey('raw', plain(publicKey), 'Ed25519', false, ['verify']).catch(() => undefined);
      this.#keys.set(name, key);
    }
    return key;
  }
}

/** Ed25519 by the platform's WebCrypto: Node 24, Chromium and Electron. */
export const webCryptoEd25519: Ed25519 = new WebCryptoEd25519();

/** A signer from a 32-byte seed, by WebCrypto. For log keys, vectors and tests; device keys stay in their host. */
export async function signerFromSeed(seed: Uint8Array): Promise<Ed25519Signer> {
  if (seed.length !== SEED_LENGTH) throw new RangeError(`an Ed25519 seed has 32 bytes, not ${seed.length}`);
  const pkcs8 = new Uint8Array(PKCS8_PREFIX.length + SEED_LENGTH);
  pkcs8.set(PKCS8_PREFIX);
  pkcs8.set(seed, PKCS8_PREFIX.length);
  const key = await crypto.subtle.importKey('pkcs8', pkcs8, 'Ed25519', true, ['sign']);
  const { x } = await crypto.subtle.exportKey('jwk', key);
  if (x === undefined) throw new TypeError('WebCrypto gave no public part for the Ed25519 key');
  const publicKey = Uint8Array.from(atob(x.replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0));
  return {
    publicKey,
    sign: async (message) => new Uint8Array(await crypto.subtle.sign('Ed25519', key, plain(message))),
  };
}
