// The network between one node and its database. Owns passing bytes on, late, never or cut off; must not read them, but for the word `commit`.
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** What happens to the next commit that passes. */
export type CommitFault = 'afterCommit' | 'beforeCommit';

interface Pair {
  readonly node: Socket;
  readonly database: Socket;
  /** Nothing passes any more, and nobody is told: a firewall that forgot the connection. */
  silent: boolean;
}

const COMMIT = 'commit\0';

export class DatabaseProxy {
  readonly #server: Server;
  readonly #target: number;
  readonly #pairs = new Set<Pair>();
  #delayMs = 0;
  #parted = false;
  #fault: { readonly kind: CommitFault; readonly done: () => void } | null = null;

  private constructor(target: number) {
    this.#target = target;
    this.#server = createServer((socket) => this.#take(socket));
  }

  /** Listens in front of a database server on this machine. */
  static async listen(target: number): Promise<DatabaseProxy> {
    const proxy = new DatabaseProxy(target);
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  /** The database's address through this proxy. */
  addressOf(databaseUrl: string): string {
    const url = new URL(databaseUrl);
    url.port = String((this.#server.address() as AddressInfo).port);
    return url.href;
  }

  /** Ports of the connections as the database sees them. */
  get ports(): number[] {
    return [...this.#pairs].flatMap(({ database: { localPort } }) => (localPort === undefined ? [] : [localPort]));
  }

  /** Every packet takes so much longer, each way. */
  delay(ms: number): void {
    this.#delayMs = ms;
  }

  /** The connections that stand fall silent; new ones work. */
  silence(): void {
    for (const pair of this.#pairs) pair.silent = true;
  }

  /** All fall silent, and new ones are never answered, until `heal`. */
  part(): void {
    this.#parted = true;
    this.silence();
  }

  /** Resolves when a commit's connection was cut: after the database got it, or before. */
  cutAtCommit(kind: CommitFault): Promise<void> {
    return new Promise((done) => {
      this.#fault = { kind, done };
    });
  }

  /** New connections work again; silent ones are forgotten by the network for good. */
  heal(): void {
    this.#parted = false;
    this.#delayMs = 0;
    this.#fault = null;
    for (const pair of this.#pairs) if (pair.silent) this.#cut(pair);
  }

  async close(): Promise<void> {
    for (const pair of this.#pairs) this.#cut(pair);
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #take(node: Socket): void {
    const database = connect({ port: this.#target, host: '127.0.0.1', noDelay: true });
    node.setNoDelay(true);
    const pair: Pair = { node, database, silent: this.#parted };
    this.#pairs.add(pair);
    node.on('data', (bytes) => {
      if (this.#fault !== null && !pair.silent && bytes.includes(COMMIT)) this.#cutCommit(pair, bytes);
      else this.#pass(pair, database, bytes);
    });
    database.on('data', (bytes) => this.#pass(pair, node, bytes));
    for (const side of [node, database]) {
      side.on('error', () => side.destroy());
      // A network that forgot the connection does not tell the other side that this one ended.
      side.on('close', () => {
        if (!pair.silent) this.#cut(pair);
      });
    }
  }

  #pass(pair: Pair, to: Socket, bytes: Buffer): void {
    const send = (): void => {
      if (!pair.silent && to.writable) to.write(bytes);
    };
    if (this.#delayMs > 0) setTimeout(send, this.#delayMs);
    else send();
  }

  #cutCommit(pair: Pair, bytes: Buffer): void {
    const fault = this.#fault;
    this.#fault = null;
    // From here on the node hears nothing, whatever the database answers.
    pair.silent = true;
    if (fault?.kind === 'afterCommit') pair.database.end(bytes);
    else pair.database.destroy();
    pair.node.destroy();
    this.#pairs.delete(pair);
    fault?.done();
  }

  #cut(pair: Pair): void {
    this.#pairs.delete(pair);
    pair.node.destroy();
    pair.database.destroy();
  }
}
