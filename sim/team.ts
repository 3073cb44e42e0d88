// Processes that run schedules side by side. Owns starting them, giving them work, ending one that is stuck, and starting fresh ones in
// time, so that a run of days needs no more memory than one of minutes.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { NOTHING, type Outcome } from './outcome.ts';
import type { SizeName } from './size.ts';

/** One schedule to run, with or without a planted bug. */
export interface Task {
  readonly seed: number;
  /** Of another size than its seed would have. */
  readonly size?: SizeName;
  /** Name of the bug to plant first. */
  readonly mutant?: string;
}

/** An outcome as its process tells it. */
export interface Told extends Outcome {
  /** Processor time that it took; the first of a process builds the beginning of all as well. */
  readonly cpuMs: number;
}

/** What a team needs besides work. */
export interface TeamOptions {
  /** Module that each process runs. */
  readonly member: string;
  /** Calls back after so many milliseconds, unless what it returns is called before. */
  readonly after: (ms: number, callback: () => void) => () => void;
}

const MEMBER = fileURLToPath(new URL('./member.ts', import.meta.url));
/** Schedules after which a process is replaced. */
const LIFETIME = 3000;
/** A larger nursery: most of what a schedule makes is gone before it would be moved. */
const FLAGS = ['--max-semi-space-size=64', '--max-old-space-size=1024'];
/** Tasks handed out ahead, so that a process does not wait for its next one. */
const AHEAD = 2;
/** A schedule that has said nothing for so long turns in a circle; the slowest take a second. */
const STUCK_MS = 180_000;

const onThisMachine: TeamOptions = {
  member: MEMBER,
  after: (ms, callback) => {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
};

export class Team {
  readonly #size: number;
  readonly #options: TeamOptions;
  /** Given to a process that ended before it came to them. */
  readonly #left: Task[] = [];

  constructor(size: number, options = onThisMachine) {
    this.#size = size;
    this.#options = options;
  }

  /**
   * Runs what `next` gives until it gives null, and tells every outcome with its task. A schedule that is stuck or ends its process has
   * failed. Rejects when a process ends before any outcome.
   */
  async work(next: () => Task | null, done: (outcome: Told, task: Task) => void): Promise<void> {
    const nextOrLeft = (): Task | null => this.#left.shift() ?? next();
    await Promise.all(Array.from({ length: this.#size }, () => this.#keepBusy(nextOrLeft, done)));
  }

  async #keepBusy(next: () => Task | null, done: (outcome: Told, task: Task) => void): Promise<void> {
    for (let task = next(); task !== null; task = next()) await this.#oneLife(task, next, done);
  }

  /** The life of one process, from its first task to its last. */
  async #oneLife(first: Task, next: () => Task | null, done: (outcome: Told, task: Task) => void): Promise<void> {
    const child: ChildProcess = fork(this.#options.member, { execArgv: FLAGS });
    const open: Task[] = [];
    let given = 0;
    let told = 0;
    let isEnding = false;
    let isStuck = false;
    let calmDown = (): void => undefined;
    const watch = (): void => {
      calmDown();
      calmDown = this.#options.after(STUCK_MS, () => {
        isStuck = true;
        child.kill('SIGKILL');
      });
    };
    const give = (task: Task | null): boolean => {
      if (task === null) return false;
      given += 1;
      open.push(task);
      // What cannot be sent any more is still open when the process has ended, and goes to another.
      child.send(task, () => undefined);
      return true;
    };
    child.on('message', (outcome: Told) => {
      watch();
      told += 1;
      const task = open.shift();
      if (task !== undefined) done(outcome, task);
      // It ends by itself: something of this schedule may still go on in it.
      isEnding ||= outcome.isStuck === true;
      if (given < LIFETIME && !isEnding) give(next());
      if (open.length === 0 && child.connected) child.disconnect();
    });
    const ended = Promise.all([once(child, 'exit'), once(child, 'disconnect')]);
    watch();
    give(first);
    while (open.length < AHEAD && give(next()));
    const [[code, signal]] = await ended;
    calmDown();
    const why = isStuck ? `said nothing for ${STUCK_MS / 1000} s` : `ended its process (${signal ?? code})`;
    if (told === 0 && !isStuck) throw new Error(`a process ${why} at once, with seed ${first.seed}`);
    const running = isEnding ? undefined : open.shift();
    this.#left.push(...open);
    if (running !== undefined)
      done({ seed: running.seed, problems: [`the schedule ${why}`], figures: NOTHING, cpuMs: 0 }, running);
  }
}
