// One simulated workspace: a server, its people's computers, one contract's draft. Owns building it, letting it come to rest and
// taking it down.
import './platform.ts';
import type { AttentionItem } from '../desktop/renderer/sync/draftSession.ts';
import type { OpenDraft } from '../desktop/renderer/sync/openDraft.ts';
import { HistoryDistrusted } from '../desktop/renderer/sync/verification.ts';
import { openChannels } from './channel.ts';
import { SimClock } from './clock.ts';
import { Computer } from './computer.ts';
import { foldAboveOf } from './folding.ts';
import { removeDisk, watchCommits, writeDisk } from './idb/factory.ts';
import { LIAR_DEVICE } from './liar.ts';
import { diskOf, Machine, type Place } from './machine.ts';
import { CHANGING_ROLES, DECIDERS, WRITERS } from './people.ts';
import { type Prelude, prelude } from './prelude.ts';
import { Random } from './random.ts';
import { settle } from './rest.ts';
import { SERVER_URL, SimServer } from './server.ts';
import { SIZE, type SizeName } from './size.ts';
import { takeOver } from './takeOver.ts';
import { turns } from './turns.ts';

/** More rounds than any wait of the client or server is long. */
const HEAL_ROUNDS = 40;
const ROUND_MS = 10_000;
const LONG_HEALS = 0.1;
const TWO_WINDOWS = 0.25;
const LONG_HEAL_ROUNDS = 7;
/** A checkpoint is signed at the latest so long after a leaf (SRV-3). */
const CHECKPOINT_MS = 1000;
/** While it is waited for, others may append what waited for its own time. */
const MOST_SECONDS = 10;

export class World {
  readonly seed: number;
  readonly size: SizeName;
  readonly random: Random;
  readonly clock: SimClock;
  readonly server: SimServer;
  readonly writers: Computer[] = [];
  readonly deciders: Computer[] = [];
  /** Whether everybody keeps to rows of their own. */
  isOrderly = false;
  readonly machines: Machine[] = [];
  /** Late edits that a computer says it has moved into an amendment. */
  readonly moved: { readonly computer: Computer; readonly items: readonly AttentionItem[] }[] = [];
  /** What should never come out of the server. */
  readonly faults: unknown[] = [];
  /** Drafts that began as amendments. */
  readonly amendments = new Set<string>();
  /** Devices of people who do wrong on purpose. */
  readonly hostileDevices: ReadonlySet<string> = new Set([LIAR_DEVICE]);
  /** Computers that lost their power at a write. */
  deaths = 0;
  readonly draftId: string;
  /** How often the log began a new generation. */
  restores = 0;
  #adminToken: string;
  readonly #roleChanged = new Set<string>();
  /** Roles that were taken since the last healing. */
  readonly #revoked = new Set<string>();
  /** Roles that were ever taken: a restore may take them again. */
  readonly #everRevoked = new Set<string>();
  /** Computers whose sign-in a restore ended. */
  readonly #signedOut = new Set<Computer>();
  readonly #giveBack: () => void;

  private constructor(seed: number, size: SizeName, begin: Prelude) {
    this.seed = seed;
    this.size = size;
    this.draftId = begin.draftId;
    this.#adminToken = begin.adminToken;
    this.random = new Random(`seed ${seed}`);
    this.clock = new SimClock();
    this.#giveBack = takeOver(this.clock, this.random.fork('platform'));
    this.server = new SimServer(this.clock, begin.database, begin.files);
    this.server.foldAbove = foldAboveOf(this.random);
  }

  /** A workspace at rest: everybody online with the draft open. */
  static async create(seed: number, size: SizeName): Promise<World> {
    const begin = await prelude();
    const world = new World(seed, size, begin);
    try {
      await world.#build(begin);
      return world;
    } catch (error) {
      await world.remove();
      throw error;
    }
  }

  async #build({ workspace, disks, tokens }: Prelude): Promise<void> {
    const { server, random, clock } = this;
    await server.start();
    const place: Place = { clock, server, random, workspace, draftId: this.draftId };
    const machine = (name: string, userId: string): Machine => {
      const made = new Machine(place, name, userId);
      const disk = disks.get(name);
      if (disk !== undefined) writeDisk(made.databaseName, disk);
      made.token = tokens.get(name) ?? null;
      this.machines.push(made);
      return made;
    };
    this.isOrderly = random.chance(0.4);
    const { writers, deciders: some } = SIZE[this.size];
    const deciders = random.pick(some) ?? 2;
    for (const [name, userId] of WRITERS.slice(0, random.int(...writers)))
      this.writers.push(new Computer(machine(name, userId)));
    // Somebody has the draft open twice.
    const twice = random.chance(TWO_WINDOWS) ? random.pick(this.writers) : undefined;
    if (twice !== undefined) this.writers.push(new Computer(twice.machine, 2));
    for (const [name, userId] of DECIDERS.slice(0, deciders)) this.deciders.push(new Computer(machine(name, userId)));
    for (const computer of this.computers) await computer.start();
    // Small houses: somebody who writes may approve, but not what they wrote.
    if (random.chance(0.3)) await this.changeRole('u-ops', 'grant', 'approver');
    this.openAll();
    await this.quiet();
  }

  /** Everybody who writes has everything open. */
  openAll(): void {
    for (const writer of this.writers) for (const id of [this.draftId, ...this.amendments]) writer.open(id);
  }

  get computers(): readonly Computer[] {
    return [...this.writers, ...this.deciders];
  }

  /** Grants or takes a role as an admin does. Does nothing while the server is down. */
  async changeRole(userId: string, action: 'grant' | 'revoke', role: string): Promise<void> {
    if (!this.server.isUp) return;
    if (action === 'revoke') {
      this.#roleChanged.add(userId);
      this.#revoked.add(`${userId} ${role}`);
      this.#everRevoked.add(`${userId} ${role}`);
    }
    const headers = { authorization: `Bearer ${this.#adminToken}`, 'content-type': 'application/json' };
    const body = JSON.stringify({ action, role });
    const url = new URL(`/api/v1/people/${userId}/roles`, SERVER_URL);
    const answer = await this.server.fetch(url, { method: 'POST', headers, body });
    if (!answer.ok && answer.status < 500) throw new Error(`role change: ${answer.status} ${await answer.text()}`);
  }

  /** The computer will lose its power at one of its next writes to its disk: right before it is there, or right after. */
  armDeath(machine: Machine): void {
    let left = this.random.int(1, 7);
    watchCommits(machine.databaseName, () => {
      left -= 1;
      if (left > 0) return true;
      watchCommits(machine.databaseName, null);
      this.deaths += 1;
      for (const computer of this.computers) if (computer.machine === machine) computer.kill();
      return false;
    });
  }

  /** Delivers everything until nothing moves any more; the clock stands. */
  quiet(): Promise<void> {
    return settle(this.computers);
  }

  /** The server starts on a log that was restored: all sign-ins ended with the old one. */
  async beginGeneration(): Promise<void> {
    const { server } = this;
    this.restores += 1;
    server.disk.fault = null;
    await server.start();
    this.#adminToken = (await server.services.sessions.start('u-admin')).token;
    for (const key of this.#everRevoked) this.#revoked.add(key);
    for (const computer of this.computers) this.#signedOut.add(computer);
  }

  /** Somebody whom a restore signed out signs in again. @throws Offline when the request or its answer was lost. */
  async signInAgain(computer: Computer): Promise<void> {
    await computer.signIn();
    this.#signedOut.delete(computer);
    if (!computer.isOn) return;
    // Not waited for: commands whose answer was lost may wait for the clock.
    const { work } = computer;
    const isStillOpen = (): boolean => computer.isOn && computer.work === work;
    work.sessionBegan().then(
      () => isStillOpen() && work.revive(),
      // What an app that was closed meanwhile could not keep is told to nobody.
      (error: unknown) => isStillOpen() && computer.faults.push(error),
    );
  }

  /** Whoever does not trust the log any more asks an admin, hears of the restore and goes on. */
  async #vouch(): Promise<void> {
    for (const computer of this.computers) {
      if (computer.work.verifier.distrust === null) continue;
      try {
        await computer.work.verifyNow();
      } catch (error) {
        // The log says of itself that it was restored under its next checkpoint.
        if (!(error instanceof HistoryDistrusted)) throw error;
      }
    }
  }

  /** Mends everything that is broken, and lets time pass until all work has found its place. */
  async heal(): Promise<void> {
    const { server } = this;
    server.disk.fault = null;
    server.disk.flush();
    await turns(20);
    await server.start();
    for (const [userId, role] of CHANGING_ROLES)
      if (this.#revoked.has(`${userId} ${role}`)) await this.changeRole(userId, 'grant', role);
    this.#revoked.clear();
    for (const { databaseName } of this.machines) watchCommits(databaseName, null);
    const renewed = new Set<Machine>();
    for (const computer of this.computers) {
      const { machine } = computer;
      computer.network.loss = 0;
      computer.network.up();
      if (machine.isRevoked) {
        machine.isRevoked = false;
        await computer.signIn();
        // Who was told makes another key; a key that was lost unseen is another one at the next start.
        if (computer.isOn && computer.work.enrolment.isRevoked) await computer.work.enrolment.renew();
        else machine.newKey();
        renewed.add(machine);
      }
      if (!computer.isOn) await computer.start();
      if (this.#signedOut.has(computer)) await this.signInAgain(computer);
      // Commands whose answer was lost are sent again, as at every start of the app.
      computer.work.catchUp().catch((error: unknown) => computer.faults.push(error));
      computer.work.online();
      // Only who was locked out signs in again: an app that gave up for another reason must be seen.
      if (this.#roleChanged.has(computer.userId) || renewed.has(machine)) computer.work.revive();
    }
    for (const { id } of await server.services.storage.versions()) if (id !== this.draftId) this.amendments.add(id);
    // Once in a while longer than it needs, for what would only happen later.
    const least = this.random.chance(LONG_HEALS) ? LONG_HEAL_ROUNDS : 0;
    for (let round = 0; round < HEAL_ROUNDS; round += 1) {
      this.openAll();
      await this.quiet();
      if (this.restores > 0) await this.#vouch();
      if (round >= least && (await this.#isSettled())) break;
      this.clock.advance(ROUND_MS);
    }
    await this.#awaitCheckpoint();
  }

  /** Lets a second pass behind the last entry: by then the server has signed for all of its log, without being told (SRV-3). */
  async #awaitCheckpoint(): Promise<void> {
    const disk = await this.server.disk.contents();
    await this.quiet();
    for (let seconds = 0, size = -1; size !== (await disk.logSize()) && seconds < MOST_SECONDS; seconds += 1) {
      size = await disk.logSize();
      this.clock.advance(CHECKPOINT_MS);
      await this.quiet();
    }
  }

  /** Who decides has nothing open that would tell them of a restore: they look at the log once more, as before anything they sign. */
  async lookAgain(): Promise<void> {
    if (this.restores === 0) return;
    for (const { work } of this.deciders)
      await work.verifyNow().catch((error: unknown) => {
        // It is another log than the one they verified; a person vouches for it.
        if (!(error instanceof HistoryDistrusted)) throw error;
      });
    await this.#vouch();
  }

  /** Whether nobody lacks anything or has anything to send. Only a reason to stop waiting: the checks look for themselves. */
  async #isSettled(): Promise<boolean> {
    if (!this.writers.every(isAtRest)) return false;
    for (const id of [this.draftId, ...this.amendments]) {
      const last = (await this.server.services.storage.lastIndexOfDoc(id)) ?? -1;
      for (const { db } of this.writers) if ((await db.drafts.get(id))?.next !== last + 1) return false;
    }
    return true;
  }

  async remove(): Promise<void> {
    for (const computer of this.computers) computer.kill();
    await this.server.remove();
    await turns(4);
    this.#giveBack();
    for (const { databaseName } of this.machines) removeDisk(databaseName);
    // One that outlived its window would hear the next schedule.
    const left = openChannels(diskOf(''));
    if (left.length > 0) throw new Error(`channels outlive their windows: ${left.join(', ')}`);
  }
}

/** Whether a computer has nothing left to send and is connected, in all that it has open. */
export function isAtRest({ drafts, isOpening }: Computer): boolean {
  const isStill = (draft: OpenDraft): boolean => {
    const { waiting, connection, trouble } = draft.status();
    return waiting === 0 && connection === 'online' && trouble === null;
  };
  return drafts.length > 0 && !isOpening && drafts.every(isStill);
}
