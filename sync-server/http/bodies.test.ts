import { request } from 'node:http';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestPerson } from '../testKit/testPerson.ts';
import { startTestServer, type TestServer } from '../testKit/testServer.ts';
import { BODY_BYTES, isDeeper } from './bodies.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.dispose());

/** Announces a large body, sends its beginning and waits: a server that reads on does not answer. */
function begin(path: string, headers: Record<string, string>): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request(`${server.url}/api/v1${path}`, { method: 'POST', headers }, (answer) => {
      answer.resume();
      resolve(answer.statusCode ?? 0);
      sent.destroy();
    });
    sent.on('error', reject);
    sent.write('{');
  });
}

describe('what is sent by somebody who is not known yet', () => {
  it.each<Record<string, string>>([{ 'content-length': String(30 * 1024 * 1024) }, { 'transfer-encoding': 'chunked' }])(
    '[HTTP-3] is not read on any route but a sign-in: %o',
    async (length) => {
      for (const path of [
        '/imports',
        '/facts?contractId=c&kind=delivery',
        '/versions/v-x/commands/submit',
        '/preview',
        '/nowhere',
      ]) {
        const types = ['application/json', 'application/octet-stream'];
        for (const type of types)
          expect(await begin(path, { ...length, 'content-type': type }), `${path} ${type}`).toBe(401);
      }
    },
  );

  it('[HTTP-3] is small where it is a sign-in', async () => {
    const headers = { 'content-type': 'application/json', 'content-length': String(20_000) };
    for (const path of [
      '/session',
      '/session/code',
      '/session/code/look',
      '/session/company',
      '/session/company/finish',
    ])
      expect(await begin(path, headers), path).toBe(413);
    const program = await server.services.serviceTokens.make({
      name: 'B',
      scopes: ['exports:read'],
      days: 1,
      by: 'u-admin',
    });
    expect(await begin('/operations/backup', { ...headers, authorization: `Bearer ${program.token}` })).toBe(413);
  });

  it('[HTTP-3] who is known sends up to the bound, and nothing nested for nesting’s sake', async () => {
    const viewer = await TestPerson.signIn(server.url, 'u-viewer');
    const authorization = `Bearer ${viewer.token}`;
    const json = { authorization, 'content-type': 'application/json' };
    for (const path of ['/imports', '/facts?contractId=c&kind=delivery'])
      expect(await begin(path, { authorization, 'content-length': String(30 * 1024 * 1024) }), path).toBe(403);
    expect(await begin('/preview', { ...json, 'content-length': String(BODY_BYTES + 1) })).toBe(413);
    const post = async (path: string, body: string) => {
      const answer = await fetch(`${server.url}/api/v1${path}`, { method: 'POST', headers: json, body });
      return [answer.status, ((await answer.json()) as { detail: string }).detail];
    };
    const deep = '['.repeat(900_000) + ']'.repeat(900_000);
    expect(await post('/preview', deep)).toEqual([400, 'The JSON is nested more than 100 deep.']);
    const flat = JSON.stringify({ contractId: '['.repeat(1000), period: '2026-01' });
    expect((await post('/preview', flat))[0]).toBe(400);
    expect((await post('/preview', flat))[1]).not.toContain('nested');
    for (const body of ['{"__proto__":{"x":1}}', '{"constructor":{"prototype":{"x":1}}}'])
      expect((await post('/preview', body))[0], body).toBe(400);
    expect(({} as { x?: number }).x).toBeUndefined();
  });

  it('[HTTP-3] depth is what a parser meets, brackets and quotes within texts not counted', () => {
    const depth = (value: unknown): number =>
      typeof value !== 'object' || value === null ? 0 : 1 + Math.max(0, ...Object.values(value).map(depth));
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = JSON.stringify(value);
        const deep = depth(value);
        expect(isDeeper(text, deep)).toBe(false);
        if (deep > 0) expect(isDeeper(text, deep - 1)).toBe(true);
      }),
    );
  });
});
