// What is on a simulated disk: databases, their stores and records. Records are never changed in place, so that a snapshot is a
// reference. Owns finding and replacing records; must not know transactions or events.
import { compareKeys, type Key, type KeyPath, type KeyRange, keyAt } from './keys.ts';

export interface DiskRecord {
  readonly key: Key;
  readonly value: unknown;
}

export interface IndexDefinition {
  readonly name: string;
  readonly keyPath: string | readonly string[];
  readonly unique: boolean;
}

/** A record as an index or the store itself orders it. */
export interface Found {
  readonly key: Key;
  readonly record: DiskRecord;
}

/** One store. Copied before the first write of a transaction. */
export class StoreData {
  readonly keyPath: KeyPath;
  readonly autoIncrement: boolean;
  indexes: readonly IndexDefinition[] = [];
  nextKey = 1;
  #records: DiskRecord[] = [];

  constructor(keyPath: KeyPath, autoIncrement: boolean) {
    this.keyPath = keyPath;
    this.autoIncrement = autoIncrement;
  }

  copy(): StoreData {
    const copy = new StoreData(this.keyPath, this.autoIncrement);
    copy.indexes = this.indexes;
    copy.nextKey = this.nextKey;
    copy.#records = this.#records.slice();
    return copy;
  }

  /** Where a key stands, or would. */
  #position(key: Key): { at: number; isThere: boolean } {
    let low = 0;
    let high = this.#records.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const order = compareKeys((this.#records[middle] as DiskRecord).key, key);
      if (order === 0) return { at: middle, isThere: true };
      if (order < 0) low = middle + 1;
      else high = middle;
    }
    return { at: low, isThere: false };
  }

  get(key: Key): DiskRecord | undefined {
    const { at, isThere } = this.#position(key);
    return isThere ? this.#records[at] : undefined;
  }

  /** @throws DOMException ConstraintError when the key, or a unique index's, is taken. */
  put(record: DiskRecord, isAdd: boolean): void {
    const { at, isThere } = this.#position(record.key);
    if (isThere && isAdd) throw new DOMException('The key is taken.', 'ConstraintError');
    for (const index of this.indexes) if (index.unique) this.#requireUnique(index, record);
    this.#records.splice(at, isThere ? 1 : 0, record);
    if (this.autoIncrement && typeof record.key === 'number' && record.key >= this.nextKey)
      this.nextKey = Math.floor(record.key) + 1;
  }

  #requireUnique({ name, keyPath }: IndexDefinition, { key, value }: DiskRecord): void {
    const own = keyAt(value, keyPath);
    if (own === null) return;
    for (const other of this.#records) {
      const theirs = keyAt(other.value, keyPath);
      if (theirs !== null && compareKeys(theirs, own) === 0 && compareKeys(other.key, key) !== 0)
        throw new DOMException(`The key of ${name} is taken.`, 'ConstraintError');
    }
  }

  /** Removes the records of a range. */
  delete(range: KeyRange): void {
    this.#records = this.#records.filter(({ key }) => !range.includes(key));
  }

  /** Records in the order of the keys of the store, or of an index. */
  find(range: KeyRange, index: IndexDefinition | null): Found[] {
    if (index === null) {
      const { lower } = range;
      const found: Found[] = [];
      for (let i = lower === undefined ? 0 : this.#position(lower).at; i < this.#records.length; i += 1) {
        const record = this.#records[i] as DiskRecord;
        if (range.includes(record.key)) found.push({ key: record.key, record });
        else if (range.upper !== undefined && compareKeys(record.key, range.upper) > 0) break;
      }
      return found;
    }
    const found: Found[] = [];
    for (const record of this.#records) {
      const key = keyAt(record.value, index.keyPath);
      if (key !== null && range.includes(key)) found.push({ key, record });
    }
    return found.sort((a, b) => compareKeys(a.key, b.key) || compareKeys(a.record.key, b.record.key));
  }
}

/** One database as it is on disk. */
export interface DatabaseData {
  version: number;
  stores: Map<string, StoreData>;
}
