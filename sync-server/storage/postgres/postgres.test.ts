import type { Kysely } from 'kysely';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startPostgres, type TestPostgres } from '../../testKit/postgres.ts';
import { sampleRow, storageContract } from '../contractSuite.ts';
import { Fenced, OutcomeUnknown, StorageError } from '../errors.ts';
import { DatabaseAddress } from './address.ts';
import { openPostgres, type PostgresStorage } from './postgres.ts';

let server: TestPostgres;
beforeAll(async () => {
  server = await startPostgres();
}, 120_000);
afterAll(() => server.dispose());

const open = (url: string): Promise<PostgresStorage> => openPostgres(new DatabaseAddress(url));
const as = (url: string, user: string): string => url.replace('postgres@', `${user}@`);

storageContract('PostgreSQL', async () => {
  const url = await server.database();
  return { storage: await open(url), reopen: () => open(url) };
});

describe('a database that cannot be used', () => {
  it('[STO-13] nobody listens, or the database is missing: unreachable, and no message holds the password', async () => {
    const nobody = open('postgres://finance:Hid-den1@127.0.0.1:1/contracts');
    await expect(nobody).rejects.toMatchObject({ fault: 'unreachable', exitCode: 69 });
    await expect(nobody).rejects.toThrow('finance@127.0.0.1:1/contracts');
    await expect(nobody).rejects.not.toThrow('Hid-den1');
    await expect(open(server.url.replace(/\/postgres$/, '/missing'))).rejects.toThrow(/no database .*missing/);
    for (const text of ['mysql://a:Hid-den1@b/c', 'Hid-den1', 'postgres://a:Hid-den1@b']) {
      const wrong = (): DatabaseAddress => new DatabaseAddress(text);
      expect(wrong).toThrow(StorageError);
      expect(wrong).not.toThrow('Hid-den1');
    }
    const address = new DatabaseAddress('postgres://finance:Hid-den1@host/contracts');
    expect(`${address} ${JSON.stringify({ address })}`).toBe(
      'finance@host/contracts {"address":"finance@host/contracts"}',
    );
  });

  it('[STO-13] a user who may not sign in is refused as password, one without rights as rights', async () => {
    const url = await server.database();
    await server.run('create role nologin1 nologin');
    await expect(open(as(url, 'nologin1'))).rejects.toMatchObject({ fault: 'password', exitCode: 77 });
    await server.run('create role reader1 login');
    await expect(open(as(url, 'reader1'))).rejects.toMatchObject({ fault: 'rights', exitCode: 77 });
  });

  it('[STO-10] a database of a newer program is refused and left as it was', async () => {
    const url = await server.database();
    const storage = await open(url);
    await storage.setMeta('schema.core', '99');
    await storage.close();
    await expect(open(url)).rejects.toMatchObject({ fault: 'newer', exitCode: 78 });
  });

  it('[NODE-22] changing tables that somebody reads for long is given up, and nobody who writes waits behind it', async () => {
    const url = await server.database();
    const storage = await open(url);
    const reader = new pg.Client(url);
    await reader.connect();
    await reader.query('begin isolation level repeatable read; select count(*) from log');
    const wider = {
      part: 'wider',
      steps: [
        {
          name: 'a column more',
          up: async (db: Kysely<unknown>) => db.schema.alterTable('log').addColumn('more', 'text').execute(),
        },
      ],
    };
    await expect(openPostgres(new DatabaseAddress(url), [wider])).rejects.toMatchObject({
      fault: 'unreachable',
      message: expect.stringContaining('somebody reads them'),
    });
    await storage.transaction((tx) => tx.appendLog([sampleRow(0)]));
    await reader.end();
    await (await openPostgres(new DatabaseAddress(url), [wider])).close();
    await storage.close();
  });

  it('[STO-14] a database that acknowledges before it has flushed is refused, also when only for this user', async () => {
    const url = await server.database();
    await server.run('create role hasty login superuser; alter role hasty set synchronous_commit = off');
    await expect(open(as(url, 'hasty'))).rejects.toMatchObject({ fault: 'notDurable', exitCode: 78 });
    await expect(open(as(url, 'hasty'))).rejects.toThrow('synchronous_commit off');
    expect((await server.run("select to_regclass('meta') as t", url)).rows).toEqual([{ t: null }]);
    const unsafe = await startPostgres(['fsync=off']);
    try {
      await expect(open(unsafe.url)).rejects.toThrow('fsync off');
    } finally {
      await unsafe.dispose();
    }
  });

  it('[STO-18] two programs that open an empty database at once bring it up to date once', async () => {
    const url = await server.database();
    const opened = await Promise.all([open(url), open(url), open(url)]);
    expect(await opened[0]?.logSize()).toBe(0);
    for (const storage of opened) await storage.close();
  });
});

describe('a connection that breaks', () => {
  const cut = (url: string) =>
    server.run(
      "select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and application_name = 'countersign'",
      url,
    );

  it('[STO-15] between two transactions: the next one runs on a new connection', async () => {
    const url = await server.database();
    const storage = await open(url);
    await storage.transaction((tx) => tx.appendLog([sampleRow(0)]));
    await cut(url);
    await storage.transaction((tx) => tx.appendLog([sampleRow(1)])).catch(() => undefined);
    await storage.settled();
    const size = await storage.logSize();
    await storage.transaction((tx) => tx.appendLog([sampleRow(size)]));
    expect(await storage.logSize()).toBe(size + 1);
    await storage.close();
  });

  it('[STO-15] before the commit: the transaction fails as cut off and left nothing', async () => {
    const url = await server.database();
    const storage = await open(url);
    const failed = storage.transaction(async (tx) => {
      await tx.appendLog([sampleRow(0)]);
      await cut(url);
      await tx.setMeta('k', 'v');
    });
    await expect(failed).rejects.toMatchObject({ fault: 'cutOff' });
    await storage.settled();
    expect(await storage.logSize()).toBe(0);
    await storage.close();
  });

  it('[STO-15] asking for outcomes waits for transactions that stand on the lease, and does not stand in its own way', async () => {
    const url = await server.database();
    await (await open(url)).close();
    await server.run(`insert into lease (name, holder, token, url) values ('log', 'aa', 1, '')`, url);
    const storage = (await open(url)).under({ holder: 'aa', token: '1' });
    await storage.transaction((tx) => tx.appendLog([sampleRow(0)]));
    // Two that hold the lease's row and both want it alone are a deadlock.
    const asked = Array.from({ length: 8 }, () => storage.settled());
    await Promise.all([...asked, storage.transaction((tx) => tx.appendLog([sampleRow(1)]))]);
    await server.run(`update lease set token = 2`, url);
    await expect(storage.settled()).rejects.toThrow(Fenced);
    await storage.close();
  });

  it('[STO-15] asking for outcomes begins again when it was let go for somebody who waited for it', async () => {
    const url = await server.database();
    await (await open(url)).close();
    await server.run(`insert into lease (name, holder, token, url) values ('log', 'aa', 1, '')`, url);
    const storage = (await open(url)).under({ holder: 'aa', token: '1' });
    const other = new pg.Client({ connectionString: url });
    await other.connect();
    await other.query('begin');
    await other.query(`select 1 from lease where name = 'log' for share`);
    const asked = storage.settled();
    const waits = "select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()";
    await expect.poll(async () => (await server.run(waits, url)).rowCount, { timeout: 60_000, interval: 5 }).toBe(1);
    // Each holds the row shared and wants it alone: PostgreSQL lets one of the two go.
    await other.query(`select 1 from lease where name = 'log' for update`).catch(() => undefined);
    await other.end();
    await expect(asked).resolves.toBeUndefined();
    await storage.close();
  });

  it('[STO-15] at the commit: the outcome is unknown until it was asked for', async () => {
    const url = await server.database();
    const storage = await open(url);
    const failed = storage.transaction(async (tx) => {
      await tx.appendLog([sampleRow(0)]);
      await cut(url);
    });
    await expect(failed).rejects.toThrow(OutcomeUnknown);
    await storage.settled();
    expect(await storage.logSize()).toBe(0);
    await storage.close();
  });
});

describe('fences', () => {
  const lease = (url: string, holder: string, token: number) =>
    server.run(
      `insert into lease (name, holder, token, url) values ('log', '${holder}', ${token}, '')
       on conflict (name) do update set holder = excluded.holder, token = excluded.token`,
      url,
    );

  it('[STO-16] nothing is written under a lease that another node took, in a transaction or outside one', async () => {
    const url = await server.database();
    const storage = (await open(url)).under({ holder: 'aa', token: '1' });
    await lease(url, 'aa', 1);
    await storage.transaction((tx) => tx.appendLog([sampleRow(0)]));
    await storage.setMeta('k', 'mine');
    await lease(url, 'bb', 2);
    await expect(storage.transaction((tx) => tx.appendLog([sampleRow(1)]))).rejects.toThrow(Fenced);
    await expect(storage.setMeta('k', 'stale')).rejects.toThrow(Fenced);
    expect(await storage.meta('k')).toBe('mine');
    expect(await storage.logSize()).toBe(1);
    await storage.close();
  });

  it('[STO-16] [NODE-14] taking the lease waits for a transaction that stands on it, and renewing it does not', async () => {
    const url = await server.database();
    const storage = (await open(url)).under({ holder: 'aa', token: '1' });
    await lease(url, 'aa', 1);
    let taken = false;
    let taking: Promise<unknown> = Promise.resolve();
    await storage.transaction(async (tx) => {
      await tx.appendLog([sampleRow(0)]);
      await server.run(`set lock_timeout = '5s'; update lease set expires_at = clock_timestamp()`, url);
      taking = server
        .run(`begin; select 1 from lease for update; update lease set holder = 'bb', token = 2; commit`, url)
        .then(() => {
          taken = true;
        });
      // The other session is seen waiting for our lock before we go on.
      for (;;) {
        const { rows } = await server.run("select 1 from pg_stat_activity where wait_event_type = 'Lock'", url);
        if (rows.length > 0) break;
      }
      expect(taken).toBe(false);
    });
    await taking;
    expect(await storage.logSize()).toBe(1);
    await storage.close();
  });

  it('[NODE-15] what is left of an earlier reign writes nothing under the lease of the next one of the same node', async () => {
    const url = await server.database();
    const opened = await open(url);
    const [earlier, later] = [opened.under({ holder: 'aa', token: '1' }), opened.under({ holder: 'aa', token: '3' })];
    await lease(url, 'aa', 1);
    const [begun, goOn] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const first = earlier.transaction(async (tx) => {
      await tx.setMeta('k', 'first');
      begun.resolve();
      await goOn.promise;
    });
    // Waits behind the first one, and begins when this node leads again.
    const waits = earlier.transaction((tx) => tx.appendLog([sampleRow(0)]));
    await begun.promise;
    goOn.resolve();
    await first;
    await lease(url, 'aa', 3);
    await expect(waits.then(() => earlier.setMeta('k', 'stale'))).rejects.toThrow(Fenced);
    await later.setMeta('k', 'mine');
    earlier.retire();
    await expect(earlier.meta('k')).rejects.toThrow(Fenced);
    expect(await later.meta('k')).toBe('mine');
    await opened.close();
  });

  it('[STO-17] entries of a version that another node opened since are refused, and those of others are not', async () => {
    const url = await server.database();
    const one = (await open(url)).under({ holder: 'aa', token: '1' });
    const two = (await open(url)).under({ holder: 'aa', token: '1' });
    await lease(url, 'aa', 1);
    await one.drafts.take('v-1');
    await one.transaction((tx) => tx.appendLog([sampleRow(0)]));
    await two.drafts.take('v-1');
    await expect(one.transaction((tx) => tx.appendLog([sampleRow(1)]))).rejects.toThrow('Another node opened v-1');
    await one.transaction((tx) => tx.appendLog([sampleRow(1, { doc: 'v-2' })]));
    await two.transaction((tx) => tx.appendLog([sampleRow(2)]));
    await one.drafts.take('v-1');
    await one.transaction((tx) => tx.appendLog([sampleRow(3)]));
    expect(await one.logSize()).toBe(4);
    await one.close();
    await two.close();
  });
});

describe('parts', () => {
  it('[STO-19] the first bytes under a name stay, and parts of a kind come in the order in which they were kept', async () => {
    const url = await server.database();
    const [one, two] = [await open(url), await open(url)];
    expect(await one.parts.add('bundle', 'x-1', Uint8Array.of(1))).toEqual(Uint8Array.of(1));
    expect(await two.parts.add('bundle', 'x-1', Uint8Array.of(2))).toEqual(Uint8Array.of(1));
    for (const name of ['b', 'a', 'c']) await two.parts.add('facts', name, Uint8Array.of(3));
    expect((await one.parts.page('facts', 0, 2)).map(({ name }) => name)).toEqual(['b', 'a']);
    expect((await one.parts.page('facts', 2, 2)).map(({ name }) => name)).toEqual(['c']);
    expect(await one.parts.part('facts', 'x-1')).toBeNull();
    await one.close();
    await two.close();
  });
});
