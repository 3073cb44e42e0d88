/** How every section measures and prints. Owns the median, the spread and the words; must not know what is measured. */
import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';

/** Times of repeated runs, milliseconds, ascending. */
export interface Timed {
  readonly median: number;
  readonly least: number;
  readonly most: number;
  readonly runs: number;
}

/** Runs `work` as often unmeasured, three times at most, and then `runs` times. */
export async function timed(runs: number, work: () => unknown): Promise<Timed> {
  for (let run = 0; run < Math.min(runs, 3); run += 1) await work();
  const times: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    const begun = performance.now();
    await work();
    times.push(performance.now() - begun);
  }
  times.sort((a, b) => a - b);
  return { median: percentile(times, 50), least: times[0] ?? 0, most: times.at(-1) ?? 0, runs };
}

/** The value below which `percent` of the ascending values lie. */
export function percentile(ascending: readonly number[], percent: number): number {
  return ascending[Math.min(ascending.length - 1, Math.floor((ascending.length * percent) / 100))] ?? 0;
}

export function ms(value: number): string {
  return `${value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0)} ms`;
}

/** "41.0 ms (39.8 to 47.2, 5 runs)". */
export function spread({ median, least, most, runs }: Timed): string {
  return `${ms(median)} (${ms(least)} to ${ms(most)}, ${runs} runs)`;
}

export function ratio(ours: number, theirs: number): string {
  return `${(ours / theirs).toFixed(2)}×`;
}

export function count(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

export function megabytes(bytes: number): string {
  return `${(bytes / 1_048_576).toFixed(0)} MB`;
}

export function say(text = ''): void {
  process.stdout.write(`${text}\n`);
}

/** What the figures were measured on; without it they mean little. */
export function sayMachine(title: string): void {
  const model = cpus()[0]?.model ?? 'unknown processor';
  const load = loadavg()[0]?.toFixed(1);
  say(`# ${title}`);
  say(
    `${new Date().toISOString().slice(0, 10)}, ${availableParallelism()} cores (${model}), ${megabytes(totalmem())}, Node ${process.version}, load ${load} before the run`,
  );
  say();
}
