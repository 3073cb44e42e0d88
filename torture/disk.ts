// A disk that stops taking writes under load, and takes them again. Owns what must hold meanwhile and after.
import { execFileSync } from 'node:child_process';
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Random } from '../sim/random.ts';
import { Crew } from './crew.ts';
import type { DiskFault } from './diskFaults.ts';
import { ServerProcess } from './serverProcess.ts';
import type { Template } from './template.ts';

/** From the first refusal to a `/readyz` that says so (SECURITY §5). */
const MOST_READY_MS = 1000;
/** Refusals per client before the disk is healed: the server must stay as it is, not only once. */
const REFUSALS = 3;

export interface DiskFigures {
  faults: number;
  /** Servers killed while the disk did not work. */
  killed: number;
  acknowledged: number;
  refused: number;
  lost: number;
  unsound: number;
  readonly problems: string[];
}

export const noFaults = (): DiskFigures => ({
  faults: 0,
  killed: 0,
  acknowledged: 0,
  refused: 0,
  lost: 0,
  unsound: 0,
  problems: [],
});

/** [TORT-3] One folder, one fault, `rounds` times broken and healed. */
export async function breakDisk(
  template: Template,
  fault: DiskFault,
  random: Random,
  rounds: number,
  figures: DiskFigures,
): Promise<void> {
  const run = new DiskRun(template, fault, random, figures);
  for (let round = 0; round < rounds && figures.problems.length === 0; round += 1) await run.round(round);
  run.remove();
}

class DiskRun {
  readonly #fault: DiskFault;
  readonly #random: Random;
  readonly #figures: DiskFigures;
  readonly #dataDir: string;
  readonly #cacheDir: string;
  readonly #crew: Crew;
  #server: ServerProcess | null = null;
  #url = '';

  constructor(template: Template, fault: DiskFault, random: Random, figures: DiskFigures) {
    this.#fault = fault;
    this.#random = random;
    this.#figures = figures;
    this.#cacheDir = template.cacheDir;
    this.#dataDir = join(fault.place, 'data');
    cpSync(template.folder('template'), this.#dataDir, { recursive: true });
    // A folder that was copied and never flushed is lost with the first fault, whatever the server does.
    execFileSync('sync');
    this.#crew = new Crew(template, `${fault.name}, folder ${this.#dataDir}`, figures.problems);
  }

  async round(number: number): Promise<void> {
    const figures = this.#figures;
    figures.faults += 1;
    await this.#start();
    const enough = this.#crew.acknowledged + this.#random.int(1, 12);
    for (const client of this.#crew.clients) client.write(1);
    await this.#crew.until(this.#server, () => this.#crew.acknowledged >= enough);
    if (this.#server === null) return;
    this.#fault.break(this.#server);
    if (this.#fault.ends !== undefined) return this.#endByItself(this.#server, this.#fault.ends, `round ${number}`);
    await this.#refuse();
    if (figures.problems.length > 0) return;
    await this.#checkServing();
    if (this.#random.chance(0.35)) {
      figures.killed += 1;
      await this.#server.kill();
      await this.#crew.parted();
      this.#fault.heal(null);
      await this.#audit(`round ${number}, killed while broken`);
      await this.#start();
    } else this.#fault.heal(this.#server);
    await this.#recover();
    await this.#end(`round ${number}`);
  }

  /** After a flush that failed nobody knows what is stored: the server ends, and the next one reads it from the disk. */
  async #endByItself(server: ServerProcess, expected: number, when: string): Promise<void> {
    await this.#crew.parted();
    const code = await server.exit;
    if (code !== expected) this.#crew.problem(`the server ended with ${code}, not ${expected}: ${server.says}`);
    this.#fault.heal(null);
    await this.#audit(`${when}, ended by itself`);
    await this.#start();
    await this.#recover();
    await this.#end(when);
  }

  remove(): void {
    this.#figures.acknowledged += this.#crew.acknowledged;
    if (this.#figures.problems.length === 0) rmSync(this.#dataDir, { recursive: true, force: true });
  }

  async #start(): Promise<void> {
    const script = join(import.meta.dirname, 'faultyServer.ts');
    this.#server = new ServerProcess({
      dataDir: this.#dataDir,
      cacheDir: this.#cacheDir,
      ...(this.#fault.injected ? { command: [script, this.#dataDir] } : {}),
    });
    this.#url = await this.#server.url();
    await this.#crew.connect(this.#url);
    await this.#crew.until(this.#server, () => this.#crew.clients.every((client) => client.live));
  }

  /** Clients go on until the disk refuses each of them several times; nothing is acknowledged any more in between. */
  async #refuse(): Promise<void> {
    for (const client of this.#crew.clients) client.refusals.length = 0;
    const first = this.#crew.clients[0];
    await this.#crew.until(this.#server, () => this.#crew.clients.some(({ refusals }) => refusals.length > 0));
    if (first === undefined || this.#figures.problems.length > 0) return;
    await this.#checkReady(503);
    for (let again = 0; again < REFUSALS; again += 1) {
      const before = this.#crew.clients.map(({ refusals, acknowledged }) => refusals.length + acknowledged.length);
      for (const client of this.#crew.clients) client.resend();
      await this.#crew.until(this.#server, () =>
        this.#crew.clients.every(
          (client, i) => client.waiting === 0 || client.refusals.length + client.acknowledged.length > (before[i] ?? 0),
        ),
      );
    }
    for (const { refusals, member } of this.#crew.clients) {
      this.#figures.refused += refusals.length;
      const other = refusals.find((code) => code !== 'storage' && code !== 'unavailable');
      if (other !== undefined)
        this.#crew.problem(`${member.userId}: an honest entry was refused with ${other} because the disk failed`);
    }
  }

  /** `/readyz` says what it must within a second; the process itself is well. */
  async #checkReady(status: number): Promise<void> {
    const asked = performance.now();
    for (;;) {
      const response = await fetch(`${this.#url}/readyz`);
      const body = (await response.json()) as { code?: string };
      if (response.status === status && (status === 200 || body.code === 'storage')) return;
      if (performance.now() - asked > MOST_READY_MS) {
        this.#crew.problem(`/readyz says ${response.status} ${body.code ?? ''}, not ${status}`);
        return;
      }
    }
  }

  async #checkServing(): Promise<void> {
    if ((await fetch(`${this.#url}/healthz`)).status !== 200)
      this.#crew.problem('/healthz fails, and only the disk does');
    const [client] = this.#crew.clients;
    if (client === undefined) return;
    // Reading needs no write.
    await client.member.get(this.#url, `/versions/${client.member.versionId}`);
  }

  async #recover(): Promise<void> {
    for (const client of this.#crew.clients) {
      client.refusals.length = 0;
      client.resend();
    }
    const more = this.#crew.acknowledged + this.#crew.clients.length;
    await this.#crew.until(this.#server, () => this.#crew.acknowledged >= more);
    if (this.#figures.problems.length === 0) await this.#checkReady(200);
  }

  async #end(when: string): Promise<void> {
    const server = this.#server;
    if (server === null || this.#figures.problems.length > 0) return;
    for (const client of this.#crew.clients) client.write(0);
    await this.#crew.until(this.#server, () => this.#crew.clients.every(({ waiting }) => waiting === 0));
    if (this.#random.chance(0.5)) await server.kill();
    else if ((await server.stop()) !== 0) this.#crew.problem(`the server did not stop in order: ${server.says}`);
    await this.#crew.parted();
    await this.#audit(when);
  }

  async #audit(when: string): Promise<void> {
    const { lost, duplicated, unsound } = await this.#crew.audit(this.#dataDir, `${when}: `);
    this.#figures.lost += lost.length + duplicated.length;
    if (unsound.length > 0) this.#figures.unsound += 1;
  }
}
