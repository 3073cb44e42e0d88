// The nodes of one workspace: real processes, each behind a network of its own to the database. Owns who lives, who leads, and their ends.
import { rmSync } from 'node:fs';
import type { Random } from '../sim/random.ts';
import { DatabaseProxy } from './databaseProxy.ts';
import type { DatabaseTemplate } from './databaseTemplate.ts';
import { ServerProcess } from './serverProcess.ts';

/** How often the lease is looked at. */
const LOOK_MS = 50;
/** Nobody leading for this long is a finding of its own. */
const NO_LEADER_MS = 60_000;

export interface FleetNode {
  readonly name: string;
  readonly dataDir: string;
  readonly proxy: DatabaseProxy;
  readonly process: ServerProcess;
  readonly url: string;
}

export interface LeaseSeen {
  readonly url: string;
  /** The fencing token. */
  readonly token: number;
}

export interface FleetOptions {
  readonly template: DatabaseTemplate;
  /** The workspace's database, straight. */
  readonly database: string;
  readonly cacheDir: string;
  readonly name: string;
}

export class Fleet {
  /** What ended although nobody ended it, or did not go on. */
  readonly problems: string[] = [];
  readonly #options: FleetOptions;
  #nodes: FleetNode[] = [];
  readonly #ending = new Set<ServerProcess>();
  #count = 0;

  constructor(options: FleetOptions) {
    this.#options = options;
  }

  get nodes(): readonly FleetNode[] {
    return this.#nodes;
  }

  get urls(): string[] {
    return this.#nodes.map(({ url }) => url);
  }

  /** A new node, or one that comes back with the folder it had. Resolves when it leads or follows. */
  async start(dataDir?: string): Promise<FleetNode> {
    const { template, database, cacheDir, name } = this.#options;
    this.#count += 1;
    const own = `${name}-n${this.#count}`;
    const folder = dataDir ?? template.nodeFolder(own);
    const proxy = await DatabaseProxy.listen(template.postgres.port);
    const process = new ServerProcess({ dataDir: folder, cacheDir, database: proxy.addressOf(database) });
    void process.exit.then((code) => {
      if (!this.#ending.has(process)) this.problems.push(`${own} ended by itself with ${code}: ${process.says}`);
    });
    const node = { name: own, dataDir: folder, proxy, process, url: await process.url() };
    this.#nodes.push(node);
    return node;
  }

  /** `kill -9`. */
  async kill(node: FleetNode): Promise<void> {
    this.#forget(node);
    await node.process.kill();
    await node.proxy.close();
  }

  /** As an operator does. */
  async stop(node: FleetNode): Promise<void> {
    this.#forget(node);
    const code = await node.process.stop();
    if (code !== 0) this.problems.push(`${node.name} left with ${code} when it was told to stop: ${node.process.says}`);
    await node.proxy.close();
  }

  /** The lease as the database has it; null while nobody's runs. */
  async lease(): Promise<LeaseSeen | null> {
    const { template, database } = this.#options;
    const { rows } = await template.postgres.run(
      `select url, token::int as token from lease where name = 'log' and expires_at > clock_timestamp()`,
      database,
    );
    return (rows as LeaseSeen[])[0] ?? null;
  }

  /** The node that leads, once one does. @throws Error when nobody does for too long */
  async leader(accept: (lease: LeaseSeen) => boolean = () => true): Promise<FleetNode> {
    const deadline = performance.now() + NO_LEADER_MS;
    for (;;) {
      const lease = await this.lease();
      const node = this.#nodes.find(({ url }) => url === lease?.url);
      if (lease !== null && node !== undefined && accept(lease)) return node;
      if (performance.now() > deadline) throw new Error(`nobody leads after ${NO_LEADER_MS / 1000} s`);
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  }

  /** Any node that does not lead; null when there is none. */
  async follower(random: Random): Promise<FleetNode | null> {
    const leader = await this.leader();
    return random.pick(this.#nodes.filter((node) => node !== leader)) ?? null;
  }

  /** Ends the node's sessions on the database server: all, or those for the lease alone. */
  async terminateSessions({ proxy }: FleetNode, leaseOnly: boolean): Promise<void> {
    const names = leaseOnly ? "'countersign node'" : "'countersign node', 'countersign'";
    await this.#options.template.postgres.run(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where client_port = any('{${proxy.ports.join(',')}}') and application_name in (${names})`,
      this.#options.database,
    );
  }

  async removeFolders(): Promise<void> {
    const { name, template } = this.#options;
    await template.drop(name);
    for (const { dataDir } of this.#nodes) rmSync(dataDir, { recursive: true, force: true });
  }

  #forget(node: FleetNode): void {
    this.#ending.add(node.process);
    this.#nodes = this.#nodes.filter((other) => other !== node);
  }
}
