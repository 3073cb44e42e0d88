// `npm run sim -- --mutants`: plants one bug after the other and runs schedules until each is found. Owns the hunt and its report.
import { MUTANTS } from './mutants/index.ts';
import type { SizeName } from './size.ts';
import { type Task, Team } from './team.ts';

export interface Hunt {
  /** Most schedules a bug may need. */
  readonly most: number;
  /** The first seed. */
  readonly first: number;
  readonly workers: number;
  /** Every which bug is planted. */
  readonly sample: number;
  /** Names of the bugs to plant; null for all. */
  readonly only: readonly string[] | null;
  /** Of every schedule; undefined for the mix. */
  readonly size: SizeName | undefined;
}

interface Quarry {
  readonly name: string;
  given: number;
  /** Seed of the first schedule that found it, and what it said. */
  found: { readonly seed: number; readonly problem: string } | null;
}

/** Schedules that must hold while nothing is planted, or finding a bug would mean nothing. */
const CONTROLS = 20;

/** Hunts every bug. Gives the exit code: 0 when all were found. */
export async function runMutants({ most, first, workers, sample, only, size }: Hunt): Promise<number> {
  const wanted = MUTANTS.filter(({ name }, i) => (only === null ? i % sample === 0 : only.includes(name)));
  const hunted: Quarry[] = wanted.map(({ name }) => ({ name, given: 0, found: null }));
  const sized = (task: Task): Task => (size === undefined ? task : { ...task, size });
  let controls = 0;
  let alarms = 0;
  const next = (): Task | null => {
    if (controls < CONTROLS) {
      controls += 1;
      return sized({ seed: first + controls - 1 });
    }
    const quarry = hunted.find(({ found, given }) => found === null && given < most);
    if (quarry === undefined) return null;
    quarry.given += 1;
    return sized({ seed: first + quarry.given - 1, mutant: quarry.name });
  };
  await new Team(workers).work(next, ({ seed, problems }, { mutant }) => {
    const [problem] = problems;
    if (problem === undefined) return;
    if (mutant === undefined) {
      alarms += 1;
      console.error(`Seed ${seed} fails without any planted bug: ${problem}`);
    }
    const quarry = hunted.find(({ name }) => name === mutant);
    if (quarry === undefined) return;
    if (quarry.found === null) console.log(`${quarry.name} found`);
    if (quarry.found === null || seed < quarry.found.seed) quarry.found = { seed, problem };
  });
  for (const { name, found } of hunted) {
    const verdict =
      found === null
        ? `MISSED in ${most} schedules`
        : `found by schedule ${String(found.seed - first + 1).padStart(4)}: ${(found.problem.split('\n')[0] ?? '').slice(0, 150)}`;
    console.log(`${name.padEnd(28)} ${verdict}`);
  }
  const missed = hunted.filter(({ found }) => found === null).length;
  const slowest = Math.max(...hunted.map(({ found }) => (found === null ? most : found.seed - first + 1)));
  console.log(
    `${hunted.length} planted bugs, ${hunted.length - missed} found, ${missed} missed, at most ${slowest} schedules for one; ` +
      `${CONTROLS} schedules without a bug, ${alarms} failed.`,
  );
  return missed + alarms === 0 && hunted.length > 0 ? 0 : 1;
}
