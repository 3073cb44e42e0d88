// A disk that stops taking writes under load, and takes them again. Owns what must hold meanwhile and after.
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Random } from '../sim/random.ts';
import { auditFolder } from './audit.ts';
import { TortureClient } from './client.ts';
import type { DiskFault } from './diskFaults.ts';
import { ServerProcess } from './serverProcess.ts';
import { ownRow, SHARED_ROW, type Template } from './template.ts';

/** From the first refusal to a `/readyz` that says so (SECURITY §5). */
const MOST_READY_MS = 1000;
const STALLED_MS = 60_000;
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
  #clients: readonly TortureClient[];
  #server: ServerProcess | null = null;
  #url = '';
  #wake: () => void = () => undefined;

  constructor(template: Template, fault: DiskFault, random: Random, figures: DiskFigures) {
    this.#fault = fault;
    this.#random = random;
    this.#figures = figures;
    this.#cacheDir = template.cacheDir;
    this.#dataDir = join(fault.place, 'data');
    cpSync(template.folder('template'), this.#dataDir, { recursive: true });
    this.#clients = template.members.map((member) => new TortureClient(member, [ownRow(member.userId), SHARED_ROW]));
    for (const client of this.#clients) client.observe(() => this.#wake());
  }

  async round(number: number): Promise<void> {
    const figures = this.#figures;
    figures.faults += 1;
    await this.#start();
    const enough = this.#acknowledged() + this.#random.int(1, 12);
    for (const client of this.#clients) client.write(1);
    await this.#until(() => this.#acknowledged() >= enough);
    if (this.#server === null) return;
    this.#fault.break(this.#server);
    if (this.#fault.ends !== undefined) return this.#endByItself(this.#server, this.#fault.ends, `round ${number}`);
    await this.#refuse();
    if (figures.problems.length > 0) return;
    await this.#checkServing();
    if (this.#random.chance(0.35)) {
      figures.killed += 1;
      await this.#server.kill();
      await this.#until(() => this.#clients.every((client) => !client.connected), false);
      this.#fault.heal(null);
      await this.#audit(`round ${number}, killed while broken`);
      await this.#start();
    } else this.#fault.heal(this.#server);
    await this.#recover();
    await this.#end(`round ${number}`);
  }

  /** After a flush that failed nobody knows what is stored: the server ends, and the next one reads it from the disk. */
  async #endByItself(server: ServerProcess, expected: number, when: string): Promise<void> {
    await this.#until(() => this.#clients.every((client) => !client.connected), false);
    const code = await server.exit;
    if (code !== expected) this.#problem(`the server ended with ${code}, not ${expected}: ${server.says}`);
    this.#fault.heal(null);
    await this.#audit(`${when}, ended by itself`);
    await this.#start();
    await this.#recover();
    await this.#end(when);
  }

  remove(): void {
    for (const client of this.#clients) this.#figures.acknowledged += client.acknowledged.length;
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
    for (const client of this.#clients) {
      await client.takeEpoch(this.#url);
      await client.connect(this.#url);
    }
    await this.#until(() => this.#clients.every((client) => client.live));
  }

  /** Clients go on until the disk refuses each of them several times; nothing is acknowledged any more in between. */
  async #refuse(): Promise<void> {
    for (const client of this.#clients) client.refusals.length = 0;
    const first = this.#clients[0];
    await this.#until(() => this.#clients.some(({ refusals }) => refusals.length > 0));
    if (first === undefined || this.#figures.problems.length > 0) return;
    await this.#checkReady(503);
    for (let again = 0; again < REFUSALS; again += 1) {
      const before = this.#clients.map(({ refusals, acknowledged }) => refusals.length + acknowledged.length);
      for (const client of this.#clients) client.resend();
      await this.#until(() =>
        this.#clients.every(
          (client, i) => client.waiting === 0 || client.refusals.length + client.acknowledged.length > (before[i] ?? 0),
        ),
      );
    }
    for (const { refusals, member } of this.#clients) {
      this.#figures.refused += refusals.length;
      const other = refusals.find((code) => code !== 'storage' && code !== 'unavailable');
      if (other !== undefined)
        this.#problem(`${member.userId}: an honest entry was refused with ${other} because the disk failed`);
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
        this.#problem(`/readyz says ${response.status} ${body.code ?? ''}, not ${status}`);
        return;
      }
    }
  }

  async #checkServing(): Promise<void> {
    if ((await fetch(`${this.#url}/healthz`)).status !== 200) this.#problem('/healthz fails, and only the disk does');
    const [client] = this.#clients;
    if (client === undefined) return;
    // Reading needs no write.
    await client.member.get(this.#url, `/versions/${client.member.versionId}`);
  }

  async #recover(): Promise<void> {
    for (const client of this.#clients) {
      client.refusals.length = 0;
      client.resend();
    }
    const more = this.#acknowledged() + this.#clients.length;
    await this.#until(() => this.#acknowledged() >= more);
    if (this.#figures.problems.length === 0) await this.#checkReady(200);
  }

  async #end(when: string): Promise<void> {
    const server = this.#server;
    if (server === null || this.#figures.problems.length > 0) return;
    for (const client of this.#clients) client.write(0);
    await this.#until(() => this.#clients.every(({ waiting }) => waiting === 0));
    if (this.#random.chance(0.5)) await server.kill();
    else if ((await server.stop()) !== 0) this.#problem(`the server did not stop in order: ${server.says}`);
    await this.#until(() => this.#clients.every((client) => !client.connected), false);
    await this.#audit(when);
  }

  async #audit(when: string): Promise<void> {
    const { lost, duplicated, unsound } = await auditFolder(
      this.#dataDir,
      this.#clients.flatMap(({ acknowledged }) => acknowledged),
    );
    this.#figures.lost += lost.length + duplicated.length;
    if (unsound.length > 0) this.#figures.unsound += 1;
    for (const text of [...lost, ...duplicated, ...unsound]) this.#problem(`${when}: ${text}`);
    for (const { problems, checkpoints } of this.#clients) {
      await checkpoints.settled();
      for (const text of [...problems, ...checkpoints.problems]) this.#problem(`${when}: ${text}`);
    }
  }

  #acknowledged(): number {
    return this.#clients.reduce((sum, { acknowledged }) => sum + acknowledged.length, 0);
  }

  async #until(ready: () => boolean, alive = true): Promise<void> {
    let over = false;
    const stop = (text: string): void => {
      if (over) return;
      over = true;
      this.#problem(text);
      this.#wake();
    };
    const stall = setTimeout(() => stop(`nothing happened for ${STALLED_MS / 1000} s`), STALLED_MS);
    if (alive)
      void this.#server?.exit.then((code) =>
        stop(`the server ended by itself with ${code}: ${this.#server?.says ?? ''}`),
      );
    while (!ready() && !over && this.#figures.problems.length === 0) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    over = true;
    clearTimeout(stall);
  }

  #problem(text: string): void {
    this.#figures.problems.push(`${this.#fault.name}, folder ${this.#dataDir}: ${text}`);
  }
}
