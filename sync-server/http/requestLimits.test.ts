import { connect } from 'node:net';
import { LIMITS } from '@countersign/shared/protocol';
import type { Problem } from '@countersign/shared/protocol/api';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { SOCKET_LIMITS, type SocketLimits } from '../sync/limits.ts';
import { serverOfTest } from '../testKit/serverOfTest.ts';
import { TestPerson } from '../testKit/testPerson.ts';
import { createSample, type TestServer } from '../testKit/testServer.ts';
import { routesOf } from './app.ts';
import { CallerTurns, REQUEST_COSTS } from './requestCosts.ts';
import { RequestLimits } from './requestLimits.ts';

async function start(limits: Partial<SocketLimits>, trustProxy = false): Promise<TestServer> {
  const server = await serverOfTest({ trustProxy }, { limits });
  return server;
}

async function aVersion(server: TestServer): Promise<{ versionId: string; person: TestPerson }> {
  return { versionId: await createSample(server), person: await TestPerson.signIn(server.url, 'u-finance') };
}

/** Knocks at a sync socket: the status of a refusal with its Retry-After, or the extensions of an open one. */
async function knock(person: TestPerson, versionId: string) {
  const ticket = await person.ticket();
  const ws = new WebSocket(
    `${person.url.replace('http', 'ws')}/sync/${versionId}`,
    ['countersign.v1', `ticket.${ticket}`],
    {
      perMessageDeflate: true,
    },
  );
  return new Promise<{ status: number; retryAfter: string | undefined } | { ws: WebSocket; extensions: string }>(
    (resolve) => {
      ws.on('unexpected-response', (_request, response) => {
        response.resume();
        resolve({ status: response.statusCode ?? 0, retryAfter: response.headers['retry-after'] });
      });
      ws.on('open', () => resolve({ ws, extensions: ws.extensions }));
    },
  );
}

describe('limits of SECURITY §6', () => {
  it('[AUTH-35] [SRV-10] are the figures it names: 5 s, 1 MiB, 50 frames a second and 200 at once, 1 MB/s, 4 MB out, 20 sockets, 60 s', () => {
    expect(SOCKET_LIMITS).toMatchObject({
      openWithinMs: 5000,
      framesPerSecond: 50,
      frameBurst: 200,
      bytesPerSecond: 1024 * 1024,
      outgoingBytes: 4 * 1024 * 1024,
      connectionsPerUser: 20,
    });
    expect(LIMITS.frameBytes).toBe(1024 * 1024);
    expect(SOCKET_LIMITS.recheckMs).toBeLessThan(60_000);
  });

  it('[AUTH-38] every costly request is a route, counts as many, and never as more than a full bucket', async () => {
    const server = await start({ requestsPerSecond: 0.001, requestBurst: 42 });
    const routes = new Set(routesOf(server.app));
    expect(Object.keys(REQUEST_COSTS).filter((route) => !routes.has(route))).toEqual([]);
    const limits = new RequestLimits({ requestsPerSecond: 10, requestBurst: 20 });
    expect([limits.take('one', 0, 15), limits.take('one', 0, 15), limits.take('one', 1000, 15)]).toEqual([0, 1000, 0]);
    expect([limits.take('two', 0, 500), limits.take('two', 0)]).toEqual([0, 100]);
    const { versionId, person } = await aVersion(server);
    // The session was recognised by its first answer: what follows is its own bucket.
    const statuses = [];
    for (let i = 0; i < 4; i += 1) statuses.push((await person.get(`/versions/${versionId}/content`)).status);
    expect(statuses).toEqual([200, 200, 429, 429]);
    expect((await person.get('/needs')).status).toBe(200);
  });

  it('[AUTH-38] a HEAD does the work of its GET: it counts as much and waits for the same turn', async () => {
    const server = await start({ requestsPerSecond: 0.001, requestBurst: 42 });
    const { versionId, person } = await aVersion(server);
    const head = (): Promise<Response> =>
      fetch(`${server.url}/api/v1/versions/${versionId}/content`, {
        method: 'HEAD',
        headers: { authorization: `Bearer ${person.token}` },
      });
    const answers = [await head(), await head(), await head()];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 429]);
    const turns = vi.spyOn(CallerTurns.prototype, 'enter');
    const generous = await start({});
    const other = await aVersion(generous);
    const headers = { authorization: `Bearer ${other.person.token}` };
    for (const method of ['GET', 'HEAD'])
      expect(
        (await fetch(`${generous.url}/api/v1/versions/${other.versionId}/content`, { method, headers })).status,
      ).toBe(200);
    expect(turns).toHaveBeenCalledTimes(2);
    turns.mockRestore();
  });

  it('[AUTH-38] costly requests of one caller are worked on one after the other; others go between; too many waiting are told so', async () => {
    const turns = new CallerTurns();
    const done: string[] = [];
    const work = async (caller: string, name: string): Promise<void> => {
      const leave = await turns.enter(caller);
      done.push(name);
      await Promise.resolve();
      leave?.();
    };
    const first = await turns.enter('one');
    const waiting = [work('one', 'b'), work('one', 'c')];
    await work('other', 'x');
    expect(done).toEqual(['x']);
    first?.();
    await Promise.all(waiting);
    expect([done, turns.size]).toEqual([['x', 'b', 'c'], 0]);
    const held = await turns.enter('one');
    const line = Array.from({ length: 16 }, (_, i) => work('one', `${i}`));
    expect(turns.enter('one')).toBeNull();
    held?.();
    await Promise.all(line);
    expect(turns.size).toBe(0);
  });

  it('[AUTH-38] a refusal, a fault and a caller who broke off give their turn back', async () => {
    const server = await start({});
    const { versionId, person } = await aVersion(server);
    const at = `${server.url}/api/v1/versions/${versionId}`;
    const headers = { authorization: `Bearer ${person.token}` };
    for (let i = 0; i < 3; i += 1) {
      const broken = new AbortController();
      const asked = fetch(`${at}/content`, { headers, signal: broken.signal }).catch(() => null);
      broken.abort();
      await asked;
      expect((await person.get('/versions/v-nosuch/content')).status).toBe(404);
    }
    const answers = await Promise.all(Array.from({ length: 10 }, () => person.get(`/versions/${versionId}/content`)));
    expect(answers.every(({ status }) => status === 200)).toBe(true);
  });

  it('[AUTH-35] over any run of requests a caller gets no more than burst and rate, a patient one never waits, and the wait that is told is right', () => {
    const figures = { requestsPerSecond: 10, requestBurst: 20 };
    fc.assert(
      fc.property(fc.array(fc.nat(300), { maxLength: 200 }), (gaps) => {
        const limits = new RequestLimits(figures);
        let now = 0;
        let passed = 0;
        for (const gap of gaps) {
          now += gap;
          const wait = limits.take('one', now);
          if (wait === 0) passed += 1;
          // Somebody else is never held up by it.
          expect(limits.take(`other ${now} ${passed} ${gap}`, now)).toBe(0);
          expect(passed).toBeLessThanOrEqual(20 + (now * 10) / 1000);
          if (wait > 0) {
            now += wait;
            expect(limits.take('one', now)).toBe(0);
            passed += 1;
          }
        }
      }),
    );
    const patient = new RequestLimits(figures);
    for (let i = 0; i < 500; i += 1) expect(patient.take('one', i * 100)).toBe(0);
  });

  it('[AUTH-35] a session that asks too often is 429 with Retry-After in problem details; another one is answered meanwhile', async () => {
    const server = await start({ requestsPerSecond: 0.01, requestBurst: 30 });
    const [one, two] = [await TestPerson.signIn(server.url, 'u-ops'), await TestPerson.signIn(server.url, 'u-finance')];
    let refused = await one.get<Problem>('/session');
    for (let i = 0; i < 40 && refused.status !== 429; i += 1) refused = await one.get<Problem>('/session');
    expect(refused).toMatchObject({ status: 429, body: { code: 'tooOften', title: 'Too many requests' } });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(1);
    expect((await two.get('/session')).status).toBe(200);
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
  });

  it('[AUTH-35] made-up credentials count for the address they come from, and keep nothing of their own', async () => {
    const limits = new RequestLimits({ requestsPerSecond: 10, requestBurst: 20 });
    expect(limits.callerOf(undefined, '192.0.2.1')).toBe('192.0.2.1');
    expect(limits.callerOf('Bearer x', '192.0.2.1')).toBe('192.0.2.1');
    limits.recognise('Bearer x');
    expect(limits.callerOf('Bearer x', '192.0.2.1')).toMatch(/^[0-9a-f]{64}$/);
    const server = await start({ requestsPerSecond: 0.01, requestBurst: 30 });
    const ops = await TestPerson.signIn(server.url, 'u-ops');
    expect((await ops.get('/session')).status).toBe(200);
    let status = 0;
    for (let i = 0; i < 40 && status !== 429; i += 1) {
      const headers = { authorization: `Bearer ${String(i).padStart(43, 'x')}` };
      status = (await fetch(`${server.url}/api/v1/session`, { headers })).status;
    }
    expect(status).toBe(429);
    expect((await ops.get('/session')).status).toBe(200);
  });

  it('[AUTH-12] [AUTH-35] behind a proxy a caller counts under what the proxy wrote; what they make up themselves changes nothing', async () => {
    for (const trustProxy of [true, false]) {
      const server = await start({ requestsPerSecond: 0.01, requestBurst: 10 }, trustProxy);
      const ask = async (forwarded: string): Promise<number> =>
        (await fetch(`${server.url}/api/v1/session`, { headers: { 'x-forwarded-for': forwarded } })).status;
      const statuses = [];
      for (let i = 0; i < 12; i += 1) statuses.push(await ask(`198.51.100.${i}, 203.0.113.9`));
      expect(statuses.slice(-2)).toEqual([429, 429]);
      expect(await ask('203.0.113.9, 203.0.113.10')).toBe(trustProxy ? 401 : 429);
    }
  });

  it('[HTTP-4] a connection that says nothing, or never ends its headers, is closed; others are answered meanwhile', async () => {
    expect(SOCKET_LIMITS.headersWithinMs).toBeLessThanOrEqual(20_000);
    const server = await start({ headersWithinMs: 400 });
    const closed = ['', 'GET /api/v1/workspace HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: '].map(
      (text) =>
        new Promise<void>((resolve, reject) => {
          const slow = connect(server.port, '127.0.0.1', () => slow.write(text));
          slow.resume();
          slow.on('error', reject);
          slow.on('close', () => resolve());
        }),
    );
    expect((await fetch(`${server.url}/api/v1/workspace`)).status).toBe(200);
    await Promise.all(closed);
  });

  it('[SRV-10] sockets beyond a person’s number are 429 with Retry-After; a place that was given back is taken; nothing is compressed', async () => {
    const server = await start({ connectionsPerUser: 2 });
    const versionId = await createSample(server);
    const ops = await TestPerson.signIn(server.url, 'u-ops');
    const [first, second] = [await knock(ops, versionId), await knock(ops, versionId)];
    expect([first, second]).toMatchObject([{ extensions: '' }, { extensions: '' }]);
    // Open at both ends: the server counts a socket once its version was read.
    const draft = 'ws' in first ? first.ws : null;
    const third = await knock(ops, versionId);
    expect(third).toEqual({ status: 429, retryAfter: '5' });
    const finance = await TestPerson.signIn(server.url, 'u-finance');
    expect(await knock(finance, versionId)).toMatchObject({ extensions: '' });
    draft?.close();
    await new Promise((resolve) => draft?.on('close', resolve));
    expect(await knock(ops, versionId)).toMatchObject({ extensions: '' });
  });

  it('[SRV-10] sockets that are asked for at once count while they are being opened', async () => {
    const server = await start({ connectionsPerUser: 2 });
    const versionId = await createSample(server);
    const ops = await TestPerson.signIn(server.url, 'u-ops');
    const answers = await Promise.all(Array.from({ length: 6 }, () => knock(ops, versionId)));
    expect(answers.filter((answer) => 'ws' in answer).length).toBe(2);
  });
});
