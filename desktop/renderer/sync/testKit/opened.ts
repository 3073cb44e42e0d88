// Worlds with their computers opened on the draft, closed after each test of the file that asks for them.
import { afterEach } from 'vitest';
import { type Computer, World } from './world.ts';

const worlds: World[] = [];
afterEach(async () => {
  for (const made of worlds.splice(0)) await made.close();
});

export async function world(): Promise<World> {
  const made = await World.create();
  worlds.push(made);
  return made;
}

/** One computer that has the draft open. */
export async function alone(): Promise<{ readonly w: World; readonly a: Computer }> {
  const w = await world();
  const a = await w.computer('u-finance');
  await a.open();
  return { w, a };
}

/** Two people who both have the draft open. */
export async function together(): Promise<{ readonly w: World; readonly a: Computer; readonly b: Computer }> {
  const w = await world();
  const [a, b] = [await w.computer('u-finance'), await w.computer('u-ops')];
  await a.open();
  await b.open();
  return { w, a, b };
}

/** Entries that people wrote. */
export const edits = ({ world }: Computer) =>
  world.server.log.filter(({ entry }) => entry.kind !== 'create' && entry.kind !== 'fold');
