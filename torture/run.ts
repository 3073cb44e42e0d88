// `npm run torture`: real processes, real disks, dishonest servers. Owns arguments, order and the line of totals; exits 1 when anything
// did not hold.
import { parseArgs } from 'node:util';
import { Random } from '../sim/random.ts';
import { type KillFigures, killServers, noKills } from './kills.ts';
import { makeTemplate, type Template } from './template.ts';

const USAGE = `npm run torture [-- --ci] [--kills N] [--servers N] [--seed S] [--only kills]

Exit codes: 0 everything held; 1 something did not; 2 wrong usage.
`;

const { values } = parseArgs({
  options: {
    ci: { type: 'boolean', default: false },
    kills: { type: 'string' },
    servers: { type: 'string', default: '2' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string' },
    help: { type: 'boolean', short: 'h', default: false },
  },
});
if (values.help) {
  process.stdout.write(USAGE);
  process.exit(0);
}
const kills = Number(values.kills ?? (values.ci ? 24 : 1000));
const servers = Number(values.servers);

async function tortureByKills(template: Template): Promise<KillFigures> {
  const figures = noKills();
  const timer = setInterval(() => process.stderr.write(`  ${figures.kills} of ${kills} kills\n`), 15_000);
  timer.unref();
  const lanes = Array.from({ length: servers }, (_, i) =>
    killServers(template, `lane${i}`, new Random(`${values.seed}/kills/${i}`), kills, figures),
  );
  await Promise.all(lanes);
  clearInterval(timer);
  return figures;
}

const started = performance.now();
const template = await makeTemplate();
const figures = await tortureByKills(template);
for (const problem of figures.problems.slice(0, 20)) console.error(problem);
if (figures.problems.length === 0) template.remove();
console.log(
  JSON.stringify({ ...figures, problems: figures.problems.length, seconds: (performance.now() - started) / 1000 }),
);
process.exitCode = figures.problems.length === 0 ? 0 : 1;
