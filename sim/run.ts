// `npm run sim`: many schedules, one seed after the other. Owns the arguments and the report; exits 1 when anything did not hold.
import { parseArgs } from 'node:util';
import { type Figures, runSchedule } from './schedule.ts';

const USAGE = `node sim/run.ts [--schedules N] [--seed S] [--seconds T] [--verbose]

Runs N schedules with the seeds S, S+1, … (200 and 1), or as many as fit into T seconds.
Exit codes: 0 everything held; 1 something did not; 2 wrong usage.
`;

const { values } = parseArgs({
  options: {
    schedules: { type: 'string', default: '200' },
    seed: { type: 'string', default: '1' },
    seconds: { type: 'string' },
    verbose: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
});
const schedules = Number(values.schedules);
const first = Number(values.seed);
const seconds = values.seconds === undefined ? Number.POSITIVE_INFINITY : Number(values.seconds);
if (values.help || ![schedules, first].every(Number.isSafeInteger) || Number.isNaN(seconds)) {
  process.stdout.write(USAGE);
  process.exit(values.help ? 0 : 2);
}

const started = performance.now();
const elapsed = (): number => (performance.now() - started) / 1000;
const total: Record<Exclude<keyof Figures, 'states' | 'root'>, number> = {
  steps: 0,
  typed: 0,
  logged: 0,
  attention: 0,
  contests: 0,
  crashes: 0,
};
let ran = 0;
let failed = 0;
let decided = 0;
for (let seed = first; seed < first + schedules && elapsed() < seconds; seed += 1) {
  const { problems, figures } = await runSchedule(seed);
  ran += 1;
  for (const name of Object.keys(total) as (keyof typeof total)[]) total[name] += figures[name];
  if (figures.states.includes(' ')) decided += 1;
  if (values.verbose) console.log(`seed ${seed}: ${JSON.stringify(figures)}`);
  if (problems.length === 0) continue;
  failed += 1;
  console.error(`seed ${seed} FAILED; again: node sim/run.ts --schedules 1 --seed ${seed}`);
  for (const problem of problems.slice(0, 12)) console.error(`  ${problem}`);
}
const took = elapsed();
console.log(
  `${ran} schedules, ${failed} failed, ${took.toFixed(1)} s, ${(ran / took).toFixed(1)} schedules/s: ${total.steps} steps, ` +
    `${total.typed} commands typed, ${total.logged} in logs, ${total.attention} in Needs attention, ${total.contests} contests open, ` +
    `${total.crashes} server crashes, ${decided} schedules with decisions.`,
);
process.exitCode = failed === 0 && ran > 0 ? 0 : 1;
