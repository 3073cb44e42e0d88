// `npm run fuzz`: broken and hostile frames against the real server's socket in this process. Owns the arguments, the figures and the
// verdict; exits 1 when a figure of SECURITY §5 is not kept.
import { parseArgs } from 'node:util';
import { SPECIES } from './fuzz/frames.ts';
import { FuzzTarget } from './fuzz/target.ts';
import { Random } from './random.ts';

const { values } = parseArgs({
  options: {
    frames: { type: 'string', default: '20000' },
    seconds: { type: 'string' },
    seed: { type: 'string', default: '1' },
  },
});
const most = Number(values.frames);
const seconds = values.seconds === undefined ? Number.POSITIVE_INFINITY : Number(values.seconds);
const MOST_MS = 250;
const MOST_HEAP = 50 * 1024 * 1024;
/** Frames before the heap is measured first: code is compiled and caches are filled by then. */
const WARM_UP = 2000;

const { gc } = globalThis;
const heap = (): number => {
  gc?.();
  return process.memoryUsage().heapUsed;
};

const random = new Random(`fuzz ${values.seed}`);
const target = await FuzzTarget.start();
const counts = new Map<string, number>();
let slowest = { ms: 0, frame: 0, species: '' };
let frames = 0;
let before = heap();
const started = performance.now();
while (frames < most && (performance.now() - started) / 1000 < seconds) {
  const species = random.pick(SPECIES);
  if (species === undefined) break;
  const bytes = species.make(random, target);
  const begun = performance.now();
  const cpu = process.cpuUsage();
  await target.send(bytes);
  const { user, system } = process.cpuUsage(cpu);
  // Time in which this process did not run is not the frame's.
  const ms = Math.min(performance.now() - begun, (user + system) / 1000);
  if (ms > slowest.ms && frames >= WARM_UP) slowest = { ms, frame: frames, species: species.name };
  counts.set(species.name, (counts.get(species.name) ?? 0) + 1);
  frames += 1;
  if (frames === WARM_UP) before = heap();
}
const took = (performance.now() - started) / 1000;
const growth = frames > WARM_UP ? heap() - before : 0;
const { problems, refused, closed, stored } = await target.stop();
if (slowest.ms > MOST_MS) problems.push(`frame ${slowest.frame} (${slowest.species}) took ${slowest.ms.toFixed(0)} ms`);
if (gc !== undefined && growth > MOST_HEAP) problems.push(`the heap grew by ${(growth / 1048576).toFixed(1)} MB`);
for (const problem of problems) console.error(`FAILED: ${problem}`);
console.log([...counts].map(([name, count]) => `${name} ${count}`).join(', '));
console.log(
  `${frames} frames, seed ${values.seed}, ${took.toFixed(1)} s, ${(frames / took).toFixed(0)} frames/s: ${problems.length} problems, ` +
    `${refused} refused, ${closed} sockets closed, ${stored} stored, slowest frame ${slowest.ms.toFixed(1)} ms (${slowest.species}), ` +
    `heap growth ${(growth / 1048576).toFixed(1)} MB${gc === undefined ? ' (not collected: run with --expose-gc)' : ''}.`,
);
process.exitCode = problems.length === 0 && frames > 0 ? 0 : 1;
