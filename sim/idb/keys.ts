// Keys, ranges and copies as IndexedDB has them, for the kinds of keys that our tables use: numbers, text and lists of them.
// Owns comparing and copying; must not hold data.

export type Key = number | string | readonly Key[];
export type KeyPath = string | readonly string[] | null;

const kindOf = (key: Key): number => (typeof key === 'number' ? 0 : typeof key === 'string' ? 1 : 2);

/** Order of two keys: numbers before text before lists. */
export function compareKeys(a: Key, b: Key): number {
  const kind = kindOf(a) - kindOf(b);
  if (kind !== 0) return kind;
  if (typeof a === 'object' && typeof b === 'object') {
    for (let i = 0; i < Math.min(a.length, b.length); i += 1) {
      const order = compareKeys(a[i] as Key, b[i] as Key);
      if (order !== 0) return order;
    }
    return a.length - b.length;
  }
  return a < b ? -1 : a > b ? 1 : 0;
}

/** @throws DOMException DataError for anything that is no key here. */
export function keyOf(value: unknown): Key {
  const isKey =
    (typeof value === 'number' && !Number.isNaN(value)) ||
    typeof value === 'string' ||
    (Array.isArray(value) && value.every((item) => keyOf(item) !== undefined));
  if (!isKey) throw new DOMException(`${String(value)} is not a key.`, 'DataError');
  return value as Key;
}

function at(value: unknown, path: string): unknown {
  let held: unknown = value;
  for (const name of path.split('.'))
    held = typeof held === 'object' && held !== null ? Reflect.get(held, name) : undefined;
  return held;
}

/** The key that a value has at a path; null when it has none there. */
export function keyAt(value: unknown, path: string | readonly string[]): Key | null {
  const found = typeof path === 'string' ? at(value, path) : path.map((part) => at(value, part));
  const isKey =
    typeof found === 'number' ||
    typeof found === 'string' ||
    (Array.isArray(found) && found.every((item) => typeof item === 'number' || typeof item === 'string'));
  return isKey ? (found as Key) : null;
}

/** A range of keys. */
export class KeyRange {
  readonly lower: Key | undefined;
  readonly upper: Key | undefined;
  readonly lowerOpen: boolean;
  readonly upperOpen: boolean;

  constructor(lower: Key | undefined, upper: Key | undefined, lowerOpen = false, upperOpen = false) {
    this.lower = lower;
    this.upper = upper;
    this.lowerOpen = lowerOpen;
    this.upperOpen = upperOpen;
  }
  static only(key: Key): KeyRange {
    return new KeyRange(keyOf(key), key);
  }
  static lowerBound(lower: Key, open = false): KeyRange {
    return new KeyRange(keyOf(lower), undefined, open);
  }
  static upperBound(upper: Key, open = false): KeyRange {
    return new KeyRange(undefined, keyOf(upper), false, open);
  }
  static bound(lower: Key, upper: Key, lowerOpen = false, upperOpen = false): KeyRange {
    return new KeyRange(keyOf(lower), keyOf(upper), lowerOpen, upperOpen);
  }

  includes(key: Key): boolean {
    if (this.lower !== undefined) {
      const order = compareKeys(key, this.lower);
      if (order < 0 || (order === 0 && this.lowerOpen)) return false;
    }
    if (this.upper === undefined) return true;
    const order = compareKeys(key, this.upper);
    return order < 0 || (order === 0 && !this.upperOpen);
  }
}

/** What a query names: a key, a range, or everything. */
export function rangeOf(query: unknown): KeyRange {
  if (query instanceof KeyRange) return query;
  return query === undefined || query === null ? new KeyRange(undefined, undefined) : KeyRange.only(keyOf(query));
}

/** A copy as the structured clone makes it, of what records may hold. @throws DOMException DataCloneError for anything else. */
export function copyOf<T>(value: T): T {
  if (typeof value !== 'object' || value === null) {
    if (typeof value === 'function' || typeof value === 'symbol')
      throw new DOMException('A function cannot be kept.', 'DataCloneError');
    return value;
  }
  if (Array.isArray(value)) return value.map(copyOf) as T;
  if (value instanceof Uint8Array) return value.slice() as T;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null)
    throw new DOMException(`A ${value.constructor?.name} cannot be kept.`, 'DataCloneError');
  const copy: Record<string, unknown> = {};
  for (const name of Object.keys(value)) copy[name] = copyOf(Reflect.get(value, name));
  return copy as T;
}
