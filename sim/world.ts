// One simulated workspace: a server, its people's computers, one contract's draft. Owns building it, letting it come to rest and
// taking it down.
import './platform.ts';
import { Dexie } from 'dexie';
import { createSample } from '../sync-server/testKit/testServer.ts';
import { SimClock } from './clock.ts';
import { Computer, type Place } from './computer.ts';
import { removeDisk } from './idb/factory.ts';
import { Random } from './random.ts';
import { SERVER_URL, SimServer } from './server.ts';
import { takeOver, turns } from './takeOver.ts';

// Dexie looks for a database when it is loaded, which may have been before there was one.
Object.assign(Dexie.dependencies, { indexedDB, IDBKeyRange });

/** Computers that write: two of one person, so that person and device are told apart. */
const WRITERS = [
  ['laptop', 'u-finance'],
  ['desk', 'u-ops'],
  ['home', 'u-finance'],
  ['tablet', 'u-reviewer'],
  ['office', 'u-ops'],
] as const;
/** Computers of people who decide. */
const DECIDERS = [
  ['approving', 'u-approver'],
  ['control', 'u-controller'],
] as const;
/** Roles that the schedule takes away and gives back. */
export const CHANGING_ROLES: readonly (readonly [userId: string, role: string])[] = [
  ['u-finance', 'editor'],
  ['u-ops', 'editor'],
  ['u-reviewer', 'reviewer'],
  ['u-approver', 'approver'],
  // People who write and may approve: what others wrote.
  ['u-ops', 'approver'],
  ['u-finance', 'approver'],
];

/** More rounds than any wait of the client or server is long. */
const HEAL_ROUNDS = 40;
const ROUND_MS = 10_000;
const LONG_HEALS = 0.1;
const LONG_HEAL_ROUNDS = 7;

export class World {
  readonly seed: number;
  readonly random: Random;
  readonly clock: SimClock;
  readonly server: SimServer;
  readonly writers: Computer[] = [];
  readonly deciders: Computer[] = [];
  /** Whether everybody keeps to rows of their own. */
  isOrderly = false;
  draftId = '';
  #adminToken = '';
  readonly #roleChanged = new Set<string>();
  readonly #giveBack: () => void;

  private constructor(seed: number) {
    this.seed = seed;
    this.random = new Random(`seed ${seed}`);
    this.clock = new SimClock();
    this.#giveBack = takeOver(this.clock, this.random.fork('platform'));
    this.server = new SimServer(this.clock);
  }

  /** A workspace at rest: everybody online with the draft open. */
  static async create(seed: number): Promise<World> {
    const world = new World(seed);
    try {
      await world.#build();
      return world;
    } catch (error) {
      await world.remove();
      throw error;
    }
  }

  async #build(): Promise<void> {
    const { server, random } = this;
    await server.start();
    const { services } = server;
    this.draftId = await createSample({ services } as Parameters<typeof createSample>[0]);
    const { keys } = services.history;
    const place: Place = {
      clock: this.clock,
      server,
      random,
      name: `sim-${this.seed}`,
      workspace: { id: services.workspace.id, origin: keys.origin, vkey: keys.vkeyText },
    };
    this.isOrderly = random.chance(0.4);
    this.#adminToken = (await services.sessions.start('u-admin')).token;
    for (const [name, userId] of WRITERS.slice(0, random.int(2, WRITERS.length + 1)))
      this.writers.push(new Computer(place, name, userId));
    for (const [name, userId] of DECIDERS) this.deciders.push(new Computer(place, name, userId));
    for (const computer of this.computers) {
      await computer.signIn();
      await computer.start();
      await computer.work.enrol();
    }
    // Small houses: somebody who writes may approve, but not what they wrote.
    if (random.chance(0.3)) await this.changeRole('u-ops', 'grant', 'approver');
    for (const writer of this.writers) writer.open(this.draftId);
    await this.quiet();
  }

  get computers(): readonly Computer[] {
    return [...this.writers, ...this.deciders];
  }

  /** Grants or takes a role as an admin does. Does nothing while the server is down. */
  async changeRole(userId: string, action: 'grant' | 'revoke', role: string): Promise<void> {
    if (!this.server.isUp) return;
    if (action === 'revoke') this.#roleChanged.add(userId);
    const headers = { authorization: `Bearer ${this.#adminToken}`, 'content-type': 'application/json' };
    const body = JSON.stringify({ action, role });
    const url = new URL(`/api/v1/people/${userId}/roles`, SERVER_URL);
    const answer = await this.server.fetch(url, { method: 'POST', headers, body });
    if (!answer.ok && answer.status < 500) throw new Error(`role change: ${answer.status} ${await answer.text()}`);
  }

  /** Delivers everything until nothing moves any more; the clock stands. */
  async quiet(): Promise<void> {
    for (let still = 0, rounds = 0; still < 3 && rounds < 500; rounds += 1) {
      let moved = false;
      for (const { network } of this.computers) moved = network.deliverAll() || moved;
      await turns(12);
      still = moved ? 0 : still + 1;
    }
  }

  /** Mends everything that is broken, and lets time pass until all work has found its place. */
  async heal(): Promise<void> {
    const { server } = this;
    server.disk.fault = null;
    server.disk.flush();
    await turns(20);
    await server.start();
    for (const [userId, role] of CHANGING_ROLES) await this.changeRole(userId, 'grant', role);
    for (const computer of this.computers) {
      computer.network.loss = 0;
      computer.network.up();
      if (!computer.isOn) await computer.start();
      // Commands whose answer was lost are sent again, as at every start of the app.
      computer.work.catchUp().catch((error: unknown) => computer.faults.push(error));
      computer.work.online();
      // Only who was locked out signs in again: an app that gave up for another reason must be seen.
      if (this.#roleChanged.has(computer.userId)) computer.work.revive();
    }
    // Once in a while longer than it needs, for what would only happen later.
    const least = this.random.chance(LONG_HEALS) ? LONG_HEAL_ROUNDS : 0;
    for (let round = 0; round < HEAL_ROUNDS; round += 1) {
      for (const writer of this.writers) writer.open(this.draftId);
      await this.quiet();
      if (round >= least && (await this.#isSettled())) break;
      this.clock.advance(ROUND_MS);
    }
    await server.services.history.checkpoints.publish();
    await this.quiet();
  }

  /** Whether nobody lacks anything or has anything to send. Only a reason to stop waiting: the checks look for themselves. */
  async #isSettled(): Promise<boolean> {
    if (!this.writers.every(isAtRest)) return false;
    const last = await this.server.services.storage.lastOfDoc(this.draftId);
    for (const { db } of this.writers)
      if ((await db.drafts.get(this.draftId))?.next !== (last?.index ?? -1) + 1) return false;
    return true;
  }

  async remove(): Promise<void> {
    for (const computer of this.computers) computer.kill();
    await this.server.remove();
    await turns(4);
    this.#giveBack();
    for (const { databaseName } of this.computers) removeDisk(databaseName);
  }
}

/** Whether a computer has everything, has nothing left to send and is connected. */
export function isAtRest(computer: Computer): boolean {
  const status = computer.draft?.status();
  return status?.waiting === 0 && status.connection === 'online' && status.trouble === null;
}
