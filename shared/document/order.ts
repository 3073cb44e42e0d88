// Places of rows: fractional keys with jitter (DESIGN §4). Owns making and checking them; rows sort by (key, rowId) in UTF-16 order.
import { type Randomness, systemRandomness } from './ids.ts';

const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const BASE = 62n;
/** Digits of the head, which appended rows count up: 62^6 places. */
const HEAD = 6;
/** Distance between neighbours made at the end: room for 62^2 appends by others between them, before any key grows. */
const STEP = 62n ** 2n;
const FIRST = 62n ** 5n;
/** 62^6 > 2^32: six digits carry the 32 bits of jitter. */
const JITTER_DIGITS = 6;
const JITTER_SPAN = 2n ** 32n;
/** Longest key that is accepted; a sheet that gets there is re-spaced by a fold. */
export const LONGEST_ORDER = 800;

const KEY = /^[0-9A-Za-z]*[1-9A-Za-z]$/;

/** Whether text is an order key: base-62 digits, not ending in 0 (a trailing 0 would leave no room before it). */
export function isOrderKey(text: string): boolean {
  return text.length <= LONGEST_ORDER && KEY.test(text);
}

function placeOf(key: string, digits: number): bigint {
  let value = 0n;
  for (let i = 0; i < digits; i += 1)
    value = value * BASE + BigInt(i < key.length ? DIGITS.indexOf(key[i] as string) : 0);
  return value;
}

function textOf(value: bigint, digits: number): string {
  let out = '';
  for (let rest = value, i = 0; i < digits; i += 1, rest /= BASE) out = (DIGITS[Number(rest % BASE)] as string) + out;
  return out;
}

function jitter(random: Randomness): bigint {
  let value = 0n;
  for (const byte of random(4)) value = value * 256n + BigInt(byte);
  return value;
}

function withoutTrailingZeros(key: string): string {
  return key.replace(/0+$/, '');
}

/** Head plus jitter; the last digit is made non-zero so that the key is one. */
function headKey(head: bigint, random: Randomness): string {
  return textOf(head, HEAD) + textOf(jitter(random) | 1n, JITTER_DIGITS).replace(/0$/, '1');
}

/**
 * [DOC-4] A key between two neighbours, with 32 bits of jitter so that two people who insert at one place rarely collide.
 * `after` null: before everything; `before` null: after everything. Equal or reversed neighbours give a key after `after`.
 */
export function orderBetween(
  after: string | null,
  before: string | null,
  random: Randomness = systemRandomness,
): string {
  if (before === null) {
    const head = after === null ? FIRST : placeOf(after, HEAD) + STEP;
    if (head < BASE ** BigInt(HEAD)) return headKey(head, random);
  } else if (after === null) {
    const head = placeOf(before, HEAD) - STEP;
    if (head > 0n) return headKey(head, random);
  }
  // Nearer to `after`: typing rows one below the other is the common case, and then keys grow by a fifth of a bit each.
  return spread(after ?? '', before, 1, 8n, random)[0] ?? headKey(FIRST, random);
}

/** So many ascending keys between two neighbours: a paste or an import at one place. */
export function ordersBetween(
  after: string | null,
  before: string | null,
  count: number,
  random: Randomness = systemRandomness,
): string[] {
  if (before !== null && after !== null) return spread(after, before, count, BigInt(count) + 1n, random);
  const keys: string[] = [];
  let last = after;
  for (let i = 0; i < count; i += 1) {
    if (before !== null && last !== null) return [...keys, ...ordersBetween(last, before, count - i, random)];
    last = orderBetween(last, before, random);
    keys.push(last);
  }
  return keys;
}

/** Keys at 1, 2 … `count` parts of the gap, each with jitter inside its part. */
function spread(low: string, before: string | null, count: number, parts: bigint, random: Randomness): string[] {
  const longest = Math.max(low.length, before?.length ?? 0);
  // Neighbours that are equal but for trailing zeros (never made here) leave no gap: then directly after `low`.
  const high = before !== null && placeOf(low, longest) < placeOf(before, longest) ? before : null;
  for (let digits = 1; ; digits += 1) {
    // Cut to few digits, `low` is rounded up and `high` down, so that keys stay short and strictly inside.
    const from = placeOf(low, digits) + (low.length > digits ? 1n : 0n);
    const to = high === null ? directlyAfter(low, digits) : placeOf(high, digits);
    const part = (to - from) / parts;
    // Enough digits that a part holds the jitter.
    if (part < JITTER_SPAN * 4n) continue;
    return Array.from({ length: count }, (_, i) => {
      const place = from + part * BigInt(i + 1) + ((part / 2n) * jitter(random)) / JITTER_SPAN;
      return withoutTrailingZeros(textOf(place, digits));
    });
  }
}

/** The first place after every key that begins with `low`. */
function directlyAfter(low: string, digits: number): bigint {
  if (digits < low.length) return 0n;
  return (placeOf(low, low.length) + 1n) * BASE ** BigInt(digits - low.length);
}

/** [DOC-5] Keys of initial rows: equally spaced, the same on every machine, with room between any two. */
export function initialOrders(count: number): string[] {
  const keys: string[] = [];
  for (let i = 0, head = FIRST; i < count; i += 1, head += STEP) keys.push(`${textOf(head, HEAD)}V`);
  return keys;
}
