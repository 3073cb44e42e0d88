// One process's share of a fuzz run. Owns measuring each frame; prints nothing.
import '../platform.ts';
import { Random } from '../random.ts';
import { FuzzTarget, SPECIES, type Species } from './index.ts';

export interface FuzzTask {
  readonly frames: number;
  /** Most seconds; null for as long as the frames take. */
  readonly seconds: number | null;
  readonly seed: string;
}

export interface FuzzFigures {
  readonly frames: number;
  readonly species: Readonly<Record<string, number>>;
  readonly problems: readonly string[];
  readonly refused: number;
  readonly closed: number;
  readonly stored: number;
  /** Milliseconds of this process's own time. */
  readonly slowest: { readonly ms: number; readonly frame: number; readonly species: string };
  /** Bytes of the heap and of buffers beside it, after collecting, against the warm state. */
  readonly heapGrowth: number;
}

const MOST_MS = 250;
const MOST_HEAP = 50 * 1024 * 1024;
/** Bytes that the heap may grow by in any case, and with each frame: something kept for ever shows in short runs too. */
const SWAY_HEAP = 12 * 1024 * 1024;
const MOST_A_FRAME = 100;
/** Frames before the heap is measured first: code is compiled and caches are filled by then. */
const WARM_UP = 4000;
/** Frames for which processor time is asked for once. */
const ASKED_EVERY = 16;

const heap = (): number => {
  // What buffers held beside the heap is given back by the collection after the one that found them.
  globalThis.gc?.();
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
};

/** Measures frames: most by the clock, and one that seems slow by the processor time that went by since a little before it. */
class Stopwatch {
  #cpu = process.cpuUsage();
  #since = 0;

  /** Sends one frame; milliseconds that it took of this process, never fewer. */
  async time(species: Species, random: Random, target: FuzzTarget): Promise<number> {
    const frame = species.make(random, target);
    // Asking for the processor time costs as much as a small frame, so it is asked for now and then.
    if (this.#since === 0) this.#cpu = process.cpuUsage();
    this.#since = (this.#since + 1) % ASKED_EVERY;
    const begun = performance.now();
    await target.send(frame);
    const wall = performance.now() - begun;
    if (wall < MOST_MS / 10) return wall;
    // Time in which this process did not run is not the frame's; that of the few frames before it is counted in.
    const { user, system } = process.cpuUsage(this.#cpu);
    return Math.min(wall, (user + system) / 1000);
  }
}

export async function runShift({ frames: most, seconds, seed }: FuzzTask): Promise<FuzzFigures> {
  const random = new Random(`fuzz ${seed}`);
  const stopwatch = new Stopwatch();
  const target = await FuzzTarget.start();
  const weights = Object.fromEntries(SPECIES.map(({ name, weight }) => [name, weight]));
  const byName = new Map(SPECIES.map((species) => [species.name, species]));
  const counts: Record<string, number> = {};
  const until = performance.now() + (seconds ?? Number.POSITIVE_INFINITY) * 1000;
  let slowest = { ms: 0, frame: 0, species: '' };
  let frames = 0;
  let before = heap();
  while (frames < most && performance.now() < until) {
    const species = byName.get(random.weighted(weights));
    if (species === undefined) break;
    const ms = await stopwatch.time(species, random, target);
    if (ms > slowest.ms && frames >= WARM_UP) slowest = { ms, frame: frames, species: species.name };
    counts[species.name] = (counts[species.name] ?? 0) + 1;
    frames += 1;
    if (frames === WARM_UP) before = heap();
  }
  const heapGrowth = frames > WARM_UP ? heap() - before : 0;
  const { problems, ...rest } = await target.stop();
  const found = [...problems];
  if (slowest.ms > MOST_MS)
    found.push(`frame ${slowest.frame} of ${seed} (${slowest.species}) took ${slowest.ms.toFixed(0)} ms`);
  if (heapGrowth > Math.min(MOST_HEAP, SWAY_HEAP + MOST_A_FRAME * frames))
    found.push(`the heap grew by ${(heapGrowth / 1048576).toFixed(1)} MB`);
  return { frames, species: counts, problems: found, ...rest, slowest, heapGrowth };
}

// As a process of its own it does what it is sent, and ends.
process.once('message', (task: FuzzTask) => {
  runShift(task).then(
    (figures) => {
      process.send?.(figures);
      process.disconnect();
    },
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
});
