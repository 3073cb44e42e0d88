/**
 * Test-only command: `npx node shared/golden/bless.ts [--because "reason"] [--search seeds]` writes down what the kernel
 * answers now. Refuses when the same input gives other bytes under the same kernel version, unless it is told why: then
 * the version should have been raised, and a reader of the log must learn why it was not. `--search` looks for changed
 * contracts anew among so many seeds and keeps those that make the kernel say something no other case does.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { KERNEL_VERSION } from '@countersign/shared/billing';
import { changedCase, families, type GoldenCase } from './cases.ts';
import { type Digest, digestOf, inputDigest, readDigests, seedsOf, writeDigests } from './digests.ts';

const FILE = join(import.meta.dirname, 'fixture/digests.txt');

/** The sentences of an answer, without their figures and quoted names. */
function sentences(answer: string): string[] {
  const texts = (answer.match(/"(?:[^"\\]|\\.)*"/g) ?? []).filter((text) => text.includes(' '));
  return texts.map((text) =>
    text
      .replace(/\\"[^"]*\\"/g, 'N')
      .replace(/-?\d+(,\d{3})*(\.\d+)?/g, '#')
      .replace(/#(\/#)+/g, '#'),
  );
}

/** Seeds below `count` whose contract makes the kernel say what nothing before it did. */
function telling(count: number, others: readonly GoldenCase[]): number[] {
  const said = new Set(others.flatMap((given) => sentences(given.answer())));
  return Array.from({ length: count }, (_, n) => n + 1).filter((seed) => {
    const fresh = sentences(changedCase(seed).answer()).filter((text) => !said.has(text));
    for (const text of fresh) said.add(text);
    return fresh.length > 0;
  });
}

const { values } = parseArgs({ options: { because: { type: 'string' }, search: { type: 'string' } } });
const before = readDigests(readFileSync(FILE, 'utf8'));
const fixed = [...families([])].flatMap(([, make]) => make());
const seeds = values.search === undefined ? seedsOf(before) : telling(Number(values.search), fixed);
const digests = new Map<string, Digest>();
for (const given of [...fixed, ...seeds.map(changedCase)])
  digests.set(given.name, { input: inputDigest(given), output: digestOf(given.answer()) });

const known = [...digests].filter(([name, now]) => before.digests.get(name)?.input === now.input);
const changed = known.filter(([name, now]) => before.digests.get(name)?.output !== now.output).map(([name]) => name);
const sameKernel = before.kernelVersion === KERNEL_VERSION;
console.log(
  `${digests.size} cases: ${digests.size - known.length} with a new input, ${changed.length} with the same input and other bytes.`,
);
for (const name of changed.slice(0, 20)) console.log(`  ${name}`);
if (changed.length > 0 && sameKernel && values.because === undefined) {
  console.error(
    `Not blessed: the same contracts give other bytes under kernel ${KERNEL_VERSION}. Raise KERNEL_VERSION, or say --because "why it is the same arithmetic".`,
  );
  process.exitCode = 1;
} else {
  const reasons = sameKernel ? before.reasons : [];
  const said = changed.length > 0 && sameKernel ? [`${values.because} (${changed.length} cases)`] : [];
  writeFileSync(FILE, writeDigests({ kernelVersion: KERNEL_VERSION, reasons: [...reasons, ...said], digests }));
}
