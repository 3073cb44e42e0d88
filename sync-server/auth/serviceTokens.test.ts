import type { Export, LogPage, MadeServiceToken, Problem, ServiceToken } from '@countersign/shared/protocol/api';
import { describe, expect, it } from 'vitest';
import { serverOfTest } from '../testKit/serverOfTest.ts';
import { TestPerson } from '../testKit/testPerson.ts';
import { createSample, type TestServer } from '../testKit/testServer.ts';

async function start() {
  let later = 0;
  const server = await serverOfTest({}, { now: () => new Date(Date.now() + later) });
  const admin = await TestPerson.signIn(server.url, 'u-admin');
  const wait = (ms: number): void => {
    later += ms;
  };
  const make = async (): Promise<MadeServiceToken> =>
    (await admin.post<MadeServiceToken>('/service-tokens', { name: 'Billing', scopes: ['exports:read'], days: 30 }))
      .body;
  const as = (token: string, path: string, method = 'GET') =>
    fetch(`${server.url}/api/v1${path}`, { method, headers: { authorization: `Bearer ${token}` } });
  return { server, admin, wait, make, as };
}

/** An executed and exported version. */
async function exported(server: TestServer): Promise<void> {
  const versionId = await createSample(server);
  const way = [
    ['u-ops', 'submit'],
    ['u-controller', 'approve'],
    ['u-ops', 'execute'],
    ['u-exporter', 'export'],
  ] as const;
  for (const [userId, kind] of way) {
    const person = await TestPerson.signIn(server.url, userId);
    expect((await person.command(versionId, kind)).status).toBe(200);
  }
}

describe('service tokens', () => {
  it('[AUTH-30] an admin makes one, told once, kept as a hash, granted by a leaf; billing fetches exports and their bundles with it', async () => {
    const { server, make, as, admin } = await start();
    await exported(server);
    const { token, about } = await make();
    expect(token).toMatch(/^cst_[\w-]{43}$/);
    const list = (await (await as(token, '/exports')).json()) as Export[];
    expect(list.length).toBe(1);
    const bundle = await as(token, `/exports/${list[0]?.exportId}/bundle`);
    expect(bundle.status).toBe(200);
    expect(((await bundle.json()) as { format?: string }) !== null).toBe(true);
    const kept = JSON.stringify(await server.services.storage.identity.serviceTokens());
    expect(kept).not.toContain(token);
    expect((await admin.get<ServiceToken[]>('/service-tokens')).body).toEqual([about]);
    const [leaf] = await server.services.storage.logPage({ docs: ['workspace'], kind: 'role', limit: 1 });
    const said = Buffer.from(leaf?.payload ?? []).toString('latin1');
    expect(said).toContain(`"action":"grant","by":"u-admin","role":"exports:read","userId":"${about.tokenId}"`);
    const { body } = await admin.get<LogPage>('/log?doc=workspace&kind=role&limit=1');
    expect(body.entries[0]?.text).toBe(`Admin let the service token “${about.name}” read exports.`);
  });

  it('[AUTH-31] revoking is a leaf and ends it at the next request; so does its time', async () => {
    const { server, make, as, admin, wait } = await start();
    const [one, two] = [await make(), await make()];
    const size = server.services.history.size;
    expect((await admin.request('DELETE', `/service-tokens/${one.about.tokenId}`)).status).toBe(204);
    expect((await admin.request('DELETE', `/service-tokens/${one.about.tokenId}`)).status).toBe(204);
    expect(server.services.history.size).toBe(size + 1);
    const refused = await as(one.token, '/exports');
    expect([refused.status, ((await refused.json()) as Problem).code]).toEqual([401, 'serviceToken']);
    expect((await as(two.token, '/exports')).status).toBe(200);
    wait(30 * 86_400_000);
    expect((await as(two.token, '/exports')).status).toBe(401);
    expect((await admin.request('DELETE', '/service-tokens/s-nosuch')).status).toBe(401);
    const again = await TestPerson.signIn(server.url, 'u-admin');
    expect((await again.request('DELETE', '/service-tokens/s-nosuch')).status).toBe(404);
    expect((await again.get<ServiceToken[]>('/service-tokens')).body.map(({ state }) => state).sort()).toEqual([
      'expired',
      'revoked',
    ]);
  });

  it('[AUTH-32] it opens nothing else, and only admins make them', async () => {
    const { make, as, server } = await start();
    const { token } = await make();
    for (const path of ['/session', '/people', '/contracts', '/log', '/needs', '/service-tokens', '/log/0']) {
      const answer = await as(token, path);
      expect([answer.status, ((await answer.json()) as Problem).code], path).toEqual([403, 'serviceToken']);
    }
    expect((await as(token, '/tickets', 'POST')).status).toBe(403);
    const editor = await TestPerson.signIn(server.url, 'u-finance');
    const body = { name: 'Mine', scopes: ['exports:read'], days: 1 };
    expect((await editor.post('/service-tokens', body)).status).toBe(403);
    expect((await editor.get('/service-tokens')).status).toBe(403);
    const auditor = await TestPerson.signIn(server.url, 'u-auditor');
    expect((await auditor.get('/service-tokens')).status).toBe(200);
  });
});
