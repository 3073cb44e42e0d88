// The time during which this node leads: services, application and sync socket on a held lease. Owns beginning and ending it; must not decide when.
import type { ServerConfig } from '../config/index.ts';
import { type LogTail, verifyInTurn } from '../history/index.ts';
import { type Doors, openDoors, type StartOptions } from '../server.ts';
import { assembleServices, type Services } from '../services.ts';
import type { DataFolder, PostgresStorage } from '../storage/index.ts';
import { SOCKET_LIMITS } from '../sync/limits.ts';
import type { Log } from '../telemetry/index.ts';
import { requireKeys } from './standby.ts';

export interface ReignGround {
  readonly config: ServerConfig;
  readonly options: StartOptions;
  readonly folder: DataFolder;
  readonly storage: PostgresStorage;
  readonly log: Log;
}

export class Reign {
  readonly services: Services;
  readonly doors: Doors;

  private constructor(services: Services, doors: Doors) {
    this.services = services;
    this.doors = doors;
  }

  /** Opens everything on what was read of the log. The fence is set before. @throws StorageError, Fenced, OutcomeUnknown */
  static async begin({ config, options, folder, storage, log }: ReignGround, tail: LogTail): Promise<Reign> {
    await requireKeys(storage, folder);
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
      return new Reign(services, doors);
    } catch (error) {
      services.history.abandon(new Error('this node could not begin to lead', { cause: error }));
      throw error;
    }
  }

  /** Ends in order: sockets are told to connect again, everything in flight is stored and signed. */
  async end(): Promise<void> {
    await this.doors.sync.stop();
    await this.doors.app.close();
    await this.services.close();
  }

  /** [NODE-4] Ends at once, because another node leads: nothing more is written, signed or answered from memory. */
  async drop(reason: Error): Promise<void> {
    this.services.history.abandon(reason);
    await this.doors.sync.stop();
    await this.doors.app.close();
  }
}
