import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LogPage, Problem, Workspace } from '@countersign/shared/protocol/api';
import { describe, expect, it } from 'vitest';
import { rawRequest } from '../testKit/rawRequest.ts';
import { serverOfTest } from '../testKit/serverOfTest.ts';
import { TestPerson } from '../testKit/testPerson.ts';
import { createSample } from '../testKit/testServer.ts';

describe('HTTP', () => {
  it('[AUTH-6] pages of other origins and rebound host names are refused; the app and loopback pages may call', async () => {
    const server = await serverOfTest();
    const url = `${server.url}/api/v1/workspace`;
    expect((await rawRequest(url, { origin: 'https://evil.example' })).status).toBe(403);
    expect((await rawRequest(url, { origin: 'http://127.0.0.1.evil.example' })).status).toBe(403);
    expect((await rawRequest(url, { host: 'rebound.example' })).status).toBe(421);
    for (const origin of ['app://countersign', 'http://localhost:5173', server.url]) {
      const answer = await rawRequest(url, { origin });
      expect([answer.status, answer.headers['access-control-allow-origin']]).toEqual([200, origin]);
    }
    const preflight = await fetch(url, { method: 'OPTIONS', headers: { 'access-control-request-method': 'POST' } });
    expect(preflight.status).toBe(204);
  });

  it('[SRV-30] errors are problem details that say what, where and what to do', async () => {
    const server = await serverOfTest();
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
    const server = await serverOfTest();
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
    const server = await serverOfTest({ appDir: folder });
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
      expect((await rawRequest(`${server.url}${path}`)).status, path).not.toBe(200);
    }
    expect((await fetch(`${server.url}/assets/none.js`)).status).toBe(404);
    rmSync(folder, { recursive: true });
  });

  it('[SRV-25] auditors read the whole log, others their versions, nobody without a session anything', async () => {
    const server = await serverOfTest();
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
