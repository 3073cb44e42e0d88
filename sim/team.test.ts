import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Team } from './team.ts';

/** Answers what it is given, except seed 3, which it never answers, and seed 5, at which it ends; seed 7 says that it is stuck. */
const MEMBER = `process.on('message', ({ seed }) => {
  if (globalThis.isStuck || seed === 3) { globalThis.isStuck = true; return; }
  if (seed === 5) process.exit(9);
  process.send({ seed, problems: seed === 7 ? ['stuck'] : [], isStuck: seed === 7 }, () => seed === 7 && process.exit());
});`;

test('[SIM-14] a schedule that is stuck or ends its process fails with its seed, and the others run', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-team-'));
  const member = join(folder, 'member.mjs');
  writeFileSync(member, MEMBER);
  const watches: (() => void)[] = [];
  const team = new Team(1, {
    member,
    after: (_ms, callback) => {
      watches.push(callback);
      return () => undefined;
    },
  });
  let seed = 0;
  const problems = new Map<number, readonly string[]>();
  const next = () => {
    seed += 1;
    return seed > 9 ? null : { seed };
  };
  try {
    await team.work(next, (outcome) => {
      problems.set(outcome.seed, outcome.problems);
      // Seed 3 is the only one left to wait for.
      if (outcome.seed === 2) watches.at(-1)?.();
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
  expect([...problems.keys()].sort()).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  expect(problems.get(3)).toEqual(['the schedule said nothing for 180 s']);
  expect(problems.get(5)).toEqual(['the schedule ended its process (9)']);
  expect(problems.get(7)).toEqual(['stuck']);
  for (const fine of [1, 2, 4, 6, 8, 9]) expect(problems.get(fine)).toEqual([]);
});
