// Before anything that may load the client's database.
import '../sim/platform.ts';
import { expect, it } from 'vitest';
import { LOCAL_BUGS } from './localBugs.ts';
import { breakLocalData, noLocal } from './localData.ts';
import { mixVersions, noSkew } from './skew.ts';
import { soak } from './soak.ts';

it('[TORT-11] what everybody wrote in a month offline is in one log when they come home', {
  timeout: 120_000,
}, async () => {
  const { problems, denied, kept, logged } = await soak(3, 2, 15);
  expect(problems).toEqual([]);
  // [SYNC-53] One edit every two days each: from the 16th day on none is taken.
  expect([16, 18]).toContain(denied);
  expect(kept).toBeGreaterThan(10);
  expect(logged).toBe(kept);
});

it('[TORT-12] apps and servers of mixed versions refuse each other, keep everything, and go on when they agree', {
  timeout: 120_000,
}, async () => {
  const figures = noSkew();
  await mixVersions(2, figures);
  await mixVersions(3, figures);
  expect(figures.problems).toEqual([]);
  expect(figures).toMatchObject({ schedules: 2 });
  expect(figures.refused).toBeGreaterThan(0);
});

it('[TORT-14] local data that is full, deleted, damaged or shared loses nothing without saying so', {
  timeout: 120_000,
}, async () => {
  const figures = noLocal();
  for (const kind of ['full', 'deleted', 'corrupt', 'twoWindows'] as const) await breakLocalData(kind, 4, figures);
  expect(figures.problems).toEqual([]);
  expect(figures).toMatchObject({ runs: 4 });
  expect(figures.typed).toBeGreaterThan(15);
});

it.each(LOCAL_BUGS)('[TORT-14] finds it when $what', { timeout: 120_000 }, async ({ kind, seed, plant }) => {
  const figures = noLocal();
  const takeOut = plant();
  try {
    await breakLocalData(kind, seed, figures);
  } finally {
    takeOut();
  }
  expect(figures.problems).not.toEqual([]);
});
