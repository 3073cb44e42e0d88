import type { IssuedCode, People, Problem, SignedIn, Workspace } from '@countersign/shared/protocol/api';
import { describe, expect, it } from 'vitest';
import { serverOfTest } from '../testKit/serverOfTest.ts';

const PASSWORD = 'three quiet harbours';

interface Answer<T> {
  readonly status: number;
  readonly body: T;
  readonly retryAfter: string | null;
}

/** An empty workspace and its caller, whose clock can be moved. */
async function empty() {
  // The clock stands still unless a test moves it: waiting is then counted, not lived through.
  const begun = Date.now();
  let later = 0;
  const server = await serverOfTest({ demo: false }, { now: () => new Date(begun + later) });
  const ask = async <T>(method: string, path: string, body?: unknown, token?: string): Promise<Answer<T>> => {
    const answer = await fetch(`${server.url}/api/v1${path}`, {
      method,
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    return {
      status: answer.status,
      body: (text === '' ? null : JSON.parse(text)) as T,
      retryAfter: answer.headers.get('retry-after'),
    };
  };
  const setUp = async (): Promise<SignedIn> => {
    const code = (await server.services.accounts.issueSetUpCode()) ?? '';
    const admin = { code, name: 'Ada', login: 'Ada@Example.com ', password: PASSWORD };
    return (await ask<SignedIn>('POST', '/session/code', admin)).body;
  };
  const wait = (ms: number): void => {
    later += ms;
  };
  return { server, ask, setUp, wait };
}

describe('an empty workspace', () => {
  it('[AUTH-13] the first admin is set up with the printed code, once; then there is no other code', async () => {
    const { server, ask, setUp } = await empty();
    const workspace = async () => (await ask<Workspace>('GET', '/workspace')).body.signIn;
    expect(await workspace()).toEqual({ demo: false, passwords: true, company: null, needsSetUp: true });
    const first = (await server.services.accounts.issueSetUpCode()) ?? '';
    const look = await ask('POST', '/session/code/look', { code: first });
    expect(look.body).toEqual({ purpose: 'setUp', name: '', login: '' });
    const admin = await setUp();
    expect(admin.user).toMatchObject({ name: 'Ada', roles: ['admin'] });
    expect((await ask('GET', '/session', undefined, admin.token)).status).toBe(200);
    expect((await workspace())?.needsSetUp).toBe(false);
    const again = { code: first, name: 'Eve', login: 'eve', password: PASSWORD };
    expect(await ask('POST', '/session/code', again)).toMatchObject({ status: 401, body: { code: 'code' } });
    expect(await server.services.accounts.issueSetUpCode()).toBeNull();
    const roles = await server.services.storage.logPage({ docs: ['workspace'], kind: 'role', limit: 5 });
    expect(roles.length).toBe(1);
  });

  it('[AUTH-13] of two people with one set-up code at once one becomes admin', async () => {
    const { server, ask } = await empty();
    const code = (await server.services.accounts.issueSetUpCode()) ?? '';
    const tries = ['ann', 'bob'].map((login) =>
      ask<SignedIn>('POST', '/session/code', { code, name: login, login, password: PASSWORD }),
    );
    expect((await Promise.all(tries)).map(({ status }) => status).sort()).toEqual([200, 401]);
    expect(server.services.people.users().filter(({ roles }) => roles.includes('admin')).length).toBe(1);
  });

  it('[AUTH-14] an admin adds a person; the code works once, for a week, and the person signs in from then on', async () => {
    const { server, ask, setUp, wait } = await empty();
    const admin = await setUp();
    const person = { name: 'Ben', login: 'ben@example.com', roles: ['editor'] };
    const added = await ask<IssuedCode>('POST', '/people', person, admin.token);
    expect(added.status).toBe(201);
    expect(await ask('POST', '/people', person, admin.token)).toMatchObject({ status: 409, body: { code: 'login' } });
    expect((await ask('POST', '/session', { login: person.login, password: PASSWORD })).status).toBe(401);
    const { code } = added.body;
    expect((await ask('POST', '/session/code/look', { code })).body).toEqual({
      purpose: 'join',
      name: 'Ben',
      login: 'ben@example.com',
    });
    expect(await ask('POST', '/session/code', { code, password: 'short' })).toMatchObject({
      status: 422,
      body: { code: 'password', at: 'password' },
    });
    const joined = await ask<SignedIn>('POST', '/session/code', { code, password: PASSWORD });
    expect(joined.body.user).toEqual({ id: added.body.userId, name: 'Ben', roles: ['editor'] });
    expect((await ask('POST', '/session/code', { code, password: PASSWORD })).status).toBe(401);
    const again = await ask<SignedIn>('POST', '/session', { login: ' BEN@example.com', password: PASSWORD });
    expect(again.body.user.id).toBe(added.body.userId);
    expect((await ask('POST', '/people', person, joined.body.token)).status).toBe(403);
    const late = await ask<IssuedCode>('POST', '/people', { ...person, login: 'late' }, admin.token);
    wait(8 * 86_400_000);
    expect((await ask('POST', '/session/code/look', { code: late.body.code })).status).toBe(401);
    const stored = JSON.stringify(await server.services.storage.identity.logins());
    expect(stored).not.toContain(PASSWORD);
    expect(stored).toContain('$argon2id$');
  });

  it('[AUTH-15] [AUTH-16] [AUTH-17] a changed password ends the other sessions; a reset ends all and needs a new one', async () => {
    const { ask, setUp } = await empty();
    const admin = await setUp();
    const added = await ask<IssuedCode>(
      'POST',
      '/people',
      { name: 'Ben', login: 'ben', roles: ['viewer'] },
      admin.token,
    );
    const one = (await ask<SignedIn>('POST', '/session/code', { code: added.body.code, password: PASSWORD })).body;
    const two = (await ask<SignedIn>('POST', '/session', { login: 'ben', password: PASSWORD })).body;
    const alive = async (token: string) => (await ask('GET', '/session', undefined, token)).status;
    const wrong = { current: 'not this one at all', next: 'four loud mountains' };
    expect((await ask('POST', '/session/password', wrong, one.token)).status).toBe(401);
    const right = { current: PASSWORD, next: 'four loud mountains' };
    expect((await ask('POST', '/session/password', right, one.token)).status).toBe(204);
    expect([await alive(one.token), await alive(two.token)]).toEqual([200, 401]);
    const listed = (await ask<People>('GET', '/people', undefined, admin.token)).body;
    expect(listed.find(({ userId }) => userId === added.body.userId)?.account).toEqual({
      login: 'ben',
      hasPassword: true,
      company: false,
      rolesFromGroups: false,
      sessions: 1,
    });
    const seen = (await ask<People>('GET', '/people', undefined, one.token)).body;
    expect(seen.filter(({ account }) => account !== undefined).map(({ userId }) => userId)).toEqual([
      added.body.userId,
    ]);
    const reset = await ask<IssuedCode>('POST', `/people/${added.body.userId}/code`, undefined, admin.token);
    expect(await alive(one.token)).toBe(401);
    expect((await ask('POST', '/session', { login: 'ben', password: right.next })).status).toBe(401);
    const chosen = await ask<SignedIn>('POST', '/session/code', { code: reset.body.code, password: PASSWORD });
    expect(chosen.status).toBe(200);
    expect((await ask('DELETE', `/people/${admin.user.id}/sessions`, undefined, chosen.body.token)).status).toBe(403);
    expect((await ask('DELETE', `/people/${added.body.userId}/sessions`, undefined, chosen.body.token)).status).toBe(
      204,
    );
    expect(await alive(chosen.body.token)).toBe(401);
    expect((await ask('POST', `/people/${admin.user.id}/code`, undefined, admin.token)).status).toBe(409);
  });

  it('[AUTH-16] [AUTH-19] a sign-in and a change of password that were under way when the password was taken end with nothing', async () => {
    const { server, ask, setUp } = await empty();
    const admin = await setUp();
    const { accounts, sessions, storage } = server.services;
    const person = { name: 'Ben', login: 'ben', roles: ['viewer'] };
    const { userId, code } = (await ask<IssuedCode>('POST', '/people', person, admin.token)).body;
    const { signIn } = await accounts.choosePassword(code, PASSWORD, '192.0.2.1');
    const living = async () => (await sessions.ofUser(userId)).length;
    // Each reads the password before it is taken and is done with checking it after.
    const late = () => Promise.allSettled([accounts.signIn('ben', PASSWORD, '192.0.2.1'), reset()]);
    const reset = () => accounts.reset(userId);
    await late();
    expect([await living(), (await storage.identity.loginOf(userId))?.password]).toEqual([0, null]);
    const again = await accounts.choosePassword((await reset()).code, PASSWORD, '192.0.2.1');
    const changing = accounts.changePassword(again.signIn, PASSWORD, 'four loud mountains', '192.0.2.1');
    await Promise.allSettled([changing, accounts.close(userId)]);
    expect([await living(), (await storage.identity.loginOf(userId))?.password]).toEqual([0, null]);
    expect([await sessions.lives(signIn), await sessions.lives(again.signIn)]).toEqual([false, false]);
  });

  it('[AUTH-12] guessing waits longer and longer per account and address, with Retry-After, and a patient person gets in', async () => {
    const { ask, setUp, wait } = await empty();
    await setUp();
    const guess = () => ask<Problem>('POST', '/session', { login: 'ada@example.com', password: 'not this one at all' });
    for (let i = 0; i < 6; i += 1) expect((await guess()).status).toBe(401);
    const limited = await guess();
    expect(limited).toMatchObject({ status: 429, body: { code: 'tooOften', status: 429 }, retryAfter: '1' });
    // The right password waits as well: else the answer would tell it apart.
    const right = { login: 'ada@example.com', password: PASSWORD };
    expect((await ask('POST', '/session', right)).status).toBe(429);
    wait(1000);
    expect((await guess()).status).toBe(401);
    expect((await guess()).retryAfter).toBe('2');
    wait(2000);
    expect((await ask('POST', '/session', right)).status).toBe(200);
    expect((await guess()).status).toBe(401);
    // Another account from the same address is slowed down later, by the address alone.
    for (let i = 0; i < 40; i += 1) {
      const { status } = await ask('POST', '/session/code/look', { code: `WRONG-${i}-WRONG` });
      if (status === 429) return;
    }
    throw new Error('forty wrong codes from one address were all looked up');
  });

  it('[AUTH-19] who leaves loses roles, devices, password and sessions; the name stays', async () => {
    const { server, ask, setUp } = await empty();
    const admin = await setUp();
    const added = await ask<IssuedCode>(
      'POST',
      '/people',
      { name: 'Ben', login: 'ben', roles: ['editor'] },
      admin.token,
    );
    const { token } = (await ask<SignedIn>('POST', '/session/code', { code: added.body.code, password: PASSWORD }))
      .body;
    expect((await ask('DELETE', `/people/${admin.user.id}`, undefined, admin.token)).status).toBe(403);
    expect((await ask('DELETE', `/people/${added.body.userId}`, undefined, admin.token)).status).toBe(204);
    expect((await ask('GET', '/session', undefined, token)).status).toBe(401);
    expect((await ask('POST', '/session', { login: 'ben', password: PASSWORD })).status).toBe(401);
    expect(server.services.people.user(added.body.userId)).toMatchObject({ name: 'Ben', roles: [] });
  });

  it('[AUTH-20] failed sign-ins and denied requests are leaves, rolled up by subject; nothing typed is kept', async () => {
    const { server, ask, setUp } = await empty();
    const admin = await setUp();
    const added = await ask<IssuedCode>(
      'POST',
      '/people',
      { name: 'Ben', login: 'ben', roles: ['viewer'] },
      admin.token,
    );
    const { token } = (await ask<SignedIn>('POST', '/session/code', { code: added.body.code, password: PASSWORD }))
      .body;
    for (let i = 0; i < 3; i += 1) await ask('POST', '/session', { login: 'ben', password: 'not this one at all' });
    await ask('POST', '/session', { login: 'my-secret-typed-here', password: 'not this one at all' });
    await ask('GET', '/exports', undefined, token);
    await server.services.failedAccess.flush();
    const rows = await server.services.storage.logPage({ kind: 'read', limit: 10 });
    const said = rows.map(({ payload }) => Buffer.from(payload ?? []).toString('latin1')).join('\n');
    expect(rows.length).toBe(3);
    expect(said).toMatch(new RegExp(`"action":"failedSignIn","by":"${added.body.userId}","count":3`));
    expect(said).toMatch(/"action":"failedSignIn","count":1.*"subject":"unknown"/);
    expect(said).toMatch(/"action":"failedAccess".*"count":1/);
    expect(said).not.toContain('my-secret');
  });
});
