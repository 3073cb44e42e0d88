import type { LogPage, People } from '@countersign/shared/protocol/api';
import { describe, expect, it } from 'vitest';
import { serverOfTest } from '../testKit/serverOfTest.ts';
import { TestPerson } from '../testKit/testPerson.ts';
import { createSample, ROW, type TestServer } from '../testKit/testServer.ts';
import { Openings } from './openings.ts';

async function start(): Promise<{ server: TestServer; wait(ms: number): void }> {
  const begun = Date.now();
  let later = 0;
  const server = await serverOfTest({}, { now: () => new Date(begun + later) });
  return {
    server,
    wait: (ms) => {
      later += ms;
    },
  };
}
const HOUR = 3_600_000;
const readsOf = async (auditor: TestPerson) =>
  (await auditor.get<LogPage>('/log?doc=reads&limit=50')).body.entries.map(({ userId, name, text }) => [
    userId,
    text.replace(`${name} `, '').replace(/\.$/, ''),
  ]);

describe('who looked at what', () => {
  it('[AUD-7] versions that were opened, on screen or by a program, are one leaf a person and hour', async () => {
    const { server, wait } = await start();
    const [one, two] = [await createSample(server), await createSample(server)];
    const [viewer, ops] = [
      await TestPerson.signIn(server.url, 'u-viewer'),
      await TestPerson.signIn(server.url, 'u-ops'),
    ];
    const { openings } = server.services;
    await viewer.get(`/versions/${one}/content`);
    await viewer.get(`/versions/${two}/review`);
    for (let again = 0; again < 3; again += 1) (await viewer.openDraft(one)).close();
    (await ops.openDraft(two)).close();
    await viewer.get('/versions/v-nosuch/content');
    await openings.write('due');
    const auditor = await TestPerson.signIn(server.url, 'u-auditor');
    expect(await readsOf(auditor)).toEqual([]);
    wait(HOUR);
    await openings.write('due');
    expect((await readsOf(auditor)).sort()).toEqual([
      ['u-ops', 'opened N-2, version 1'],
      ['u-viewer', 'opened 2 versions: N-1, version 1; N-2, version 1'],
    ]);
    await viewer.get(`/versions/${two}/content`);
    await openings.write('all');
    expect((await readsOf(auditor)).length).toBe(3);
    await openings.write('all');
    expect((await readsOf(auditor)).length).toBe(3);
  });

  it('[AUD-7] what the disk does not take stays held, with what was opened meanwhile', async () => {
    const leaves: unknown[] = [];
    let broken = true;
    const appendServerEntry = async (_kind: string, _doc: string, part0: unknown) => {
      if (broken) throw new Error('full');
      leaves.push(part0);
    };
    const history = { appendServerEntry } as unknown as ConstructorParameters<typeof Openings>[0];
    const openings = new Openings(history, () => new Date(0));
    openings.note('u-a', 'v-1');
    const writing = openings.write('all');
    openings.note('u-a', 'v-2');
    await expect(writing).rejects.toThrow('full');
    broken = false;
    await openings.write('all');
    expect(leaves).toMatchObject([{ by: 'u-a', action: 'open', subject: 'v-1; v-2', count: 2 }]);
  });

  it('[AUD-7] a long list names a hundred and says how many more', async () => {
    const { server } = await start();
    for (let i = 0; i < 130; i += 1) server.services.openings.note('u-viewer', `v-${String(i).padStart(12, '0')}`);
    await server.services.openings.write('all');
    const auditor = await TestPerson.signIn(server.url, 'u-auditor');
    const [[, text] = []] = await readsOf(auditor);
    expect(text).toMatch(/^opened 130 versions: v-0{12}; .* and 30 more$/);
  });
});

describe('who was refused', () => {
  it('[AUTH-20] an edit over the socket, a socket of somebody without a role, and a program where it has no business are told in the history', async () => {
    const { server } = await start();
    const versionId = await createSample(server);
    const { services } = server;
    const viewer = await TestPerson.signIn(server.url, 'u-viewer');
    const draft = await viewer.openDraft(versionId);
    const commands = [draft.command('lines', ROW.one, 'rate', '1.00')];
    const payload = { draftId: versionId, commands, updates: [] };
    expect(await draft.answerTo(viewer.device.sign('edit', versionId, payload, [], 'e1'))).toMatchObject({
      code: 'role',
    });
    draft.close();
    const exporter = await TestPerson.signIn(server.url, 'u-exporter');
    const ticket = await exporter.ticket();
    await services.people.changeRole('u-exporter', 'revoke', 'exporter');
    const { WebSocket } = await import('ws');
    const ws = new WebSocket(`${server.url.replace('http', 'ws')}/sync/${versionId}`, [
      'countersign.v1',
      `ticket.${ticket}`,
    ]);
    expect(await new Promise((resolve) => ws.on('close', resolve))).toBe(4403);
    const program = await services.serviceTokens.make({
      name: 'Billing',
      scopes: ['exports:read'],
      days: 1,
      by: 'u-admin',
    });
    const ask = async (path: string) =>
      (await fetch(`${server.url}/api/v1${path}`, { headers: { authorization: `Bearer ${program.token}` } })).status;
    expect(await ask('/contracts')).toBe(403);
    await services.serviceTokens.revoke(program.row.id, 'u-admin');
    expect(await ask('/exports')).toBe(401);
    await services.failedAccess.flush();
    const rows = await services.storage.logPage({ docs: ['reads'], limit: 20 });
    const auditor = await TestPerson.signIn(server.url, 'u-auditor');
    const told = (await readsOf(auditor)).filter(([, text]) => text?.includes('refused'));
    expect(rows.length).toBeGreaterThan(0);
    expect(told.sort()).toEqual([
      [program.row.id, 'was refused 2 times what the role does not allow'],
      ['u-exporter', 'was refused once what the role does not allow'],
      ['u-viewer', 'was refused once what the role does not allow'],
    ]);
  });

  it('[AUTH-16] who asked for the code that replaces somebody’s password is told in the history', async () => {
    const { server } = await start();
    const admin = await TestPerson.signIn(server.url, 'u-admin');
    const made = { name: 'Ben', login: 'ben', roles: ['approver'] };
    const { body } = await admin.post<{ userId: string }>('/people', made);
    expect((await admin.post(`/people/${body.userId}/code`)).status).toBe(200);
    const auditor = await TestPerson.signIn(server.url, 'u-auditor');
    expect((await auditor.get<People>('/people')).body.some(({ userId }) => userId === body.userId)).toBe(true);
    expect(await readsOf(auditor)).toEqual([
      ['u-admin', `asked for a code with which Ben (${body.userId}) chooses a new password`],
    ]);
  });
});
