// The Dexie database of one person in one workspace. Owns tables, schema versions and opening; must not hold sync logic.
import { Dexie, type PromiseExtended, type Table } from 'dexie';
import { StorageFailure, stored } from './failure.ts';
import type {
  AttentionRecord,
  CachedAnswer,
  ChainRecord,
  CheckpointRecord,
  DeviceRecord,
  DistrustRecord,
  DraftRecord,
  EntryRecord,
  EpochRecord,
  GrantRecord,
  InvalidRecord,
  OfferedRecord,
  PendingCommandRecord,
  QueuedCommand,
  SealedBatch,
  SessionRecord,
  UndoRecord,
  UnprovedRecord,
} from './records.ts';

/** Tables and their keys, one object a schema version, in order. A shipped version is never edited: add the next one. */
const SCHEMAS: readonly Readonly<Record<string, string>>[] = [
  {
    session: '&id',
    device: '&id',
    drafts: '&draftId',
    entries: '[draftId+index]',
    queue: '++order, draftId, &command.id',
    sealed: '&draftId',
    epochs: '[draftId+epoch], draftId',
    chains: '[deviceId+epoch]',
    attention: '&id, draftId',
    invalid: '[draftId+sheet+rowId+field], draftId',
    checkpoint: '&id',
    unproved: '&index, draftId',
    distrust: '&id',
    pendingCommands: '&idempotencyKey, versionId',
    facts: '&key',
    answers: '&key',
    ui: '&key',
  },
  { undo: '&id, draftId' },
  { offered: '&draftId' },
  { grant: '&id' },
];

export class WorkspaceDatabase extends Dexie {
  declare readonly session: Table<SessionRecord, string>;
  declare readonly device: Table<DeviceRecord, string>;
  declare readonly grant: Table<GrantRecord, string>;
  declare readonly drafts: Table<DraftRecord, string>;
  declare readonly entries: Table<EntryRecord, [string, number]>;
  declare readonly queue: Table<QueuedCommand, number>;
  declare readonly sealed: Table<SealedBatch, string>;
  declare readonly epochs: Table<EpochRecord, [string, string]>;
  declare readonly chains: Table<ChainRecord, [string, string]>;
  declare readonly attention: Table<AttentionRecord, string>;
  declare readonly invalid: Table<InvalidRecord, [string, string, string, string]>;
  declare readonly offered: Table<OfferedRecord, string>;
  declare readonly undo: Table<UndoRecord, string>;
  declare readonly checkpoint: Table<CheckpointRecord, string>;
  declare readonly unproved: Table<UnprovedRecord, number>;
  declare readonly distrust: Table<DistrustRecord, string>;
  declare readonly pendingCommands: Table<PendingCommandRecord, string>;
  declare readonly facts: Table<CachedAnswer, string>;
  declare readonly answers: Table<CachedAnswer, string>;
  declare readonly ui: Table<CachedAnswer, string>;

  #wasOpened = false;
  #lost: StorageFailure | null = null;
  readonly #losses = new Set<(failure: StorageFailure) => void>();

  constructor(name: string) {
    // autoOpen off: a database deleted under an open window must fail loudly, not come back empty (STYLE §2, AFFiNE 12097).
    super(name, { autoOpen: false, chromeTransactionDurability: 'strict', cache: 'disabled' });
    // Nothing here follows queries, so nothing has to keep track of what every write may have changed for those who do.
    for (const middleware of ['Cache', 'Observability']) this.unuse({ stack: 'dbcore', name: middleware });
    SCHEMAS.forEach((stores, i) => {
      this.version(i + 1).stores(stores);
    });
    this.on('versionchange', (event) => {
      this.#lose(new StorageFailure(event.newVersion === null ? 'deleted' : 'newer'));
      this.close();
    });
    this.on('close', () => this.#lose(new StorageFailure('deleted')));
  }

  /** Why the database is gone, once it is. */
  get lost(): StorageFailure | null {
    return this.#lost;
  }

  /** Told once when the database is taken away under the open app; returns the way to stop listening. */
  onLost(listener: (failure: StorageFailure) => void): () => void {
    this.#losses.add(listener);
    return () => this.#losses.delete(listener);
  }

  /**
   * [CLI-10] Only once: Dexie opens again by itself what the browser has closed, and would make a database that was deleted anew, empty.
   */
  override open(): PromiseExtended<Dexie> {
    if (this.#wasOpened) return Dexie.Promise.reject(new StorageFailure('deleted')) as PromiseExtended<never>;
    this.#wasOpened = true;
    return super.open();
  }

  #lose(failure: StorageFailure): void {
    if (this.#lost !== null) return;
    this.#lost = failure;
    for (const listener of this.#losses) listener(failure);
  }
}

/** Dexie keeps its schema versions tenfold. */
const NATIVE_VERSIONS = 10;

/** Schema version of the data on disk; 0 when there is none. Looks without changing anything, and below Dexie, which reads every table. */
async function versionOnDisk(name: string): Promise<number> {
  const { indexedDB } = Dexie.dependencies;
  // What is missing is said by the opening itself.
  if (indexedDB === undefined) return 0;
  const looked = Promise.withResolvers<number>();
  const look = indexedDB.open(name);
  let isNew = false;
  look.onupgradeneeded = () => {
    isNew = true;
    look.transaction?.abort();
  };
  look.onsuccess = () => {
    const { result } = look;
    result.close();
    looked.resolve(result.version / NATIVE_VERSIONS);
  };
  look.onerror = (event) => {
    event.preventDefault();
    if (isNew) looked.resolve(0);
    else looked.reject(look.error);
  };
  return looked.promise;
}

/**
 * Opens the store of this name, making or migrating it.
 * @throws StorageFailure when the browser refuses, or the data cannot be read, or a newer app wrote it.
 */
export async function openDatabase(name: string): Promise<WorkspaceDatabase> {
  return stored(async () => {
    // Dexie opens data of a later schema as well, and would write to it by the rules of this one.
    if ((await versionOnDisk(name)) > SCHEMAS.length) throw new StorageFailure('newer');
    const db = new WorkspaceDatabase(name);
    await db.open();
    return db;
  });
}
