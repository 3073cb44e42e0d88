// `npm run sim:mutants`: plants one bug after the other and runs schedules until it is found. Owns the arguments and the report; exits 1
// when one is not found.
import { parseArgs } from 'node:util';
import { CLIENT_MUTANTS, SERVER_MUTANTS } from './mutants/index.ts';
import type { Mutant } from './mutants/plant.ts';
import { runSchedule } from './schedule.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { schedules: { type: 'string', default: '1000' }, seed: { type: 'string', default: '1' } },
});
const most = Number(values.schedules);
const first = Number(values.seed);
const wanted = [...SERVER_MUTANTS, ...CLIENT_MUTANTS].filter(
  ({ name }) => positionals.length === 0 || positionals.includes(name),
);

/** The schedule that finds the bug and what it says; null when none does. */
async function hunt(mutant: Mutant): Promise<{ schedules: number; problem: string } | null> {
  const takeOut = mutant.plant();
  try {
    for (let i = 0; i < most; i += 1) {
      const { problems } = await runSchedule(first + i);
      const [problem] = problems;
      if (problem !== undefined) return { schedules: i + 1, problem };
    }
    return null;
  } finally {
    takeOut();
  }
}

/** Schedules that must hold while nothing is planted, or finding a bug would mean nothing. */
const CONTROLS = 3;
for (let i = 0; i < CONTROLS; i += 1) {
  const { problems } = await runSchedule(first + i);
  if (problems.length === 0) continue;
  console.error(`Seed ${first + i} fails without any planted bug: ${problems[0]}`);
  process.exit(1);
}

let missed = 0;
for (const mutant of wanted) {
  const started = performance.now();
  const found = await hunt(mutant);
  const took = ((performance.now() - started) / 1000).toFixed(1);
  if (found === null) missed += 1;
  const verdict =
    found === null
      ? `MISSED in ${most} schedules`
      : `found by schedule ${String(found.schedules).padStart(4)}: ${(found.problem.split('\n')[0] ?? '').slice(0, 150)}`;
  console.log(`${mutant.name.padEnd(26)} ${took.padStart(6)} s  ${verdict}`);
}
console.log(`${wanted.length} planted bugs, ${wanted.length - missed} found, ${missed} missed.`);
process.exitCode = missed === 0 && wanted.length > 0 ? 0 : 1;
