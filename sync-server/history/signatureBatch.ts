// Signatures to check as one array of bytes, which crosses to a thread without being copied. Owns that form: key, signature, length, message.
import { PUBLIC_KEY_LENGTH, SIGNATURE_LENGTH } from '@countersign/shared/history';

/** One question. `publicKey` has 32 bytes and `signature` 64. */
export interface Asked {
  readonly publicKey: Uint8Array;
  readonly message: Uint8Array;
  readonly signature: Uint8Array;
}

const HEAD = PUBLIC_KEY_LENGTH + SIGNATURE_LENGTH + 4;

/** Questions as bytes, in order. */
export function writeBatch(asked: readonly Asked[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(asked.reduce((length, { message }) => length + HEAD + message.length, 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const { publicKey, message, signature } of asked) {
    bytes.set(publicKey, at);
    bytes.set(signature, at + PUBLIC_KEY_LENGTH);
    view.setUint32(at + HEAD - 4, message.length);
    bytes.set(message, at + HEAD);
    at += HEAD + message.length;
  }
  return bytes;
}

/** The questions of `writeBatch`, in order. */
export function* readBatch(bytes: Uint8Array): Generator<Asked> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let at = 0; at < bytes.length; ) {
    const begin = at + HEAD;
    const end = begin + view.getUint32(begin - 4);
    const key = at + PUBLIC_KEY_LENGTH;
    const [publicKey, signature] = [bytes.subarray(at, key), bytes.subarray(key, key + SIGNATURE_LENGTH)];
    yield { publicKey, signature, message: bytes.subarray(begin, end) };
    at = end;
  }
}
