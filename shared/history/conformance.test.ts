import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { runHistoryVectors } from './conformance.ts';

const file: unknown = JSON.parse(readFileSync(new URL('../vectors/history.json', import.meta.url), 'utf8'));

test('[HIST-5] [HIST-15] every published history vector passes, tile paths and shapes among them', async () => {
  const outcomes = await runHistoryVectors(file);
  expect(outcomes.filter((outcome) => !outcome.pass)).toEqual([]);
  expect(outcomes).toHaveLength(156);
});

test('[HIST-5] an unknown kind of vector is a failure', async () => {
  const [outcome] = await runHistoryVectors({ facts: [{ id: 'x', kind: 'toString', input: {}, expect: {} }] });
  expect(outcome).toMatchObject({ pass: false, note: expect.stringContaining('toString') });
});

test('[HIST-5] an answer that differs is a failure', async () => {
  const wrong = { id: 'x', kind: 'tile-path', input: { index: 5 }, expect: { path: '006' } };
  const [outcome] = await runHistoryVectors({ facts: [wrong] });
  expect(outcome).toMatchObject({ pass: false, actual: { path: '005' } });
});
