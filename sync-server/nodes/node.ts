// One server of several over one PostgreSQL. Owns when this node leads, follows or seeks a leader; what leading is, is reign.ts's.
import { checkConfig, type ServerConfig } from '../config/index.ts';
import type { StartOptions } from '../server.ts';
import {
  type DatabaseAddress,
  type DataFolder,
  Fenced,
  OutcomeUnknown,
  openPostgres,
  type PostgresStorage,
  StorageError,
  takeDataFolder,
} from '../storage/index.ts';
import { createLog, type Log } from '../telemetry/index.ts';
import { ControlConnection } from './controlConnection.ts';
import { Front } from './front.ts';
import { SequencerLease } from './lease.ts';
import { NodeProbes } from './probes.ts';
import { Reign } from './reign.ts';
import { requireKeys, Standby } from './standby.ts';

/** A leader that is silent for this long has lost the lease; renewed five times as often. */
const TTL_MS = 2500;
const RENEW_MS = 500;
/** How often a node that does not lead looks, besides being told. */
const LOOK_MS = 200;

export type NodeRole = 'leads' | 'follows' | 'seeks';

export interface NodeOptions extends StartOptions {
  readonly ttlMs?: number;
}

const why = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Errors that pass by themselves: another node leads, or the database is away. */
const passes = (error: unknown): boolean =>
  error instanceof Fenced ||
  error instanceof OutcomeUnknown ||
  (error instanceof StorageError && error.fault === 'cutOff');

export class ServerNode {
  readonly url: string;
  readonly port: number;
  readonly folder: DataFolder;
  readonly #config: ServerConfig;
  readonly #options: NodeOptions;
  readonly #storage: PostgresStorage;
  readonly #log: Log;
  readonly #front: Front;
  readonly #control: ControlConnection;
  readonly #lease: SequencerLease;
  readonly #standby: Standby;
  readonly #probes: NodeProbes;
  #reign: Reign | null = null;
  /** Beginning and ending to lead, one after the other. */
  #turns: Promise<void> = Promise.resolve();
  #leading = false;
  #following = '';
  #fault: unknown = null;
  #timer: NodeJS.Timeout | null = null;
  #looking: Promise<void> | null = null;
  #stopping = false;
  readonly #settled = new Set<() => void>();

  private constructor(
    config: ServerConfig,
    options: NodeOptions,
    ground: { folder: DataFolder; storage: PostgresStorage; log: Log; front: Front; probes: NodeProbes; port: number },
    database: DatabaseAddress,
  ) {
    this.#config = config;
    this.#options = options;
    this.folder = ground.folder;
    this.#storage = ground.storage;
    this.#log = ground.log;
    this.#front = ground.front;
    this.#probes = ground.probes;
    this.port = ground.port;
    this.url = `http://${config.host.includes(':') ? `[${config.host}]` : config.host}:${ground.port}`;
    this.#control = new ControlConnection(database, (notice) => this.#noticed(notice));
    this.#lease = new SequencerLease(this.#control, config.nodeUrl ?? this.url, options.ttlMs ?? TTL_MS);
    this.#standby = new Standby(ground.storage, ground.folder);
  }

  /** Starts a node; resolves when it leads or knows who does. @throws ConfigError, StorageError; nothing stays open then. */
  static async start(config: ServerConfig, database: DatabaseAddress, options: NodeOptions = {}): Promise<ServerNode> {
    checkConfig(config);
    const log = createLog(config.logLevel, config.json, options.write ?? ((line) => void process.stderr.write(line)));
    const folder = takeDataFolder(config.dataDir);
    let storage: PostgresStorage | null = null;
    let front: Front | null = null;
    let node: ServerNode | null = null;
    try {
      storage = await openPostgres(database, options.migrations);
      await requireKeys(storage, folder);
      const probes = new NodeProbes();
      front = new Front({ probe: (path) => probes.answer(path) });
      const port = await front.listen(config.host, config.port);
      node = new ServerNode(config, options, { folder, storage, log, front, probes, port }, database);
      probes.of(node);
      node.#look();
      await node.#role();
      folder.announce(port, node.url);
      log.info('listening', { url: node.url, data: folder.path, database: database.shown, role: node.role });
      return node;
    } catch (error) {
      if (node !== null) await node.stop();
      else {
        await front?.close();
        await storage?.close();
        folder.release();
      }
      throw error;
    }
  }

  get role(): NodeRole {
    if (this.#reign !== null) return 'leads';
    return this.#following === '' ? 'seeks' : 'follows';
  }

  /** Whether nobody else can have taken over yet. */
  get held(): boolean {
    return this.#lease.held;
  }

  /** Entries of the log that this node has read. */
  get size(): number {
    return this.#reign?.services.history.size ?? this.#standby.size;
  }

  get leader(): string {
    return this.#reign === null ? this.#following : this.#lease.url;
  }

  /** Why this node could not lead; null when it could. */
  get fault(): unknown {
    return this.#fault;
  }

  /** Ends leading in order, lets another node lead at once, and gives everything back. */
  async stop(): Promise<void> {
    this.#stopping = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    await this.#looking;
    await this.#turns;
    const { size } = this;
    this.#front.turnTo({ kind: 'seek' });
    await this.#reign?.end();
    await this.#lease.release().catch((error: unknown) => this.#log.warn('the lease runs out', { reason: why(error) }));
    this.#reign = null;
    await this.#front.close();
    await this.#control.close();
    await this.#storage.close();
    this.folder.release();
    this.#log.info('stopped', { entries: size });
  }

  /** Waits until this node leads or follows. @throws why it can do neither */
  async #role(): Promise<void> {
    for (;;) {
      await this.#turns;
      if (this.role !== 'seeks') return;
      if (this.#fault !== null) throw this.#fault;
      await new Promise<void>((resolve) => this.#settled.add(resolve));
    }
  }

  #noticed(notice: string): void {
    if (this.#stopping) return;
    if (notice.startsWith('log')) {
      if (!this.#leading) this.#follow();
      return;
    }
    this.#look();
  }

  /** Looks at the lease now, and again after a while. One look at a time; it never waits for leading to begin or end. */
  #look(): void {
    if (this.#stopping || this.#looking !== null) return;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#looking = this.#lookNow()
      .catch((error: unknown) => this.#unreachable(error))
      .finally(() => {
        this.#looking = null;
        for (const resolve of [...this.#settled]) {
          this.#settled.delete(resolve);
          resolve();
        }
        if (!this.#stopping) this.#timer = setTimeout(() => this.#look(), this.#leading ? RENEW_MS : LOOK_MS);
      });
  }

  async #lookNow(): Promise<void> {
    if (this.#leading) {
      if (this.#reign?.services.history.sequencer.abandoned === true) {
        await this.#lease.release();
        this.#lost(new Fenced('The log cannot be written from what is in memory.'));
      } else if (await this.#lease.renew()) this.#front.turnTo(this.#front.target);
      else this.#lost(new Fenced('Another node took the lease.'));
      return;
    }
    const view = await this.#lease.view();
    if (view?.live === true && !view.mine) {
      this.#followWhom(view.url);
      return;
    }
    this.#followWhom('');
    if (this.#fault === null && (await this.#lease.take())) this.#won();
  }

  /** The database does not answer: a leader goes on until its lease may have run out. */
  #unreachable(error: unknown): void {
    if (this.#leading && !this.#lease.held) this.#lost(new Error('the lease could not be renewed', { cause: error }));
    this.#log.debug('the lease could not be looked at', { reason: why(error) });
  }

  #followWhom(url: string): void {
    if (url !== this.#following) {
      this.#following = url;
      this.#log.info(url === '' ? 'nobody leads' : 'following', { leader: url });
    }
    if (this.#reign !== null) return;
    const { target } = this.#front;
    // Also when the front gave up on an address that is the leader's still.
    if (url !== '' && (target.kind !== 'follow' || target.url !== url)) this.#front.turnTo({ kind: 'follow', url });
    if (url === '' && target.kind !== 'seek') this.#front.turnTo({ kind: 'seek' });
    this.#follow();
  }

  #follow(): void {
    if (this.#reign !== null) return;
    this.#standby.follow().then(
      () => this.#cured(),
      (error: unknown) => this.#failed('the log cannot be followed', error),
    );
  }

  #won(): void {
    this.#leading = true;
    this.#following = '';
    this.#turns = this.#turns.then(() => this.#begin());
  }

  #lost(reason: Error): void {
    this.#leading = false;
    this.#lease.forget();
    // First of all nobody is answered from memory any more.
    this.#front.turnTo({ kind: 'seek' });
    this.#log.warn('no longer leading', { reason: reason.message });
    this.#turns = this.#turns.then(async () => {
      const reign = this.#reign;
      this.#reign = null;
      await reign?.drop(reason);
    });
  }

  async #begin(): Promise<void> {
    const { fence } = this.#lease;
    if (fence === null || !this.#leading) return;
    // Only now: until here the former reign's last writes meet its own, stale token.
    this.#storage.setFence(fence);
    try {
      const tail = await this.#standby.handOver();
      const ground = {
        config: this.#config,
        options: this.#options,
        folder: this.folder,
        storage: this.#storage,
        log: this.#log,
      };
      const reign = await Reign.begin(ground, tail);
      this.#reign = reign;
      this.#probes.count(reign.services.metrics.registry);
      const { server } = reign.doors.app;
      if (this.#leading) this.#front.turnTo({ kind: 'lead', server, held: () => this.#lease.held });
      this.#log.info('leading', { entries: reign.services.history.size, token: fence.token });
    } catch (error) {
      this.#leading = false;
      this.#failed('this node cannot lead', error);
      await this.#lease.release().catch(() => this.#lease.forget());
    }
  }

  /** A fault that stays is remembered, so that this node does not take the lease again and again. */
  #failed(what: string, error: unknown): void {
    if (passes(error)) {
      this.#log.warn(what, { reason: why(error) });
      return;
    }
    if (this.#fault === null || why(this.#fault) !== why(error)) this.#log.error(what, error);
    this.#fault = error;
  }

  #cured(): void {
    this.#fault = null;
  }
}
