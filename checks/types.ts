// `npm run typecheck`: every TypeScript project of the repository, with the native compiler (ADR 17). Owns the list of projects.
import { execFile } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..');
const COMPILER = join(ROOT, 'node_modules', 'typescript-native', 'bin', 'tsc');
/** The slowest first, so that no core waits at the end. */
const PROJECTS = [
  'desktop',
  'sync-server',
  'sim',
  'e2e',
  'bench',
  'torture',
  'checks',
  'shared',
  'desktop/tsconfig.node.json',
];

/** Checks one project; true when it holds. Prints what the compiler says. */
function check(project: string): Promise<boolean> {
  return new Promise((resolve) => {
    execFile(process.execPath, [COMPILER, '-p', project], { cwd: ROOT, maxBuffer: 1 << 26 }, (error, out, err) => {
      process.stdout.write(out);
      process.stderr.write(err);
      if (error !== null && out === '' && err === '') console.error(`${project}: ${error.message}`);
      resolve(error === null);
    });
  });
}

const waiting = [...PROJECTS];
async function work(): Promise<void> {
  for (let project = waiting.shift(); project !== undefined; project = waiting.shift())
    if (!(await check(project))) process.exitCode = 1;
}
await Promise.all(Array.from({ length: Math.min(PROJECTS.length, availableParallelism()) }, work));
