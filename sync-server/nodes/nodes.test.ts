import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { KILL_VERSION, killNodeProcesses, type NodeProcess, startNodeProcess } from '../testKit/nodeProcess.ts';
import { startPostgres, type TestPostgres } from '../testKit/postgres.ts';
import { TestPerson } from '../testKit/testClient.ts';
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
});
