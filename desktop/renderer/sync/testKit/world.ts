// Several computers and one server in one process. Owns starting, restarting and waiting for quiet; no test sleeps.
import 'fake-indexeddb/auto';
import { toHex } from '@countersign/shared/history';
import { browserHost } from '../../../host/browser.ts';
import { DeviceKeyStore } from '../../../host/deviceKeyStore.ts';
import { type Api, cachedReads, createApi, keepingAnswers, Offline } from '../../api/index.ts';
import { openDatabase, type WorkspaceDatabase } from '../../storage/index.ts';
import type { OpenDraft } from '../openDraft.ts';
import { PersonWork } from '../personWork.ts';
import { LogServer } from './logServer.ts';
import { ManualRuntime } from './manualRuntime.ts';
import { Network } from './network.ts';
import { DRAFT, LOG_ORIGIN, WORKSPACE } from './testLog.ts';

export const ROWS = [
  {
    rowId: 'r-line00000001',
    values: { line: '1', product: 'News', from: '2026-01-01', to: '2026-01-31', rate: '100' },
  },
  {
    rowId: 'r-line00000002',
    values: { line: '2', product: 'Sport', from: '2026-01-01', to: '2026-01-31', rate: '200' },
  },
  {
    rowId: 'r-line00000003',
    values: { line: '3', product: 'Film', from: '2026-01-01', to: '2026-01-31', rate: '300' },
  },
];
const ROW_IDS = ROWS.map(({ rowId }) => rowId);
export const [FIRST = '', SECOND = '', THIRD = ''] = ROW_IDS;

let worlds = 0;
const MOST_HEALS = 200;

export class World {
  readonly server = new LogServer();
  readonly runtime: ManualRuntime;
  readonly name: string;
  readonly computers: Computer[] = [];
  /** Told the id of every command that is written to a disk's queue for the first time. */
  onCommand: (id: string) => void = () => undefined;

  private constructor(seed: number) {
    worlds += 1;
    this.name = `${seed}-${worlds}`;
    this.runtime = new ManualRuntime(seed);
  }

  static async create(seed = 1): Promise<World> {
    const world = new World(seed);
    await world.server.start(ROWS);
    return world;
  }

  /** A computer of this person with a profile of its own. */
  async computer(userId: string): Promise<Computer> {
    const computer = new Computer(this, userId);
    this.computers.push(computer);
    await computer.start();
    return computer;
  }

  /** Lets everything in flight arrive until nothing moves any more. */
  async quiet(): Promise<void> {
    for (let still = 0; still < 3; ) {
      let moved = false;
      for (const computer of this.computers) moved = computer.network.deliverAll() || moved;
      await this.server.idle();
      for (const computer of this.computers) await computer.idle();
      await turn();
      still = moved ? 0 : still + 1;
    }
  }

  /** Like `quiet`, with the clock moving so that waits for a reconnect end. */
  async heal(): Promise<void> {
    for (let i = 0; i < 6; i += 1) {
      this.runtime.advance(40_000);
      await this.quiet();
    }
  }

  /** Heals until it has come about: what windows tell each other, and their lock, come when the platform brings them. */
  async healUntil(cameAbout: () => boolean): Promise<void> {
    for (let i = 0; i < MOST_HEALS && !cameAbout(); i += 1) await this.heal();
  }

  async close(): Promise<void> {
    for (const computer of this.computers) await computer.stop();
  }
}

/** One turn of the event loop: a message through a channel, which the DOM's types know and Node has too. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}

/** Lets the platform finish what it began: timers at zero, crypto and database callbacks. */
async function turn(): Promise<void> {
  for (let i = 0; i < 8; i += 1) await nextTurn();
}

/** Waits for a condition by turns of the event loop; fails after many instead of hanging. */
export async function until(condition: () => boolean): Promise<void> {
  for (let i = 0; i < 20_000; i += 1) {
    if (condition()) return;
    await nextTurn();
  }
  throw new Error('the condition did not come about');
}

export class Computer {
  readonly world: World;
  readonly userId: string;
  readonly network: Network;
  readonly api: Api;
  readonly #database: string;
  readonly #keys: DeviceKeyStore;
  epochRequests = 0;
  work: PersonWork | null = null;
  #draft: OpenDraft | null = null;

  constructor(
    world: World,
    userId: string,
    database = `${world.name}-${world.computers.length}`,
    keys = new DeviceKeyStore(`keys-${database}`),
  ) {
    this.world = world;
    this.userId = userId;
    this.network = new Network(world.server);
    this.#database = database;
    this.#keys = keys;
    this.api = this.#makeApi();
  }

  get draft(): OpenDraft {
    if (this.#draft === null) throw new Error('no draft is open');
    return this.#draft;
  }
  get db(): WorkspaceDatabase {
    if (this.work === null) throw new Error('not started');
    return this.work.db;
  }

  /** Starts the app on this computer; its disk is what the last run left. */
  async start(): Promise<void> {
    const { runtime, server } = this.world;
    const db = await openDatabase(this.#database);
    db.queue.hook('creating', (_key, { command }) => {
      this.world.onCommand(command.id);
    });
    const now = () => runtime.now();
    this.work = new PersonWork({
      db,
      workspace: {
        origin: 'http://127.0.0.1:1',
        workspaceId: WORKSPACE,
        name: 'Test',
        demo: true,
        logOrigin: LOG_ORIGIN,
        vkey: server.vkey,
        pinnedAt: now(),
        lastUserId: this.userId,
      },
      userId: this.userId,
      userName: this.userId,
      host: browserHost({ serverUrl: 'http://127.0.0.1:1', keys: this.#keys }),
      api: keepingAnswers(this.api, () => db, now),
      cached: cachedReads(() => db, now),
      runtime,
      openSocket: this.network.openSocket,
      locks: navigator.locks,
      reachability: () => (this.network.isUp ? 'online' : 'offline'),
      onSessionEnded: () => undefined,
    });
    await this.work.load();
  }

  /** Opens the draft, delivering what it needs meanwhile. */
  async open(): Promise<OpenDraft> {
    if (this.work === null) throw new Error('not started');
    let done = false;
    const opening = this.work.openDraft(DRAFT).finally(() => {
      done = true;
    });
    opening.catch(() => undefined);
    while (!done) await this.world.quiet();
    this.#draft = await opening;
    return this.#draft;
  }

  async idle(): Promise<void> {
    await this.work?.idle();
  }

  /** Another window of the same profile: same disk, same key, an engine of its own. */
  async secondWindow(): Promise<Computer> {
    const window = new Computer(this.world, this.userId, this.#database, this.#keys);
    this.world.computers.push(window);
    await window.start();
    await window.open();
    return window;
  }

  async close(): Promise<void> {
    await this.stop();
  }

  /** The app ends; what is on disk stays. */
  async stop(): Promise<void> {
    this.network.cutAll();
    await this.work?.close();
    this.work = null;
    this.#draft = null;
  }

  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  offline(): void {
    this.network.isUp = false;
    this.network.cutAll();
  }
  online(): void {
    this.network.isUp = true;
    this.work?.online();
  }

  /** The rate a line shows here. */
  rate(rowId: string): string | null {
    return this.draft.value('lines', rowId, 'rate');
  }
  async setRate(rowId: string, typed: string): Promise<void> {
    await this.draft.edit([{ sheet: 'lines', rowId, field: 'rate', typed }]);
  }
  /** The unsent work of this computer as text. */
  async exported(): Promise<string> {
    return JSON.stringify((await this.work?.unsent())?.drafts, null, 2);
  }
  /** Everything a person sees of the lines. */
  lines(): string {
    return this.draft
      .rowIds('lines')
      .map(
        (rowId) => `${rowId}=${this.draft.value('lines', rowId, 'rate')}/${this.draft.value('lines', rowId, 'note')}`,
      )
      .join(' ');
  }

  #makeApi(): Api {
    const { server } = this.world;
    const reached = async <T>(answer: () => T | Promise<T>): Promise<T> => {
      if (!this.network.isUp) throw new Offline();
      return answer();
    };
    return {
      ...createApi({
        serverUrl: 'http://127.0.0.1:1',
        token: () => null,
        onSessionEnded: () => undefined,
        fetch: () => Promise.reject(new TypeError('no network in this test')),
      }),
      ticket: () => reached(() => 'ticket'),
      enrol: ({ publicKey }) =>
        reached(async () => {
          const bytes = Uint8Array.from(atob(publicKey), (c) => c.charCodeAt(0));
          return {
            deviceId: await server.enrol(this.userId, bytes),
            commandEpoch: 'c1',
            index: '0',
            commandChain: { nextSeq: '0', prevDev: '' },
          };
        }),
      epochs: (_draft, deviceId, count) =>
        reached(() => {
          this.epochRequests += 1;
          return server.epochs(deviceId, count);
        }),
      checkpoint: () => reached(async () => ({ size: String(server.tree.size), note: await server.note() })),
      consistency: (from, to) => reached(() => server.tree.consistencyProof(from, to).map(toHex)),
      keyLeaves: (from) => reached(() => server.keyLeaves(from)),
      inclusion: (index, size) => reached(() => server.tree.inclusionProof(index, size).map(toHex)),
    };
  }
}
