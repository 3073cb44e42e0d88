// One window of the app on a computer: the real client engine over the computer's disk and network. Owns starting, killing and starting
// it again.
import { signedMessage } from '@countersign/shared/history';
import type { Command } from '@countersign/shared/protocol';
import { browserHost } from '../desktop/host/browser.ts';
import type { CountersignHost } from '../desktop/host/contract.ts';
import { cachedReads, createApi, keepingAnswers } from '../desktop/renderer/api/index.ts';
import { openDatabase, type WorkspaceDatabase } from '../desktop/renderer/storage/index.ts';
import type { OpenDraft } from '../desktop/renderer/sync/openDraft.ts';
import { PersonWork } from '../desktop/renderer/sync/personWork.ts';
import type { Runtime } from '../desktop/renderer/sync/runtime.ts';
import { LockOwner } from './channel.ts';
import { cutConnection } from './idb/factory.ts';
import { Line } from './line.ts';
import type { Machine, Place } from './machine.ts';
import { SimNetwork } from './network.ts';
import type { Random } from './random.ts';
import { SERVER_URL } from './server.ts';

/** The engine of one start of the app. Killing it leaves its disk. */
interface Running {
  readonly work: PersonWork;
  readonly db: WorkspaceDatabase;
  readonly power: Power;
  /** This start's connection to the disk. */
  readonly disk: unknown;
}

/** Whether the process that asks still runs: a dead one neither wakes up nor reaches the network. */
interface Power {
  on: boolean;
}

export class Computer {
  readonly name: string;
  readonly machine: Machine;
  readonly network: SimNetwork;
  /** What should never come out of the engine. */
  readonly faults: unknown[] = [];
  readonly #place: Place;
  readonly #random: Random;
  #owner = new LockOwner();
  #running: Running | null = null;
  /** While the app starts: it may lose its power then. */
  #starting: { readonly died: () => void } | null = null;
  /** While the app closes: it may lose its power then. */
  #quitting: { readonly running: Running; readonly died: () => void } | null = null;
  /** Timers that were due while it was frozen. */
  readonly #late: (() => void)[] = [];
  /** By version; null while it is being opened. */
  #drafts = new Map<string, OpenDraft | null>();

  /** @param window number of the window on its computer, from 1. */
  constructor(machine: Machine, window = 1) {
    this.machine = machine;
    this.name = window === 1 ? machine.name : `${machine.name} window ${window}`;
    this.#place = machine.place;
    this.#random = window === 1 ? machine.random : machine.random.fork(`window ${window}`);
    this.network = new SimNetwork(this.#place.server, this.#random.fork('network'));
    machine.networks.push(this.network);
  }

  get userId(): string {
    return this.machine.userId;
  }
  /** Commands that were kept on this disk, as they were made, by id. */
  get made(): Map<string, Command> {
    return this.machine.made;
  }
  get givenUp(): Set<string> {
    return this.machine.givenUp;
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
  /** The first version's draft; null while it is not open. */
  get draft(): OpenDraft | null {
    return this.#drafts.get(this.#place.draftId) ?? null;
  }
  /** Everything that is open. */
  get drafts(): readonly OpenDraft[] {
    return [...this.#drafts.values()].filter((draft) => draft !== null);
  }
  /** Whether something is still being opened. */
  get isOpening(): boolean {
    return [...this.#drafts.values()].includes(null);
  }

  async signIn(): Promise<void> {
    this.machine.token = (await this.#api({ on: true }).signIn(this.userId)).token;
  }

  /** Starts the app on what is on this disk. A computer that loses its power meanwhile stays off. */
  async start(): Promise<void> {
    const death = Promise.withResolvers<void>();
    const starting = { died: death.resolve };
    this.#starting = starting;
    const isAlive = (): boolean => this.#starting === starting;
    // What it reads may never come: nobody answers a dead process.
    await Promise.race([this.#begin(isAlive), death.promise]);
    if (isAlive()) this.#starting = null;
  }

  async #begin(isAlive: () => boolean): Promise<void> {
    const { id: workspaceId, origin: logOrigin, vkey } = this.#place.workspace;
    const db = await openDatabase(this.machine.databaseName);
    if (!isAlive()) return db.close();
    db.queue.hook('creating', (_key, { command }, transaction) => {
      // A command that comes back after a refusal is the same one.
      const asMade = this.made.get(command.id) ?? { ...command };
      transaction.on('complete', () => this.made.set(command.id, asMade));
    });
    const power: Power = { on: true };
    const runtime = this.#runtime(power);
    const api = this.#api(power);
    const now = (): string => runtime.now();
    const work = this.#owner.as(
      () =>
        new PersonWork({
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
          locks: this.machine.locks.of(this.#owner),
          confirmRestore: async () => true,
          reachability: () => (this.network.isUp ? 'online' : 'offline'),
          onSessionEnded: () => undefined,
        }),
    );
    this.#running = { work, db, power, disk: db.backendDB() };
    await work.load();
  }

  /** Begins to open a version; it is among `drafts` when it can be shown. */
  open(draftId: string): void {
    const running = this.#running;
    if (running === null || this.#drafts.has(draftId)) return;
    this.#drafts.set(draftId, null);
    running.work.openDraft(draftId).then(
      (draft) => {
        if (this.#running === running) this.#drafts.set(draftId, draft);
      },
      // Not opened yet: the schedule tries again when the server is there.
      () => {
        if (this.#running === running) this.#drafts.delete(draftId);
      },
    );
  }

  /** The process of this window dies: nothing more is written, sent or received by it. */
  kill(): void {
    this.#starting?.died();
    this.#starting = null;
    const running = this.#running ?? this.#quitting?.running;
    if (running === undefined) return;
    this.#quitting?.died();
    this.#quitting = null;
    this.#running = null;
    this.#drafts = new Map();
    running.power.on = false;
    for (const line of this.network.lines) line.cutAtClient();
    cutConnection(running.disk);
    running.db.close();
    // What the dead process holds is free again; it cannot come back for it.
    this.machine.locks.drop(this.#owner);
    this.#owner = new LockOwner();
  }

  /** The browser stops this window: its timers do not run and it hears nothing, but what it holds it holds, its locks too. */
  freeze(): void {
    this.network.isFrozen = true;
  }

  /** It goes on; what was due meanwhile runs now. */
  thaw(): void {
    this.network.isFrozen = false;
    for (const late of this.#late.splice(0)) late();
  }

  /** The app is closed as a person closes it. */
  async quit(): Promise<void> {
    const running = this.#running;
    if (running === null) return;
    this.#running = null;
    this.#drafts = new Map();
    const death = Promise.withResolvers<void>();
    this.#quitting = { running, died: death.resolve };
    // What it writes as it closes may be its last: nobody answers a dead process.
    await Promise.race([running.work.close(), death.promise]);
    this.#quitting = null;
    running.power.on = false;
  }

  #api(power: Power) {
    return createApi({
      serverUrl: SERVER_URL,
      token: () => this.machine.token,
      onSessionEnded: () => undefined,
      fetch: (input, init) => (power.on ? this.network.fetch(input, init) : new Promise(() => undefined)),
    });
  }

  #runtime(power: Power): Runtime {
    const { clock } = this.#place;
    return {
      now: () => new Date(clock.now + this.machine.skew).toISOString(),
      after: (ms, callback) => {
        const id = clock.add(ms, () => {
          const run = (): void => {
            if (power.on) callback();
          };
          if (this.network.isFrozen) this.#late.push(run);
          else run();
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
        publicKey: async () => this.machine.key.publicKey.slice(),
        renew: async () => {
          this.machine.newKey();
          return this.machine.key.publicKey.slice();
        },
        sign: async (entry) => this.machine.key.sign(signedMessage(entry)),
      },
      confirm: async () => true,
    };
  }
}
