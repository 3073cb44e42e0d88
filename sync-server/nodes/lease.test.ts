import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { DatabaseAddress, openPostgres } from '../storage/index.ts';
import { startPostgres, type TestPostgres } from '../testKit/postgres.ts';
import { ControlConnection } from './controlConnection.ts';
import { type LeaseClocks, SequencerLease } from './lease.ts';

let server: TestPostgres;
const open: ControlConnection[] = [];
beforeAll(async () => {
  server = await startPostgres();
}, 120_000);
afterEach(async () => {
  vi.useRealTimers();
  for (const control of open.splice(0)) await control.close();
});
afterAll(() => server.dispose());

async function database(): Promise<string> {
  const url = await server.database();
  await (await openPostgres(new DatabaseAddress(url))).close();
  return url;
}

const TTL_MS = 60_000;

function lease(url: string, name: string, notices: string[] = [], clocks?: LeaseClocks): SequencerLease {
  const control = new ControlConnection(new DatabaseAddress(url), (notice) => notices.push(notice));
  open.push(control);
  return new SequencerLease(control, `http://${name}`, TTL_MS, clocks);
}

const runOut = (url: string) => server.run(`update lease set expires_at = clock_timestamp() where name = 'log'`, url);

describe('the lease', () => {
  it('[NODE-2] one of many takes it, and it is not taken again before it has run out', async () => {
    const url = await database();
    const many = Array.from({ length: 5 }, (_, i) => lease(url, `node${i}`));
    const taken = await Promise.all(many.map((one) => one.take()));
    expect(taken.filter((won) => won)).toHaveLength(1);
    expect(many.filter((one) => one.held)).toHaveLength(1);
    expect(await many[0]?.view()).toMatchObject({ live: true, url: many[taken.indexOf(true)]?.url });
    for (const one of many) if (!one.held) expect(await one.take()).toBe(false);
  });

  it('[NODE-2] a new holder has a higher token, and the former one cannot renew, also when its clock is years off', async () => {
    const url = await database();
    const [one, two] = [lease(url, 'one'), lease(url, 'two')];
    expect(await one.take()).toBe(true);
    vi.useFakeTimers({ toFake: ['Date'], now: new Date('2050-01-01') });
    expect(await two.take()).toBe(false);
    vi.setSystemTime(new Date('1980-01-01'));
    await runOut(url);
    expect(await two.view()).toMatchObject({ live: false });
    expect(await two.take()).toBe(true);
    expect([one.fence?.token, two.fence?.token]).toEqual(['1', '2']);
    expect(await one.renew()).toBe(false);
    expect([one.held, one.fence]).toEqual([false, null]);
    expect(await two.renew()).toBe(true);
  });

  it('[NODE-2] its holder may renew it after it ran out, as long as nobody took it, under the same token', async () => {
    const url = await database();
    const one = lease(url, 'one');
    await one.take();
    await runOut(url);
    expect(await one.renew()).toBe(true);
    expect(one.fence?.token).toBe('1');
    expect(await one.view()).toMatchObject({ live: true, mine: true });
  });

  it('[NODE-2] a computer that slept through it, so that its steady clock stood still, does not count on it when it wakes', async () => {
    const now = { steady: 0, wall: 1_000_000 };
    const one = lease(await database(), 'one', [], { steady: () => now.steady, wall: () => now.wall });
    await one.take();
    expect(one.held).toBe(true);
    now.wall += TTL_MS;
    expect(one.held).toBe(false);
    await one.renew();
    // A clock that is set back lengthens nothing.
    now.wall -= 2 * TTL_MS;
    now.steady += TTL_MS;
    expect(one.held).toBe(false);
  });

  it('[NODE-20] one that nobody renews is taken although the database’s clock was set back, and one that moves is not', async () => {
    const url = await database();
    let now = 0;
    const [one, two] = [lease(url, 'one'), lease(url, 'two', [], { steady: () => now, wall: () => now })];
    await one.take();
    const setBack = () =>
      server.run(`update lease set expires_at = clock_timestamp() + interval '1 day' where name = 'log'`, url);
    await setBack();
    expect(await two.view()).toMatchObject({ live: true });
    now += 3 * TTL_MS;
    await one.renew();
    expect(await two.view()).toMatchObject({ live: true });
    expect(await two.take()).toBe(false);
    await setBack();
    expect(await two.view()).toMatchObject({ live: true });
    now += 2 * TTL_MS + 1;
    expect(await two.view()).toMatchObject({ live: false });
    expect(await two.take()).toBe(true);
    expect(await one.renew()).toBe(false);
  });

  it('[NODE-3] one that is given back can be taken at once, and those who listen are woken', async () => {
    const url = await database();
    const notices: string[] = [];
    const [one, two] = [lease(url, 'one'), lease(url, 'two', notices)];
    await one.take();
    expect(await two.take()).toBe(false);
    await one.release();
    await vi.waitUntil(() => notices.includes('lease'));
    expect(await two.take()).toBe(true);
    expect(two.fence?.token).toBe('2');
  });

  it('[STO-29] [NODE-4] a holder that stops in the middle of a transaction does not keep others from taking over, and wrote nothing', async () => {
    const url = await database();
    const [one, two] = [lease(url, 'one'), lease(url, 'two')];
    await one.take();
    await runOut(url);
    const opened = await openPostgres(new DatabaseAddress(url));
    const storage = opened.under(one.fence ?? expect.unreachable());
    let goOn = (): void => undefined;
    const stopped = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    const writing = storage.transaction(async (tx) => {
      await tx.setMeta('k', 'stale');
      await stopped;
    });
    const outcome = expect(writing).rejects.toThrow();
    await vi.waitUntil(async () => {
      const { rows } = await server.run("select 1 from pg_stat_activity where state = 'idle in transaction'", url);
      return rows.length > 0;
    });
    await vi.waitUntil(() => two.take().catch(() => false), { timeout: 20_000 });
    expect(two.fence?.token).toBe('2');
    goOn();
    await outcome;
    expect(await opened.meta('k')).toBeNull();
    await opened.close();
  });
});
