// Honest people at work while fifty hostile sockets flood, stall, send half frames and never read. Owns the course and what must hold:
// every honest edit acknowledged, hostile sockets ended as documented, memory bounded, nothing lost. How quickly is a figure, not a check.
import { fork } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Random } from '../sim/random.ts';
import { auditFolder } from './audit.ts';
import { TortureClient } from './client.ts';
import { HOSTILE, type HostileKind } from './hostileSocket.ts';
import { type PartOutcome, withProgress } from './part.ts';
import { ServerProcess } from './serverProcess.ts';
import type { SwarmMessage, SwarmReport, SwarmTask } from './swarm.ts';
import { ownRow, SHARED_ROW, type Template, VERSIONS } from './template.ts';

/** A person's edits come this often, however many were not answered yet: a slow server is not asked more slowly. */
const EDIT_MS = 100;
const MOST_WAITING = 50;
const STALLED_MS = 60_000;
/** Of the edits, those before the attack: what they take is the measure. */
const CALM = 0.25;
/** What fifty sockets may hold: 4 MB to be read each, and as much again in what they sent. */
const MOST_GROWTH_MB = 400;
const RSS_MS = 500;

interface FloodFigures {
  /** Honest edits acknowledged while the attack went on. */
  acknowledged: number;
  /** Hostile sockets opened, and ends that no document foresees. */
  hostile: number;
  strange: number;
  lost: number;
  /** Milliseconds from sending to `stored`, without and with the attack. */
  readonly calm: number[];
  readonly attacked: number[];
  /** Resident megabytes of the server before the attack, and the most while it went on. */
  before: number;
  most: number;
  /** Share of one processor that the server used while it was attacked, where the system tells it. */
  load: number;
  ends: SwarmReport['ends'];
  readonly problems: string[];
}

const noFlood = (): FloodFigures => ({
  acknowledged: 0,
  hostile: 0,
  strange: 0,
  lost: 0,
  calm: [],
  attacked: [],
  before: 0,
  most: 0,
  load: 0,
  ends: {},
  problems: [],
});

/** The value below which this share of the times is; 0 when there are none. */
function quantile(times: readonly number[], share: number): number {
  const sorted = times.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

/** [TORT-9] `wanted` honest edits, a quarter of them in peace and the rest under attack. */
async function floodServer(template: Template, random: Random, wanted: number, figures: FloodFigures): Promise<void> {
  const dataDir = template.copy(`flood-${random.int(0, 1e9)}`);
  const server = new ServerProcess({ dataDir, cacheDir: template.cacheDir });
  const clients = template.members.map((member) => new TortureClient(member, [ownRow(member.userId), SHARED_ROW]));
  const course = new Course(server, clients, figures);
  const url = await server.url();
  await course.connect(url);
  await course.edit(Math.ceil(wanted * CALM), figures.calm);
  figures.before = course.memory();
  const swarm = fork(join(import.meta.dirname, 'swarm.ts'), ['swarm'], { execArgv: [] });
  try {
    const task: SwarmTask = { url, versions: VERSIONS, seed: `swarm ${random.int(0, 1e9)}` };
    swarm.send(task);
    await heard(swarm, 'working');
    const [begun, used] = [performance.now(), processorMs(server.pid)];
    await course.edit(wanted - Math.ceil(wanted * CALM), figures.attacked);
    figures.load = (processorMs(server.pid) - used) / (performance.now() - begun);
    figures.acknowledged += figures.attacked.length;
    swarm.send('end');
    const { report } = await heard(swarm, 'report');
    judge(report, figures);
  } finally {
    swarm.kill('SIGKILL');
  }
  const code = await course.end();
  if (code !== 0) figures.problems.push(`the server left with ${code} when it was told to stop: ${server.says}`);
  const promises = clients.flatMap(({ acknowledged }) => acknowledged);
  const { lost, duplicated, unsound } = await auditFolder(dataDir, promises);
  figures.lost += lost.length;
  figures.problems.push(...lost, ...duplicated, ...unsound);
  for (const { member, problems, refusals, checkpoints } of clients) {
    figures.problems.push(...problems, ...checkpoints.problems);
    for (const refused of refusals)
      figures.problems.push(`${member.userId}: an honest entry was refused with ${refused}`);
  }
  if (figures.most - figures.before > MOST_GROWTH_MB)
    figures.problems.push(`the server grew from ${figures.before} to ${figures.most} MB`);
  if (figures.problems.length === 0) rmSync(dataDir, { recursive: true, force: true });
}

/** Waits for a message of this kind from the swarm. */
function heard<K extends SwarmMessage['kind']>(
  swarm: ReturnType<typeof fork>,
  kind: K,
): Promise<Extract<SwarmMessage, { kind: K }>> {
  return new Promise((resolve, reject) => {
    const listen = (message: SwarmMessage): void => {
      if (message.kind !== kind) return;
      swarm.off('message', listen);
      resolve(message as Extract<SwarmMessage, { kind: K }>);
    };
    swarm.on('message', listen);
    swarm.once('exit', (code) => reject(new Error(`the swarm ended with ${code} before it was ${kind}`)));
  });
}

/** Every end must be one that its kind has a right to. */
function judge({ ends, opened, problems }: SwarmReport, figures: FloodFigures): void {
  figures.hostile += opened;
  figures.ends = ends;
  figures.problems.push(...problems.map((text) => `the swarm: ${text}`));
  for (const [kind, names] of Object.entries(ends)) {
    for (const [name, times] of Object.entries(names)) {
      if ((HOSTILE[kind as HostileKind] as readonly string[]).includes(name)) continue;
      figures.strange += times;
      figures.problems.push(`${times} sockets of the kind ${kind} ended as ${name}, which nothing documents`);
    }
  }
}

/** The part of `npm run torture`. */
export async function floodPart(template: Template, edits: number, random: Random): Promise<PartOutcome> {
  if (edits === 0) return { line: 'no flood', note: [], found: [] };
  const figures = noFlood();
  const said = (): string => `${figures.calm.length + figures.attacked.length} of ${edits} edits in the flood`;
  await withProgress(said, floodServer(template, random, edits, figures));
  const { acknowledged, hostile, strange, lost, calm, attacked, before, most, load, ends } = figures;
  const times = (name: string, ms: readonly number[]): string =>
    `${name} p50 ${quantile(ms, 0.5).toFixed(1)} ms, p99 ${quantile(ms, 0.99).toFixed(1)} ms, most ${quantile(ms, 1).toFixed(1)} ms (${ms.length})`;
  const named = Object.entries(ends).map(
    ([kind, names]) =>
      `${kind} ${Object.entries(names)
        .map(([name, count]) => `${name} ${count}`)
        .join(', ')}`,
  );
  return {
    line: `${acknowledged} edits in a flood of 50 sockets, p99 ${quantile(attacked, 0.99).toFixed(0)} ms, ${lost} lost, ${strange} strange ends`,
    note: [
      `flood: ${times('in peace', calm)}; ${times('attacked', attacked)}; ${hostile} hostile sockets; server ${before} MB before, ${most} MB at most, ${Math.round(load * 100)} % of a processor.`,
      `flood: ends: ${named.join('; ')}.`,
    ],
    found: figures.problems,
  };
}

class Course {
  readonly #server: ServerProcess;
  readonly #clients: readonly TortureClient[];
  readonly #figures: FloodFigures;

  constructor(server: ServerProcess, clients: readonly TortureClient[], figures: FloodFigures) {
    this.#server = server;
    this.#clients = clients;
    this.#figures = figures;
  }

  async connect(url: string): Promise<void> {
    for (const client of this.#clients) {
      await client.takeEpoch(url);
      await client.connect(url);
    }
    await this.#until(() => this.#clients.every(({ live }) => live));
  }

  /** Everybody edits until so many were acknowledged; the time of each goes to `times`. */
  async edit(wanted: number, times: number[]): Promise<void> {
    const begun = this.#clients.map(({ acknowledged }) => acknowledged.length);
    const seen = [...begun];
    let left = wanted;
    const pace = setInterval(() => {
      for (const client of this.#clients) {
        if (left <= 0) return;
        if (client.waiting >= MOST_WAITING) continue;
        left -= 1;
        client.write(MOST_WAITING, 1);
      }
    }, EDIT_MS);
    const memory = setInterval(() => this.memory(), RSS_MS);
    try {
      await this.#until(() => {
        for (const [i, { acknowledged, storedSentAt }] of this.#clients.entries()) {
          if (acknowledged.length === seen[i]) continue;
          seen[i] = acknowledged.length;
          times.push(performance.now() - storedSentAt);
        }
        return (
          this.#clients.reduce((sum, { acknowledged }, i) => sum + acknowledged.length - (begun[i] ?? 0), 0) >= wanted
        );
      });
    } finally {
      clearInterval(pace);
      clearInterval(memory);
    }
  }

  /** Resident memory of the server in megabytes, where the system tells it. */
  memory(): number {
    const pages = /^VmRSS:\s+(\d+) kB/m.exec(read(`/proc/${this.#server.pid}/status`))?.[1] ?? '0';
    const megabytes = Math.round(Number(pages) / 1024);
    this.#figures.most = Math.max(this.#figures.most, megabytes);
    return megabytes;
  }

  async end(): Promise<number | null> {
    for (const client of this.#clients) client.write(0);
    await this.#until(() => this.#clients.every(({ waiting }) => waiting === 0));
    for (const { checkpoints } of this.#clients) await checkpoints.settled();
    return this.#server.stop();
  }

  /** Looks after every message until `ready` holds; silence and a lost connection are problems. */
  async #until(ready: () => boolean): Promise<void> {
    const done = Promise.withResolvers<void>();
    let stall: NodeJS.Timeout | undefined;
    const fail = (text: string): void => {
      this.#figures.problems.push(text);
      done.resolve();
    };
    const look = (): void => {
      clearTimeout(stall);
      stall = setTimeout(() => fail(`nothing happened for ${STALLED_MS / 1000} s`), STALLED_MS);
      if (this.#clients.some(({ connected }) => !connected)) fail('an honest client was cut off');
      if (ready()) done.resolve();
    };
    for (const client of this.#clients) client.observe(look);
    look();
    await done.promise;
    clearTimeout(stall);
    for (const client of this.#clients) client.observe(() => undefined);
  }
}

/** Clock ticks of Linux, a hundredth of a second. */
const TICK_MS = 10;

/** Processor time that a process used, in milliseconds; 0 where the system does not tell it. */
function processorMs(pid: number): number {
  // After the name in brackets: state is the third field, user and system time are the 14th and 15th.
  const fields = read(`/proc/${pid}/stat`).split(') ').at(-1)?.split(' ') ?? [];
  return (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) * TICK_MS;
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    // Not Linux, or gone: the audit says what became of it.
    return '';
  }
}
