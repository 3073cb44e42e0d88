// `npm run fuzz`: broken and hostile frames, requests and files against the real server and readers, over all cores. Owns the arguments,
// the figures and the verdict; exits 1 when a figure of SECURITY §5 is not kept.

import { fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { FuzzFigures, FuzzTask } from './fuzz/shift.ts';

const { values } = parseArgs({
  options: {
    frames: { type: 'string', default: '20000' },
    seconds: { type: 'string' },
    seed: { type: 'string', default: '1' },
    workers: { type: 'string' },
  },
});
const frames = Number(values.frames);
const workers = Number(values.workers ?? availableParallelism());
const seconds = values.seconds === undefined ? null : Number(values.seconds);
const SHIFT = fileURLToPath(new URL('./fuzz/shift.ts', import.meta.url));

function shift(number: number): Promise<FuzzFigures> {
  return new Promise((resolve, reject) => {
    const child = fork(SHIFT, { execArgv: ['--expose-gc', '--max-semi-space-size=32'] });
    const task: FuzzTask = { frames: Math.ceil(frames / workers), seconds, seed: `${values.seed}/${number}` };
    let figures: FuzzFigures | null = null;
    child.on('message', (told: FuzzFigures) => {
      figures = told;
    });
    child.on('error', reject);
    child.on('exit', (code) => {
      if (figures === null) reject(new Error(`shift ${number} ended with ${code} before it was done`));
      else resolve(figures);
    });
    child.send(task);
  });
}

const started = performance.now();
const shifts = await Promise.all(Array.from({ length: workers }, (_, i) => shift(i)));
const took = (performance.now() - started) / 1000;
const sum = (pick: (figures: FuzzFigures) => number): number => shifts.reduce((all, figures) => all + pick(figures), 0);
const counts = new Map<string, number>();
for (const { species } of shifts)
  for (const [name, count] of Object.entries(species)) counts.set(name, (counts.get(name) ?? 0) + count);
const problems = shifts.flatMap((figures) => figures.problems);
for (const problem of problems.slice(0, 40)) console.error(`FAILED: ${problem}`);
const slowest = shifts.reduce((a, b) => (a.slowest.ms > b.slowest.ms ? a : b)).slowest;
const growth = Math.max(...shifts.map(({ heapGrowth }) => heapGrowth)) / 1048576;
const done = sum((figures) => figures.frames);
console.log([...counts].map(([name, count]) => `${name} ${count}`).join(', '));
console.log(
  `${done} frames, seed ${values.seed}, ${took.toFixed(1)} s, ${(done / took).toFixed(0)} frames/s: ${problems.length} problems, ` +
    `${sum((figures) => figures.refused)} refused, ${sum((figures) => figures.closed)} sockets closed, ${sum((figures) => figures.stored)} stored, ` +
    `slowest frame ${slowest.ms.toFixed(1)} ms (${slowest.species}), heap growth ${growth.toFixed(1)} MB.`,
);
process.exitCode = problems.length === 0 && done > 0 ? 0 : 1;
