import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Problem, Session, SignedIn, Workspace } from '@countersign/shared/protocol/api';
import type { Configuration } from 'oidc-provider';
import { afterEach, describe, expect, it } from 'vitest';
import { ConfigError, parseServeArgs } from '../config/index.ts';
import { companySettings, HeadlessBrowser, TestProvider } from '../testKit/oidcProvider.ts';
import { startTestServer } from '../testKit/testServer.ts';
import { GroupRoles } from './groupRoles.ts';

const undo: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const work of undo.splice(0).reverse()) await work();
});

const ROLES_FILE = { claim: 'groups', roles: { finance: ['editor', 'exporter'], 'finance-leads': ['approver'] } };

/** A server with a provider of its own, somebody at it, and a clock that can be moved. */
async function start(more: { readonly roles?: object; readonly provider?: Partial<Configuration> } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-oidc-'));
  undo.push(() => rmSync(folder, { recursive: true, force: true }));
  const rolesFile = more.roles === undefined ? null : join(folder, 'roles.json');
  if (rolesFile !== null) writeFileSync(rolesFile, JSON.stringify(more.roles));
  const provider = await TestProvider.listen();
  undo.push(() => provider.close());
  let later = 0;
  const company = companySettings(provider.issuer, rolesFile);
  const server = await startTestServer({ demo: false, company }, { now: () => new Date(Date.now() + later) });
  undo.push(() => server.dispose());
  provider.register(server.url, more.provider);
  provider.accounts.set('ann', { name: 'Ann Example', groups: ['finance', 'everybody'] });
  const ask = async <T>(method: string, path: string, body?: unknown, token?: string) => {
    const answer = await fetch(`${server.url}/api/v1${path}`, {
      method,
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    return { status: answer.status, body: (text === '' ? null : JSON.parse(text)) as T };
  };
  const secret = randomBytes(32).toString('base64url');
  const challenge = createHash('sha256').update(secret).digest('base64url');
  const begin = async (returnTo = 'page') =>
    (await ask<{ url: string }>('POST', '/session/company', { challenge, returnTo })).body.url;
  /** What our server answers to an address that the provider sent the browser to. */
  const arrive = async (callback: string): Promise<string> => {
    const answer = await fetch(callback, { redirect: 'manual' });
    expect([answer.status, answer.headers.get('cache-control')]).toEqual([303, 'no-store']);
    return answer.headers.get('location') ?? '';
  };
  const signIn = async (login: string, browser = new HeadlessBrowser()): Promise<SignedIn> => {
    const back = await arrive(await browser.through(await begin(), provider, login));
    const code = /code=([\w-]+)$/.exec(back)?.[1];
    return (await ask<SignedIn>('POST', '/session/company/finish', { code, secret })).body;
  };
  const wait = (ms: number): void => {
    later += ms;
  };
  return { server, provider, ask, secret, begin, arrive, signIn, wait };
}

describe('sign-in through the company’s provider', () => {
  it('[AUTH-22] [AUTH-23] [AUTH-24] goes there with PKCE, state and nonce, comes back to the exact address, and ends with a session', async () => {
    const { server, provider, ask, secret, begin, arrive } = await start();
    expect((await ask<Workspace>('GET', '/workspace')).body.signIn?.company).toEqual({ name: 'Example Login' });
    const url = new URL(await begin());
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      client_id: 'countersign',
      response_type: 'code',
      redirect_uri: `${server.url}/api/v1/session/company/callback`,
      code_challenge_method: 'S256',
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      state: expect.stringMatching(/^[\w-]{43}$/),
      nonce: expect.stringMatching(/^[\w-]{43}$/),
      scope: 'openid profile',
    });
    const callback = await new HeadlessBrowser().through(url.href, provider, 'ann');
    const back = await arrive(callback);
    expect(back).toMatch(/^\/#\/signed-in\?code=[\w-]{43}$/);
    const code = back.split('code=')[1];
    const signed = await ask<SignedIn>('POST', '/session/company/finish', { code, secret });
    expect(signed.body.user).toMatchObject({ name: 'Ann Example', roles: [] });
    expect((await ask('GET', '/session', undefined, signed.body.token)).status).toBe(200);
    // Neither the provider's code nor ours works a second time.
    expect(await arrive(callback)).toBe('/#/signed-in?refused=expired');
    expect((await ask('POST', '/session/company/finish', { code, secret })).status).toBe(401);
  });

  it('[AUTH-24] a code that was caught on the way is worth nothing without the secret, and nothing after a minute', async () => {
    const { provider, ask, secret, begin, arrive, wait } = await start();
    const codeOf = async () =>
      (await arrive(await new HeadlessBrowser().through(await begin(), provider, 'ann'))).split('code=')[1];
    const other = randomBytes(32).toString('base64url');
    const caught = await codeOf();
    expect((await ask('POST', '/session/company/finish', { code: caught, secret: other })).status).toBe(401);
    expect((await ask('POST', '/session/company/finish', { code: caught, secret })).status).toBe(401);
    const late = await codeOf();
    wait(60_000);
    expect(await ask<Problem>('POST', '/session/company/finish', { code: late, secret })).toMatchObject({
      status: 401,
      body: { code: 'code' },
    });
  });

  it('[AUTH-23] an answer with another state, another code, another nonce, a refusal or too late signs nobody in', async () => {
    const { server, provider, begin, arrive, wait } = await start();
    const callbackOf = async () => new URL(await new HeadlessBrowser().through(await begin(), provider, 'ann'));
    const changed = async (change: (url: URL) => void): Promise<string> => {
      const url = await callbackOf();
      change(url);
      return arrive(url.href);
    };
    expect(await changed(({ searchParams }) => searchParams.set('state', 'x'.repeat(43)))).toContain('refused=expired');
    expect(await changed(({ searchParams }) => searchParams.delete('state'))).toContain('refused=expired');
    expect(await changed(({ searchParams }) => searchParams.set('code', 'forged'))).toContain('refused=provider');
    expect(await changed(({ searchParams }) => searchParams.set('iss', 'https://evil.example'))).toContain(
      'refused=provider',
    );
    // A code that another sign-in was given fits neither this one's PKCE verifier nor its nonce.
    const foreign = (await callbackOf()).searchParams.get('code') ?? '';
    expect(await changed(({ searchParams }) => searchParams.set('code', foreign))).toContain('refused=provider');
    const refused = new URL(`${server.url}/api/v1/session/company/callback?error=access_denied`);
    refused.searchParams.set('state', new URL(await begin()).searchParams.get('state') ?? '');
    expect(await arrive(refused.href)).toBe('/#/signed-in?refused=denied');
    const late = await callbackOf();
    wait(11 * 60_000);
    expect(await arrive(late.href)).toContain('refused=expired');
    expect((await server.services.storage.identity.identities()).length).toBe(0);
  });

  it('[AUTH-22] a desktop app is answered on this computer only', async () => {
    const { provider, ask, begin, arrive } = await start();
    const returnTo = 'http://127.0.0.1:53999/signed-in';
    const back = await arrive(await new HeadlessBrowser().through(await begin(returnTo), provider, 'ann'));
    expect(back).toMatch(/^http:\/\/127\.0\.0\.1:53999\/signed-in\?code=[\w-]{43}$/);
    const challenge = 'c'.repeat(43);
    for (const elsewhere of [
      'https://evil.example/',
      'http://127.0.0.1.evil.example:5000/signed-in',
      'http://127.0.0.1:5000/x',
    ])
      expect((await ask('POST', '/session/company', { challenge, returnTo: elsewhere })).status).toBe(400);
  });

  it('[AUTH-25] issuer and subject are the person; roles follow the groups at every sign-in, by leaves, and not the people screen', async () => {
    const { server, provider, ask, signIn } = await start({ roles: ROLES_FILE });
    const first = await signIn('ann');
    expect(first.user.roles).toEqual(['editor', 'exporter']);
    provider.accounts.set('ann', { name: 'Ann Married', groups: ['finance-leads'] });
    const second = await signIn('ann');
    expect(second.user).toEqual({ id: first.user.id, name: 'Ann Married', roles: ['approver'] });
    // Somebody else who calls herself the same is somebody else.
    provider.accounts.set('ann2', { name: 'Ann Married', groups: ['everybody'] });
    const other = await signIn('ann2');
    expect(other.user.id).not.toBe(first.user.id);
    expect(other.user.roles).toEqual([]);
    const leaves = await server.services.storage.logPage({ docs: ['workspace'], kind: 'role', limit: 20 });
    expect(leaves.length).toBe(5);
    const code = (await server.services.accounts.issueSetUpCode()) ?? '';
    const admin = { code, name: 'Ada', login: 'ada', password: 'three quiet harbours' };
    const { token } = (await ask<SignedIn>('POST', '/session/code', admin)).body;
    const grant = { action: 'grant', role: 'editor' };
    expect(await ask<Problem>('POST', `/people/${first.user.id}/roles`, grant, token)).toMatchObject({
      status: 403,
      body: { detail: expect.stringContaining('company’s groups') },
    });
  });

  it('[AUTH-27] a session goes on while the provider vouches for it: roles follow, and who is disabled there is out at the next round', async () => {
    const gone = new Set<string>();
    const knows = (sub: string) => ({
      accountId: sub,
      claims: async () => {
        const account = provider.accounts.get(sub);
        return { sub, name: account?.name ?? sub, groups: [...(account?.groups ?? [])] };
      },
    });
    const { server, provider, ask, signIn, wait } = await start({
      roles: ROLES_FILE,
      provider: {
        issueRefreshToken: async () => true,
        findAccount: (_context, sub) => (gone.has(sub) ? undefined : knows(sub)),
      },
    });
    const { token, user } = await signIn('ann');
    const { watch } = server.services.company ?? {};
    const state = async () => (await ask<Session>('GET', '/session', undefined, token)).status;
    const minute = 60_000;
    for (let round = 0; round < 8; round += 1) {
      wait(15 * minute);
      await watch?.check();
      expect(await state()).toBe(200);
    }
    provider.accounts.set('ann', { name: 'Ann Example', groups: ['finance-leads'] });
    await watch?.check();
    expect(server.services.people.user(user.id)?.roles).toEqual(['approver']);
    const ended: string[] = [];
    server.services.sessions.onEnded((sessionId) => ended.push(sessionId));
    gone.add('ann');
    await watch?.check();
    expect([await state(), ended.length]).toEqual([401, 1]);
  });

  it('[AUTH-27] a session that cannot be asked about ends after four rounds: without a refresh token, after a restart, or with the provider away', async () => {
    const minute = 60_000;
    const after = async (prepare: (started: Awaited<ReturnType<typeof start>>) => Promise<unknown>) => {
      const started = await start({ provider: { issueRefreshToken: async () => true } });
      const { server, ask, signIn, wait } = started;
      const { token } = await signIn('ann');
      await prepare(started);
      const { watch } = server.services.company ?? {};
      const states: number[] = [];
      for (let round = 0; round < 5; round += 1) {
        await watch?.check();
        states.push((await ask('GET', '/session', undefined, token)).status);
        wait(16 * minute);
      }
      return states;
    };
    expect(await after(({ provider }) => provider.close())).toEqual([200, 200, 200, 200, 401]);
    // What was given is in no table: to another process the session is as old as that process.
    const { CompanyWatch } = await import('./companyWatch.ts');
    const { server, ask, signIn, wait } = await start();
    const { token } = await signIn('ann');
    const { storage, sessions, log, now } = server.services;
    const options = { storage, sessions, log, now: () => now().getTime(), everyMs: 15 * minute };
    const another = new CompanyWatch({ ...options, ask: () => Promise.reject(new Error('nobody is asked')) });
    await another.check();
    expect((await ask('GET', '/session', undefined, token)).status).toBe(200);
    wait(61 * minute);
    await another.check();
    expect((await ask('GET', '/session', undefined, token)).status).toBe(401);
  });

  it('[AUTH-25] two first sign-ins of one person at once make one person', async () => {
    const { server, signIn } = await start({ roles: ROLES_FILE });
    const both = await Promise.all([signIn('ann'), signIn('ann')]);
    expect(new Set(both.map(({ user }) => user.id)).size).toBe(1);
    expect(server.services.people.users().length).toBe(1);
    const leaves = await server.services.storage.logPage({ docs: ['workspace'], kind: 'role', limit: 20 });
    expect(leaves.length).toBe(2);
  });

  it('[AUTH-26] signing out ends the session here and says where to end it at the provider', async () => {
    const { server, provider, ask, signIn } = await start();
    const browser = new HeadlessBrowser();
    const { token } = await signIn('ann', browser);
    const out = await ask<{ goTo: string }>('DELETE', '/session', undefined, token);
    expect(out.status).toBe(200);
    const goTo = new URL(out.body.goTo);
    expect(goTo.origin).toBe(provider.issuer);
    expect(goTo.searchParams.get('post_logout_redirect_uri')).toBe(`${server.url}/`);
    expect(goTo.searchParams.get('id_token_hint')).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
    const page = await fetch(goTo);
    expect([page.status, (await page.text()).includes('<form')]).toEqual([200, true]);
    expect((await ask('GET', '/session', undefined, token)).status).toBe(401);
  });

  it('[AUTH-21] a provider that is not there is said plainly, and asked again at the next sign-in', async () => {
    const provider = await TestProvider.listen();
    const { issuer } = provider;
    await provider.close();
    const company = companySettings(issuer);
    const server = await startTestServer({ demo: false, company });
    undo.push(() => server.dispose());
    const answer = await fetch(`${server.url}/api/v1/session/company`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ challenge: 'c'.repeat(43), returnTo: 'page' }),
    });
    expect([answer.status, ((await answer.json()) as Problem).code]).toEqual([503, 'provider']);
  });

  it('[AUTH-21] settings that do not stand together are refused with what to write; the secret is no option', () => {
    const parse = (...args: string[]) => parseServeArgs(args, null, { COUNTERSIGN_OIDC_CLIENT_SECRET: 'hush' });
    const issuer = ['--oidc-issuer', 'https://login.example.com'];
    expect(parse(...issuer, '--oidc-client-id', 'c')?.company).toMatchObject({
      name: 'login.example.com',
      clientSecret: 'hush',
      scope: 'openid profile email',
    });
    for (const args of [
      issuer,
      ['--oidc-client-id', 'c'],
      ['--oidc-issuer', 'http://login.example.com', '--oidc-client-id', 'c'],
      [...issuer, '--oidc-client-id', 'c', '--oidc-scope', 'profile'],
      ['--public-url', 'https://a.example/path'],
      ['--oidc-client-secret', 'x'],
    ])
      expect(() => parse(...args), args.join(' ')).toThrow(ConfigError);
    expect(new GroupRoles({ claim: 'g', roles: { a: ['editor'] } }).rolesOf({ g: 'a' })).toEqual(['editor']);
    expect(() => GroupRoles.read('/nowhere/roles.json')).toThrow(ConfigError);
  });
});
