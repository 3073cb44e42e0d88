// One person's computer: the real client engine on a disk of its own, with a device key that the seed decides. Owns starting, killing
// and starting it again, and the record of what its person did.
import { signedMessage } from '@countersign/shared/history';
import type { Command } from '@countersign/shared/protocol';
import { browserHost } from '../desktop/host/browser.ts';
import type { CountersignHost } from '../desktop/host/contract.ts';
import { cachedReads, createApi, keepingAnswers } from '../desktop/renderer/api/index.ts';
import { openDatabase, type WorkspaceDatabase } from '../desktop/renderer/storage/index.ts';
import type { OpenDraft } from '../desktop/renderer/sync/openDraft.ts';
import { PersonWork } from '../desktop/renderer/sync/personWork.ts';
import type { Runtime } from '../desktop/renderer/sync/runtime.ts';
import { SigningKey } from '../sync-server/history/index.ts';
import { SimLocks } from './channel.ts';
import type { SimClock } from './clock.ts';
import { cutPower } from './idb/factory.ts';
import { Line } from './line.ts';
import { SimNetwork } from './network.ts';
import type { Random } from './random.ts';
import { SERVER_URL, type SimServer } from './server.ts';

/** What every computer of a schedule shares. */
export interface Place {
  readonly clock: SimClock;
  readonly server: SimServer;
  readonly random: Random;
  /** Names of databases begin with it. */
  readonly name: string;
  readonly workspace: { readonly id: string; readonly origin: string; readonly vkey: string };
}

/** The engine of one start of the app. Killing it leaves its disk. */
interface Running {
  readonly work: PersonWork;
  readonly db: WorkspaceDatabase;
  readonly power: Power;
}

/** Whether the process that asks still runs: a dead one neither wakes up nor reaches the network. */
interface Power {
  on: boolean;
}

const keys = new Map<string, SigningKey>();

/** Device keys are the same in every schedule: judging a key anew takes longer than a schedule. */
function deviceKey(name: string): SigningKey {
  const known = keys.get(name);
  if (known !== undefined) return known;
  const seed = Buffer.alloc(32, `countersign-sim ${name} `);
  const key = new SigningKey(seed);
  keys.set(name, key);
  return key;
}

export class Computer {
  readonly name: string;
  readonly userId: string;
  readonly network: SimNetwork;
  /** Milliseconds between this computer's clock and the right time. */
  skew = 0;
  /** Commands that were kept on this disk, as they were made, by id. */
  readonly made = new Map<string, Command>();
  /** Ids that the person gave up or made again under other ids. */
  readonly givenUp = new Set<string>();
  /** What should never come out of the engine. */
  readonly faults: unknown[] = [];
  readonly #place: Place;
  readonly #random: Random;
  readonly #key: SigningKey;
  #locks = new SimLocks();
  #token: string | null = null;
  #running: Running | null = null;
  #draft: OpenDraft | null = null;

  constructor(place: Place, name: string, userId: string) {
    this.name = name;
    this.userId = userId;
    this.#place = place;
    this.#random = place.random.fork(name);
    this.network = new SimNetwork(place.server, this.#random.fork('network'));
    this.#key = deviceKey(`${name} ${userId}`);
  }

  get databaseName(): string {
    return `${this.#place.name}-${this.name}`;
  }
  get isOn(): boolean {
    return this.#running !== null;
  }
  get work(): PersonWork {
    if (this.#running === null) throw new Error(`${this.name} is switched off`);
    return this.#running.work;
  }
  get db(): WorkspaceDatabase {
    if (this.#running === null) throw new Error(`${this.name} is switched off`);
    return this.#running.db;
  }
  /** The open draft; null while it is not open. */
  get draft(): OpenDraft | null {
    return this.#draft;
  }

  async signIn(): Promise<void> {
    this.#token = (await this.#api({ on: true }).signIn(this.userId)).token;
  }

  /** Starts the app on what is on this disk. */
  async start(): Promise<void> {
    const { id: workspaceId, origin: logOrigin, vkey } = this.#place.workspace;
    const db = await openDatabase(this.databaseName);
    db.queue.hook('creating', (_key, { command }, transaction) => {
      // A command that comes back after a refusal is the same one.
      const asMade = this.made.get(command.id) ?? { ...command };
      transaction.on('complete', () => this.made.set(command.id, asMade));
    });
    const power: Power = { on: true };
    const runtime = this.#runtime(power);
    const api = this.#api(power);
    const now = (): string => runtime.now();
    const work = new PersonWork({
      db,
      workspace: {
        origin: SERVER_URL,
        workspaceId,
        name: 'Simulated',
        demo: true,
        logOrigin,
        vkey,
        pinnedAt: now(),
        lastUserId: this.userId,
      },
      userId: this.userId,
      userName: this.userId,
      host: this.#host(),
      api: keepingAnswers(api, () => db, now),
      cached: cachedReads(() => db, now),
      runtime,
      openSocket: (url, protocols) => {
        // A dead process opens no socket; nobody is at the other end of this one.
        return power.on ? this.network.openSocket(url, protocols) : new Line(url, protocols);
      },
      locks: this.#locks,
      reachability: () => (this.network.isUp ? 'online' : 'offline'),
      onSessionEnded: () => undefined,
    });
    this.#running = { work, db, power };
    await work.load();
  }

  /** Begins to open the draft; `draft` is set when it can be shown. */
  open(draftId: string): void {
    const running = this.#running;
    if (running === null || this.#draft !== null) return;
    running.work.openDraft(draftId).then(
      (draft) => {
        if (this.#running === running) this.#draft = draft;
      },
      // Not opened yet: the schedule tries again when the server is there.
      () => undefined,
    );
  }

  /** The power goes: nothing more is written, sent or received. */
  kill(): void {
    const running = this.#running;
    if (running === null) return;
    this.#running = null;
    this.#draft = null;
    running.power.on = false;
    for (const line of this.network.lines) line.cutAtClient();
    cutPower(this.databaseName);
    running.db.close();
    // What the dead process holds is free again; it cannot come back for it.
    this.#locks = new SimLocks();
  }

  /** The app is closed as a person closes it. */
  async quit(): Promise<void> {
    const running = this.#running;
    if (running === null) return;
    this.#running = null;
    this.#draft = null;
    await running.work.close();
    running.power.on = false;
  }

  #api(power: Power) {
    return createApi({
      serverUrl: SERVER_URL,
      token: () => this.#token,
      onSessionEnded: () => undefined,
      fetch: (input, init) => (power.on ? this.network.fetch(input, init) : new Promise(() => undefined)),
    });
  }

  #runtime(power: Power): Runtime {
    const { clock } = this.#place;
    return {
      now: () => new Date(clock.now + this.skew).toISOString(),
      after: (ms, callback) => {
        const id = clock.add(ms, () => {
          if (power.on) callback();
        });
        return () => clock.cancel(id);
      },
      random: () => this.#random.next(),
      randomBytes: (length) => this.#random.bytes(length),
    };
  }

  #host(): CountersignHost {
    return {
      ...browserHost({ serverUrl: SERVER_URL }),
      deviceKey: {
        publicKey: async () => this.#key.publicKey.slice(),
        sign: async (entry) => this.#key.sign(signedMessage(entry)),
      },
      confirm: async () => true,
    };
  }
}
