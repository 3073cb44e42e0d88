// `npm run sim`: many schedules over all cores, one seed after the other. Owns the arguments and the report; exits 1 when anything did
// not hold.
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { runMutants } from './mutants.ts';
import { SIZES } from './size.ts';
import { Tally } from './tally.ts';
import { Team } from './team.ts';

const USAGE = `node sim/run.ts [--schedules N] [--seed S] [--seconds T] [--workers W] [--size small|middle|large] [--verbose]
node sim/run.ts --mutants [--schedules N] [--seed S] [--only name,name] [--sample K]

Runs N schedules with the seeds S, S+1, … (200 and 1), or as many as fit into T seconds, in W processes (one a core). A seed gives the
same schedule in any process, of a size of its own unless --size says another. Interrupted, it says with which seed to go on. With --mutants it plants one bug after the other and counts
the schedules until each is found, at most N (1000); --sample takes every K-th bug.
Exit codes: 0 everything held, or every bug was found; 1 something did not, or one was missed; 2 wrong usage.
`;

const { values } = parseArgs({
  options: {
    schedules: { type: 'string' },
    seed: { type: 'string', default: '1' },
    seconds: { type: 'string' },
    workers: { type: 'string' },
    mutants: { type: 'boolean', default: false },
    only: { type: 'string' },
    sample: { type: 'string', default: '1' },
    size: { type: 'string' },
    verbose: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
});
const schedules = Number(values.schedules ?? (values.mutants ? '1000' : '200'));
const first = Number(values.seed);
const workers = Number(values.workers ?? availableParallelism());
const sample = Number(values.sample);
const seconds = values.seconds === undefined ? Number.POSITIVE_INFINITY : Number(values.seconds);
const size = SIZES.find((name) => name === values.size);
const isSize = values.size === undefined || size !== undefined;
const isWhole = [schedules, first, workers, sample].every(Number.isSafeInteger) && workers > 0 && sample > 0;
if (values.help || !isWhole || !isSize || Number.isNaN(seconds)) {
  process.stdout.write(USAGE);
  process.exit(values.help ? 0 : 2);
}

if (values.mutants) {
  const only = values.only?.split(',') ?? null;
  process.exitCode = await runMutants({ most: schedules, first, workers, sample, only, size });
} else process.exitCode = await runSchedules();

async function runSchedules(): Promise<number> {
  const given = size === undefined ? {} : { size };
  const option = size === undefined ? '' : ` --size ${size}`;
  const tally = new Tally(first);
  const team = new Team(workers);
  const started = performance.now();
  const elapsed = (): number => (performance.now() - started) / 1000;
  let said = 0;
  let next = first;
  let isInterrupted = false;
  process.once('SIGINT', () => {
    isInterrupted = true;
  });
  const isOver = (): boolean => isInterrupted || next >= first + schedules || elapsed() >= seconds;
  await team.work(
    () => {
      if (isOver()) return null;
      const seed = next;
      next += 1;
      return { seed, ...given };
    },
    (outcome) => {
      tally.add(outcome);
      const { seed, problems, figures } = outcome;
      if (values.verbose) console.log(`seed ${seed}: ${JSON.stringify(figures)}`);
      if (problems.length > 0) {
        console.error(`seed ${seed} FAILED; again: npm run sim -- --schedules 1 --seed ${seed}${option}`);
        for (const problem of problems.slice(0, 12)) console.error(`  ${problem}`);
      }
      if (elapsed() - said < 60) return;
      said = elapsed();
      console.log(
        `${tally.ran} schedules, ${tally.failed} failed, ${said.toFixed(0)} s, all before seed ${tally.reached} done`,
      );
    },
  );
  console.log(tally.report(elapsed()));
  const left = first + schedules - tally.reached;
  if (isInterrupted) console.log(`Go on with: npm run sim -- --schedules ${left} --seed ${tally.reached}${option}`);
  return tally.failed === 0 && tally.ran > 0 ? 0 : 1;
}
