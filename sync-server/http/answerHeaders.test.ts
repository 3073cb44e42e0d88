import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rawRequest } from '../testKit/rawRequest.ts';
import { TestPerson } from '../testKit/testPerson.ts';
import { createSample, startTestServer, type TestServer } from '../testKit/testServer.ts';

const appDir = mkdtempSync(join(tmpdir(), 'countersign-headers-'));
let server: TestServer;
beforeAll(async () => {
  writeFileSync(join(appDir, 'index.html'), '<meta name="csp-nonce" content="__CSP_NONCE__" />');
  writeFileSync(join(appDir, 'offlineShell.js'), '');
  server = await startTestServer({ appDir, publicUrl: 'https://contracts.example' });
});
afterAll(async () => {
  await server.dispose();
  rmSync(appDir, { recursive: true });
});

/** Asked under a name of its own, which fetch does not let one give. */
const ask = (path: string, headers: Record<string, string> = {}) => rawRequest(`${server.url}${path}`, headers);

describe('what a browser may do with an answer', () => {
  it('[HTTP-1] every answer, good, refused, lost or not understood, cannot be framed, sniffed, run or read by another site', async () => {
    const viewer = await TestPerson.signIn(server.url, 'u-viewer');
    const authorization = `Bearer ${viewer.token}`;
    const id = await createSample(server);
    const answers = [
      [200, await ask(`/api/v1/versions/${id}/content`, { authorization })],
      [403, await ask('/api/v1/exports', { authorization })],
      [401, await ask('/api/v1/people')],
      [400, await ask('/api/v1/log?limit=x', { authorization })],
      [404, await ask('/api/v1/nowhere')],
      [403, await ask('/api/v1/workspace', { origin: 'https://evil.example' })],
      [421, await ask('/api/v1/workspace', { host: 'rebound.example' })],
      [200, await ask('/metrics')],
      [404, await ask('/nothing.js')],
      [200, await ask('/offlineShell.js')],
      [200, await ask('/')],
    ] as const;
    for (const [status, { status: was, headers }] of answers) {
      expect(was).toBe(status);
      expect(headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'referrer-policy': 'no-referrer',
        'cross-origin-resource-policy': 'same-origin',
        'strict-transport-security': expect.stringMatching(/^max-age=\d{8}/),
      });
      const policy = String(headers['content-security-policy']);
      expect(policy).toMatch(/^default-src 'none'/);
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).not.toMatch(/unsafe|\*/);
      expect(headers['set-cookie']).toBeUndefined();
    }
    for (const [, { headers }] of answers.slice(0, 7)) expect(headers['cache-control']).toBe('no-store');
  });

  it('[HTTP-2] a Host that is none does not get into the page’s policy', async () => {
    const open = await startTestServer({ appDir, demo: false, host: '0.0.0.0' });
    try {
      const url = `http://127.0.0.1:${open.port}/`;
      const policyFor = async (host: string): Promise<string> =>
        String((await rawRequest(url, { host })).headers['content-security-policy']);
      expect(await policyFor('contracts.example:8443')).toContain(
        "connect-src 'self' ws://contracts.example:8443 wss:",
      );
      expect(await policyFor('[2001:db8::1]:80')).toContain('ws://[2001:db8::1]:80');
      for (const host of ['a; script-src * data:', 'evil.example https:', '*', 'a,b'])
        expect(await policyFor(host), host).toMatch(/connect-src 'self' ?;/);
    } finally {
      await open.dispose();
    }
  });
});
