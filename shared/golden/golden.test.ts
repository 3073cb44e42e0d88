/**
 * The kernel's answers beside the digests of those it gave when they were blessed: sentences, traces and refusals too. When
 * bytes change on purpose, raise KERNEL_VERSION, then `npx node shared/golden/bless.ts`.
 */
import { readFileSync } from 'node:fs';
import { KERNEL_VERSION } from '@countersign/shared/billing';
import { describe, expect, it } from 'vitest';
import { families } from './cases.ts';
import { difference, differences, inputDigest, readDigests, seedsOf, writeDigests } from './digests.ts';

const file = readFileSync(new URL('./fixture/digests.txt', import.meta.url), 'utf8');
const blessed = readDigests(file);
const PART = 60;
/** Of generated and changed contracts mutation runs compare each second, so that each mutant is quickly judged. */
const EVERY = Number(process.env.GOLDEN_EVERY ?? '1');
// Made before anything is billed: what goes in does not depend on the kernel.
const cases = [...families(seedsOf(blessed))].flatMap(([, make]) =>
  make().map((one) => ({ ...one, digest: inputDigest(one) })),
);
const parts = Object.entries(Object.groupBy(cases, ({ name }) => name.replace(/ \S+$/, ''))).flatMap(
  ([family, given = []]) =>
    Array.from({ length: Math.ceil(given.length / PART) }, (_, n) => ({
      family: `${family}, part ${n + 1}`,
      given: given.slice(n * PART, (n + 1) * PART).filter(({ sparse }, place) => !sparse || place % EVERY === 0),
    })),
);

describe('golden bytes', () => {
  it.each(parts)('[KERN-1] an old preview gives its old bytes: $family', ({ given }) => {
    expect(differences(given, blessed)).toEqual([]);
  });

  it('[KERN-2] the digests are of this kernel version, one for each case', () => {
    expect(blessed.kernelVersion).toBe(KERNEL_VERSION);
    const names = cases.map(({ name }) => name);
    expect([...blessed.digests.keys()].sort()).toEqual(names.sort());
  });

  it('[KERN-2] other inputs are told apart from other bytes', () => {
    const kept = { input: 'a', output: 'b' };
    expect(difference('case', kept, kept)).toBeNull();
    expect(difference('case', { input: 'x', output: 'b' }, kept)).toMatch(/other contracts or facts go in/);
    expect(difference('case', { input: 'a', output: 'x' }, kept)).toMatch(/give other bytes/);
    expect(difference('case', kept, undefined)).toMatch(/no digest is kept/);
    expect(writeDigests(blessed)).toBe(file);
  });
});
