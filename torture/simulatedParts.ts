// The month offline, the mix of versions and local data that goes wrong as parts of `npm run torture`. Owns their processes and what is said of them.
import { fork } from 'node:child_process';
import { join } from 'node:path';
import type { LocalKind } from './localKinds.ts';
import { type PartOutcome, withProgress } from './part.ts';
import type { SimulatedAnswer, SimulatedTask } from './simulated.ts';

const SOAK_DEVICES = 3;

function inProcess<K extends SimulatedTask['kind']>(
  task: Extract<SimulatedTask, { kind: K }>,
): Promise<Extract<SimulatedAnswer, { kind: K }>> {
  const child = fork(join(import.meta.dirname, 'simulated.ts'), ['simulated'], { execArgv: [] });
  return new Promise((resolve, reject) => {
    child.once('message', (answer: SimulatedAnswer) => resolve(answer as Extract<SimulatedAnswer, { kind: K }>));
    child.once('exit', (code) => reject(new Error(`the simulated ${task.kind} ended with ${code}`)));
    child.send(task);
  });
}

/** A month offline; nothing is run for no edits. */
export async function soakPart(edits: number, seed: number): Promise<PartOutcome> {
  if (edits === 0) return { line: 'no month offline', note: [], found: [] };
  const begun = performance.now();
  const say = (): string => `a month offline: ${((performance.now() - begun) / 1000).toFixed(0)} s`;
  const { figures } = await withProgress(say, inProcess({ kind: 'soak', seed, devices: SOAK_DEVICES, edits }));
  const { devices, denied, kept, logged, seconds, simulatedSeconds, firstEditMs, lastEditMs, problems } = figures;
  return {
    line: `${figures.edits} edits of 30 days offline on ${devices} devices together in ${seconds.toFixed(1)} s`,
    note: [
      `soak: ${denied} edits denied after 14 days without the server (SYNC-53), ${kept} commands kept, ${logged} in the log; ${simulatedSeconds} s of the simulated clock; an edit took ${firstEditMs.toFixed(1)} ms at first and ${lastEditMs.toFixed(1)} ms at last.`,
    ],
    found: problems,
  };
}

/** Schedules of mixed versions, over some processes. */
export async function skewPart(schedules: number, processes: number, seed: number): Promise<PartOutcome> {
  if (schedules === 0) return { line: 'no mixed versions', note: [], found: [] };
  const begun = performance.now();
  const tasks = Array.from({ length: processes }, (_, k) =>
    inProcess({ kind: 'skew', seed: seed + k, schedules: schedules - k, every: processes }),
  );
  const say = (): string => `mixed versions: ${((performance.now() - begun) / 1000).toFixed(0)} s`;
  const all = (await withProgress(say, Promise.all(tasks))).map(({ figures }) => figures);
  const sum = (of: 'schedules' | 'changes' | 'refused' | 'typed' | 'logged'): number =>
    all.reduce((total, figures) => total + figures[of], 0);
  return {
    line: `${sum('schedules')} schedules of mixed versions`,
    note: [
      `skew: ${sum('changes')} programs started in another version, ${sum('refused')} sockets and commands of another version refused, ${sum('typed')} commands typed, ${sum('logged')} in logs.`,
    ],
    found: all.flatMap(({ problems }) => problems),
  };
}

const LOCAL: Readonly<Record<LocalKind, string>> = {
  full: 'disk full',
  deleted: 'deleted',
  corrupt: 'damaged',
  twoWindows: 'two windows',
};

/** Local data that is full, deleted, damaged or shared by two windows: so many runs of each, over some processes. */
export async function localPart(runs: number, processes: number, seed: number): Promise<PartOutcome> {
  if (runs === 0) return { line: 'no local data broken', note: [], found: [] };
  const note: string[] = [];
  const found: string[] = [];
  for (const what of Object.keys(LOCAL) as LocalKind[]) {
    const begun = performance.now();
    const tasks = Array.from({ length: processes }, (_, k) =>
      inProcess({ kind: 'local', what, seed: seed + k, runs: runs - k, every: processes }),
    );
    const say = (): string => `local data, ${LOCAL[what]}: ${((performance.now() - begun) / 1000).toFixed(0)} s`;
    const all = (await withProgress(say, Promise.all(tasks))).map(({ figures }) => figures);
    const sum = (of: 'runs' | 'typed' | 'exported' | 'told'): number =>
      all.reduce((total, figures) => total + figures[of], 0);
    note.push(
      `local, ${LOCAL[what]}: ${sum('runs')} runs, ${sum('typed')} values typed, ${sum('exported')} of them saved in a file, ${sum('told')} gone after a window had said so.`,
    );
    found.push(...all.flatMap(({ problems }) => problems));
  }
  return { line: `local data broken ${runs} times in each of ${note.length} ways`, note, found };
}
