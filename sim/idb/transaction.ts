// Transactions of a simulated disk: their order, their requests, and all or nothing at the end. Owns when a request is answered (in a
// turn of the event loop of its own, as browsers do) and what a cut of the power leaves.
import type { DatabaseData, StoreData } from './data.ts';
import { SimEvent, Target } from './events.ts';
import type { Access } from './faults.ts';
import { ObjectStore } from './objectStore.ts';

export class Request extends Target {
  result: unknown = undefined;
  error: DOMException | null = null;
  readyState: 'pending' | 'done' = 'pending';
  readonly transaction: Transaction | null;
  readonly work: () => unknown;

  constructor(transaction: Transaction | null, work: () => unknown) {
    super();
    this.transaction = transaction;
    this.work = work;
  }
}

/** What a transaction needs of its connection. */
export interface Connection {
  readonly data: DatabaseData;
  /** Whether the process that opened it still has power. */
  readonly isPowered: boolean;
  /** Why the disk refuses this of these stores; null when it does not. */
  refuses(what: Access, stores: readonly string[]): DOMException | null;
  /** Called right before and right after what was written is on disk; false cuts the power there. */
  mayCommit(): boolean;
  /** Called when the transaction is over, so that the next may begin. */
  ended(transaction: Transaction): void;
}

type State = 'waiting' | 'open' | 'over';

/** Names of stores, with the question that Dexie asks them. */
export class Names extends Array<string> {
  contains(name: string): boolean {
    return this.includes(name);
  }
}

export class Transaction extends Target {
  readonly mode: IDBTransactionMode;
  readonly db: unknown;
  readonly objectStoreNames: Names;
  error: DOMException | null = null;
  readonly #connection: Connection;
  readonly #queue: Request[] = [];
  readonly #written = new Map<string, StoreData>();
  readonly #stores = new Map<string, ObjectStore>();
  #state: State = 'waiting';
  #isPumping = false;
  #isCommitting = false;

  constructor(connection: Connection, db: unknown, names: readonly string[], mode: IDBTransactionMode) {
    super();
    this.#connection = connection;
    this.db = db;
    this.mode = mode;
    this.objectStoreNames = Names.from(names) as Names;
  }

  get isOver(): boolean {
    return this.#state === 'over';
  }
  /** Whether this one must wait for the other. */
  conflicts(other: Transaction): boolean {
    if (this.mode === 'readonly' && other.mode === 'readonly') return false;
    return this.objectStoreNames.some((name) => other.objectStoreNames.includes(name));
  }

  objectStore(name: string): ObjectStore {
    const known = this.#stores.get(name);
    if (known !== undefined) return known;
    if (!this.objectStoreNames.includes(name) || this.read(name) === undefined)
      throw new DOMException(`There is no store ${name} in this transaction.`, 'NotFoundError');
    const store = new ObjectStore(this, name);
    this.#stores.set(name, store);
    return store;
  }

  /** @throws DOMException when the disk refuses a request to this store. */
  touch(name: string, what: Access): void {
    const error = this.#connection.refuses(what, [name]);
    if (error !== null) throw error;
  }

  /** A store as this transaction sees it. */
  read(name: string): StoreData | undefined {
    return this.#written.get(name) ?? this.#connection.data.stores.get(name);
  }

  /** A store to write to. */
  write(name: string): StoreData {
    const known = this.#written.get(name);
    if (known !== undefined) return known;
    const held = this.#connection.data.stores.get(name);
    if (this.mode === 'readonly' || held === undefined)
      throw new DOMException('This transaction only reads.', 'ReadOnlyError');
    const copy = held.copy();
    this.#written.set(name, copy);
    return copy;
  }

  /** Puts a new store there, in a change of version. */
  create(name: string, store: StoreData): void {
    this.#written.set(name, store);
    if (!this.objectStoreNames.includes(name)) this.objectStoreNames.push(name);
  }

  /** @throws DOMException TransactionInactiveError when it is over. */
  ask(work: () => unknown, again?: Request): Request {
    if (this.#state === 'over' || this.#isCommitting)
      throw new DOMException('The transaction is over.', 'TransactionInactiveError');
    const request = again ?? new Request(this, work);
    this.#queue.push(request);
    this.#pump();
    return request;
  }

  /** Its turn has come. */
  begin(): void {
    if (this.#state !== 'waiting') return;
    this.#state = 'open';
    this.#pump();
  }

  commit(): void {
    this.#isCommitting = true;
    this.#pump();
  }

  abort(error: DOMException | null = null): void {
    if (this.#state === 'over') throw new DOMException('The transaction is over.', 'InvalidStateError');
    this.#state = 'over';
    this.error = error;
    setImmediate(() => {
      if (!this.#connection.isPowered) return;
      for (const request of this.#queue.splice(0)) {
        request.readyState = 'done';
        request.error = new DOMException('The transaction was given up.', 'AbortError');
        request.tell(new SimEvent('error', request));
      }
      this.tell(new SimEvent('abort', this));
      this.#connection.ended(this);
    });
  }

  #pump(): void {
    if (this.#state !== 'open' || this.#isPumping) return;
    this.#isPumping = true;
    setImmediate(() => {
      this.#isPumping = false;
      if (this.#state === 'open' && this.#connection.isPowered) this.#step();
    });
  }

  /** Answers requests until somebody hears of one; ends the transaction when there is none. */
  #step(): void {
    if (this.#queue.length === 0) {
      this.#end();
      return;
    }
    for (let request = this.#queue.shift(); request !== undefined; request = this.#queue.shift()) {
      const isHeard = request.hears('success');
      this.#answer(request);
      if (this.#state !== 'open' || isHeard) break;
    }
    this.#pump();
  }

  #answer(request: Request): void {
    try {
      request.result = request.work();
    } catch (error) {
      if (!(error instanceof DOMException)) throw error;
      request.error = error;
    }
    request.readyState = 'done';
    const { error } = request;
    const event = new SimEvent(error === null ? 'success' : 'error', request);
    request.tell(event);
    if (error === null) return;
    if (!event.stopped) this.tell(event);
    if (!event.defaultPrevented && this.#state === 'open') this.abort(error);
  }

  #end(): void {
    const isWrite = this.#written.size > 0;
    const refused = isWrite ? this.#connection.refuses('commit', [...this.#written.keys()]) : null;
    if (refused !== null) {
      this.abort(refused);
      return;
    }
    this.#state = 'over';
    if (isWrite && !this.#connection.mayCommit()) return;
    for (const [name, store] of this.#written) this.#connection.data.stores.set(name, store);
    if (isWrite && !this.#connection.mayCommit()) return;
    this.tell(new SimEvent('complete', this));
    this.#connection.ended(this);
  }
}
