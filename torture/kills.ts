// `kill -9` under load, again and again. Owns when the server dies and what must hold after; a life is one data folder from its first
// start to its last orderly stop.
import { rmSync } from 'node:fs';
import type { Random } from '../sim/random.ts';
import { Crew } from './crew.ts';
import { ServerProcess } from './serverProcess.ts';
import type { Template } from './template.ts';

/** Folders are changed before their log makes every start and every check long. */
const KILLS_OF_A_LIFE = 25;
const MOST_ACKNOWLEDGED = 60;
const MOST_WINDOW = 8;
const MOST_LATE_MS = 6;
const EARLY_MS = 900;
const EARLY_CHANCE = 0.06;

export interface KillFigures {
  kills: number;
  /** Of the kills, those while the server was starting. */
  early: number;
  acknowledged: number;
  /** Entries acknowledged only after they were sent again. */
  resent: number;
  /** Checkpoints proved consistent with the one before. */
  consistent: number;
  lost: number;
  duplicated: number;
  unsound: number;
  readonly problems: string[];
}

export const noKills = (): KillFigures => ({
  kills: 0,
  early: 0,
  acknowledged: 0,
  resent: 0,
  consistent: 0,
  lost: 0,
  duplicated: 0,
  unsound: 0,
  problems: [],
});

/** Kills servers until `figures.kills` reaches `wanted`; several of these may run side by side on one `figures`. */
export async function killServers(
  template: Template,
  lane: string,
  random: Random,
  wanted: number,
  figures: KillFigures,
): Promise<void> {
  for (let life = 0; figures.kills < wanted && figures.problems.length === 0; life += 1) {
    const one = new Life(template, `${lane}-${life}`, random.fork(`life ${life}`), figures);
    await one.run(wanted);
  }
}

class Life {
  readonly #random: Random;
  readonly #figures: KillFigures;
  readonly #dataDir: string;
  readonly #cacheDir: string;
  readonly #crew: Crew;

  constructor(template: Template, name: string, random: Random, figures: KillFigures) {
    this.#random = random;
    this.#figures = figures;
    this.#dataDir = template.copy(name);
    this.#cacheDir = template.cacheDir;
    this.#crew = new Crew(template, `${name}, folder ${this.#dataDir}`, figures.problems);
  }

  async run(wanted: number): Promise<void> {
    const figures = this.#figures;
    for (let killed = 0; killed < KILLS_OF_A_LIFE && figures.kills < wanted; killed += 1) {
      figures.kills += 1;
      if (this.#random.chance(EARLY_CHANCE)) await this.#killWhileStarting();
      else await this.#killUnderLoad();
      await this.#audit();
      if (figures.problems.length > 0) return;
    }
    await this.#endInOrder();
    if (figures.problems.length === 0) rmSync(this.#dataDir, { recursive: true, force: true });
  }

  async #killWhileStarting(): Promise<void> {
    this.#figures.early += 1;
    const server = new ServerProcess({ dataDir: this.#dataDir, cacheDir: this.#cacheDir });
    const timer = setTimeout(() => void server.killEarly(), this.#random.int(0, EARLY_MS));
    await server.started;
    clearTimeout(timer);
    await server.killEarly();
  }

  async #killUnderLoad(): Promise<void> {
    const server = new ServerProcess({ dataDir: this.#dataDir, cacheDir: this.#cacheDir });
    const before = this.#crew.acknowledged;
    await this.#connectAll(await server.url());
    for (const client of this.#crew.clients) client.write(this.#random.int(1, MOST_WINDOW + 1));
    const enough = before + this.#random.int(1, MOST_ACKNOWLEDGED + 1);
    await this.#crew.until(server, () => this.#crew.acknowledged >= enough);
    // The acknowledgement comes right after a flush; a moment later the server is somewhere in the middle of the next one.
    const late = this.#random.int(0, MOST_LATE_MS);
    if (late > 0) await new Promise((resolve) => setTimeout(resolve, late));
    await server.kill();
    await this.#crew.parted();
  }

  async #connectAll(url: string): Promise<void> {
    this.#figures.resent += this.#crew.clients.reduce((sum, { waiting }) => sum + waiting, 0);
    await this.#crew.connect(url);
  }

  /** The last start of a life: everything still waiting is stored, and the server stops when told to. */
  async #endInOrder(): Promise<void> {
    const server = new ServerProcess({ dataDir: this.#dataDir, cacheDir: this.#cacheDir });
    await this.#connectAll(await server.url());
    for (const client of this.#crew.clients) client.write(0);
    await this.#crew.until(server, () => this.#crew.clients.every((client) => client.live && client.waiting === 0));
    const code = await server.stop();
    if (code !== 0) this.#crew.problem(`the server left with ${code} when it was told to stop: ${server.says}`);
    await this.#audit();
    const [a, b] = this.#crew.clients.map((client) => client.state.contentHash());
    if (a !== b) this.#crew.problem('two clients of one draft ended with different contents');
    this.#figures.acknowledged += this.#crew.acknowledged;
    for (const client of this.#crew.clients) this.#figures.consistent += client.checkpoints.proved;
  }

  async #audit(): Promise<void> {
    const { lost, duplicated, unsound } = await this.#crew.audit(this.#dataDir);
    this.#figures.lost += lost.length;
    this.#figures.duplicated += duplicated.length;
    if (unsound.length > 0) this.#figures.unsound += 1;
    for (const { refusals, member } of this.#crew.clients) {
      for (const code of refusals) this.#crew.problem(`${member.userId}: an honest entry was refused: ${code}`);
    }
  }
}
