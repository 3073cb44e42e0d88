/// <reference types="node" />
import { expect, test } from 'vitest';
import { type Computer, ROWS, World } from './testKit/world.ts';

/** Schedules of one run; `SCHEDULES=1000` in the environment looks longer. Each seed decides every choice. */
const SCHEDULES = Number(process.env.SCHEDULES ?? '24');
const STEPS = 60;
const PEOPLE = ['u-finance', 'u-ops', 'u-reviewer'];
const REFUSALS = ['format', 'mismatch', 'epoch', 'storage', 'chain'] as const;

/** One thing that happens to one computer. */
async function step(world: World, computer: Computer, values: string[]): Promise<void> {
  const { runtime, server } = world;
  const pick = <T>(items: readonly T[]): T | undefined => items[Math.floor(runtime.random() * items.length)];
  const line = pick(computer.network.live);
  const dice = runtime.random();
  if (dice < 0.3) {
    const row = pick(ROWS);
    const value = String(1000 + values.length);
    values.push(value);
    if (row !== undefined) await computer.setRate(row.rowId, value);
  } else if (dice < 0.36) {
    const value = `n${values.length}`;
    await computer.draft.insertRows('lines', pick(computer.draft.rowIds('lines')) ?? null, [{ line: value }]);
  } else if (dice < 0.38) await server.fold();
  else if (dice < 0.4) await computer.draft.undo();
  else if (dice < 0.44) {
    const contest = pick(computer.draft.contests());
    if (contest !== undefined) await computer.draft.choose(contest, pick(contest.values)?.value ?? null);
  } else if (dice < 0.5) line?.deliverUp(runtime.random() < 0.5);
  else if (dice < 0.7) {
    if (line !== undefined && !line.isOpen) line.open();
    else for (let i = 0; i < 4; i += 1) line?.deliverDown();
  } else if (dice < 0.76) line?.cut();
  else if (dice < 0.8) computer.offline();
  else if (dice < 0.86) computer.online();
  else if (dice < 0.9)
    server.refuseNext = { code: pick(REFUSALS) ?? 'format', ...(dice < 0.88 ? { commandIds: 'first' as const } : {}) };
  else if (dice < 0.94) runtime.advance(5_000);
  else if (dice < 0.97) {
    await computer.restart();
    await computer.open();
  } else await server.publish();
  await server.idle();
  await computer.idle();
}

/** Every command a person made is in the log once, or waits in Needs attention; nowhere twice and never nowhere. */
async function account(world: World, made: ReadonlySet<string>): Promise<void> {
  const logged = world.server.commands();
  expect(new Set(logged).size).toBe(logged.length);
  const kept = new Set(world.computers.flatMap(({ draft }) => draft.attention().map(({ id }) => id)));
  for (const id of made) expect(logged.includes(id) !== kept.has(id), `command ${id}`).toBe(true);
}

for (let seed = 1; seed <= SCHEDULES; seed += 1) {
  test(`[SYNC-29] seed ${seed}: losses, repeats, restarts and refusals: all converge, nothing is lost or doubled`, async () => {
    const world = await World.create(seed);
    try {
      for (const person of PEOPLE) {
        const computer = await world.computer(person);
        await computer.open();
      }
      const made = new Set<string>();
      world.onCommand = (id) => made.add(id);
      const values: string[] = [];
      for (let i = 0; i < STEPS; i += 1) {
        const computer = world.computers[Math.floor(world.runtime.random() * world.computers.length)];
        if (computer !== undefined) await step(world, computer, values);
      }
      world.server.refuseNext = null;
      for (const computer of world.computers) computer.online();
      await world.heal();
      for (const computer of world.computers) {
        expect(computer.draft.status()).toMatchObject({ waiting: 0, trouble: null });
        expect(computer.lines()).toBe(world.server.lines());
        expect(computer.draft.contests().length).toBe(world.server.draft.contests().length);
      }
      await account(world, made);
    } finally {
      await world.close();
    }
  });
}
