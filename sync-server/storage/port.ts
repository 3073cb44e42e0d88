// The storage contract every backend keeps (contractSuite.ts proves it). Owns the row shapes; must not know SQL, HTTP or Yjs.
import type { IdentityStore } from './identity.ts';

/** One leaf of the log with its payload. `hash` is the leaf hash. The last four columns repeat what the leaf says, for look-ups. */
export interface LogRow {
  readonly index: number;
  readonly leaf: Uint8Array;
  readonly hash: Uint8Array;
  readonly doc: string;
  readonly kind: string;
  readonly user: string;
  readonly dev: string;
  readonly epoch: string;
  readonly seq: number;
  readonly entryHash: string;
  /** null after an erase leaf removed it. */
  readonly payload: Uint8Array | null;
}

/** A leaf without its payload, for rebuilding the tree. */
export type LeafRow = Pick<LogRow, 'index' | 'leaf' | 'hash' | 'doc'>;

export interface StoredCheckpoint {
  readonly size: number;
  readonly note: string;
}

export interface UserRow {
  readonly id: string;
  readonly name: string;
  readonly roles: readonly string[];
  /** What a demo account is for; '' for real people. */
  readonly says: string;
}

export interface DeviceRow {
  readonly id: string;
  readonly userId: string;
  readonly name: string;
  /** Raw Ed25519 public key, 32 bytes. */
  readonly publicKey: Uint8Array;
  readonly commandEpoch: string;
  /** Log index of the enrolment leaf. */
  readonly enrolledAt: number;
  /** Log index of the revocation leaf. */
  readonly revokedAt: number | null;
  /** Log index of the park leaf that froze the device after an equivocation. */
  readonly frozenAt: number | null;
}

export interface SessionRow {
  /** SHA-256 of the token in hex; the token itself is never stored. */
  readonly tokenHash: string;
  readonly userId: string;
  /** Unix milliseconds. */
  readonly expiresAt: number;
}

export interface ContractRow {
  readonly id: string;
  readonly kind: 'CONTRACT' | 'RATE_CARD';
  readonly number: string;
  readonly title: string;
  readonly counterparty: string;
}

export interface VersionRow {
  readonly id: string;
  readonly contractId: string;
  readonly kind: string;
  readonly sequence: number;
  readonly title: string;
  readonly state: string;
  readonly baseVersionId: string | null;
  /** Set while the version is frozen. */
  readonly contentHash: string | null;
  readonly effectiveFrom: string | null;
  /** ISO instants. */
  readonly createdAt: string;
  readonly changedAt: string;
}

/** A writing epoch of one device in one version, and the Yjs client id it was given. */
export interface EpochRow {
  readonly versionId: string;
  readonly deviceId: string;
  readonly epoch: string;
  readonly clientId: number;
}

export interface IdempotencyRow {
  /** Actor and route. */
  readonly scope: string;
  readonly key: string;
  readonly bodyHash: string;
  readonly status: number;
  readonly answer: string;
}

export interface LogFilter {
  readonly docs?: readonly string[];
  /** Signers; the server signs for others, which `LogReader` tells. */
  readonly users?: readonly string[];
  readonly kind?: string;
  /** Only entries from this index on. */
  readonly from?: number;
  /** Only entries below this index. */
  readonly before?: number;
  readonly limit: number;
}

/** Everything a reader or a transaction may do. Writes are only durable once the surrounding transaction resolves. */
export interface Store {
  /** Logins, one-use codes, company identities, service tokens and tickets, in the same transaction. */
  readonly identity: IdentityStore;

  meta(key: string): Promise<string | null>;
  setMeta(key: string, value: string): Promise<void>;

  appendLog(rows: readonly LogRow[]): Promise<void>;
  logSize(): Promise<number>;
  logRow(index: number): Promise<LogRow | null>;
  /** Leaves without payloads from `from`, at most `limit`, in order. */
  leaves(from: number, limit: number): Promise<LeafRow[]>;
  /** Entries of a document from `from`, in log order. */
  logOfDoc(doc: string, from: number, limit: number): Promise<LogRow[]>;
  /** Newest first. */
  logPage(filter: LogFilter): Promise<LogRow[]>;
  /** Index of a document's newest entry, without reading it: payloads of imports are large. null when it has none. */
  lastIndexOfDoc(doc: string): Promise<number | null>;
  /** Removes an entry's payload for good; the leaf stays. Only in the transaction of the leaf that says so. */
  erasePayload(index: number): Promise<void>;
  entryAt(dev: string, epoch: string, seq: number): Promise<LogRow | null>;
  lastOfChain(dev: string, epoch: string): Promise<LogRow | null>;

  addCheckpoint(checkpoint: StoredCheckpoint): Promise<void>;
  lastCheckpoint(): Promise<StoredCheckpoint | null>;

  /** Adds or replaces. */
  putUser(user: UserRow): Promise<void>;
  user(id: string): Promise<UserRow | null>;
  users(): Promise<UserRow[]>;

  putDevice(device: DeviceRow): Promise<void>;
  device(id: string): Promise<DeviceRow | null>;
  devices(): Promise<DeviceRow[]>;

  addSession(session: SessionRow): Promise<void>;
  session(tokenHash: string): Promise<SessionRow | null>;
  removeSession(tokenHash: string): Promise<void>;
  removeSessionsBefore(now: number): Promise<void>;

  putContract(contract: ContractRow): Promise<void>;
  contract(id: string): Promise<ContractRow | null>;
  contracts(): Promise<ContractRow[]>;
  putVersion(version: VersionRow): Promise<void>;
  version(id: string): Promise<VersionRow | null>;
  versions(contractId?: string): Promise<VersionRow[]>;

  /** @throws UniqueViolation when the client id or the epoch exists in the version. */
  addEpoch(epoch: EpochRow): Promise<void>;
  epoch(versionId: string, deviceId: string, epoch: string): Promise<EpochRow | null>;
  epochsOf(versionId: string): Promise<EpochRow[]>;

  /** @throws UniqueViolation when scope and key exist. */
  addIdempotency(row: IdempotencyRow): Promise<void>;
  idempotency(scope: string, key: string): Promise<IdempotencyRow | null>;
}

/** The second fence of DESIGN §11.8: a version's entries are appended by the node that opened it last. */
export interface DraftLeases {
  /** Takes the version, whoever had it: entries that another node decided for it are refused from then on. */
  take(versionId: string): Promise<void>;
  /** Forgets a version that left memory. */
  drop(versionId: string): void;
}

/** What lies in files beside a data folder's log, where several nodes must have it: read the bytes, never change them. */
export interface SharedParts {
  /** Keeps bytes under a name; the first to be kept stay, and are the answer. */
  add(kind: string, name: string, bytes: Uint8Array): Promise<Uint8Array>;
  part(kind: string, name: string): Promise<Uint8Array | null>;
  /** In the order in which they were kept. */
  page(kind: string, offset: number, limit: number): Promise<{ readonly name: string; readonly bytes: Uint8Array }[]>;
}

/** An open backend. Transactions run one at a time; a throw rolls back everything the transaction wrote. */
export interface Storage extends Store {
  /**
   * @throws OutcomeUnknown when the connection broke and the transaction may or may not be stored;
   *         Fenced when another node took the lease.
   */
  transaction<T>(work: (store: Store) => Promise<T>): Promise<T>;
  /**
   * Resolves when every transaction whose outcome was unknown has ended, so that reading tells it. Waits for the connection.
   * @throws Fenced. Absent where an outcome is never unknown.
   */
  settled?(): Promise<void>;
  /** The right to write in single versions; absent where only one process can have the database open. */
  readonly drafts?: DraftLeases;
  /** Absent where the data folder's files serve. */
  readonly parts?: SharedParts;
  close(): Promise<void>;
}

/** A row with this key exists. */
export class UniqueViolation extends Error {
  override readonly name = 'UniqueViolation';
}
