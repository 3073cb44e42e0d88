/**
 * Owns the number stream of the JCS vectors: a fixed list, then a run of small steps, then doubles from a hash chain, each
 * written as `hex(bits),text` and hashed as a whole. Only the conformance runner uses it.
 */
import { canonicalJson } from '../model/canonical.ts';
import { sha256 } from '../model/sha256.ts';
import { toHex } from './bytes.ts';

const STEP_START = 0x0010000000000000n;
const STEPS = 2000;

/** Grows to hold the whole stream, because the pure hash takes one byte string. */
class TextBytes {
  #bytes = new Uint8Array(1 << 20);
  #length = 0;

  append(text: string): void {
    if (this.#length + text.length > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(this.#bytes.length * 2, this.#length + text.length));
      grown.set(this.#bytes.subarray(0, this.#length));
      this.#bytes = grown;
    }
    // The stream is ASCII: hex, digits, comma and newline.
    for (let i = 0; i < text.length; i++) this.#bytes[this.#length + i] = text.charCodeAt(i);
    this.#length += text.length;
  }

  bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }
}

/** The bit patterns of the stream, endless. */
function* bitPatterns(fixed: readonly string[]): Generator<bigint> {
  for (const hex of fixed) yield BigInt(`0x${hex}`);
  for (let i = 0; i < STEPS; i++) yield STEP_START + BigInt(i);
  for (let block = sha256(new Uint8Array(32)); ; block = sha256(block)) {
    const view = new DataView(block.buffer, block.byteOffset, block.length);
    for (let at = 0; at < 32; at += 8) yield view.getBigUint64(at, true);
  }
}

/** Hash and length of the first `lines` lines of the stream. */
export function hashNumberStream(lines: number, fixed: readonly string[]): { sha256Hex: string; bytes: number } {
  const stream = new TextBytes();
  const view = new DataView(new ArrayBuffer(8));
  let written = 0;
  let chained = -(fixed.length + STEPS);
  for (const bits of bitPatterns(fixed)) {
    if (written === lines) break;
    view.setBigUint64(0, bits);
    const value = view.getFloat64(0);
    const skipped = chained++ >= 0 && (value === 0 || !Number.isFinite(value));
    if (skipped) continue;
    stream.append(`${bits.toString(16)},${canonicalJson(value)}\n`);
    written++;
  }
  const bytes = stream.bytes();
  return { sha256Hex: toHex(sha256(bytes)), bytes: bytes.length };
}
