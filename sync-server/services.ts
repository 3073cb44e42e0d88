// Everything the server is made of, put together once. Owns the order of starting and stopping; parts get only what they need.
import { randomBytes } from 'node:crypto';
import type { Actor as AccessActor } from '@countersign/shared/access';
import type { SignInWays } from '@countersign/shared/protocol/api';
import type { FastifyRequest } from 'fastify';
import { Admission, Parking } from './admission/index.ts';
import { Accounts, Company, FailedAccess, Origins, People, ServiceTokens, Sessions } from './auth/index.ts';
import { BreakGlass, EmergencyLedger } from './breakGlass/index.ts';
import type { ServerConfig } from './config/index.ts';
import {
  History,
  keysInForce,
  type LogTail,
  loadPolicy,
  Openings,
  policyOfHash,
  type VerifySignature,
  verifyInTurn,
  Witnessing,
} from './history/index.ts';
import { type Actor, actorReader, callerReader, deniedIdOf, readerReader } from './http/actor.ts';
import { CallerTurns } from './http/requestCosts.ts';
import { RequestLimits } from './http/requestLimits.ts';
import { Commands, Creation, commitImport, type ImportToCommit, Views } from './lifecycle/index.ts';
import {
  type DataFolder,
  isDiskFault,
  type KyselyStorage,
  type MigrationSet,
  openSqlite,
  takeDataFolder,
} from './storage/index.ts';
import { SOCKET_LIMITS, type SocketLimits } from './sync/limits.ts';
import { Rooms } from './sync/rooms.ts';
import { createLog, createMetrics, type Log, type Metrics } from './telemetry/index.ts';

export interface Services {
  readonly config: ServerConfig;
  readonly dataDir: string;
  readonly folder: DataFolder;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly storage: KyselyStorage;
  readonly history: History;
  /** Cosignatures of the workspace's witnesses, where it asks for them. */
  readonly witnessing: Witnessing;
  readonly people: People;
  /** Roles held in an emergency. */
  readonly breakGlass: BreakGlass;
  readonly sessions: Sessions;
  readonly accounts: Accounts;
  readonly failedAccess: FailedAccess;
  /** Who opened which versions. */
  readonly openings: Openings;
  readonly serviceTokens: ServiceTokens;
  /** null without a provider. */
  readonly company: Company | null;
  readonly origins: Origins;
  readonly rooms: Rooms;
  readonly admission: Admission;
  readonly parking: Parking;
  readonly creation: Creation;
  readonly views: Views;
  readonly lifecycle: Commands;
  readonly workspace: { readonly id: string; readonly name: string };
  readonly limits: SocketLimits;
  /** How much each caller of this process may ask, and whose costly request is worked on. */
  readonly requestLimits: RequestLimits;
  readonly callerTurns: CallerTurns;
  /** Number of the log's generation; a restore starts another. */
  readonly generation: string;
  /** Whether the folder was empty when it was opened. */
  readonly isNew: boolean;
  policyHash(): string;
  /** The approval policy of a hash, also an older one; null when this workspace never had it. */
  policyOf(hash: string): Promise<unknown>;
  now(): Date;
  /** The signed-in caller. @throws Problem 401 */
  actorOf(request: FastifyRequest): Promise<Actor>;
  /** The signed-in person, who has a role and so may read. @throws Problem 401, 403 */
  readerOf(request: FastifyRequest): Promise<Actor>;
  /** The signed-in person, or the program with a service token. @throws Problem 401 */
  callerOf(request: FastifyRequest): Promise<AccessActor>;
  /** Appends a checked import. @throws Problem */
  commitImport(job: ImportToCommit): Promise<{ index: number; leafHash: string }>;
  /** How people sign in to this workspace. */
  signInWays(): Promise<SignInWays>;
  /** Remembers that a request asked for what its caller's role does not allow. */
  noteFailedAccess(request: FastifyRequest): void;
  closing(): boolean;
  /** Flushes, signs the last checkpoint and gives the folder back. */
  close(): Promise<void>;
}

export interface ServicesOptions {
  readonly now?: () => Date;
  /** Tables of other parts. */
  readonly migrations?: readonly MigrationSet[];
  readonly write?: (line: string) => void;
  /** Socket limits that differ from the usual ones. */
  readonly limits?: Partial<SocketLimits>;
  /** Opens the database; SQLite by default. The simulator puts one there that crashes. */
  readonly openStorage?: typeof openSqlite;
  /** Checks the signatures of edits; on threads of the pool by default. The simulator's checks at once, so that its order is its own. */
  readonly verifySignature?: VerifySignature;
  /** Edited cells above which a draft is folded; the usual number by default. */
  readonly foldAbove?: number;
}

/** Opens a data folder. @throws StorageError; nothing stays locked then. */
export async function openServices(config: ServerConfig, options: ServicesOptions = {}): Promise<Services> {
  const now = options.now ?? (() => new Date());
  const log = createLog(config.logLevel, config.json, options.write ?? ((line) => void process.stderr.write(line)));
  const folder = takeDataFolder(config.dataDir);
  let storage: KyselyStorage;
  try {
    storage = await (options.openStorage ?? openSqlite)(folder.databaseFile, options.migrations);
  } catch (error) {
    folder.release();
    throw error;
  }
  try {
    return await assembleServices(config, {
      folder,
      storage,
      log,
      now,
      limits: { ...SOCKET_LIMITS, ...options.limits },
      verifySignature: options.verifySignature ?? verifyInTurn,
      foldAbove: options.foldAbove,
    });
  } catch (error) {
    await storage.close();
    folder.release();
    throw error;
  }
}

/** What the services stand on. */
export interface Ground {
  readonly folder: DataFolder;
  readonly storage: KyselyStorage;
  readonly log: Log;
  readonly now: () => Date;
  readonly limits: SocketLimits;
  readonly verifySignature: VerifySignature;
  readonly foldAbove?: number | undefined;
  /** What was read of the log already. */
  readonly tail?: LogTail;
  /** Whether folder and storage outlive the services: a node may lead again. */
  readonly kept?: boolean;
}

/** Puts the services together on an open folder and storage. @throws StorageError */
export async function assembleServices(config: ServerConfig, ground: Ground): Promise<Services> {
  const { folder, storage, log, now, limits, verifySignature, tail } = ground;
  const isNew = (await storage.logSize()) === 0;
  const workspace = await workspaceOf(storage, config.demo);
  const keys = await keysInForce(folder, storage, `countersign.example/${workspace.id}/log`, isNew);
  const policy = await loadPolicy(storage, folder.path);
  const policyHash = policy.hash;
  const history = await History.boot({
    storage,
    keys,
    ws: workspace.id,
    policyHash: () => policyHash,
    now,
    onFault: (error) => {
      log.error('a checkpoint could not be made', error);
      // [OPS-18] The disk refused it: `/readyz` and `/metrics` say so, and ask it again.
      if (isDiskFault(error)) history.sequencer.refused(error);
    },
    ...(tail === undefined ? {} : { tail }),
  });
  // [STO-32] A sign-in whose flush fails ends the server as an entry's does: no statement runs any more.
  storage.onBroken((error) => history.sequencer.abandon(error));
  const witnessing = await Witnessing.start({ policy: policy.witnesses, history, storage, log });
  const metrics = createMetrics(() => history.size);
  const clocks = { now: () => now().getTime(), steady: () => performance.now() };
  const ledger = await EmergencyLedger.load(storage, history.size, clocks);
  const people = await People.load(storage, history, ledger);
  const breakGlass = new BreakGlass({ storage, history, people, ledger, log });
  const sessions = new Sessions(storage, config.sessionMinutes, () => now().getTime());
  const failedAccess = new FailedAccess(history, log, now);
  const openings = new Openings(history, now);
  const company =
    config.company === undefined
      ? null
      : new Company({ config: config.company, storage, people, sessions, log, now: () => now().getTime() });
  const serviceTokens = new ServiceTokens(storage, history, () => now().getTime());
  const actorOf = actorReader(people, sessions, serviceTokens);
  const accounts = new Accounts({ storage, people, sessions, failures: failedAccess, now: () => now().getTime() });
  const origins = new Origins(config);
  const rooms = new Rooms({ storage, history, metrics, log, foldAbove: ground.foldAbove });
  const parking = new Parking(history, storage, now);
  const admission = new Admission({ storage, history, people, metrics, parking, verifySignature });
  const creation = new Creation(storage, history, now);
  const views = new Views(storage, history, people, rooms, now);
  const lifecycle = new Commands({
    storage,
    history,
    people,
    rooms,
    creation,
    views,
    policyHash: () => policyHash,
    witnessing,
    now,
  });
  let closing = false;
  return {
    config,
    dataDir: folder.path,
    folder,
    log,
    metrics,
    storage,
    history,
    witnessing,
    people,
    breakGlass,
    sessions,
    accounts,
    failedAccess,
    openings,
    serviceTokens,
    company,
    origins,
    rooms,
    admission,
    parking,
    creation,
    views,
    lifecycle,
    workspace,
    limits,
    requestLimits: new RequestLimits(limits),
    callerTurns: new CallerTurns(),
    generation: (await storage.meta('generation')) ?? '1',
    isNew,
    policyHash: () => policyHash,
    policyOf: async (hash) => (hash === policyHash ? policy.value : policyOfHash(storage, hash)),
    now,
    actorOf,
    readerOf: readerReader(actorOf),
    callerOf: callerReader(actorOf, serviceTokens),
    commitImport: (job) => commitImport({ storage, history, people, rooms }, job),
    signInWays: async () => ({
      demo: config.demo,
      passwords: !config.demo || (await storage.identity.logins()).length > 0,
      company: company === null ? null : { name: company.name },
      needsSetUp: !config.demo && (await accounts.needsSetUp()),
    }),
    noteFailedAccess: (request) => {
      const userId = deniedIdOf(request);
      if (userId !== null) failedAccess.note(userId, 'failedAccess');
    },
    closing: () => closing,
    close: async () => {
      closing = true;
      breakGlass.close();
      await failedAccess.flush().catch((error: unknown) => log.error('failed access could not be recorded', error));
      await openings.write('all').catch((error: unknown) => log.error('openings could not be recorded', error));
      witnessing.close();
      await history.close().catch((error: unknown) => {
        // [OPS-32] Everything acknowledged is stored, and the next start signs it: a full disk must not keep the server from ending in order.
        if (!isDiskFault(error)) throw error;
        log.error('the last checkpoint could not be made; the next start makes it', error);
      });
      if (ground.kept === true) return;
      await storage.close();
      folder.release();
    },
  };
}

async function workspaceOf(storage: KyselyStorage, demo: boolean): Promise<{ id: string; name: string }> {
  const id = await storage.meta('workspace.id');
  if (id !== null) return { id, name: (await storage.meta('workspace.name')) ?? 'Workspace' };
  const made = { id: `w-${randomBytes(6).toString('hex')}`, name: demo ? 'Demo workspace' : 'Workspace' };
  await storage.transaction(async (store) => {
    await store.setMeta('workspace.id', made.id);
    await store.setMeta('workspace.name', made.name);
    await store.setMeta('generation', '1');
  });
  return made;
}
