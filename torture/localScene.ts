// A workspace of which one computer's local data goes wrong: typing, network and time around it, and what a careful person does with the
// windows. Owns the people; what goes wrong is `localKinds.ts`, what must hold `localLedger.ts`.
import { rescueUnsent, StorageFailure } from '../desktop/renderer/storage/index.ts';
import { check } from '../sim/checks.ts';
import { Computer } from '../sim/computer.ts';
import { hasDisk, removeDisk } from '../sim/idb/factory.ts';
import { soundAgain } from '../sim/idb/faults.ts';
import type { Machine } from '../sim/machine.ts';
import { Promises } from '../sim/promises.ts';
import type { Random } from '../sim/random.ts';
import { turns } from '../sim/turns.ts';
import { World } from '../sim/world.ts';
import { LocalLedger, onDisk } from './localLedger.ts';

const STEPS = { type: 40, up: 14, down: 14, deliverAll: 8, cut: 3, networkDown: 4, networkUp: 8, time: 10 } as const;
const TYPING = { rate: 50, note: 20, insert: 15, misfit: 15 } as const;
/** More turns of the event loop than a write, or being told that the disk is gone, takes. */
const WRITE_TURNS = 30;
const LOG_PAGE = 100_000;

export class Scene {
  readonly world: World;
  readonly random: Random;
  readonly ledger = new LocalLedger();
  /** Whose local data goes wrong. */
  readonly machine: Machine;
  readonly windows: readonly Computer[];
  /** What happens just now. */
  doing = 'the beginning';
  readonly #promises = new Promises();
  /** Whether a file that was saved said that it may lack something. */
  #mayLack = false;

  private constructor(world: World, random: Random, windows: readonly Computer[], machine: Machine) {
    this.world = world;
    this.random = random;
    this.windows = windows;
    this.machine = machine;
    for (const { network } of world.computers) network.onServerSent = (bytes) => this.#promises.hear(bytes);
  }

  /** Everybody online with the draft open; somebody in so many windows. */
  static async make(seed: number, windows: number): Promise<Scene> {
    const world = await World.create(seed, 'small');
    try {
      const random = world.random.fork('local data');
      const { machine } = random.pick(world.writers) as Computer;
      const own = world.writers.filter((one) => one.machine === machine);
      while (own.length < windows) {
        const another = new Computer(machine, own.length + 1);
        own.push(another);
        world.writers.push(another);
        await another.start();
      }
      world.openAll();
      await world.quiet();
      return new Scene(world, random, own, machine);
    } catch (error) {
      await world.remove();
      throw error;
    }
  }

  /** Something ordinary happens; then everything typed must be where it is said to be. */
  async step(): Promise<void> {
    const { random, world } = this;
    const { network, machine } = random.pick(world.writers) as Computer;
    const line = random.pick(network.lines);
    const what = random.weighted(STEPS);
    this.doing = what;
    switch (what) {
      case 'type':
        this.type();
        break;
      case 'up':
        for (let i = random.int(1, 5); i > 0; i -= 1) line?.deliverUp();
        break;
      case 'down':
        for (let i = random.int(1, 9); i > 0 && !network.isFrozen; i -= 1) line?.deliverDown();
        break;
      case 'deliverAll':
        network.deliverAll();
        break;
      case 'cut':
        line?.cut();
        break;
      case 'networkDown':
        machine.networkDown();
        break;
      case 'networkUp':
        this.online(machine);
        break;
      default:
        world.clock.advance(random.pick([50, 500, 3_000, 25_000]) ?? 0);
    }
    await turns(random.pick([0, 1, 3, 6, 12]) ?? 0);
    this.ledger.look();
  }

  online(machine: Machine): void {
    machine.networkUp();
    for (const computer of this.world.computers)
      if (computer.machine === machine && computer.isOn && !computer.network.isFrozen) computer.work.online();
  }

  /** Somebody types, mostly at the computer that matters. What the engine says of it is an answer; anything else is a fault. */
  type(): void {
    const { random, world, windows } = this;
    const computer = random.pick(random.chance(0.75) ? windows : world.writers) as Computer;
    const { draft } = computer;
    if (draft === null || !computer.isOn || computer.network.isFrozen || draft.editDenial() !== null) return;
    // Its entries are being pulled again.
    if (!draft.sheets().includes('lines')) return;
    const kind = random.weighted(TYPING);
    const rowId = random.pick(draft.rowIds('lines'));
    if (rowId === undefined) return;
    // Nobody types twice in one instant.
    world.clock.advance(1);
    const text = this.ledger.fresh(kind === 'insert' ? 'note' : kind);
    let writing: Promise<unknown>;
    let cell = `new row of ${text}`;
    if (kind === 'insert') {
      const flight = { from: '2099-01-01', to: '2099-01-31', quantity: '10', rateType: 'SPOT', rate: '100' };
      writing = draft.insertRows('lines', rowId, [
        { line: text.replace(/\D/g, ''), product: 'Film', note: text, ...flight },
      ]);
    } else {
      const field = kind === 'note' ? 'note' : 'rate';
      cell = `${rowId}/${field}`;
      writing = draft.edit([{ sheet: 'lines', rowId, field, typed: text }]);
    }
    this.ledger.add(text, cell, computer, draft);
    writing.catch((error: unknown) => {
      // A window that was killed in the middle says nothing to anybody.
      if (!(error instanceof StorageFailure) && computer.isOn) computer.faults.push(error);
    });
  }

  /** Lets what was begun reach the disk, or be refused. */
  async wait(): Promise<void> {
    await turns(WRITE_TURNS);
    this.ledger.look();
  }

  /** What a person does who is told to: a file with the unsent work. It is given whatever the disk does, and says what it may lack. */
  async save(computer: Computer): Promise<void> {
    if (!computer.isOn) return;
    this.doing = `saving the work of ${computer.name}`;
    const { work, machine } = computer;
    const { drafts, unreadable } = await work.unsent();
    this.ledger.save(machine, drafts);
    if (unreadable.length === 0 && work.unreadable === null) return;
    if (unreadable.length === 0 || work.unreadable === null)
      this.ledger.problems.push(`${computer.name} says the wrong thing of its file`);
    this.#mayLack = true;
  }

  kill(computer: Computer): void {
    if (!computer.isOn) return;
    this.doing = `killing ${computer.name}`;
    this.ledger.look();
    computer.kill();
    this.ledger.died(computer);
  }

  /** Closes a window as it lets itself be closed: held while something is not on the disk, and then only after a file was saved. */
  async quit(computer: Computer): Promise<void> {
    if (!computer.isOn) return;
    this.doing = `closing ${computer.name}`;
    if (!computer.work.isKept) await this.wait();
    // It lost its power meanwhile.
    if (!computer.isOn) return;
    if (!computer.work.isKept || computer.drafts.some((draft) => draft.status().trouble !== null))
      await this.save(computer);
    await computer.quit();
  }

  /** Starts a window. False when the app says that it cannot: it shows that and nothing else. */
  async start(computer: Computer): Promise<boolean> {
    if (computer.isOn) return true;
    this.doing = `starting ${computer.name}`;
    computer.network.isFrozen = false;
    try {
      await computer.start();
    } catch (error) {
      if (!(error instanceof StorageFailure)) throw error;
      computer.kill();
      return false;
    }
    this.world.openAll();
    await turns(WRITE_TURNS);
    return true;
  }

  /** The person saves what the app gives, closes its windows, throws the local data away and begins from the server. */
  async startOver(): Promise<void> {
    const { machine, windows, world, random } = this;
    this.#mayLack = false;
    let gaveFile = false;
    const shown = windows.filter(({ isOn }) => isOn).flatMap(({ drafts }) => drafts);
    for (const computer of random.chance(0.5) ? windows : windows.toReversed()) {
      if (!computer.isOn) continue;
      await this.save(computer);
      gaveFile = true;
      this.doing = `closing ${computer.name}`;
      if (random.chance(0.3)) computer.kill();
      else await computer.quit();
    }
    if (!gaveFile) await this.#rescue();
    // The app said that it cannot give everything: nobody has what waited where it cannot be read, and was not shown by a window.
    if (this.#mayLack) this.ledger.unreadable(machine, onDisk(machine), shown);
    soundAgain(machine.databaseName);
    removeDisk(machine.databaseName);
    machine.networkUp();
    for (const computer of windows) {
      await this.start(computer);
      await world.signInAgain(computer);
    }
    await world.quiet();
  }

  /** The app does not start, and gives the unsent work as a file all the same. */
  async #rescue(): Promise<void> {
    const { drafts, unreadable } = await rescueUnsent(
      [this.machine.databaseName],
      new Date(this.world.clock.now).toISOString(),
    );
    this.ledger.save(this.machine, drafts);
    if (unreadable.length > 0) this.#mayLack = true;
  }

  /** Everything is mended, and what must hold then is looked at. */
  async finish(): Promise<readonly string[]> {
    const { world, machine, windows, ledger } = this;
    this.doing = 'the end';
    if (hasDisk(machine.databaseName)) soundAgain(machine.databaseName);
    for (const { network } of windows) network.isFrozen = false;
    await this.wait();
    for (const computer of windows) if (!computer.isOn) ledger.died(computer);
    await world.heal();
    const verdict = await check(world, this.#promises);
    const disk = await world.server.disk.contents();
    ledger.settle(await disk.logPage({ limit: LOG_PAGE }), world.writers);
    return [...ledger.problems, ...verdict.problems, ...this.#promises.unhandled()];
  }

  async remove(): Promise<void> {
    this.#promises.stop();
    await this.world.remove();
  }
}
