// IndexedDB of all simulated computers: opening, versions, closing, and disks that are copied or lose their power. Owns the databases;
// must not know their tables.
import { type DatabaseData, StoreData } from './data.ts';
import { SimEvent, Target } from './events.ts';
import { type Access, refusal, soundAgain } from './faults.ts';
import { compareKeys, KeyRange } from './keys.ts';
import type { ObjectStore } from './objectStore.ts';
import { type Connection, Names, Request, Transaction } from './transaction.ts';

const disks = new Map<string, DatabaseData>();
const connections = new Map<string, Set<Database>>();
const lines = new Map<string, Transaction[]>();

/** What happens at the commits of one database; see `watchCommits`. */
const watched = new Map<string, () => boolean>();

class Database extends Target implements Connection {
  readonly name: string;
  readonly data: DatabaseData;
  isPowered = true;
  #isClosed = false;
  upgrade: Transaction | null = null;

  constructor(name: string, data: DatabaseData) {
    super();
    this.name = name;
    this.data = data;
  }

  get version(): number {
    return this.data.version;
  }
  get objectStoreNames(): Names {
    const names = this.upgrade === null ? this.data.stores.keys() : this.upgrade.objectStoreNames;
    return Names.from([...names].sort()) as Names;
  }

  createObjectStore(
    name: string,
    { keyPath = null, autoIncrement = false }: IDBObjectStoreParameters = {},
  ): ObjectStore {
    if (this.upgrade === null) throw new DOMException('Stores are made by a change of version.', 'InvalidStateError');
    this.upgrade.create(name, new StoreData(keyPath, autoIncrement));
    return this.upgrade.objectStore(name);
  }

  transaction(names: string | Iterable<string>, mode: IDBTransactionMode = 'readonly'): Transaction {
    if (this.#isClosed) throw new DOMException('The connection is closing.', 'InvalidStateError');
    const list = typeof names === 'string' ? [names] : [...names];
    for (const name of list)
      if (!this.data.stores.has(name)) throw new DOMException(`There is no store ${name}.`, 'NotFoundError');
    const transaction = new Transaction(this, this, list, mode);
    if (!this.isPowered) return transaction;
    const line = lines.get(this.name) ?? [];
    lines.set(this.name, line);
    const mustWait = line.some((other) => transaction.conflicts(other));
    line.push(transaction);
    if (!mustWait) transaction.begin();
    return transaction;
  }

  close(): void {
    this.#isClosed = true;
    connections.get(this.name)?.delete(this);
  }

  /** The browser took the database away: what it has not committed was never written, and it is told so. */
  forceClose(): void {
    this.close();
    for (const transaction of lines.get(this.name) ?? [])
      if (transaction.db === this && !transaction.isOver)
        transaction.abort(new DOMException('The database was taken away.', 'AbortError'));
    setImmediate(() => this.isPowered && this.tell(new SimEvent('close', this)));
  }

  refuses(what: Access, stores: readonly string[]): DOMException | null {
    return refusal(this.name, what, stores);
  }

  mayCommit(): boolean {
    if (watched.get(this.name)?.() ?? true) return true;
    cutPower(this.name);
    return false;
  }

  ended(transaction: Transaction): void {
    if (transaction === this.upgrade) return;
    const line = (lines.get(this.name) ?? []).filter((other) => other !== transaction);
    lines.set(this.name, line);
    beginFree(line);
  }
}

/** Begins what has nobody to wait for. */
function beginFree(line: readonly Transaction[]): void {
  line.forEach((waiting, i) => {
    if (!line.slice(0, i).some((earlier) => waiting.conflicts(earlier))) waiting.begin();
  });
}

function open(name: string, version?: number): Request {
  const request = new Request(null, () => undefined);
  setImmediate(() => {
    const isNew = !disks.has(name);
    const refused = refusal(name, 'open', []);
    if (refused !== null) {
      request.error = refused;
      request.tell(new SimEvent('error', request));
      return;
    }
    const data = disks.get(name) ?? { version: 0, stores: new Map() };
    const wanted = version ?? Math.max(1, data.version);
    if (wanted < data.version) {
      request.error = new DOMException('The database is of a later version.', 'VersionError');
      request.tell(new SimEvent('error', request));
      return;
    }
    const db = new Database(name, data);
    const open = connections.get(name) ?? new Set();
    connections.set(name, open.add(db));
    request.result = db;
    request.readyState = 'done';
    if (wanted === data.version) {
      request.tell(new SimEvent('success', request));
      return;
    }
    const before = data.version;
    const upgrade = new Transaction(db, db, [...data.stores.keys()], 'versionchange');
    disks.set(name, data);
    data.version = wanted;
    db.upgrade = upgrade;
    Object.assign(request, { transaction: upgrade });
    const done = (error: DOMException | null): void => {
      db.upgrade = null;
      Object.assign(request, { transaction: null, error });
      if (error !== null) {
        data.version = before;
        db.close();
        if (isNew) disks.delete(name);
      }
      setImmediate(() => {
        if (db.isPowered) request.tell(new SimEvent(error === null ? 'success' : 'error', request));
      });
    };
    upgrade.addEventListener('complete', () => done(null));
    upgrade.addEventListener('abort', () => done(new DOMException('The change was given up.', 'AbortError')));
    request.tell(new SimEvent('upgradeneeded', request, before, wanted));
    if (!upgrade.isOver) upgrade.begin();
  });
  return request;
}

function deleteDatabase(name: string): Request {
  const request = new Request(null, () => undefined);
  setImmediate(() => {
    for (const db of [...(connections.get(name) ?? [])])
      db.tell(new SimEvent('versionchange', db, disks.get(name)?.version ?? 0, null));
    const remove = (): void => {
      // Whoever closed the database may have begun something, which is brought to its end first.
      if ((lines.get(name) ?? []).length > 0) {
        setImmediate(remove);
        return;
      }
      removeDisk(name);
      request.readyState = 'done';
      request.tell(new SimEvent('success', request));
    };
    remove();
  });
  return request;
}

/** The factory under the platform's name. */
export const simIndexedDB = {
  open,
  deleteDatabase,
  databases: async () => [...disks].map(([name, { version }]) => ({ name, version })),
  cmp: compareKeys,
} as unknown as IDBFactory;
export const SimKeyRange = KeyRange as unknown as typeof IDBKeyRange;

/** The power of a computer goes: what is not committed was never written, and nobody of it is told anything any more. */
export function cutPower(name: string): void {
  for (const db of connections.get(name) ?? []) db.isPowered = false;
  connections.delete(name);
  lines.delete(name);
}

/** One window is gone: what it has not committed was never written; the others of its computer go on. */
export function cutConnection(connection: unknown): void {
  if (!(connection instanceof Database)) return;
  connection.isPowered = false;
  connection.close();
  const line = (lines.get(connection.name) ?? []).filter(({ db }) => db !== connection);
  lines.set(connection.name, line);
  beginFree(line);
}

/** Asks before and after every commit of a database that writes whether there is still power; null asks no more. */
export function watchCommits(name: string, hasPower: (() => boolean) | null): void {
  if (hasPower === null) watched.delete(name);
  else watched.set(name, hasPower);
}

/** What is on a disk at this moment, to be put on others. */
export function readDisk(name: string): DatabaseData {
  const data = disks.get(name);
  if (data === undefined) throw new Error(`there is no disk ${name}`);
  return { version: data.version, stores: new Map(data.stores) };
}

/** Changes what stands in a store behind the back of whoever has the database open. */
export function alterStore(name: string, store: string, change: (data: StoreData) => void): void {
  const disk = disks.get(name);
  const held = disk?.stores.get(store);
  if (disk === undefined || held === undefined) throw new Error(`there is no store ${store} on ${name}`);
  const copy = held.copy();
  change(copy);
  disk.stores.set(store, copy);
}

/** Puts what was read from one disk onto another. */
export function writeDisk(name: string, { version, stores }: DatabaseData): void {
  disks.set(name, { version, stores: new Map(stores) });
}

/** Somebody clears the data of the site: whatever has the database open is closed by the browser. */
export function clearDisk(name: string): void {
  const open = [...(connections.get(name) ?? [])];
  disks.delete(name);
  for (const db of open) db.forceClose();
}

/** Whether there is a database of this name. */
export const hasDisk = (name: string): boolean => disks.has(name);

export function removeDisk(name: string): void {
  cutPower(name);
  watched.delete(name);
  soundAgain(name);
  disks.delete(name);
}
