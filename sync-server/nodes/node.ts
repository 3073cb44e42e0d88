// One server of several over one PostgreSQL. Owns what this node does when it leads, follows or seeks a leader; what leading is, is reign.ts's, and
// when it begins and ends, leaseWatch.ts's.
import { randomBytes } from 'node:crypto';
import { checkConfig, type ServerConfig } from '../config/index.ts';
import type { StartOptions } from '../server.ts';
import type { Services } from '../services.ts';
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
import { Front } from './front.ts';
import { type LeaseEvents, LeaseWatch } from './leaseWatch.ts';
import { NodeProbes } from './probes.ts';
import { Reign, type ReignGround } from './reign.ts';
import { requireKeys, Standby } from './standby.ts';

export type NodeRole = 'leads' | 'follows' | 'seeks';

const why = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Errors that pass by themselves: another node leads, or the database is away. */
const passes = (error: unknown): boolean =>
  error instanceof Fenced ||
  error instanceof OutcomeUnknown ||
  (error instanceof StorageError && error.fault === 'cutOff');

interface NodeGround extends ReignGround {
  readonly front: Front;
  readonly probes: NodeProbes;
  readonly port: number;
  readonly database: DatabaseAddress;
}

export class ServerNode implements LeaseEvents {
  readonly url: string;
  readonly port: number;
  readonly folder: DataFolder;
  readonly #ground: NodeGround;
  readonly #storage: PostgresStorage;
  readonly #log: Log;
  readonly #front: Front;
  readonly #watch: LeaseWatch;
  readonly #standby: Standby;
  #reign: Reign | null = null;
  /** Beginning and ending to lead, one after the other. */
  #turns: Promise<void> = Promise.resolve();
  #leading = false;
  #following = '';
  #fault: unknown = null;
  #stopping = false;

  private constructor(ground: NodeGround) {
    const { config, port } = ground;
    this.#ground = ground;
    this.folder = ground.folder;
    this.#storage = ground.storage;
    this.#log = ground.log;
    this.#front = ground.front;
    this.port = port;
    this.url = `http://${config.host.includes(':') ? `[${config.host}]` : config.host}:${port}`;
    this.#watch = new LeaseWatch(ground.database, config.nodeUrl ?? this.url, this);
    this.#standby = new Standby(ground.storage, ground.folder);
    ground.probes.of(this);
  }

  /** Starts a node; resolves when it leads or knows who does. @throws ConfigError, StorageError; nothing stays open then. */
  static async start(config: ServerConfig, database: DatabaseAddress, options: StartOptions = {}): Promise<ServerNode> {
    checkConfig(config);
    const log = createLog(config.logLevel, config.json, options.write ?? ((line) => void process.stderr.write(line)));
    const folder = takeDataFolder(config.dataDir);
    let storage: PostgresStorage | null = null;
    let front: Front | null = null;
    let node: ServerNode | null = null;
    try {
      storage = await openPostgres(database, options.migrations);
      await requireKeys(storage, folder);
      const secret = await storage.parts.add('node', 'secret', randomBytes(32));
      const probes = new NodeProbes();
      front = new Front({
        probe: (path) => probes.answer(path),
        secret: Buffer.from(secret).toString('base64url'),
        trustProxy: config.trustProxy ?? false,
      });
      const port = await front.listen(config.host, config.port);
      node = new ServerNode({ config, options, folder, storage, log, front, probes, port, database });
      await node.#settle();
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
    return this.#watch.lease.held;
  }

  /** Entries of the log that this node has read. */
  get size(): number {
    return this.#reign?.services.history.size ?? this.#standby.size;
  }

  /** Where the leading node answers; '' when nobody leads. */
  get leader(): string {
    return this.#reign === null ? this.#following : this.#watch.lease.url;
  }

  /** Why this node could not lead; null when it could. */
  get fault(): unknown {
    return this.#fault;
  }

  /** What leads on this node; null while it does not. */
  get services(): Services | null {
    return this.#reign?.services ?? null;
  }

  /** Ends leading in order, lets another node lead at once, and gives everything back. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#watch.pause();
    await this.#turns;
    const { size } = this;
    this.#front.turnTo({ kind: 'seek' });
    await this.#reign?.end();
    await this.#watch.giveUp();
    this.#reign = null;
    await this.#front.close();
    await this.#watch.close();
    await this.#storage.close();
    this.folder.release();
    this.#log.info('stopped', { entries: size });
  }

  /** Waits until this node leads or follows. @throws why it can do neither */
  async #settle(): Promise<void> {
    this.#watch.look();
    for (;;) {
      await this.#turns;
      if (this.role !== 'seeks') return;
      if (this.#fault !== null) throw this.#fault;
      await this.#watch.nextLook();
    }
  }

  eligible(): boolean {
    return this.#fault === null && !this.#stopping;
  }

  won(): void {
    this.#leading = true;
    this.#following = '';
    this.#turns = this.#turns.then(() => this.#begin());
  }

  renewed(): void {
    if (this.#reign?.services.history.sequencer.abandoned === true) {
      void this.#watch.giveUp();
      this.lost('the log cannot be written from what is in memory');
      return;
    }
    // Requests that came while it was not sure that this node leads.
    this.#front.turnTo(this.#front.target);
  }

  lost(reason: string): void {
    this.#leading = false;
    // First of all nobody is answered from memory any more.
    this.#front.turnTo({ kind: 'seek' });
    this.#log.warn('no longer leading', { reason });
    this.#turns = this.#turns.then(async () => {
      const reign = this.#reign;
      this.#reign = null;
      await reign?.drop(new Fenced(reason));
    });
  }

  others(url: string): void {
    if (url !== this.#following) {
      this.#following = url;
      this.#log.info(url === '' ? 'nobody leads' : 'following', { leader: url });
    }
    if (this.#reign !== null) return;
    const { target } = this.#front;
    // Also when the front gave up on an address that is the leader's still.
    if (url !== '' && (target.kind !== 'follow' || target.url !== url)) this.#front.turnTo({ kind: 'follow', url });
    if (url === '' && target.kind !== 'seek') this.#front.turnTo({ kind: 'seek' });
    this.grew();
  }

  grew(): void {
    if (this.#leading || this.#reign !== null || this.#stopping) return;
    this.#standby.follow().then(
      () => {
        this.#fault = null;
      },
      (error: unknown) => this.#failed('the log cannot be followed', error),
    );
  }

  unreachable(error: unknown): void {
    this.#log.debug('the lease could not be looked at', { reason: why(error) });
  }

  async #begin(): Promise<void> {
    const { fence } = this.#watch.lease;
    if (fence === null || !this.#leading) return;
    // Only now: until here the former reign's last writes meet its own, stale token.
    this.#storage.setFence(fence);
    try {
      const reign = await Reign.begin(this.#ground, await this.#standby.handOver());
      this.#reign = reign;
      this.#ground.probes.count(reign.services.metrics.registry);
      const { server } = reign.doors.app;
      if (this.#leading) this.#front.turnTo({ kind: 'lead', server, held: () => this.held });
      this.#log.info('leading', { entries: reign.services.history.size, token: fence.token });
    } catch (error) {
      this.#leading = false;
      this.#failed('this node cannot lead', error);
      await this.#watch.giveUp();
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
}
