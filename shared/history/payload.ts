/**
 * Owns the payload encoding: the parts that an entry's `payHash` covers, beside the log so that they can be erased while
 * the leaf stays. A count, then each part with its length, all as shortest varuints; nothing may follow.
 */

/** Largest encoded payload: a bulk change is cut into parts of at most 256 KB, and at most 4,096 of them. */
export const MAX_PAYLOAD_BYTES = 64 * 1024 * 1024;
export const MAX_PAYLOAD_PARTS = 4096;

/** Bytes that are not one canonical payload, or parts that do not fit in one. */
export class PayloadError extends Error {
  override readonly name = 'PayloadError';
}

function writeVaruint(value: number, into: number[]): void {
  let rest = value;
  while (rest >= 128) {
    into.push((rest % 128) + 128);
    rest = Math.floor(rest / 128);
  }
  into.push(rest);
}

/** [HIST-24] Encodes parts; `decodePayload` gives them back. */
export function encodePayload(parts: readonly Uint8Array[]): Uint8Array {
  if (parts.length > MAX_PAYLOAD_PARTS) throw new PayloadError(`${parts.length} parts; at most 4,096 are allowed`);
  const count: number[] = [];
  writeVaruint(parts.length, count);
  const heads = parts.map((part) => {
    const head: number[] = [];
    writeVaruint(part.length, head);
    return head;
  });
  const length = parts.reduce((sum, part, i) => sum + part.length + (heads[i]?.length ?? 0), count.length);
  if (length > MAX_PAYLOAD_BYTES) throw new PayloadError(`${length} bytes; at most 64 MB are allowed`);
  const bytes = new Uint8Array(length);
  bytes.set(count);
  let at = count.length;
  parts.forEach((part, i) => {
    const head = heads[i] ?? [];
    bytes.set(head, at);
    bytes.set(part, at + head.length);
    at += head.length + part.length;
  });
  return bytes;
}

/** [HIST-24] Decodes parts strictly: shortest varuints, lengths within the bytes, nothing after the last part. */
export function decodePayload(bytes: Uint8Array): Uint8Array[] {
  if (bytes.length > MAX_PAYLOAD_BYTES) throw new PayloadError(`${bytes.length} bytes; at most 64 MB are allowed`);
  let at = 0;
  const readVaruint = (): number => {
    let value = 0;
    let scale = 1;
    for (let digits = 1; ; digits++) {
      const byte = bytes[at];
      if (byte === undefined) throw new PayloadError('the payload ends inside a number');
      if (digits > 4) throw new PayloadError('a number is longer than four bytes');
      at++;
      value += (byte & 127) * scale;
      if (byte < 128) {
        if (byte === 0 && digits > 1) throw new PayloadError('a number is not in its shortest form');
        return value;
      }
      scale *= 128;
    }
  };
  const count = readVaruint();
  if (count > MAX_PAYLOAD_PARTS) throw new PayloadError(`${count} parts; at most 4,096 are allowed`);
  const parts: Uint8Array[] = [];
  for (let i = 0; i < count; i++) {
    const length = readVaruint();
    if (length > bytes.length - at) throw new PayloadError(`part ${i} runs past the end of the payload`);
    parts.push(bytes.slice(at, at + length));
    at += length;
  }
  if (at !== bytes.length) throw new PayloadError(`${bytes.length - at} bytes follow the last part`);
  return parts;
}
