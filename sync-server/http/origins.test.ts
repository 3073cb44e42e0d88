import { request } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { Origins } from '../auth/origins.ts';
import { startTestServer, type TestServer } from '../testKit/testServer.ts';

let server: TestServer | null = null;
afterEach(async () => {
  await server?.dispose();
  server = null;
});

/** Status of a request with these headers, which `fetch` would not send. */
function asked(path: string, headers: Record<string, string>): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request(`${server?.url}${path}`, { headers }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    sent.on('error', reject);
    sent.end();
  });
}

/** Status with which an upgrade with these headers is refused. */
function knocked(headers: Record<string, string>): Promise<number> {
  return new Promise((resolve) => {
    const socket = new WebSocket(`${server?.url.replace('http', 'ws')}/sync/v-any`, ['countersign.v1'], { headers });
    socket.on('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0));
    // The refusal is told before it.
    socket.on('error', () => undefined);
  });
}

describe('a server with a public address', () => {
  const PUBLIC = 'https://contracts.example';

  it('[AUTH-6] takes requests of its own page, the app and allowed pages, by its own name; sockets too', async () => {
    server = await startTestServer({ publicUrl: PUBLIC, allowedOrigins: ['https://other.example'] });
    const at = (origin: string, host = 'contracts.example') => asked('/api/v1/workspace', { origin, host });
    for (const origin of [PUBLIC, 'app://countersign', 'https://other.example'])
      expect(await at(origin), origin).toBe(200);
    for (const origin of ['http://contracts.example', `${PUBLIC}:8443`, server.url, 'http://localhost:5173', 'null'])
      expect(await at(origin), origin).toBe(403);
    expect(await at(PUBLIC, 'evil.example')).toBe(421);
    expect(await at(PUBLIC, 'contracts.example:8443')).toBe(421);
    expect(await at(PUBLIC, 'contracts.example:443')).toBe(200);
    expect(await asked('/api/v1/workspace', { host: 'evil.example' })).toBe(421);
    // A program beside it, and whoever watches it by its address.
    expect(await asked('/api/v1/workspace', {})).toBe(200);
    for (const path of ['/healthz', '/readyz?x=1', '/metrics'])
      expect(await asked(path, { host: '10.0.0.5:8750' })).toBe(200);
    expect(await knocked({ host: 'contracts.example', origin: PUBLIC })).toBe(401);
    expect(await knocked({ host: 'contracts.example', origin: server.url })).toBe(403);
    expect(await knocked({ host: 'evil.example', origin: 'http://evil.example' })).toBe(421);
  });

  it('[AUTH-6] is known by its node’s address and the one it listens on as well', () => {
    const settings = { host: '10.0.0.5', nodeUrl: 'http://node-2:8750', publicUrl: PUBLIC, allowedOrigins: [] };
    const origins = new Origins(settings);
    for (const host of ['node-2:8750', '10.0.0.5:8750', '127.0.0.1:8750', '[::1]:8750', 'CONTRACTS.example'])
      expect(origins.answersTo(host), host).toBe(true);
    for (const host of ['node-3:8750', '10.0.0.6', '', undefined, 'contracts.example.evil.example'])
      expect(origins.answersTo(host), host).toBe(false);
  });
});

describe('a server without one', () => {
  it('[AUTH-6] off loopback answers to any name and its page is the one of that name, and says at the start that it should have one', async () => {
    const origins = new Origins({ host: '0.0.0.0', allowedOrigins: [] });
    expect(origins.answersTo('anything.example')).toBe(true);
    expect(origins.allows('https://anything.example', 'anything.example')).toBe(true);
    expect(origins.allows('https://other.example', 'anything.example')).toBe(false);
    expect(origins.allows('http://localhost:5173', 'anything.example')).toBe(false);
    expect([origins.isNameless, new Origins({ host: '127.0.0.1', allowedOrigins: [] }).isNameless]).toEqual([
      true,
      false,
    ]);
    expect(new Origins({ host: '0.0.0.0', allowedOrigins: [], publicUrl: 'https://a.example' }).isNameless).toBe(false);
    const said: string[] = [];
    const config = { host: '0.0.0.0', demo: false, logLevel: 'warn' } as const;
    server = await startTestServer(config, { write: (line) => said.push(line) });
    expect(said.join('')).toContain('no --public-url');
  });

  it('[AUTH-6] a socket called by a rebound name is refused on loopback', async () => {
    server = await startTestServer();
    expect(await knocked({ host: 'rebound.example', origin: 'http://rebound.example' })).toBe(421);
  });
});
