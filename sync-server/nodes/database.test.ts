import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { ServerConfig } from '../config/index.ts';
import type { SignedEntry } from '../history/index.ts';
import { DatabaseAddress } from '../storage/index.ts';
import { startPostgres, type TestPostgres } from '../testKit/postgres.ts';
import { TestPerson } from '../testKit/testPerson.ts';
import { ROW, SERVER_DEFAULTS, sampleSheets } from '../testKit/testServer.ts';
import { ServerNode } from './node.ts';

const root = mkdtempSync(join(tmpdir(), 'countersign-node-db-'));
const VERSION = 'v-node00000000';
const SLOW = { timeout: 180_000 };
/** For what happens by itself, on a machine that is busy. */
const PATIENT = { timeout: 60_000 };
let server: TestPostgres;
beforeAll(async () => {
  server = await startPostgres();
}, 120_000);
afterAll(async () => {
  await server.dispose();
  rmSync(root, { recursive: true, force: true });
});

const seed = {
  seed: async ({ creation }: Parameters<NonNullable<Parameters<typeof ServerNode.start>[2]>['seed'] & object>[0]) => {
    const contract = { id: 'c-node', kind: 'CONTRACT', number: '1', title: 'Node', counterparty: 'Station' } as const;
    await creation.createContract(contract, { id: VERSION, title: 'Node' }, sampleSheets());
  },
};

function start(name: string, url: string, more: Partial<ServerConfig> = {}): Promise<ServerNode> {
  const config = { ...SERVER_DEFAULTS, dataDir: join(root, name), ...more };
  return ServerNode.start(config, new DatabaseAddress(url), seed);
}

function giveKeys(from: string, to: string): void {
  mkdirSync(join(root, to), { mode: 0o700 });
  copyFileSync(join(root, from, 'server.key'), join(root, to, 'server.key'));
}

const ready = async (node: ServerNode): Promise<{ status: number; role?: string; reason?: string }> => {
  const answer = await fetch(`${node.url}/readyz`);
  return { ...((await answer.json()) as object), status: answer.status };
};

describe('nodes and their database', SLOW, () => {
  it('[NODE-6] [OPS-16] a database that goes away in the middle of writing: nothing acknowledged is lost, and the node goes on when it is back', async () => {
    const url = await server.database();
    const node = await start('away', url);
    giveKeys('away', 'away-2');
    const other = await start('away-2', url);
    const finance = await TestPerson.signIn(node.url, 'u-finance');
    const draft = await finance.openDraft(VERSION);
    const signed: SignedEntry[] = [];
    for (let i = 0; i < 30; i += 1) {
      signed.push(await draft.sign([draft.command('lines', ROW.one, 'note', `batch ${i}`)]));
    }
    for (const batch of signed) draft.submit(batch);
    await draft.until(() => draft.stored.size > 0);
    await server.kill();
    // The node that follows, too: it cannot say what the log is.
    for (const one of [node, other]) await vi.waitUntil(async () => (await ready(one)).status === 503, PATIENT);
    const acknowledged = new Map(draft.stored);
    await server.start();
    for (const one of [node, other]) await vi.waitUntil(async () => (await ready(one)).status === 200, PATIENT);

    const again = await finance.openDraft(VERSION);
    for (const batch of signed) expect(await again.answerTo(batch)).toBe('stored');
    for (const [index, leafHash] of acknowledged) expect(again.stored.get(index)).toBe(leafHash);
    const whole = await finance.openDraft(VERSION);
    expect(whole.state.changes().filter(({ field }) => field === 'note')).toHaveLength(signed.length);
    await node.stop();
    await other.stop();
  });

  it('[NODE-18] a node that is told to stop while the database is away ends, and its folder is free', async () => {
    const node = await start('stopped', await server.database());
    const finance = await TestPerson.signIn(node.url, 'u-finance');
    const draft = await finance.openDraft(VERSION);
    draft.submit(await draft.sign([draft.command('lines', ROW.one, 'note', 'under way')]));
    await server.kill();
    await node.stop();
    expect(existsSync(join(root, 'stopped', 'server.lock'))).toBe(false);
    await server.start();
  });

  it('[NODE-16] a node of an older version that still runs does not take over a database that a newer one has changed', async () => {
    const url = await server.database();
    const one = await start('older-1', url);
    giveKeys('older-1', 'older-2');
    const two = await start('older-2', url);
    await server.run("update meta set value = '99' where key = 'schema.core'", url);
    await one.stop();
    await vi.waitUntil(() => two.fault !== null, PATIENT);
    // Reading the log well, which it does again and again, is no cure.
    const looked = two.size;
    await vi.waitUntil(async () => (await ready(two)).status === 503, PATIENT);
    expect((await ready(two)).reason).toContain('newer version');
    expect([two.role === 'leads', two.size]).toEqual([false, looked]);
    await two.stop();
  });

  it('[NODE-6] a connection cut at the commit: the batch is looked up, and the author hears the truth without asking', async () => {
    const url = await server.database();
    const node = await start('cut', url);
    const finance = await TestPerson.signIn(node.url, 'u-finance');
    let draft = await finance.openDraft(VERSION);
    const cut = () =>
      server.run(
        "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'countersign' and datname = current_database()",
        url,
      );
    const answers = new Set<string>();
    for (let i = 0; i < 10; i += 1) {
      const signed = await draft.sign([draft.command('lines', ROW.one, 'note', `cut ${i}`)]);
      let stored = false;
      for (let attempt = 0; !stored; attempt += 1) {
        if (draft.closed !== null) draft = await finance.openDraft(VERSION);
        const [hadStored, hadRefused] = [draft.stored.size, draft.refused.length];
        const now = draft;
        now.submit(signed);
        if (attempt === 0) await cut();
        await now.until(() => now.stored.size > hadStored || now.refused.length > hadRefused || now.closed !== null);
        stored = draft.stored.size > hadStored;
        // Refused as "storage" means: not stored, send the same bytes again.
        answers.add(
          stored ? 'stored' : draft.refused.length > hadRefused ? (draft.refused.at(-1)?.code ?? '') : 'closed',
        );
      }
    }
    expect(answers).toContain('stored');
    for (const answer of answers) expect(['stored', 'storage', 'closed']).toContain(answer);
    const { rows } = await server.run("select count(*)::int as n from log where kind = 'edit'", url);
    expect(rows).toEqual([{ n: 10 }]);
    await node.stop();
  });

  it('[NODE-7] a node without the workspace’s keys, or with others, does not start and changes nothing', async () => {
    const url = await server.database();
    const node = await start('keys', url);
    await expect(start('nokeys', url)).rejects.toMatchObject({ fault: 'noKey', exitCode: 78 });
    expect(existsSync(join(root, 'nokeys', 'server.key'))).toBe(false);
    const other = await start('otherkeys', await server.database());
    await other.stop();
    await expect(start('otherkeys', url)).rejects.toMatchObject({ exitCode: expect.toSatisfy((code) => code !== 0) });
    writeFileSync(join(root, 'nokeys', 'server.key'), 'x');
    await expect(start('nokeys', url)).rejects.toThrow();
    expect((await ready(node)).status).toBe(200);
    await node.stop();
  });

  it('[NODE-5] a node that follows notices a log that is not the one that was signed, says so, and does not lead', async () => {
    const url = await server.database();
    const one = await start('watch-1', url);
    giveKeys('watch-1', 'watch-2');
    const two = await start('watch-2', url);
    expect(await ready(two)).toMatchObject({ status: 200, role: 'follows' });
    await vi.waitUntil(() => two.size === one.size, PATIENT);
    // Somebody with the database's password, but not the workspace's key, adds an entry behind the leader's back.
    await server.run(
      `insert into log select max(idx) + 1, 'x', 'y', 'v-x', 'edit', 'u', 'd', 'e', 0, 'h', null from log;
       select pg_notify('countersign', 'log 0')`,
      url,
    );
    await vi.waitUntil(async () => (await ready(two)).status === 503, PATIENT);
    expect((await ready(two)).reason).toMatch(/is missing or was changed/);
    await one.stop();
    expect(await ready(two)).toMatchObject({ status: 503 });
    expect(two.role).not.toBe('leads');
    await two.stop();
  });

  it('[NODE-8] [NODE-9] each node answers for itself; without a leader a request waits and is told to come again', async () => {
    const url = await server.database();
    const one = await start('probe-1', url);
    giveKeys('probe-1', 'probe-2');
    const two = await start('probe-2', url);
    const metric = async (node: ServerNode) =>
      /^countersign_node_leads (\d)$/m.exec(await (await fetch(`${node.url}/metrics`)).text())?.[1];
    expect([await metric(one), await metric(two)]).toEqual(['1', '0']);
    expect((await fetch(`${two.url}/healthz`)).status).toBe(200);
    await vi.waitUntil(() => two.size === one.size, PATIENT);
    await one.stop();
    await vi.waitUntil(async () => (await metric(two)) === '1', PATIENT);
    // Another program holds the lease, and renews it, at an address where nobody listens.
    const hold = (): Promise<unknown> =>
      server.run(
        `update lease set holder = 'x', token = token + (holder <> 'x')::int, url = 'http://127.0.0.1:1', expires_at = clock_timestamp() + interval '1 hour' where name = 'log'`,
        url,
      );
    await hold();
    let renewing = true;
    const renewed = (async () => {
      while (renewing) await hold();
    })();
    await vi.waitUntil(() => two.role !== 'leads', PATIENT);
    const answer = await fetch(`${two.url}/api/v1/workspace`);
    renewing = false;
    await renewed;
    expect(answer.status).toBe(503);
    expect(answer.headers.get('retry-after')).toBe('1');
    expect(await answer.json()).toMatchObject({ code: 'unavailable' });
    await two.stop();
  });
});
