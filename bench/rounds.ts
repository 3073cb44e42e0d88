/** Contestants measured side by side. Owns: running them in turns, so that what else the machine does falls on all alike. */
import { percentile, type Timed } from './measure.ts';

/** Runs every work once unmeasured `warm` times, then in `rounds` turns; milliseconds by name. */
export function inTurns<Name extends string>(
  rounds: number,
  works: Readonly<Record<Name, () => unknown>>,
  warm = 3,
): Record<Name, Timed> {
  const names = Object.keys(works) as Name[];
  const times = new Map<Name, number[]>(names.map((name) => [name, []]));
  for (let round = 0; round < warm + rounds; round += 1) {
    for (const name of names) {
      const begun = performance.now();
      works[name]();
      if (round >= warm) times.get(name)?.push(performance.now() - begun);
    }
  }
  const timed = (name: Name): Timed => {
    const own = [...(times.get(name) ?? [])].sort((a, b) => a - b);
    return { median: percentile(own, 50), least: own[0] ?? 0, most: own.at(-1) ?? 0, runs: own.length };
  };
  return Object.fromEntries(names.map((name) => [name, timed(name)])) as Record<Name, Timed>;
}
