import fc from 'fast-check';
import { expect, test } from 'vitest';
import { concatBytes, equalBytes } from '../bytes.ts';
import { fixtureBundle } from '../fixture/index.ts';
import { verifyBundle } from './index.ts';

/** All eight bits of every byte take minutes; the ordinary run changes one bit of every byte, a different one by place. */
const bitsOf = (at: number): number[] =>
  process.env.COUNTERSIGN_EVERY_BIT ? [0, 1, 2, 3, 4, 5, 6, 7] : [(at * 5) % 8];

test('[HIST-41] no bundle with a changed bit in any byte is accepted', { timeout: 600_000 }, async () => {
  const { log, bytes } = await fixtureBundle();
  const accepted: string[] = [];
  for (let at = 0; at < bytes.length; at++) {
    for (const bit of bitsOf(at)) {
      const changed = bytes.slice();
      changed[at] = (changed[at] ?? 0) ^ (1 << bit);
      const report = await verifyBundle(changed, { vkey: log.vkey, workspaceId: 'demo' });
      if (report.ok) accepted.push(`byte ${at}, bit ${bit}`);
    }
  }
  expect(accepted).toEqual([]);
});

test('[HIST-41] bytes inserted, removed, swapped or repeated never give an accepted bundle, and never a crash', async () => {
  const { log, bytes } = await fixtureBundle();
  const place = fc.nat({ max: bytes.length });
  const change = fc.record({ from: place, to: place, junk: fc.uint8Array({ maxLength: 8 }) });
  const property = fc.asyncProperty(change, async ({ from, to, junk }) => {
    const changed = concatBytes(bytes.subarray(0, from), junk, bytes.subarray(to));
    fc.pre(!equalBytes(changed, bytes));
    const report = await verifyBundle(changed, { vkey: log.vkey });
    expect(report.ok).toBe(false);
  });
  await fc.assert(property, { seed: 20260105, numRuns: 1500 });
});
