// Processes that run schedules side by side. Owns starting them, giving them work, and starting fresh ones in time, so that a run of
// days needs no more memory than one of minutes.
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Outcome } from './schedule.ts';

/** One schedule to run, with or without a planted bug. */
export interface Task {
  readonly seed: number;
  /** Name of the bug to plant first. */
  readonly mutant?: string;
}

const MEMBER = fileURLToPath(new URL('./member.ts', import.meta.url));
/** Schedules after which a process is replaced. */
const LIFETIME = 3000;
/** A larger nursery: most of what a schedule makes is gone before it would be moved. */
const FLAGS = ['--max-semi-space-size=32', '--max-old-space-size=1024'];
/** Tasks handed out ahead, so that a process does not wait for its next one. */
const AHEAD = 2;

export class Team {
  readonly #size: number;

  constructor(size: number) {
    this.#size = size;
  }

  /** Runs what `next` gives until it gives null, and tells every outcome with its task. Rejects when a process ends by itself. */
  async work(next: () => Task | null, done: (outcome: Outcome, task: Task) => void): Promise<void> {
    await Promise.all(Array.from({ length: this.#size }, () => this.#keepBusy(next, done)));
  }

  async #keepBusy(next: () => Task | null, done: (outcome: Outcome, task: Task) => void): Promise<void> {
    for (let task = next(); task !== null; task = next()) await this.#oneLife(task, next, done);
  }

  /** The life of one process, from its first task to its last. */
  #oneLife(first: Task, next: () => Task | null, done: (outcome: Outcome, task: Task) => void): Promise<void> {
    return new Promise((resolve, reject) => {
      const child: ChildProcess = fork(MEMBER, { execArgv: FLAGS });
      const open: Task[] = [];
      let given = 0;
      const give = (task: Task | null): boolean => {
        if (task === null) return false;
        given += 1;
        open.push(task);
        child.send(task);
        return true;
      };
      give(first);
      while (open.length < AHEAD && give(next()));
      child.on('message', (outcome: Outcome) => {
        const task = open.shift();
        if (task !== undefined) done(outcome, task);
        const isYoung = given < LIFETIME;
        if (isYoung) give(next());
        if (open.length === 0) child.disconnect();
      });
      child.on('error', reject);
      child.on('exit', (code, signal) => {
        if (open.length === 0) resolve();
        else reject(new Error(`a process ended (${signal ?? code}) while it ran seed ${open[0]?.seed}`));
      });
    });
  }
}
