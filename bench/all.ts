/**
 * `npm run bench [-- SECTION… [ARGUMENTS]]`: every section, or those named, each in a process of its own, one after the other; what follows
 * the names goes to the section. Owns the order; a section that fails fails the run.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const SECTIONS = ['preview', 'contract65', 'verify', 'edits', 'firstSync', 'growth', 'admission'] as const;
type Section = (typeof SECTIONS)[number];

const isSection = (text: string): text is Section => (SECTIONS as readonly string[]).includes(text);
const asked = process.argv.slice(2);
const named = asked
  .slice(
    0,
    [...asked, ''].findIndex((text) => !isSection(text)),
  )
  .filter(isSection);
const rest = asked.slice(named.length);

if (named.length === 0 && rest.length > 0) {
  process.stderr.write(`There is no section "${rest[0]}". Sections: ${SECTIONS.join(', ')}.\n`);
  process.exitCode = 64;
} else {
  const failed = (named.length === 0 ? SECTIONS : named).filter((section) => {
    const file = join(import.meta.dirname, `${section}.ts`);
    const { status } = spawnSync(process.execPath, [file, ...rest], { stdio: 'inherit' });
    process.stdout.write('\n');
    return status !== 0;
  });
  if (failed.length > 0) {
    process.stderr.write(`Sections that did not finish: ${failed.join(', ')}.\n`);
    process.exitCode = 1;
  }
}
