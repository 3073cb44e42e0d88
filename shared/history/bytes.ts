/**
 * Owns the byte encodings of signed history: hex, base64, UTF-8 and comparison. Every decoder is strict, because two
 * texts that decode to the same bytes would let a signed file differ without failing. Must not import Node or the DOM.
 */

const HEX = '0123456789abcdef';
const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const BASE64_VALUE = new Int16Array(128).fill(-1);
for (let i = 0; i < BASE64.length; i++) BASE64_VALUE[BASE64.charCodeAt(i)] = i;

/** A text that is not the one canonical encoding of some bytes. `where` names the encoding. */
export class EncodingError extends Error {
  override readonly name = 'EncodingError';
  readonly where: 'hex' | 'base64' | 'utf-8';
  constructor(where: 'hex' | 'base64' | 'utf-8', text: string) {
    super(text);
    this.where = where;
  }
}

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
/** Two digits of every byte: hashes are written as hex in every entry. */
const HEX_OF_BYTE = Array.from({ length: 256 }, (_, byte) => HEX.charAt(byte >> 4) + HEX.charAt(byte & 15));

/** UTF-8 bytes of a well-formed string; a lone surrogate has no UTF-8 form and is refused. */
export function utf8(text: string): Uint8Array {
  if (!text.isWellFormed())
    throw new EncodingError('utf-8', 'the text holds a lone surrogate, which UTF-8 cannot carry');
  return encoder.encode(text);
}

/** Text of UTF-8 bytes; malformed bytes are refused and a byte order mark is kept as a character. */
export function fromUtf8(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch (cause) {
    throw new EncodingError('utf-8', `the bytes are not UTF-8 (${String(cause)})`);
  }
}

/** Lower-case hex of bytes. */
export function toHex(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += HEX_OF_BYTE[byte];
  return text;
}

/** Bytes of lower-case hex; anything else is refused. */
export function fromHex(text: string): Uint8Array {
  if (!/^(?:[0-9a-f]{2})*$/.test(text)) throw new EncodingError('hex', 'expected pairs of lower-case hex digits');
  const bytes = new Uint8Array(text.length / 2);
  for (let i = 0; i < bytes.length; i++) bytes[i] = Number.parseInt(text.slice(2 * i, 2 * i + 2), 16);
  return bytes;
}

/** Standard base64 with padding. */
export function toBase64(bytes: Uint8Array): string {
  const pieces: string[] = [];
  let text = '';
  for (let i = 0; i < bytes.length; i += 3) {
    const a = bytes[i] ?? 0;
    const b = bytes[i + 1];
    const c = bytes[i + 2];
    text += BASE64.charAt(a >> 2) + BASE64.charAt(((a & 3) << 4) | ((b ?? 0) >> 4));
    text += b === undefined ? '=' : BASE64.charAt(((b & 15) << 2) | ((c ?? 0) >> 6));
    text += c === undefined ? '=' : BASE64.charAt(c & 63);
    if (text.length >= 4096) {
      pieces.push(text);
      text = '';
    }
  }
  pieces.push(text);
  return pieces.join('');
}

/** Bytes of standard, padded, canonical base64 (unused bits zero); anything else is refused. */
export function fromBase64(text: string): Uint8Array {
  const refuse = (why: string): never => {
    throw new EncodingError('base64', why);
  };
  if (text.length % 4 !== 0) refuse('the length is not a multiple of four');
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  const digits = text.length - padding;
  const bytes = new Uint8Array((text.length / 4) * 3 - padding);
  let bits = 0;
  let held = 0;
  let at = 0;
  for (let i = 0; i < digits; i++) {
    const code = text.charCodeAt(i);
    const value = code < 128 ? (BASE64_VALUE[code] ?? -1) : -1;
    if (value < 0) refuse(`character ${i + 1} is outside the standard alphabet`);
    bits = ((bits << 6) | value) & 0xffffff;
    held += 6;
    if (held >= 8) {
      held -= 8;
      bytes[at++] = (bits >> held) & 255;
    }
  }
  if ((bits & ((1 << held) - 1)) !== 0) refuse('the unused bits of the last character are not zero');
  return bytes;
}

/** Joins byte strings into one new array. */
export function concatBytes(...parts: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const part of parts) length += part.length;
  const joined = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

/** Whether two byte strings are the same. Nothing compared here is secret, so it may stop early. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
