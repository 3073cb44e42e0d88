import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AccessReport, Problem } from '@countersign/shared/protocol/api';
import { afterEach, describe, expect, it } from 'vitest';
import { runCommand } from '../testKit/commandLine.ts';
import { TestPerson } from '../testKit/testPerson.ts';
import { startTestServer, type TestServer } from '../testKit/testServer.ts';
import { LogReader } from './reader.ts';

const DAY_MS = 86_400_000;
const undo: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const work of undo.splice(0).reverse()) await work();
});

/** A demo workspace whose clock can be moved. */
async function start(): Promise<{ server: TestServer; wait: (days: number) => void }> {
  let later = 0;
  const begun = Date.now();
  const server = await startTestServer({ sessionMinutes: 525_600 }, { now: () => new Date(begun + later) });
  undo.push(() => server.dispose());
  return {
    server,
    wait: (days) => {
      later += days * DAY_MS;
    },
  };
}

describe('the access report', () => {
  it('[ACR-1] names each role with the entry, day and person that gave it, the last sign-in, tokens, and who is dormant', async () => {
    const { server, wait } = await start();
    const { people, serviceTokens, storage } = server.services;
    const admin = await TestPerson.signIn(server.url, 'u-admin');
    const ops = await TestPerson.signIn(server.url, 'u-ops');
    const { row } = await serviceTokens.make({ name: 'Billing', scopes: ['exports:read'], days: 30, by: 'u-admin' });
    await people.changeRole('u-viewer', 'revoke', 'viewer', 'u-admin');
    wait(100);
    await admin.post('/people/u-ops/roles', { action: 'grant', role: 'exporter' });
    const auditor = await TestPerson.signIn(server.url, 'u-auditor');
    const { body } = await auditor.get<AccessReport>('/access-report');
    const line = (id: string) => body.lines.find((each) => each.id === id);
    const granted = (await storage.logPage({ docs: ['workspace'], kind: 'role', limit: 1 }))[0];
    expect(line('u-ops')).toMatchObject({
      kind: 'person',
      signsInBy: 'demo',
      roles: [
        { role: 'editor', by: '', byName: expect.stringContaining('server') },
        { role: 'exporter', entry: String(granted?.index), by: 'u-admin', byName: 'Admin' },
      ],
      devices: 1,
      state: 'active',
      dormant: false,
    });
    const roles = line('u-ops')?.roles;
    expect(Date.parse(roles?.[1]?.since ?? '') - Date.parse(roles?.[0]?.since ?? '')).toBeGreaterThan(99 * DAY_MS);
    // Signed in a hundred days ago and never since, or not at all.
    expect(line('u-approver')).toMatchObject({ lastSignIn: null, dormant: true });
    expect(line('u-auditor')).toMatchObject({ lastSignIn: body.at, dormant: false });
    expect(line('u-viewer')).toMatchObject({ roles: [], state: 'noRole', dormant: false });
    expect(line(row.id)).toMatchObject({
      kind: 'program',
      name: 'Billing',
      signsInBy: 'token',
      roles: [{ role: 'exports:read', by: 'u-admin' }],
      state: 'expired',
    });
    expect(
      (await auditor.get<AccessReport>('/access-report?dormantDays=200')).body.lines.filter((l) => l.dormant),
    ).toEqual([]);
    // Ending every session forgets no sign-in.
    await server.services.sessions.endAllOf('u-ops');
    expect(
      (await auditor.get<AccessReport>('/access-report')).body.lines.find(({ id }) => id === 'u-ops'),
    ).toMatchObject({
      lastSignIn: line('u-ops')?.lastSignIn,
    });
    expect((await ops.get<Problem>('/access-report')).status).toBe(401);
  });

  it('[ACR-2] is for auditors and admins, that it was read is an entry, and the command writes it as CSV', async () => {
    const { server } = await start();
    const finance = await TestPerson.signIn(server.url, 'u-finance');
    expect((await finance.get<Problem>('/access-report')).status).toBe(403);
    const folder = mkdtempSync(join(tmpdir(), 'countersign-access-'));
    undo.push(() => rmSync(folder, { recursive: true, force: true }));
    const file = join(folder, 'access.csv');
    const report = (...args: string[]) => runCommand('access-report', '--server', server.url, ...args);
    const saved = await report('--csv', file);
    const shown = await report('--dormant-days', '30');
    const wrong = await report('--dormant-days', '0');
    expect([saved.code, shown.code, wrong.code]).toEqual([0, 0, 64]);
    expect(shown.out).toContain('Finance (u-finance): signed in');
    const [heading, ...lines] = readFileSync(file, 'utf8').trimEnd().split('\r\n');
    expect(heading).toMatch(/^id,name,kind,signsInBy,role,since,entry,givenBy,/);
    expect(lines.filter((line) => line.startsWith('u-finance,'))).toHaveLength(2);
    const reads = await server.services.storage.logPage({ docs: ['reads'], kind: 'read', limit: 5 });
    expect(reads).toHaveLength(2);
    const { storage, people, views } = server.services;
    const [read] = await new LogReader(storage, people, views).readable(reads);
    expect(read?.text).toMatch(/^\w+ saved the access report, \d+ people and tokens\.$/);
  });
});
