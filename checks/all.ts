// `npm test`: every suite, one after the other, each timed; ends with the runners' own totals and, of a suite that failed, the
// lines that say why: a build machine often keeps no more than the end. Owns the order; no test lives here.
import { spawn } from 'node:child_process';

interface Suite {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
  /** Lines of the runner's own output that carry its totals. */
  readonly totals: RegExp;
}

const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
const SUITES: readonly Suite[] = [
  {
    name: 'lint',
    command: [npm, 'run', '--silent', 'lint'],
    totals: /^(Checked \d+ files|Import directions:|SPEC rules:|Exact money:)/,
  },
  { name: 'types', command: [npm, 'run', '--silent', 'typecheck'], totals: /error TS/ },
  { name: 'unit', command: [npm, 'run', '--silent', 'test:unit'], totals: /^\s*(Test Files|Tests)\s/ },
  { name: 'vectors', command: [npm, 'run', '--silent', 'vectors'], totals: /^\d+ passed, \d+ failed/ },
  {
    name: 'sim',
    command: [npm, 'run', '--silent', 'sim', '--', '--schedules', '10000', '--seed', '20261120'],
    totals: /^(\d+ schedules, \d+ failed|seed \d+ FAILED)/,
  },
  {
    name: 'fuzz',
    command: [npm, 'run', '--silent', 'fuzz', '--', '--frames', '20000', '--seed', '20261120'],
    totals: /^\d+ frames/,
  },
  {
    name: 'torture',
    command: [npm, 'run', '--silent', 'torture', '--', '--ci'],
    totals: /^torture: /,
  },
  {
    name: 'e2e',
    command: [npm, 'run', '--silent', 'e2e'],
    totals: /^\s*\d+ (passed|failed|flaky|skipped|did not run)/,
  },
];
/** What the runners print of a failure: its name, its message, both values, and the line of the test. */
const TROUBLE =
  /^\s*(FAIL |\d+\) |×|\[?\w*Error\b|Test timeout|Locator:|Expected|Received|Timeout:|unexpected value|- unexpected|[-+] {1,2}\S|> ?\d+ \||.*error TS|seed \d+ FAILED|problem:)/;
const TROUBLE_LINES = 24;
// biome-ignore lint/suspicious/noControlCharactersInRegex: colour codes are what is being removed
const COLOUR = /\u001b\[[0-9;]*m/g;

interface Outcome {
  readonly name: string;
  readonly ok: boolean;
  readonly seconds: string;
  readonly totals: readonly string[];
  readonly trouble: readonly string[];
}

/** Runs one suite, passing its output through, and keeps the lines that carry its totals and its trouble. */
async function run(suite: Suite): Promise<Outcome> {
  const started = process.hrtime.bigint();
  const [command, ...args] = suite.command;
  const child = spawn(command, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, FORCE_COLOR: '0' },
  });
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => {
    process.stdout.write(chunk);
    text += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    process.stderr.write(chunk);
    text += chunk.toString();
  });
  const code = await new Promise<number>((resolve) => {
    child.on('error', (error) => {
      console.error(`${suite.name}: ${error.message}`);
      resolve(1);
    });
    child.on('close', (status) => resolve(status ?? 1));
  });
  const lines = text.replace(COLOUR, '').split('\n');
  const totals = lines.filter((line) => suite.totals.test(line)).map((line) => line.trim());
  const trouble = lines.filter((line) => TROUBLE.test(line)).map((line) => line.trim().slice(0, 200));
  const seconds = (Number((process.hrtime.bigint() - started) / 1_000_000n) / 1000).toFixed(1);
  return { name: suite.name, ok: code === 0, seconds, totals, trouble };
}

const wanted = process.argv.slice(2);
const outcomes: Outcome[] = [];
for (const suite of SUITES.filter(({ name }) => wanted.length === 0 || wanted.includes(name))) {
  console.log(`\n── ${suite.name}`);
  outcomes.push(await run(suite));
}

console.log('\n── totals');
for (const { name, ok, seconds, totals } of outcomes) {
  console.log(`${ok ? 'pass' : 'FAIL'}  ${name.padEnd(8)} ${seconds.padStart(7)} s  ${totals.join('; ')}`);
}
const failed = outcomes.filter(({ ok }) => !ok);
console.log(`suites: ${outcomes.length - failed.length} passed, ${failed.length} failed`);
for (const { name, trouble } of failed) console.log([`── ${name}`, ...trouble.slice(0, TROUBLE_LINES)].join('\n'));
process.exitCode = failed.length === 0 && outcomes.length > 0 ? 0 : 1;
