import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toBase64 } from '@countersign/shared/history';
import type { EnrolledDevice, LogPage, People, Problem, Session, Workspace } from '@countersign/shared/protocol/api';
import { afterEach, describe, expect, it } from 'vitest';
import { ConfigError, parseServeArgs } from '../config/index.ts';
import { TestPerson } from '../testKit/testPerson.ts';
import { createSample, ROW, startTestServer, type TestServer } from '../testKit/testServer.ts';

const servers: TestServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.dispose();
});
async function start(...args: Parameters<typeof startTestServer>): Promise<TestServer> {
  const server = await startTestServer(...args);
  servers.push(server);
  return server;
}

/** A request with headers that fetch does not let one set. */
function raw(
  url: string,
  headers: Record<string, string>,
): Promise<{ status: number; headers: NodeJS.Dict<string | string[]> }> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { headers }, (response) => {
      response.resume();
      resolve({ status: response.statusCode ?? 0, headers: response.headers });
    });
    sent.on('error', reject);
    sent.end();
  });
}

describe('sign-in and sessions', () => {
  it('[AUTH-1] demo accounts are refused on any address but loopback', () => {
    expect(() => parseServeArgs(['--demo', '--host', '0.0.0.0'], null)).toThrow(ConfigError);
    expect(parseServeArgs(['--demo', '--host', '127.0.0.1', '--port', '0'], null)).toMatchObject({
      demo: true,
      port: 0,
    });
    expect(parseServeArgs(['--host', '0.0.0.0'], null)).toMatchObject({ demo: false });
  });

  it('[AUTH-1] a server without --demo lets nobody in and lists no accounts', async () => {
    const server = await start({ demo: false });
    expect((await fetch(`${server.url}/api/v1/demo/accounts`)).status).toBe(404);
    const answer = await fetch(`${server.url}/api/v1/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"userId":"u-finance"}',
    });
    expect(answer.status).toBe(401);
  });

  it('[AUTH-2] a session ends when its time is over: requests are 401 and its sockets close with 4401', async () => {
    let later = 0;
    const server = await start({ sessionMinutes: 10 }, { now: () => new Date(Date.now() + later) });
    const versionId = await createSample(server);
    const person = await TestPerson.signIn(server.url, 'u-finance');
    const draft = await person.openDraft(versionId);
    const { body } = await person.get<Session>('/session');
    expect(body.user).toEqual({ id: 'u-finance', name: 'Finance', roles: ['editor', 'exporter'] });
    later = 11 * 60_000;
    const ended = await person.get<Problem>('/contracts');
    expect(ended).toMatchObject({
      status: 401,
      body: { code: 'sessionEnded', action: expect.stringContaining('Sign in') },
    });
    expect(ended.headers.get('content-type')).toContain('application/problem+json');
    draft.submit(person.device.sign('edit', versionId, {}));
    await draft.until(() => draft.closed !== null);
    expect(draft.closed?.code).toBe(4401);
  });

  it('[AUTH-3] the token is stored as a hash only', async () => {
    const server = await start();
    const person = await TestPerson.signIn(server.url, 'u-finance');
    const rows = await server.services.storage
      .tables<{ sessions: { token_hash: string } }>()
      .selectFrom('sessions')
      .selectAll()
      .execute();
    expect(rows.length).toBe(1);
    expect(JSON.stringify(rows)).not.toContain(person.token);
  });

  it('[AUTH-4] a ticket works once and for 30 seconds', async () => {
    let later = 0;
    const server = await start({}, { now: () => new Date(Date.now() + later) });
    const person = await TestPerson.signIn(server.url, 'u-finance');
    const { sessions } = server.services;
    const ticket = await person.ticket();
    expect(await sessions.redeem(ticket)).toMatchObject({ userId: 'u-finance' });
    expect(await sessions.redeem(ticket)).toBeNull();
    const old = await person.ticket();
    later = 31_000;
    expect(await sessions.redeem(old)).toBeNull();
  });

  it('[AUTH-5] a device is enrolled once by a key leaf; another person cannot take its key; a weak key is refused', async () => {
    const server = await start();
    const finance = await TestPerson.signIn(server.url, 'u-finance');
    const ops = await TestPerson.signIn(server.url, 'u-ops');
    const size = server.services.history.size;
    const body = { publicKey: toBase64(finance.device.publicKey), name: 'Again' };
    const again = await finance.post<EnrolledDevice>('/devices', body);
    expect(again.body).toMatchObject({
      deviceId: finance.device.id,
      commandEpoch: 'c1',
      commandChain: { nextSeq: '0', prevDev: '' },
    });
    expect(server.services.history.size).toBe(size);
    expect(await ops.post('/devices', body)).toMatchObject({ status: 409, body: { code: 'keyOfAnother' } });
    const weak = { publicKey: toBase64(new Uint8Array(32)), name: 'Weak' };
    expect(await ops.post('/devices', weak)).toMatchObject({ status: 400, body: { code: 'keyNotAcceptable' } });
    const people = (await ops.get<People>('/people')).body;
    expect(people.find(({ userId }) => userId === 'u-finance')?.devices).toEqual([
      { deviceId: finance.device.id, name: 'Test device', state: 'active' },
    ]);
  });

  it('[AUTH-6] pages of other origins and rebound host names are refused; the app and loopback pages may call', async () => {
    const server = await start();
    const url = `${server.url}/api/v1/workspace`;
    expect((await raw(url, { origin: 'https://evil.example' })).status).toBe(403);
    expect((await raw(url, { origin: 'http://127.0.0.1.evil.example' })).status).toBe(403);
    expect((await raw(url, { host: 'rebound.example' })).status).toBe(421);
    for (const origin of ['app://countersign', 'http://localhost:5173', server.url]) {
      const answer = await raw(url, { origin });
      expect([answer.status, answer.headers['access-control-allow-origin']]).toEqual([200, origin]);
    }
    const preflight = await fetch(url, { method: 'OPTIONS', headers: { 'access-control-request-method': 'POST' } });
    expect(preflight.status).toBe(204);
  });
});

describe('people', () => {
  it('[AUTH-7] an admin changes the roles of others, not their own; an open socket is judged by the new ones', async () => {
    const server = await start();
    const versionId = await createSample(server);
    const admin = await TestPerson.signIn(server.url, 'u-admin');
    const finance = await TestPerson.signIn(server.url, 'u-finance');
    const draft = await finance.openDraft(versionId);
    const take = { action: 'revoke', role: 'editor' };
    expect((await finance.post('/people/u-ops/roles', take)).status).toBe(403);
    expect((await admin.post('/people/u-admin/roles', { action: 'grant', role: 'approver' })).status).toBe(403);
    expect((await admin.post('/people/u-finance/roles', take)).body).toEqual({
      id: 'u-finance',
      name: 'Finance',
      roles: ['exporter'],
    });
    const commands = [draft.command('lines', ROW.one, 'rate', '1.00')];
    const payload = { draftId: versionId, commands, updates: [] };
    expect(await draft.answerTo(finance.device.sign('edit', versionId, payload, [], 'e1'))).toMatchObject({
      code: 'role',
    });
    expect((await admin.post('/people/u-finance/roles', { action: 'grant', role: 'editor' })).status).toBe(200);
    expect(await draft.edit(draft.command('lines', ROW.one, 'rate', '1.00'))).toBe('stored');
    const roles = await server.services.storage.logPage({ docs: ['workspace'], kind: 'role', limit: 2 });
    expect(roles.length).toBe(2);
  });

  it('[AUTH-8] [AUTH-18] a revoked device signs nothing more and its session ends; its owner enrols another', async () => {
    const server = await start();
    const versionId = await createSample(server);
    const finance = await TestPerson.signIn(server.url, 'u-finance');
    const ops = await TestPerson.signIn(server.url, 'u-ops');
    const draft = await finance.openDraft(versionId);
    const signed = await draft.sign([draft.command('lines', ROW.one, 'rate', '1.00')]);
    expect((await ops.request('DELETE', `/devices/${finance.device.id}`)).status).toBe(403);
    expect((await finance.request('DELETE', `/devices/${finance.device.id}`)).status).toBe(204);
    await draft.until(() => draft.closed !== null);
    expect(draft.closed?.code).toBe(4401);
    expect((await finance.get('/session')).status).toBe(401);
    const same = await TestPerson.signIn(server.url, 'u-finance', finance.device);
    const again = await same.openDraft(versionId);
    expect(await again.answerTo(signed)).toMatchObject({ code: 'revoked' });
    expect((await same.command(versionId, 'submit')).status).toBe(403);
    const next = await (await TestPerson.signIn(server.url, 'u-finance')).openDraft(versionId);
    expect(await next.edit(next.command('lines', ROW.one, 'rate', '1.00'))).toBe('stored');
  });

  it('[AUTH-9] edits sent while a role is being taken stand before its leaf or are refused; changes at once all count', async () => {
    const server = await start();
    const versionId = await createSample(server);
    const admin = await TestPerson.signIn(server.url, 'u-admin');
    const change = (action: string, role: string) => admin.post('/people/u-finance/roles', { action, role });
    for (let round = 1; round <= 4; round += 1) {
      const finance = await TestPerson.signIn(server.url, 'u-finance');
      const draft = await finance.openDraft(versionId);
      const batches = [];
      for (const cents of ['01', '02', '03']) {
        batches.push(await draft.sign([draft.command('lines', ROW.one, 'rate', `${round}.${cents}`)]));
      }
      const taken = change('revoke', 'editor');
      for (const batch of batches) draft.submit(batch);
      const stored = (): number => draft.frames.filter((name) => name === 'stored').length;
      await draft.until(() => stored() + draft.refused.length === batches.length);
      expect((await taken).status).toBe(200);
      const log = await server.services.storage.logPage({ docs: ['workspace', versionId], limit: 200 });
      const leaf = log.find(({ doc, kind }) => doc === 'workspace' && kind === 'role')?.index ?? Number.NaN;
      expect(log.filter(({ doc, index }) => doc === versionId && index > leaf)).toEqual([]);
      expect(log.filter(({ kind, dev }) => kind === 'edit' && dev === finance.device.id).length).toBe(stored());
      expect((await change('grant', 'editor')).status).toBe(200);
    }
    await Promise.all([change('grant', 'auditor'), change('grant', 'reviewer'), change('revoke', 'exporter')]);
    expect(server.services.people.user('u-finance')?.roles.toSorted()).toEqual(['auditor', 'editor', 'reviewer']);
    expect((await server.services.storage.users()).find(({ id }) => id === 'u-finance')?.roles.toSorted()).toEqual([
      'auditor',
      'editor',
      'reviewer',
    ]);
  });

  it('[SRV-25] auditors read the whole log, others their versions, nobody without a session anything', async () => {
    const server = await start();
    const versionId = await createSample(server);
    const auditor = await TestPerson.signIn(server.url, 'u-auditor');
    const viewer = await TestPerson.signIn(server.url, 'u-viewer');
    const whole = (await auditor.get<LogPage>('/log?limit=200')).body;
    expect(new Set(whole.entries.map(({ doc }) => doc))).toEqual(new Set(['workspace', versionId]));
    expect(whole.entries.map(({ index }) => Number(index))).toEqual(
      Array.from({ length: whole.entries.length }, (_, i) => whole.entries.length - 1 - i),
    );
    expect(whole.next).toBeNull();
    const page = (await auditor.get<LogPage>('/log?limit=3')).body;
    const rest = (await auditor.get<LogPage>(`/log?limit=200&before=${page.next}`)).body;
    expect([...page.entries, ...rest.entries]).toEqual(whole.entries);
    expect((await viewer.get<LogPage>('/log')).body.entries.map(({ kind }) => kind)).toEqual(['create']);
    expect((await viewer.get('/log?doc=workspace')).status).toBe(403);
    expect((await viewer.get('/log/0')).status).toBe(403);
    await viewer.get('/exports');
    await server.services.failedAccess.flush();
    const [read] = await server.services.storage.logPage({ docs: ['reads'], limit: 1 });
    expect((await viewer.get('/log?doc=reads')).status).toBe(403);
    expect((await viewer.get(`/log/${read?.index}`)).status).toBe(403);
    expect((await auditor.get('/log?doc=reads')).status).toBe(200);
    expect((await fetch(`${server.url}/api/v1/log`)).status).toBe(401);
    expect(whole.entries.at(-1)?.text).toContain('Countersign server enrolled the device');
  });
});

describe('HTTP', () => {
  it('[SRV-30] errors are problem details that say what, where and what to do', async () => {
    const server = await start();
    const person = await TestPerson.signIn(server.url, 'u-finance');
    const missing = await person.get<Problem>('/versions/v-nosuch');
    expect(missing).toMatchObject({
      status: 404,
      body: { status: 404, code: 'notFound', type: 'urn:countersign:problem:notFound' },
    });
    const invalid = await person.post<Problem>('/devices', { publicKey: 'x' });
    expect(invalid).toMatchObject({ status: 400, body: { code: 'invalid' } });
    expect(invalid.body.at).not.toBe('');
    const nowhere = await person.get<Problem>('/nowhere');
    expect(nowhere.status).toBe(404);
    expect(nowhere.headers.get('content-type')).toContain('application/problem+json');
  });

  it('[SRV-31] the workspace names its log, its key and its policy; OpenAPI lists every route; metrics and health answer', async () => {
    const server = await start();
    const workspace = (await (await fetch(`${server.url}/api/v1/workspace`)).json()) as Workspace;
    expect(workspace.vkey.startsWith(`${workspace.origin}+`)).toBe(true);
    const openapi = (await (await fetch(`${server.url}/api/v1/openapi.json`)).json()) as {
      openapi: string;
      paths: object;
    };
    expect(openapi.openapi).toBe('3.1.0');
    expect(Object.keys(openapi.paths)).toEqual(
      expect.arrayContaining(['/api/v1/versions/{id}', '/api/v1/versions/{id}/commands/{kind}', '/api/v1/log']),
    );
    expect(await (await fetch(`${server.url}/metrics`)).text()).toContain('countersign_log_entries');
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
  });

  it('[SRV-32] the app is served with a content security policy and a fresh nonce a page; nothing outside its folder is', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'countersign-app-'));
    mkdirSync(join(folder, 'assets'));
    writeFileSync(join(folder, 'index.html'), '<meta name="csp-nonce" content="__CSP_NONCE__" />');
    writeFileSync(join(folder, 'assets', 'main-a1.js'), 'export {};');
    writeFileSync(join(tmpdir(), 'countersign-secret.txt'), 'secret');
    const server = await start({ appDir: folder });
    const pages = [await fetch(`${server.url}/`), await fetch(`${server.url}/v/some/review`)];
    const nonces = await Promise.all(
      pages.map(async (page) => {
        expect(page.status).toBe(200);
        const nonce = /content="([^"]+)"/.exec(await page.text())?.[1] ?? '';
        const policy = page.headers.get('content-security-policy') ?? '';
        expect(policy).toContain("default-src 'none'");
        expect(policy).toContain(`style-src-elem 'self' 'nonce-${nonce}'`);
        expect(policy).not.toContain('unsafe');
        return nonce;
      }),
    );
    expect(nonces[0]).not.toBe(nonces[1]);
    const script = await fetch(`${server.url}/assets/main-a1.js`);
    expect([script.status, script.headers.get('x-content-type-options')]).toEqual([200, 'nosniff']);
    for (const path of [
      '/../countersign-secret.txt',
      '/..%2fcountersign-secret.txt',
      '/assets/%2e%2e/%2e%2e/countersign-secret.txt',
    ]) {
      expect((await raw(`${server.url}${path}`, {})).status, path).not.toBe(200);
    }
    expect((await fetch(`${server.url}/assets/none.js`)).status).toBe(404);
    rmSync(folder, { recursive: true });
  });
});
