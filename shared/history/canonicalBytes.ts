/**
 * Owns reading canonical JSON: bytes are accepted only when they are exactly what writing the value again gives, so one
 * value has one byte form and duplicate keys, spaces and odd escapes cannot pass.
 */
import { canonicalJson } from '../model/canonical.ts';
import { EncodingError, equalBytes, fromUtf8, utf8 } from './bytes.ts';

/** Bytes that are not canonical JSON; the message says what was expected. */
export class NotCanonicalError extends Error {
  override readonly name = 'NotCanonicalError';
}

/** [HIST-22] The JSON value of canonical bytes; throws `NotCanonicalError` for any other bytes. */
export function parseCanonical(bytes: Uint8Array): unknown {
  let value: unknown;
  try {
    value = JSON.parse(fromUtf8(bytes));
  } catch (cause) {
    if (cause instanceof EncodingError || cause instanceof SyntaxError) throw new NotCanonicalError(cause.message);
    throw cause;
  }
  if (!equalBytes(writeAgain(value), bytes)) {
    throw new NotCanonicalError('the bytes differ from the canonical form of the value they hold');
  }
  return value;
}

function writeAgain(value: unknown): Uint8Array {
  try {
    return utf8(canonicalJson(value));
  } catch (cause) {
    throw new NotCanonicalError(cause instanceof Error ? cause.message : String(cause));
  }
}
