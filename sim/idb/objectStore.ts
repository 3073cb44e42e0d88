// Stores, indexes and cursors of a simulated disk, as Dexie uses them. Owns what each request reads or writes; when it is answered is
// the transaction's.
import type { DiskRecord, Found, IndexDefinition } from './data.ts';
import { compareKeys, copyOf, type Key, type KeyPath, type KeyRange, keyAt, keyOf, rangeOf } from './keys.ts';
import { Names, type Request, type Transaction } from './transaction.ts';

type Direction = 'next' | 'nextunique' | 'prev' | 'prevunique';

const clonedValue = (found: Found | undefined): unknown => found && copyOf(found.record.value);

/** What a store and an index have in common. */
abstract class Source {
  readonly transaction: Transaction;
  protected readonly storeName: string;
  protected abstract readonly by: IndexDefinition | null;

  constructor(transaction: Transaction, storeName: string) {
    this.transaction = transaction;
    this.storeName = storeName;
  }

  find(range: KeyRange): Found[] {
    this.transaction.touch(this.storeName, 'read');
    return this.transaction.read(this.storeName)?.find(range, this.by) ?? [];
  }
  #ask(query: unknown, work: (found: Found[]) => unknown): Request {
    const range = rangeOf(query);
    return this.transaction.ask(() => work(this.find(range)));
  }

  get(query: unknown): Request {
    return this.#ask(query, ([first]) => clonedValue(first));
  }
  getKey(query: unknown): Request {
    return this.#ask(query, ([first]) => first?.record.key);
  }
  getAll(query?: unknown, count?: number): Request {
    return this.#ask(query, (found) => found.slice(0, count).map(clonedValue));
  }
  getAllKeys(query?: unknown, count?: number): Request {
    return this.#ask(query, (found) => found.slice(0, count).map(({ record }) => record.key));
  }
  count(query?: unknown): Request {
    return this.#ask(query, (found) => found.length);
  }
  openCursor(query?: unknown, direction: Direction = 'next'): Request {
    return new Cursor(this, rangeOf(query), direction, true).open();
  }
  openKeyCursor(query?: unknown, direction: Direction = 'next'): Request {
    return new Cursor(this, rangeOf(query), direction, false).open();
  }
}

export class ObjectStore extends Source {
  readonly name: string;
  protected readonly by = null;

  constructor(transaction: Transaction, name: string) {
    super(transaction, name);
    this.name = name;
  }

  get keyPath(): KeyPath {
    return this.transaction.read(this.name)?.keyPath ?? null;
  }
  get autoIncrement(): boolean {
    return this.transaction.read(this.name)?.autoIncrement ?? false;
  }
  get indexNames(): Names {
    return Names.from((this.transaction.read(this.name)?.indexes ?? []).map(({ name }) => name)) as Names;
  }

  put(value: unknown, key?: Key): Request {
    return this.#save(value, key, false);
  }
  add(value: unknown, key?: Key): Request {
    return this.#save(value, key, true);
  }
  delete(query: unknown): Request {
    const range = rangeOf(query);
    return this.transaction.ask(() => {
      this.transaction.write(this.name).delete(range);
    });
  }
  clear(): Request {
    return this.delete(null);
  }

  #save(value: unknown, key: Key | undefined, isAdd: boolean): Request {
    if (this.transaction.mode === 'readonly') throw new DOMException('This transaction only reads.', 'ReadOnlyError');
    const copy = copyOf(value);
    return this.transaction.ask(() => {
      this.transaction.touch(this.name, 'write');
      const store = this.transaction.write(this.name);
      const record: DiskRecord = { key: this.#keyFor(copy, key), value: copy };
      store.put(record, isAdd);
      return record.key;
    });
  }

  #keyFor(value: unknown, key: Key | undefined): Key {
    const { keyPath, autoIncrement } = this;
    if (key !== undefined) return keyOf(key);
    const own = keyPath === null ? null : keyAt(value, keyPath);
    if (own !== null) return own;
    if (!autoIncrement) throw new DOMException('The value has no key.', 'DataError');
    const { nextKey } = this.transaction.write(this.name);
    if (typeof keyPath === 'string') Reflect.set(value as object, keyPath, nextKey);
    return nextKey;
  }

  index(name: string): Index {
    const definition = this.transaction.read(this.name)?.indexes.find((index) => index.name === name);
    if (definition === undefined) throw new DOMException(`There is no index ${name}.`, 'NotFoundError');
    return new Index(this, definition);
  }
  createIndex(name: string, keyPath: string | readonly string[], { unique = false } = {}): Index {
    const store = this.transaction.write(this.name);
    const definition = { name, keyPath, unique };
    store.indexes = [...store.indexes, definition];
    return new Index(this, definition);
  }
  deleteIndex(name: string): void {
    const store = this.transaction.write(this.name);
    store.indexes = store.indexes.filter((index) => index.name !== name);
  }
}

class Index extends Source {
  readonly name: string;
  readonly keyPath: string | readonly string[];
  readonly unique: boolean;
  readonly multiEntry = false;
  readonly objectStore: ObjectStore;
  protected readonly by: IndexDefinition;

  constructor(store: ObjectStore, definition: IndexDefinition) {
    super(store.transaction, store.name);
    this.objectStore = store;
    this.by = definition;
    this.name = definition.name;
    this.keyPath = definition.keyPath;
    this.unique = definition.unique;
  }
}

/** A place in what a source gives. Every step finds its place anew, so that what changed meanwhile is seen. */
class Cursor {
  readonly source: Source;
  readonly direction: Direction;
  key: Key | undefined;
  primaryKey: Key | undefined;
  value: unknown;
  readonly #range: KeyRange;
  readonly #withValue: boolean;
  #request: Request | null = null;

  constructor(source: Source, range: KeyRange, direction: Direction, withValue: boolean) {
    this.source = source;
    this.direction = direction;
    this.#range = range;
    this.#withValue = withValue;
  }

  open(): Request {
    this.#request = this.source.transaction.ask(() => this.#step(1, null, null));
    return this.#request;
  }
  continue(key?: Key): void {
    this.#again(1, key ?? null, null);
  }
  continuePrimaryKey(key: Key, primaryKey: Key): void {
    this.#again(1, key, primaryKey);
  }
  advance(count: number): void {
    this.#again(count, null, null);
  }

  #again(count: number, key: Key | null, primaryKey: Key | null): void {
    const request = this.#request;
    if (request === null) return;
    request.readyState = 'pending';
    Object.assign(request, { work: () => this.#step(count, key, primaryKey) });
    this.source.transaction.ask(request.work, request);
  }

  #step(count: number, key: Key | null, primaryKey: Key | null): Cursor | null {
    const isForward = this.direction.startsWith('next');
    const sign = isForward ? 1 : -1;
    const isUnique = this.direction.endsWith('unique');
    let found = this.source.find(this.#range);
    if (!isForward) found.reverse();
    const { key: atKey, primaryKey: atPrimary } = this;
    if (atKey !== undefined && atPrimary !== undefined)
      found = found.filter(({ key: other, record }) => {
        const order = compareKeys(other, atKey) * sign;
        return order > 0 || (order === 0 && !isUnique && compareKeys(record.key, atPrimary) * sign > 0);
      });
    if (key !== null)
      found = found.filter(({ key: other, record }) => {
        const order = compareKeys(other, key) * sign;
        return order > 0 || (order === 0 && (primaryKey === null || compareKeys(record.key, primaryKey) * sign >= 0));
      });
    const next = found[count - 1];
    if (next === undefined) return null;
    this.key = next.key;
    this.primaryKey = next.record.key;
    if (this.#withValue) this.value = copyOf(next.record.value);
    return this;
  }
}
