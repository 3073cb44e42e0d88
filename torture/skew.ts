// Apps and servers of different versions on one workspace, updated and set back in any order, while people work. The real engines and
// server over the simulator. Owns who is of which version; the checks are the simulator's.
import '../sim/platform.ts';
import { SHEET_SCHEMA } from '@countersign/shared/model/sheets';
import { decodeFrame, encodeFrame, frameType, MESSAGE, SCHEMA_HEADER } from '@countersign/shared/protocol';
import { decide } from '../sim/actions.ts';
import { check } from '../sim/checks.ts';
import type { Computer } from '../sim/computer.ts';
import type { Line } from '../sim/line.ts';
import type { Machine } from '../sim/machine.ts';
import { Promises } from '../sim/promises.ts';
import { step, weather } from '../sim/steps.ts';
import { turns } from '../sim/turns.ts';
import { World } from '../sim/world.ts';

/** N−2 to N+1, as what they differ from this version by. */
const VERSIONS = [-2, -1, 0, 1] as const;
const CHANGES = 0.12;
const TRIES = 0.15;
const STEPS: readonly [number, number] = [25, 60];

export interface SkewFigures {
  schedules: number;
  /** Programs started in another version. */
  changes: number;
  /** Sockets and commands of another version than the server's. */
  refused: number;
  typed: number;
  logged: number;
  readonly problems: string[];
}

export const noSkew = (): SkewFigures => ({
  schedules: 0,
  changes: 0,
  refused: 0,
  typed: 0,
  logged: 0,
  problems: [],
});

/** [TORT-12] One schedule of mixed versions; in the end everybody has the same one. */
export async function mixVersions(seed: number, figures: SkewFigures): Promise<void> {
  const world = await World.create(seed, 'small');
  const promises = new Promises();
  try {
    for (const { network } of world.computers) network.onServerSent = (bytes) => promises.hear(bytes);
    const mix = new Mix(world, figures, seed);
    const random = world.random.fork('versions');
    const weights = weather(world.random.fork('weather'));
    for (let left = random.int(...STEPS); left > 0; left -= 1) {
      if (random.chance(CHANGES))
        await mix.change(random.pick(VERSIONS) ?? 0, random.pick([null, ...world.machines]) ?? null);
      else await step(world, weights, () => undefined);
      await turns(random.pick([0, 1, 3, 6]) ?? 0);
      // Time enough for who differs to try what they can.
      if (mix.isMixed && random.chance(TRIES)) {
        for (let i = 0; i < 3; i += 1) decide(world);
        await world.quiet();
      }
      await mix.look();
    }
    await mix.agree();
    await world.heal();
    await world.lookAgain();
    const verdict = await check(world, promises);
    figures.schedules += 1;
    figures.typed += verdict.figures.typed;
    figures.logged += verdict.figures.logged;
    for (const text of [...verdict.problems, ...promises.unhandled()]) figures.problems.push(`seed ${seed}: ${text}`);
  } finally {
    promises.stop();
    await world.remove();
  }
}

/** Who is of which version. A program says its own number and knows no other: what passes is numbered as if this one were the server's. */
class Mix {
  readonly #world: World;
  readonly #figures: SkewFigures;
  readonly #seed: number;
  readonly #apps = new Map<Machine, number>();
  #server = 0;

  constructor(world: World, figures: SkewFigures, seed: number) {
    this.#world = world;
    this.#figures = figures;
    this.#seed = seed;
    const { server } = world;
    const connect = server.connect.bind(server);
    server.connect = (line) => {
      this.#renumber(line);
      connect(line);
    };
    const fetch = server.fetch.bind(server);
    server.fetch = async (url, init) => {
      const headers = new Headers(init.headers);
      const own = headers.get(SCHEMA_HEADER);
      const token = headers.get('authorization')?.slice('Bearer '.length);
      const machine = world.machines.find((one) => one.token === token);
      if (own === null || machine === undefined) return fetch(url, init);
      const apart = this.#apart(machine);
      headers.set(SCHEMA_HEADER, String(Number(own) + apart));
      const answer = await fetch(url, { ...init, headers });
      if (apart === 0) return answer;
      this.#figures.refused += 1;
      if (answer.status < 400) this.#problem(`a command of another version was answered ${answer.status}`);
      return answer;
    };
  }

  get isMixed(): boolean {
    return this.#world.machines.some((machine) => this.#apart(machine) !== 0);
  }

  /** A computer, or the server, is started in another version. */
  async change(version: number, machine: Machine | null): Promise<void> {
    this.#figures.changes += 1;
    const { server, computers } = this.#world;
    if (machine === null) {
      await server.stop();
      this.#server = version;
      await server.start();
      return;
    }
    const windows = computers.filter((computer) => computer.machine === machine);
    for (const computer of windows) if (computer.isOn) await computer.quit();
    this.#apps.set(machine, version);
    for (const computer of windows) if (!computer.isOn) await computer.start();
    this.#world.openAll();
  }

  /** What every person can do at any time: see what waits, and save it. */
  async look(): Promise<void> {
    for (const computer of this.#world.computers) {
      if (!computer.isOn) continue;
      const { work } = computer;
      for (const draft of computer.drafts) draft.unsent();
      if (work.isKept && this.#apart(computer.machine) !== 0) this.#mustBeReadOnly(computer);
    }
  }

  /** Everybody updates. */
  async agree(): Promise<void> {
    const { server, machines } = this.#world;
    server.disk.fault = null;
    server.disk.flush();
    await this.change(0, null);
    for (const machine of machines) await this.change(0, machine);
  }

  /** Once a draft was told of the difference it takes no edit. */
  #mustBeReadOnly({ name, drafts }: Computer): void {
    for (const draft of drafts) {
      const { trouble } = draft.status();
      if (trouble?.includes('different versions') === true && draft.editDenial() === null)
        this.#problem(`${name} may edit a draft of another version`);
    }
  }

  #renumber(line: Line): void {
    const owner = this.#world.computers.find(({ network }) => network.lines.includes(line));
    if (owner === undefined) return;
    const apart = this.#apart(owner.machine);
    if (apart === 0) return;
    this.#figures.refused += 1;
    const send = line.send.bind(line);
    line.send = (bytes) => send(frameType(bytes) === MESSAGE.open ? renumbered(bytes, apart) : bytes);
    line.onServerSent = () => this.#problem(`${owner.name} of another version was sent something`);
  }

  #apart(machine: Machine): number {
    return (this.#apps.get(machine) ?? 0) - this.#server;
  }

  #problem(text: string): void {
    this.#figures.problems.push(`seed ${this.#seed}: ${text}`);
  }
}

function renumbered(bytes: Uint8Array, apart: number): Uint8Array<ArrayBuffer> {
  const frame = decodeFrame(bytes);
  if (frame.name !== 'open') throw new Error('only the first message has a schema');
  return encodeFrame('open', { ...frame.header, schema: SHEET_SCHEMA + apart }).slice();
}
