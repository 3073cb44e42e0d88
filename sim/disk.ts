// The server's disk: real SQLite in memory that outlives the server process, and may be slow, refuse, or lose power around a commit.
// Owns what survives a crash; must not know what is written.
import type { KyselyStorage, Store } from '../sync-server/storage/index.ts';
import { DatabaseImage, SimDatabase } from './database.ts';

/** What a refused write says. */
export const DISK_FULL = 'simulated: disk full';

/** What happens at the next transaction that appends to the log. */
export type DiskFault =
  /** The write fails as a full disk would; the process lives on. */
  | 'refuse'
  /** The process dies with nothing of the transaction on disk. */
  | 'dieBeforeCommit'
  /** The process dies with the whole transaction on disk, before it can tell anybody. */
  | 'dieAfterCommit';

/** The process is gone; nothing of it goes on. */
class Died extends Error {
  override readonly name = 'Died';
}

/** What a dead process waits for. */
const never = (): Promise<never> => new Promise(() => undefined);

interface Process {
  alive: boolean;
  readonly died: () => void;
}

export class SimDisk {
  /** Set to make the next append go wrong. */
  fault: DiskFault | null = null;
  #database: Promise<SimDatabase> | null = null;
  readonly #image: DatabaseImage;
  #waiting: (() => void)[] = [];
  #slow = false;

  /** @param image what is on it to begin with. */
  constructor(image = DatabaseImage.EMPTY) {
    this.#image = image;
  }

  /** The database as a new process opens it. `died` is called when a fault kills the process. */
  async open(process: Process): Promise<KyselyStorage> {
    this.#database ??= SimDatabase.take(this.#image);
    return this.#guarded((await this.#database).storage, process);
  }

  /** What is on disk, for the checks. */
  async contents(): Promise<KyselyStorage> {
    if (this.#database === null) throw new Error('the disk was never opened');
    return (await this.#database).storage;
  }

  /** What is on disk, to begin others with. */
  async image(): Promise<DatabaseImage> {
    if (this.#database === null) throw new Error('the disk was never opened');
    return (await this.#database).image();
  }

  /** What was on it is lost; this is there instead. No process may have it open. */
  async replace(image: DatabaseImage): Promise<void> {
    await this.remove();
    this.#database = SimDatabase.takeOnce(image);
    await this.#database;
  }

  /** From now on appends wait for `flush`. */
  slowDown(): void {
    this.#slow = true;
  }

  /** Lets waiting appends reach the disk, and later ones at once. */
  flush(): void {
    this.#slow = false;
    for (const go of this.#waiting.splice(0)) go();
  }

  async remove(): Promise<void> {
    await (await this.#database)?.giveBack();
  }

  #guarded(storage: KyselyStorage, process: Process): KyselyStorage {
    const transaction = <T>(work: (store: Store) => Promise<T>): Promise<T> =>
      this.#transaction(storage, process, work);
    const guard = <O extends object>(object: O): O =>
      new Proxy(object, {
        get: (target, name) => {
          if (name === 'transaction') return transaction;
          if (name === 'close') return async () => undefined;
          const member: unknown = Reflect.get(target, name);
          // The tables of one part of the server are an object of their own.
          if (typeof member === 'object' && member !== null) return guard(member);
          if (typeof member !== 'function') return member;
          return async (...args: unknown[]) => {
            if (!process.alive) return never();
            const result: unknown = await Reflect.apply(member, target, args);
            return process.alive ? result : never();
          };
        },
      });
    return guard(storage);
  }

  async #transaction<T>(storage: KyselyStorage, process: Process, work: (store: Store) => Promise<T>): Promise<T> {
    if (!process.alive) return never();
    let fault: DiskFault | null = null;
    const die = (): void => {
      process.alive = false;
      process.died();
    };
    try {
      const result = await storage.transaction(async (store) => {
        let appends = false;
        const watch = <O extends object>(object: O): O =>
          new Proxy(object, {
            get: (target, name) => {
              const member: unknown = Reflect.get(target, name);
              if (typeof member === 'object' && member !== null) return watch(member);
              if (typeof member !== 'function') return member;
              return (...args: unknown[]): unknown => {
                if (!process.alive) throw new Died();
                appends ||= name === 'appendLog';
                return Reflect.apply(member, target, args);
              };
            },
          });
        const done = await work(watch(store));
        if (appends && this.#slow) await new Promise<void>((go) => this.#waiting.push(go));
        if (!process.alive) throw new Died();
        if (!appends) return done;
        fault = this.fault;
        this.fault = null;
        if (fault === 'refuse') throw new Error(DISK_FULL);
        if (fault !== 'dieBeforeCommit') return done;
        die();
        throw new Died();
      });
      if (fault === 'dieAfterCommit') die();
      return process.alive ? result : never();
    } catch (error) {
      if (!process.alive) return never();
      throw error;
    }
  }
}
