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
  openPostgres,
  type PostgresStorage,
  takeDataFolder,
} from '../storage/index.ts';
import { createLog, type Log } from '../telemetry/index.ts';
import { Front } from './front.ts';
import { type LeaseEvents, LeaseWatch } from './leaseWatch.ts';
import { NodeHealth, passes, why } from './nodeHealth.ts';
import { NodeProbes } from './probes.ts';
import { Reign, type ReignGround } from './reign.ts';
import { requireKeys, Standby } from './standby.ts';

export type NodeRole = 'leads' | 'follows' | 'seeks';

/** Storing and signing what is under way may take so long when the node is told to stop. */
const STOP_MS = 8000;

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
  readonly #health: NodeHealth;
  #reign: Reign | null = null;
  /** Beginning and ending to lead, one after the other. */
  #turns: Promise<void> = Promise.resolve();
  #leading = false;
  #following = '';
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
    this.#health = new NodeHealth(ground.log);
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
    return this.#health.fault;
  }

  /** Whether the database has not answered for a while. */
  get away(): boolean {
    return this.#health.away;
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
    if (this.#reign !== null) await this.#end(this.#reign);
    await this.#watch.giveUp();
    this.#reign = null;
    await this.#front.close();
    await this.#watch.close();
    await this.#storage.close();
    this.folder.release();
    this.#log.info('stopped', { entries: size });
  }

  /** [NODE-18] In order; at once when the database does not take what is under way: clients have it, and send it again. */
  async #end(reign: Reign): Promise<void> {
    const late = setTimeout(() => {
      this.#log.warn('the node stops with changes under way', { afterMs: STOP_MS });
      reign.cease(new Fenced('this node was told to stop'));
    }, STOP_MS);
    try {
      await reign.end();
    } catch (error) {
      if (!passes(error)) throw error;
      this.#log.warn('the node stops while the database is away', { reason: why(error) });
      reign.cease(new Fenced('this node was told to stop'));
    } finally {
      clearTimeout(late);
    }
  }

  /** Waits until this node leads or follows. @throws why it can do neither */
  async #settle(): Promise<void> {
    this.#watch.look();
    for (;;) {
      await this.#turns;
      if (this.role !== 'seeks') return;
      if (this.fault !== null) throw this.fault;
      await this.#watch.nextLook();
    }
  }

  eligible(): boolean {
    return this.#health.mayLead && !this.#stopping;
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
      if (reign === null) return;
      this.#standby.takeBack(reign.tail);
      await reign.drop(new Fenced(reason));
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
      () => this.#health.followed(),
      (error: unknown) => this.#health.cannotFollow(error),
    );
  }

  unreachable(error: unknown, forMs: number): void {
    this.#health.unreachable(error, forMs);
  }

  reached(): void {
    this.#health.reached();
  }

  async #begin(): Promise<void> {
    const { fence } = this.#watch.lease;
    if (fence === null || !this.#leading) return;
    const tail = await this.#standby.handOver();
    try {
      const reign = await Reign.begin(this.#ground, fence, tail);
      this.#reign = reign;
      this.#health.led();
      this.#ground.probes.count(reign.services.metrics.registry);
      const { server } = reign.doors.app;
      if (this.#leading) this.#front.turnTo({ kind: 'lead', server, held: () => this.held });
      this.#log.info('leading', { entries: reign.services.history.size, token: fence.token });
    } catch (error) {
      this.#leading = false;
      this.#standby.takeBack(tail);
      this.#health.cannotLead(error);
      await this.#watch.giveUp();
    }
  }
}
