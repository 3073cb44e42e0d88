/**
 * Owns reading canonical JSON: bytes are accepted only when they are exactly what writing the value again gives, so one
 * value has one byte form and duplicate keys, spaces and odd escapes cannot pass.
 */
import type { z } from 'zod';
import { canonicalJson } from '../model/canonical.ts';
import { EncodingError, fromUtf8 } from './bytes.ts';

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
  let text: string;
  let value: unknown;
  try {
    text = fromUtf8(bytes);
    value = JSON.parse(text);
  } catch (cause) {
    if (cause instanceof EncodingError || cause instanceof SyntaxError) throw new NotCanonicalError(cause.message);
    throw cause;
  }
  // Strict UTF-8 gives every text one byte form, so texts are compared and not bytes.
  if (!isWrittenPlainly(value, text) && canonicalText(value) !== text) {
    throw new NotCanonicalError('the bytes differ from the canonical form of the value they hold');
  }
  return value;
}

/**
 * Whether a text is canonical for reasons that are quick to see: it is what `JSON.stringify` writes, which differs from the canonical form
 * only in the order of members and in lone surrogates, and the members stand in order and nothing is escaped by number. When it is false
 * the text may be canonical all the same. Every entry is read so; writing it anew takes three times as long.
 */
function isWrittenPlainly(value: unknown, text: string): boolean {
  return !text.includes('\\u') && JSON.stringify(value) === text && isInOrder(value);
}

/** Whether the members of every record stand in the order of their UTF-16 code units, as `JSON.stringify` writes them. */
function isInOrder(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true;
  if (Array.isArray(value)) return value.every(isInOrder);
  let before = '';
  for (const key of Object.keys(value)) {
    if (key < before) return false;
    before = key;
    const member: unknown = (value as Record<string, unknown>)[key];
    if (typeof member === 'object' && !isInOrder(member)) return false;
  }
  return true;
}

/** Canonical JSON of a value; throws `NotCanonicalError` for what has none. */
export function canonicalText(value: unknown): string {
  try {
    return canonicalJson(value);
  } catch (cause) {
    throw new NotCanonicalError(cause instanceof Error ? cause.message : String(cause));
  }
}

/** Whether two values of JSON are one; a member that is undefined is none. */
function sameJson(a: unknown, b: unknown): boolean {
  if (typeof a !== 'object' || a === null || typeof b !== 'object' || b === null) return a === b;
  if (Array.isArray(a) || Array.isArray(b)) {
    if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false;
    return a.every((item, i) => sameJson(item, b[i]));
  }
  const [left, right] = [a as Record<string, unknown>, b as Record<string, unknown>];
  const members = Object.keys(right).filter((key) => right[key] !== undefined);
  return (
    Object.keys(left).length === members.length &&
    members.every((key) => Object.hasOwn(left, key) && sameJson(left[key], right[key]))
  );
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
  const value = parseCanonical(bytes);
  const parsed = schema.safeParse(value);
  if (parsed.success && !sameJson(value, parsed.data)) {
    throw new NotCanonicalError('the bytes hold a member that has no place in the value');
  }
  return parsed;
}
