/**
 * Owns reading canonical JSON: bytes are accepted only when they are exactly what writing the value again gives, so one
 * value has one byte form and duplicate keys, spaces and odd escapes cannot pass.
 */
import type { z } from 'zod';
import { canonicalJson } from '../model/canonical.ts';
import { EncodingError, equalBytes, fromUtf8, utf8 } from './bytes.ts';

/** Bytes that are not canonical JSON; the message says what was expected. */
export class NotCanonicalError extends Error {
  override readonly name = 'NotCanonicalError';
}

/** Deepest nesting that is read: far beyond any document of ours, far within every reader's stack. */
export const MAX_NESTING = 64;

const [QUOTE, BACKSLASH, OPEN_LIST, CLOSE_LIST, OPEN_RECORD, CLOSE_RECORD] = [34, 92, 91, 93, 123, 125];

/** Refuses deep nesting before anything recursive sees it, because a reader that overflows its stack gives no verdict. */
function requireShallow(bytes: Uint8Array): void {
  let depth = 0;
  let inText = false;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at];
    if (inText) {
      if (byte === BACKSLASH) at++;
      else if (byte === QUOTE) inText = false;
    } else if (byte === QUOTE) inText = true;
    else if (byte === OPEN_LIST || byte === OPEN_RECORD) {
      if (++depth > MAX_NESTING) throw new NotCanonicalError(`it is nested more than ${MAX_NESTING} levels deep`);
    } else if (byte === CLOSE_LIST || byte === CLOSE_RECORD) depth--;
  }
}

/** [HIST-22] The JSON value of canonical bytes; throws `NotCanonicalError` for any other bytes. */
export function parseCanonical(bytes: Uint8Array): unknown {
  requireShallow(bytes);
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

/**
 * Reads canonical bytes by a schema. The value that the schema gives must have the same canonical form as the bytes, so
 * that nothing a schema might leave out (a `__proto__` member, say) can hide in signed or hashed bytes.
 * Throws `NotCanonicalError`; a value of another shape is the schema's own failed result.
 */
export function parseCanonicalAs<Schema extends z.ZodType>(
  schema: Schema,
  bytes: Uint8Array,
): z.ZodSafeParseResult<z.infer<Schema>> {
  const parsed = schema.safeParse(parseCanonical(bytes));
  if (parsed.success && !equalBytes(writeAgain(parsed.data), bytes)) {
    throw new NotCanonicalError('the bytes hold a member that has no place in the value');
  }
  return parsed;
}
