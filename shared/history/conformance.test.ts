import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseVectorFile, runHistoryVectors } from './conformance.ts';

const file: unknown = JSON.parse(readFileSync(new URL('../vectors/history.json', import.meta.url), 'utf8'));

test('[HIST-5] [HIST-15] every published history vector passes, tile paths and shapes among them', async () => {
  const outcomes = await runHistoryVectors(file);
  expect(outcomes.filter((outcome) => !outcome.pass)).toEqual([]);
  expect(outcomes).toHaveLength(156);
});

test('[HIST-5] [HIST-6] [HIST-13] malformed and edge vectors of every kind have the answers that another program computed', async () => {
  const text = readFileSync(new URL('../vectors/edges.json', import.meta.url), 'utf8');
  const outcomes = await runHistoryVectors(parseVectorFile(text));
  expect(outcomes.filter((outcome) => !outcome.pass)).toEqual([]);
  expect(outcomes).toHaveLength(353);
});

test('[HIST-5] a size that JavaScript would round is read as its digits', async () => {
  const fact =
    '{"id":"x","kind":"tile-path","input":{"index":9007199254740993},"expect":{"path":"x009/x007/x199/x254/x740/993"}}';
  const [read] = await runHistoryVectors(parseVectorFile(`{"facts":[${fact}]}`));
  const [rounded] = await runHistoryVectors(JSON.parse(`{"facts":[${fact}]}`));
  expect([read?.pass, rounded?.pass]).toEqual([true, false]);
});

test('[HIST-5] a vector that lacks a member is a failure, also where a refusal is expected', async () => {
  const facts = [
    { id: 'x', kind: 'merkle-inclusion', input: { leafIdx: 0 }, expect: { valid: false } },
    { id: 'y', kind: 'note-open', input: {}, expect: { error: true } },
  ];
  expect((await runHistoryVectors({ facts })).map(({ pass }) => pass)).toEqual([false, false]);
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
