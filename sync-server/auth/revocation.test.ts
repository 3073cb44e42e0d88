import { describe, expect, it } from 'vitest';
import { SOCKET_LIMITS } from '../sync/limits.ts';
import { serverOfTest } from '../testKit/serverOfTest.ts';
import type { TestDraft } from '../testKit/testDraft.ts';
import { TestPerson } from '../testKit/testPerson.ts';
import { createSample } from '../testKit/testServer.ts';

/** An open draft of Finance and an admin. */
async function start(recheckMs?: number) {
  const server = await serverOfTest({}, recheckMs === undefined ? {} : { limits: { recheckMs } });
  const versionId = await createSample(server);
  const admin = await TestPerson.signIn(server.url, 'u-admin');
  const finance = await TestPerson.signIn(server.url, 'u-finance');
  const draft = await finance.openDraft(versionId);
  return { server, versionId, admin, finance, draft };
}

const closed = async (draft: TestDraft): Promise<number | undefined> => {
  await draft.until(() => draft.closed !== null);
  return draft.closed?.code;
};

describe('revocation closes open sockets', () => {
  it('[AUTH-33] [AUTH-17] an admin ends all sessions of a person: 4401 on every socket, the others stay', async () => {
    const { versionId, admin, finance, draft } = await start();
    const second = await (await TestPerson.signIn(finance.url, 'u-finance')).openDraft(versionId);
    const ops = await (await TestPerson.signIn(finance.url, 'u-ops')).openDraft(versionId);
    expect((await admin.request('DELETE', '/people/u-finance/sessions')).status).toBe(204);
    expect([await closed(draft), await closed(second)]).toEqual([4401, 4401]);
    expect(ops.closed).toBeNull();
    expect((await finance.get('/session')).status).toBe(401);
  });

  it('[AUTH-33] [AUTH-18] a revoked device closes the sockets of its session; another device of the person stays', async () => {
    const { versionId, admin, finance, draft } = await start();
    const other = await (await TestPerson.signIn(finance.url, 'u-finance')).openDraft(versionId);
    expect((await admin.request('DELETE', `/devices/${finance.device.id}`)).status).toBe(204);
    expect(await closed(draft)).toBe(4401);
    expect(other.closed).toBeNull();
  });

  it('[AUTH-33] who loses one of two roles reads on; who loses the last is closed with 4403 and reads nothing', async () => {
    const { admin, finance, draft } = await start();
    const take = (role: string) => admin.post('/people/u-finance/roles', { action: 'revoke', role });
    expect((await take('editor')).status).toBe(200);
    expect(draft.closed).toBeNull();
    expect((await take('exporter')).status).toBe(200);
    expect(await closed(draft)).toBe(4403);
    for (const path of ['/contracts', '/people', '/log', `/versions/${draft.versionId}`])
      expect((await finance.get(path)).status, path).toBe(403);
  });

  it('[AUTH-33] a session that another process ended closes its sockets at the next look, three times a minute', async () => {
    expect(SOCKET_LIMITS.recheckMs * 3).toBeLessThanOrEqual(60_000);
    const { server, draft } = await start(20);
    const [row] = await server.services.storage.identity.signInsOf('u-finance');
    await server.services.storage.removeSession(row?.tokenHash ?? '');
    expect(await closed(draft)).toBe(4401);
  });

  it('[AUTH-33] a session that ends while its socket is being opened opens nothing for long', async () => {
    const { server, versionId, finance } = await start();
    const opening = finance.openDraft(versionId).then(
      (draft) => closed(draft),
      () => 4401,
    );
    await server.services.sessions.endAllOf('u-finance');
    expect(await opening).toBe(4401);
  });
});
