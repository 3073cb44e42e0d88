/**
 * SHA-256 (FIPS 180-4), synchronous and pure, so that the kernel hashes its inputs alike in Node and in a browser.
 * Must not: be used for secrets; it makes no promise about timing.
 */
const K = new Int32Array(64);
const INITIAL = new Int32Array(8);
// One set of buffers for all calls: hashing is synchronous, and short messages would otherwise pay mostly for allocation.
const W = new Int32Array(64);
const H = new Int32Array(8);
const TAIL = new Uint8Array(128);

// The constants are the first 32 bits of the fractional parts of the cube and square roots of the first primes.
{
  const primes: number[] = [];
  for (let candidate = 2; primes.length < 64; candidate += 1)
    if (primes.every((p) => candidate % p !== 0)) primes.push(candidate);
  primes.forEach((prime, i) => {
    K[i] = fractionalBits(BigInt(prime), 3n);
    if (i < 8) INITIAL[i] = fractionalBits(BigInt(prime), 2n);
  });
}

/** First 32 fractional bits of the k-th root of a prime, by integer bisection: exact on every platform. */
function fractionalBits(prime: bigint, k: bigint): number {
  const target = prime << (32n * k);
  let low = 0n;
  let high = 1n << 40n;
  while (high - low > 1n) {
    const middle = (low + high) >> 1n;
    if (middle ** k <= target) low = middle;
    else high = middle;
  }
  return Number(low & 0xffffffffn);
}

function compress(bytes: Uint8Array, offset: number): void {
  for (let i = 0, at = offset; i < 16; i += 1, at += 4) {
    W[i] =
      ((bytes[at] as number) << 24) |
      ((bytes[at + 1] as number) << 16) |
      ((bytes[at + 2] as number) << 8) |
      (bytes[at + 3] as number);
  }
  for (let i = 16; i < 64; i += 1) {
    const x = W[i - 15] as number;
    const y = W[i - 2] as number;
    const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
    const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
    W[i] = ((W[i - 16] as number) + s0 + (W[i - 7] as number) + s1) | 0;
  }
  let a = H[0] as number;
  let b = H[1] as number;
  let c = H[2] as number;
  let d = H[3] as number;
  let e = H[4] as number;
  let f = H[5] as number;
  let g = H[6] as number;
  let h = H[7] as number;
  for (let i = 0; i < 64; i += 1) {
    const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + (K[i] as number) + (W[i] as number)) | 0;
    const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + t1) | 0;
    d = c;
    c = b;
    b = a;
    a = (t1 + t2) | 0;
  }
  H[0] = (H[0] as number) + a;
  H[1] = (H[1] as number) + b;
  H[2] = (H[2] as number) + c;
  H[3] = (H[3] as number) + d;
  H[4] = (H[4] as number) + e;
  H[5] = (H[5] as number) + f;
  H[6] = (H[6] as number) + g;
  H[7] = (H[7] as number) + h;
}

/** The last block or two: what is left of the message, the closing bit and the length in bits. */
function finish(bytes: Uint8Array, whole: number): void {
  const rest = bytes.length - whole;
  const length = rest < 56 ? 64 : 128;
  TAIL.fill(0);
  TAIL.set(bytes.subarray(whole));
  TAIL[rest] = 0x80;
  const high = Math.floor(bytes.length / 0x20000000);
  const low = (bytes.length << 3) >>> 0;
  for (let i = 0; i < 4; i += 1) {
    TAIL[length - 8 + i] = high >>> (24 - 8 * i);
    TAIL[length - 4 + i] = low >>> (24 - 8 * i);
  }
  for (let offset = 0; offset < length; offset += 64) compress(TAIL, offset);
}

/** The 32-byte digest of the bytes. */
export function sha256(bytes: Uint8Array): Uint8Array {
  H.set(INITIAL);
  const whole = bytes.length - (bytes.length % 64);
  for (let offset = 0; offset < whole; offset += 64) compress(bytes, offset);
  finish(bytes, whole);
  const out = new Uint8Array(32);
  for (let i = 0; i < 8; i += 1) {
    const word = H[i] as number;
    out[4 * i] = word >>> 24;
    out[4 * i + 1] = word >>> 16;
    out[4 * i + 2] = word >>> 8;
    out[4 * i + 3] = word;
  }
  return out;
}

/** Lower-case hexadecimal. */
export function hex(bytes: Uint8Array): string {
  let out = '';
  for (const byte of bytes) out += byte.toString(16).padStart(2, '0');
  return out;
}

/** SHA-256 of byte strings one after the other, as lower-case hexadecimal. */
export function sha256HexOf(...parts: readonly Uint8Array[]): string {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return hex(sha256(whole));
}

/** SHA-256 of the UTF-8 bytes of a text, as lower-case hexadecimal. */
export function sha256Hex(text: string): string {
  return hex(sha256(new TextEncoder().encode(text)));
}
