// What many schedules came to. Owns adding up, whatever the order in which they end.
import { createHash } from 'node:crypto';
import type { Told } from './team.ts';

const COUNTED = [
  'steps',
  'typed',
  'logged',
  'attention',
  'contests',
  'crashes',
  'deaths',
  'created',
  'restores',
  'folds',
] as const;

export class Tally {
  ran = 0;
  failed = 0;
  #decided = 0;
  #cpuMs = 0;
  #reached: number;
  readonly #ahead = new Set<number>();
  readonly #total = new Map<string, number>();
  /** Every schedule's log, added up so that their order does not matter. */
  readonly #digest = new Uint8Array(8);

  /** @param first the first seed. */
  constructor(first: number) {
    this.#reached = first;
  }

  /** The first seed that is not done; all before it are. */
  get reached(): number {
    return this.#reached;
  }

  add({ seed, problems, figures, cpuMs }: Told): void {
    this.ran += 1;
    this.#cpuMs += cpuMs;
    if (problems.length > 0) this.failed += 1;
    if (figures.states.includes(' ')) this.#decided += 1;
    for (const name of COUNTED) this.#total.set(name, (this.#total.get(name) ?? 0) + figures[name]);
    const hash = createHash('sha256').update(`${seed} ${figures.root}`).digest();
    for (let i = 0; i < this.#digest.length; i += 1) this.#digest[i] = (this.#digest[i] ?? 0) ^ (hash[i] ?? 0);
    this.#ahead.add(seed);
    while (this.#ahead.delete(this.#reached)) this.#reached += 1;
  }

  /** The last line of a run. @param seconds how long it took. */
  report(seconds: number): string {
    const of = (name: (typeof COUNTED)[number]): number => this.#total.get(name) ?? 0;
    return (
      `${this.ran} schedules, ${this.failed} failed, ${seconds.toFixed(1)} s, ${(this.ran / seconds).toFixed(1)} schedules/s, ${(this.#cpuMs / this.ran).toFixed(0)} ms of processor time a schedule: ` +
      `${of('steps')} steps, ${of('typed')} commands typed, ${of('logged')} in logs, ${of('attention')} in Needs attention, ` +
      `${of('contests')} contests open, ${of('crashes')} server crashes, ${of('deaths')} computers died at a write, ` +
      `${this.#decided} schedules with decisions, ${of('created')} amendments, ${of('restores')} restores, ${of('folds')} folds; digest ${Buffer.from(this.#digest).toString('hex')}.`
    );
  }
}
