import { afterEach, describe, expect, test, vi } from 'vitest';
import { FIRST, SECOND, until, World } from './testKit/world.ts';

const worlds: World[] = [];
async function world(): Promise<World> {
  const made = await World.create(1);
  worlds.push(made);
  return made;
}
afterEach(async () => {
  for (const made of worlds.splice(0)) await made.close();
});

describe('[HIST-71] an entry that its author cannot have signed', () => {
  test('stops the draft with words that name it; nothing of it is applied and own work is kept', async () => {
    const w = await world();
    const a = await w.computer('u-finance');
    const b = await w.computer('u-ops');
    await a.open();
    await b.open();
    await b.setRate(FIRST, '123');
    await w.quiet();
    expect(a.rate(FIRST)).toBe('123');
    const [device = ''] = [...w.server.devices].find(([, { userId }]) => userId === 'u-ops') ?? [];
    await w.server.forge(device);
    await w.quiet();
    await a.setRate(FIRST, '456');
    await w.quiet();
    const forged = w.server.log.at(-1);
    expect(forged?.entry).toMatchObject({ kind: 'edit', user: 'u-ops', epoch: 'forged' });
    expect(a.draft.status().trouble).toContain(`entry ${forged?.index}, which says it is by device ${device}`);
    expect(a.draft.status()).toMatchObject({ waiting: 1 });
    const kept = await a.db.entries.toArray();
    expect(kept.map(({ index }) => index)).not.toContain(forged?.index);
    expect(await a.exported()).toContain('456');
    await w.heal();
    expect(w.server.log.at(-1)).toBe(forged);
  });

  test('is not believed after a restart either', async () => {
    const w = await world();
    const a = await w.computer('u-finance');
    await a.open();
    const [device = ''] = [...w.server.devices].map(([id]) => id);
    await w.server.forge(device);
    await w.quiet();
    await a.restart();
    await a.open();
    await w.heal();
    expect(a.draft.status().trouble).toContain('is not good for this entry');
  });
});

test('[HIST-71] a revocation that was hidden while entries of the device came is found out with a later checkpoint', async () => {
  const w = await world();
  const a = await w.computer('u-finance');
  const b = await w.computer('u-ops');
  await a.open();
  await b.open();
  await b.setRate(FIRST, '122');
  await w.quiet();
  const [device = ''] = [...w.server.devices].find(([, { userId }]) => userId === 'u-ops') ?? [];
  await w.server.revoke(device);
  // This server goes on taking what the revoked device signs.
  await b.setRate(FIRST, '123');
  await w.quiet();
  expect(a.draft.status().trouble).toBe(null);
  w.runtime.advance(60_000);
  await w.quiet();
  await w.heal();
  await w.server.publish();
  await w.quiet();
  expect(a.draft.status().trouble).toMatch(/whose key was revoked by entry \d+/);
});

test('[HIST-70] while the keys cannot be had, entries wait and nothing is lost', async () => {
  const w = await world();
  const a = await w.computer('u-finance');
  await a.open();
  const b = await w.computer('u-ops');
  await b.open();
  a.network.isUp = false;
  await b.setRate(FIRST, '123');
  await w.quiet();
  expect(a.draft.status().trouble).toBe(null);
  a.online();
  await w.heal();
  expect(a.rate(FIRST)).toBe('123');
});

test('[SYNC-58] while the server does not say whose key signed an entry, what is typed is kept, nothing behind the entry is taken, and the app closes', async () => {
  const w = await world();
  const a = await w.computer('u-finance');
  await a.open();
  const b = await w.computer('u-ops');
  await b.open();
  // The question arrives, and no answer comes.
  const silence = vi.spyOn(w.server, 'keyLeaves').mockReturnValue(new Promise<never>(() => undefined) as never);
  await b.setRate(FIRST, '123');
  await until(() => {
    for (const { network } of [a, b]) network.deliverAll();
    return silence.mock.calls.length > 0;
  });
  await a.setRate(SECOND, '222');
  expect(a.draft.status()).toMatchObject({ stage: 'onThisComputer', waiting: 1, trouble: null });
  expect([a.rate(FIRST), a.rate(SECOND)]).toEqual(['100', '222']);
  expect((await a.db.queue.count()) + (await a.db.sealed.count())).toBeGreaterThan(0);
  await a.restart();
  silence.mockRestore();
  await a.open();
  await w.heal();
  expect([a.rate(FIRST), a.rate(SECOND)]).toEqual(['123', '222']);
  expect(w.server.lines()).toContain(`${SECOND}=222`);
});
