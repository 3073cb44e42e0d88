import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { SignedEntry } from '../history/index.ts';
import { KILL_VERSION, killNodeProcesses, type NodeProcess, startNodeProcess } from '../testKit/nodeProcess.ts';
import { startPostgres, type TestPostgres } from '../testKit/postgres.ts';
import type { TestDraft } from '../testKit/testDraft.ts';
import { TestPerson } from '../testKit/testPerson.ts';
import { ROW } from '../testKit/testServer.ts';

const root = mkdtempSync(join(tmpdir(), 'countersign-nodes-'));
const SLOW = { timeout: 180_000 };
let server: TestPostgres;
beforeAll(async () => {
  server = await startPostgres();
}, 120_000);
afterEach(() => killNodeProcesses());
afterAll(async () => {
  await server.dispose();
  rmSync(root, { recursive: true, force: true });
});

/** A folder for another node of the workspace: it has the first one's keys. */
function withKeysOf(first: string, name: string): string {
  const folder = join(root, name);
  mkdirSync(folder, { mode: 0o700 });
  copyFileSync(join(first, 'server.key'), join(folder, 'server.key'));
  return folder;
}

async function twoNodes(name: string): Promise<{ url: string; one: NodeProcess; two: NodeProcess; folders: string[] }> {
  const url = await server.database();
  const first = join(root, `${name}-1`);
  const one = await startNodeProcess(first, url);
  const second = withKeysOf(first, `${name}-2`);
  const two = await startNodeProcess(second, url);
  return { url, one, two, folders: [first, second] };
}

const row = async (sql: string, url: string): Promise<unknown> => (await server.run(sql, url)).rows[0];
const ready = (url: string): Promise<Response> => fetch(`${url}/readyz`);

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds()));
}

/** Opens the draft as a client does that goes on trying: until a node takes it. */
async function reopened(person: TestPerson): Promise<TestDraft> {
  for (;;) {
    try {
      return await person.openDraft(KILL_VERSION);
    } catch (error) {
      if (!(error instanceof Error)) throw error;
    }
  }
}

describe('two nodes over one database', SLOW, () => {
  it('[NODE-1] one leads, the other forwards: people on both edit one draft together', async () => {
    const { one, two } = await twoNodes('pair');
    expect([one.role, two.role]).toEqual(['leads', 'follows']);
    const finance = await TestPerson.signIn(one.url, 'u-finance');
    const ops = await TestPerson.signIn(two.url, 'u-ops');
    const [a, b] = [await finance.openDraft(KILL_VERSION), await ops.openDraft(KILL_VERSION)];
    expect(await a.edit(a.command('lines', ROW.one, 'rate', '7.00'))).toBe('stored');
    await b.until(() => b.value('lines', ROW.one, 'rate') === '7.00');
    expect(await b.edit(b.command('lines', ROW.two, 'rate', '8.00'))).toBe('stored');
    await a.until(() => a.value('lines', ROW.two, 'rate') === '8.00');
    await a.until(() => a.sessions.length === 2);
    expect((await finance.command(KILL_VERSION, 'submit')).status).toBe(200);
    await b.until(() => b.lifecycle === 'IN_REVIEW');
  });

  it('[NODE-2] [NODE-3] a leader killed in the middle: nothing acknowledged is lost, and its rooms are open elsewhere', async () => {
    const { one, two, url } = await twoNodes('kill');
    const finance = await TestPerson.signIn(one.url, 'u-finance');
    const ops = await TestPerson.signIn(two.url, 'u-ops');
    const drafts = [await finance.openDraft(KILL_VERSION), await ops.openDraft(KILL_VERSION)] as const;
    const before = drafts[0].state.changes().length;
    const signed: [SignedEntry[], SignedEntry[]] = [[], []];
    for (let i = 0; i < 40; i += 1) {
      signed[0].push(await drafts[0].sign([drafts[0].command('lines', ROW.one, 'note', `finance ${i}`)]));
      signed[1].push(await drafts[1].sign([drafts[1].command('lines', ROW.two, 'note', `ops ${i}`)]));
    }
    for (const [i, draft] of drafts.entries()) for (const batch of signed[i as 0 | 1]) draft.submit(batch);
    await Promise.all(drafts.map((draft) => draft.until(() => draft.stored.size > 0)));
    one.child.kill('SIGKILL');
    await Promise.all(drafts.map((draft) => draft.until(() => draft.closed !== null)));

    // Sessions are in the database, so the token of the dead node is good at the other one.
    const back = [finance.at(two.url), ops.at(two.url)] as const;
    const again = [await reopened(back[0]), await reopened(back[1])] as const;
    for (const i of [0, 1] as const) {
      for (const batch of signed[i]) expect(await again[i].answerTo(batch)).toBe('stored');
      for (const [index, leafHash] of drafts[i].stored) expect(again[i].stored.get(index)).toBe(leafHash);
    }
    const whole = await back[0].openDraft(KILL_VERSION);
    expect(whole.state.changes().length - before).toBe(80);
    expect(whole.value('lines', ROW.one, 'note')).toBe('finance 39');
    expect(whole.value('lines', ROW.two, 'note')).toBe('ops 39');
    expect(await row(`select token from lease where name = 'log'`, url)).toEqual({ token: '2' });
    expect((await ready(two.url)).status).toBe(200);
    two.child.kill('SIGTERM');
    expect(await two.exit).toBe(0);
  });

  it('[NODE-4] a leader that was stopped and goes on later writes nothing any more, and follows', async () => {
    const { one, two, url } = await twoNodes('pause');
    const finance = await TestPerson.signIn(one.url, 'u-finance');
    const stale = await finance.openDraft(KILL_VERSION);
    expect(await stale.edit(stale.command('lines', ROW.one, 'rate', '7.00'))).toBe('stored');
    const late = await stale.sign([stale.command('lines', ROW.one, 'rate', '9.00')]);
    one.child.kill('SIGSTOP');
    // Lies in the stopped node's socket, and is the first thing that it finds when it goes on.
    stale.submit(late);
    await until(async () => ((await (await ready(two.url)).json()) as { role?: string }).role !== 'follows');
    const ops = await TestPerson.signIn(two.url, 'u-ops');
    const draft = await ops.openDraft(KILL_VERSION);
    expect(await draft.edit(draft.command('lines', ROW.two, 'rate', '8.00'))).toBe('stored');
    one.child.kill('SIGCONT');
    await stale.until(() => stale.closed !== null);
    expect(stale.stored.size).toBe(1);
    expect(draft.value('lines', ROW.one, 'rate')).toBe('7.00');
    // The same bytes, at the node that leads or through the one that follows again, are stored once.
    await until(async () => (await ready(one.url)).status === 200);
    const through = await finance.openDraft(KILL_VERSION);
    expect(await through.answerTo(late)).toBe('stored');
    await draft.until(() => draft.value('lines', ROW.one, 'rate') === '9.00');
    expect(through.value('lines', ROW.two, 'rate')).toBe('8.00');
    expect(((await (await ready(one.url)).json()) as { role: string }).role).toBe('follows');
    expect(await row(`select count(*)::text as n, max(idx)::text as last from log`, url)).toEqual(
      await row(`select (max(idx) + 1)::text as n, max(idx)::text as last from log`, url),
    );
  });

  it('[NODE-3] a leader that is stopped in order hands over without waiting for the lease to run out', async () => {
    const { one, two } = await twoNodes('order');
    const finance = await TestPerson.signIn(two.url, 'u-finance');
    const draft = await finance.openDraft(KILL_VERSION);
    expect(await draft.edit(draft.command('lines', ROW.one, 'rate', '7.00'))).toBe('stored');
    one.child.kill('SIGTERM');
    expect(await one.exit).toBe(0);
    await draft.until(() => draft.closed !== null);
    expect(draft.closed?.code).toBe(1012);
    const again = await finance.openDraft(KILL_VERSION);
    expect(again.value('lines', ROW.one, 'rate')).toBe('7.00');
    expect(await again.edit(again.command('lines', ROW.one, 'rate', '8.00'))).toBe('stored');
  });
});
