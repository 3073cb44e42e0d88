/** `npm run bench`: every section in a process of its own, one after the other. Owns the order; a section that fails fails the run. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const SECTIONS = ['preview', 'contract65', 'verify', 'edits', 'admission'] as const;

const failed = SECTIONS.filter((section) => {
  const { status } = spawnSync(process.execPath, [join(import.meta.dirname, `${section}.ts`)], { stdio: 'inherit' });
  process.stdout.write('\n');
  return status !== 0;
});
if (failed.length > 0) {
  process.stderr.write(`Sections that did not finish: ${failed.join(', ')}.\n`);
  process.exitCode = 1;
}
