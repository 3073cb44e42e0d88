// The real server in this process: services, routes and sync socket over the simulated disk, network and clock. Owns starting it,
// stopping it and killing it; every start is another process to its clients.
import { EventEmitter } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEMO_ACCOUNTS } from '../sync-server/auth/index.ts';
import { verifyEd25519 } from '../sync-server/history/index.ts';
import { openServices, type Services } from '../sync-server/services.ts';
import { SyncServer } from '../sync-server/sync/syncServer.ts';
import { SERVER_DEFAULTS } from '../sync-server/testKit/testServer.ts';
import type { SimClock } from './clock.ts';
import type { DatabaseImage } from './database.ts';
import { SimDisk } from './disk.ts';
import { Ending } from './ending.ts';
import type { Line } from './line.ts';
import { answer } from './routes.ts';
import { turns } from './turns.ts';

/** Name the server is reached by; nothing listens there. */
export const SERVER_URL = 'http://127.0.0.1:4310';
/** Where the server's key file is kept: in memory where the system has such a place, since nothing here is about that file. */
export const FOLDERS = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
/** Rates that no schedule reaches: they are counted in real time. */
const UNLIMITED = {
  requestsPerSecond: 1e9,
  requestBurst: 1e9,
  framesPerSecond: 1e6,
  frameBurst: 1e6,
  bytesPerSecond: 1e12,
  byteBurst: 1e12,
  connectionsPerUser: 1e6,
};

/** What a server keeps beside its database, by file name. */
export type Files = ReadonlyMap<string, Buffer>;

/** The folder of this process's servers, one after the other; gone when the process ends. */
let ownFolder: string | null = null;

function folderWith(files: Files): string {
  if (ownFolder === null) {
    const made = mkdtempSync(join(FOLDERS, 'countersign-sim-'));
    process.on('exit', () => rmSync(made, { recursive: true, force: true }));
    ownFolder = made;
  }
  for (const name of readdirSync(ownFolder)) rmSync(join(ownFolder, name), { recursive: true, force: true });
  for (const [name, bytes] of files) writeFileSync(join(ownFolder, name), bytes, { mode: 0o600 });
  return ownFolder;
}

/** The part of Response that the client uses; the platform's own costs more than the request. */
class Answer {
  readonly status: number;
  readonly #body: Buffer;

  constructor(status: number, body: Buffer) {
    this.status = status;
    this.#body = body;
  }
  get ok(): boolean {
    return this.status >= 200 && this.status < 300;
  }
  async text(): Promise<string> {
    return this.#body.toString('utf8');
  }
  async json(): Promise<unknown> {
    return JSON.parse(await this.text());
  }
  async arrayBuffer(): Promise<ArrayBuffer> {
    return new Uint8Array(this.#body).buffer;
  }
}

interface Running {
  readonly services: Services;
  readonly sync: SyncServer;
  readonly upgrades: EventEmitter;
  readonly process: { alive: boolean; died: () => void };
  /** Whether requests are answered; not any more while it stops. */
  answers: boolean;
  /** Comes when the process dies. */
  readonly death: Ending;
}

export class SimServer {
  readonly disk: SimDisk;
  /** Milliseconds between the server's clock and the right time. */
  skew = 0;
  /** Edited cells above which it folds a draft. */
  foldAbove = Number.POSITIVE_INFINITY;
  /** What the server wrote to its log as errors. */
  readonly errors: string[] = [];
  readonly #clock: SimClock;
  readonly #folder: string;
  readonly #lines = new Set<Line>();
  #running: Running | null = null;
  #starting: Promise<void> | null = null;
  /** Of the process that was started last. */
  #death = new Ending();
  crashes = 0;

  /** @param image what is in its database to begin with. @param files what is beside it. One server at a time. */
  constructor(clock: SimClock, image?: DatabaseImage, files: Files = new Map()) {
    this.#clock = clock;
    this.#folder = folderWith(files);
    this.disk = new SimDisk(image);
  }

  /** Where what is beside the database is. */
  get folder(): string {
    return this.#folder;
  }
  get isUp(): boolean {
    return this.#running !== null;
  }
  /** @throws Error while no process runs. */
  get services(): Services {
    if (this.#running === null) throw new Error('the server is down');
    return this.#running.services;
  }

  /** Starts a process on what is on disk; does nothing when one runs. A disk that kills it again leaves the server down. */
  async start(): Promise<void> {
    if (this.#running !== null) return;
    this.#starting ??= this.#start().finally(() => {
      this.#starting = null;
    });
    await this.#starting;
  }

  async #start(): Promise<void> {
    const death = new Ending();
    const process = { alive: true, died: () => this.#died(process) };
    const now = (): Date => new Date(this.#clock.now + this.skew);
    const assemble = async (): Promise<Running> => {
      const services = await openServices(
        { ...SERVER_DEFAULTS, logLevel: 'error', json: true, dataDir: this.#folder },
        {
          now,
          limits: UNLIMITED,
          openStorage: () => this.disk.open(process),
          verifySignature: verifyEd25519,
          foldAbove: this.foldAbove,
          write: (line) => process.alive && this.errors.push(line),
        },
      );
      for (const { userId, ...account } of DEMO_ACCOUNTS)
        if (services.people.user(userId) === null) await services.people.putUser({ id: userId, ...account });
      const sync = new SyncServer(services);
      const upgrades = new EventEmitter();
      sync.attach(upgrades as unknown as Server);
      return { services, sync, upgrades, process, death, answers: true };
    };
    this.#death = death;
    const started = await death.orEnd(assemble()).catch((error: unknown) => {
      if (process.alive) throw error;
      return null;
    });
    this.#running = process.alive ? started : null;
  }
  /** The process dies at once, with everything that is not on disk. */
  crash(): void {
    const running = this.#running;
    if (running === null) return;
    running.process.alive = false;
    running.process.died();
    // What waited for the slow disk goes on only to find that its process is gone.
    this.disk.flush();
  }

  #died(process: Running['process']): void {
    this.crashes += 1;
    const running = this.#running;
    if (running === null || running.process === process) this.#running = null;
    running?.sync.stop().catch(() => undefined);
    for (const line of this.#lines) line.serverDied();
    this.#lines.clear();
    this.#death.end(new TypeError('the server died'));
  }

  /** Stops in order; the schedule's clock runs meanwhile. */
  async stop(): Promise<void> {
    const running = this.#running;
    if (running === null) return;
    this.disk.flush();
    let stopped = false;
    const stopping = (async () => {
      await running.sync.stop();
      running.answers = false;
      await running.services.close();
    })()
      .catch((error: unknown) => {
        if (running.process.alive) throw error;
      })
      .finally(() => {
        stopped = true;
      });
    for (let i = 0; i < 200 && !stopped && running.process.alive; i += 1) {
      await turns(2);
      this.#clock.advance(100);
    }
    if (running.process.alive) {
      if (!stopped) throw new Error('the server did not stop within 20 s');
      await stopping;
      this.#running = null;
      running.process.alive = false;
      for (const line of this.#lines) line.serverDied();
      this.#lines.clear();
      this.#death.end(new TypeError('the server stopped'));
    }
  }

  /** One HTTP request as a browser would send it. @throws TypeError when no process answers. */
  async fetch(url: URL, init: RequestInit): Promise<Response> {
    const running = this.#running;
    if (running === null || !running.answers) throw new TypeError('no server');
    const { method = 'GET', body } = init;
    const asked = answer(running.services, {
      method: method as 'GET',
      url: `${url.pathname}${url.search}`,
      headers: {
        ...Object.fromEntries(init.headers instanceof Headers ? init.headers : Object.entries(init.headers ?? {})),
        host: url.host,
      },
      ...(typeof body === 'string' || body instanceof Uint8Array ? { payload: body as string } : {}),
    });
    const { statusCode, rawPayload } = await running.death.orEnd(asked);
    return new Answer(statusCode, rawPayload) as unknown as Response;
  }

  /** A client's connection arrives. */
  connect(line: Line): void {
    this.#forgetDeadLines();
    const running = this.#running;
    if (running === null) {
      line.serverDied();
      return;
    }
    this.#lines.add(line);
    const { pathname, host } = new URL(line.url.replace(/^ws/, 'http'));
    const headers = {
      host,
      origin: `http://${host}`,
      upgrade: 'websocket',
      connection: 'Upgrade',
      'sec-websocket-version': '13',
      'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==',
      'sec-websocket-protocol': line.protocols.join(', '),
    };
    const request = { method: 'GET', url: pathname, headers, socket: { remoteAddress: '127.0.0.1' } };
    running.upgrades.emit('upgrade', request as unknown as IncomingMessage, line.serverEnd, Buffer.alloc(0));
  }

  #forgetDeadLines(): void {
    for (const line of this.#lines) if (!line.alive) this.#lines.delete(line);
  }

  /** What is beside the database of a stopped server. */
  files(): Files {
    const names = readdirSync(this.#folder, { withFileTypes: true }).filter((entry) => entry.isFile());
    return new Map(names.map(({ name }) => [name, readFileSync(join(this.#folder, name))]));
  }

  async remove(): Promise<void> {
    this.crash();
    await turns(2);
    await this.disk.remove();
  }
}
