// The time during which this node leads: services, application and sync socket on a held lease. Owns beginning and ending it; must not decide when.
import type { ServerConfig } from '../config/index.ts';
import { type LogTail, verifyInTurn } from '../history/index.ts';
import { type Doors, openDoors, type StartOptions } from '../server.ts';
import { assembleServices, type Services } from '../services.ts';
import type { DataFolder, Fence, PostgresStorage } from '../storage/index.ts';
import { SOCKET_LIMITS } from '../sync/limits.ts';
import type { Log } from '../telemetry/index.ts';
import { requireKeys } from './standby.ts';

export interface ReignGround {
  readonly config: ServerConfig;
  readonly options: StartOptions;
  readonly folder: DataFolder;
  /** Without a lease, for reading. */
  readonly storage: PostgresStorage;
  readonly log: Log;
}

export class Reign {
  readonly services: Services;
  readonly doors: Doors;
  /** Under this reign's lease. */
  readonly #storage: PostgresStorage;

  /** What was read of the log before, and grew with it since: only what is stored. */
  readonly tail: LogTail;

  private constructor(services: Services, doors: Doors, storage: PostgresStorage, tail: LogTail) {
    this.services = services;
    this.doors = doors;
    this.#storage = storage;
    this.tail = tail;
  }

  /** Opens everything on what was read of the log, and writes under the lease given. @throws StorageError, Fenced, OutcomeUnknown */
  static async begin(ground: ReignGround, fence: Fence, tail: LogTail): Promise<Reign> {
    const storage = ground.storage.under(fence);
    try {
      await requireKeys(storage, ground.folder);
      await storage.requireKnownSchema();
      return await Reign.#open(ground, storage, tail);
    } catch (error) {
      storage.retire();
      throw error;
    }
  }

  static async #open(
    { config, options, folder, log }: ReignGround,
    storage: PostgresStorage,
    tail: LogTail,
  ): Promise<Reign> {
    const now = options.now ?? (() => new Date());
    const limits = { ...SOCKET_LIMITS, ...options.limits };
    const verifySignature = options.verifySignature ?? verifyInTurn;
    // The front has taken off what no node and no trusted proxy wrote, so what is left is true.
    const services = await assembleServices(
      { ...config, trustProxy: true },
      { folder, storage, log, now, limits, verifySignature, tail, kept: true },
    );
    try {
      const doors = await openDoors(services, options);
      await doors.app.ready();
      return new Reign(services, doors, storage, tail);
    } catch (error) {
      cease(services, storage, new Error('this node could not begin to lead', { cause: error }));
      throw error;
    }
  }

  /** Ends in order: sockets are told to connect again, everything in flight is stored and signed. */
  async end(): Promise<void> {
    await this.doors.sync.stop();
    await this.doors.app.close();
    await this.services.close();
    this.#storage.retire();
  }

  /** Nothing more is written or signed; what is under way is told that its outcome is not known. */
  cease(reason: Error): void {
    cease(this.services, this.#storage, reason);
  }

  /** [NODE-4] Ends at once, because another node leads: nothing more is written, signed or answered from memory. */
  async drop(reason: Error): Promise<void> {
    this.cease(reason);
    await this.doors.sync.stop();
    await this.doors.app.close();
  }
}

/** Nothing of these services acts any more: no append, no signature, no question to a witness, no end of a term. */
function cease({ history, breakGlass, witnessing }: Services, storage: PostgresStorage, reason: Error): void {
  history.abandon(reason);
  breakGlass.close();
  witnessing.close();
  storage.retire();
}
