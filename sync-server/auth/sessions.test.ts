import { toBase64 } from '@countersign/shared/history';
import type { EnrolledDevice, People, Problem, Session } from '@countersign/shared/protocol/api';
import { describe, expect, it } from 'vitest';
import { ConfigError, parseServeArgs } from '../config/index.ts';
import { serverOfTest } from '../testKit/serverOfTest.ts';
import { TestPerson } from '../testKit/testPerson.ts';
import { createSample } from '../testKit/testServer.ts';

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
    const server = await serverOfTest({ demo: false });
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
    const server = await serverOfTest({ sessionMinutes: 10 }, { now: () => new Date(Date.now() + later) });
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
    const server = await serverOfTest();
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
    const server = await serverOfTest({}, { now: () => new Date(Date.now() + later) });
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
    const server = await serverOfTest();
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
});
