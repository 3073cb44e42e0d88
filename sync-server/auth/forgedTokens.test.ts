import { createHash, createSecretKey, randomBytes } from 'node:crypto';
import { exportSPKI, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ForgingProvider, type MakeToken } from '../testKit/forgingProvider.ts';
import { companySettings, OIDC_CLIENT } from '../testKit/oidcProvider.ts';
import { startTestServer } from '../testKit/testServer.ts';

const undo: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  vi.useRealTimers();
  for (const work of undo.splice(0).reverse()) await work();
});

async function start() {
  const provider = await ForgingProvider.listen();
  undo.push(() => provider.close());
  const company = companySettings(provider.issuer);
  const server = await startTestServer({ demo: false, company });
  undo.push(() => server.dispose());
  const post = async (path: string, body: unknown) => {
    const answer = await fetch(`${server.url}/api/v1/session/company${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return (await answer.json()) as Record<string, string>;
  };
  const secret = randomBytes(32).toString('base64url');
  const challenge = createHash('sha256').update(secret).digest('base64url');
  /** Where the browser is sent after the provider answered with a token of this kind. */
  const arrive = async (make: MakeToken): Promise<string> => {
    const { searchParams } = new URL((await post('', { challenge, returnTo: 'page' })).url ?? '');
    provider.nonce = searchParams.get('nonce') ?? '';
    provider.make = make;
    const callback = `${server.url}/api/v1/session/company/callback?code=any&state=${searchParams.get('state')}`;
    return (await fetch(callback, { redirect: 'manual' })).headers.get('location') ?? '';
  };
  const signIn = async (make: MakeToken) =>
    post('/finish', { code: (await arrive(make)).split('code=')[1], secret }) as Promise<{ token?: string }>;
  return { server, provider, arrive, signIn };
}

const claiming =
  (more: (forge: ForgingProvider) => JWTPayload): MakeToken =>
  (forge, nonce) =>
    forge.sign(forge.claims(nonce, more(forge)));
const base64 = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const seconds = (): number => Math.floor(Date.now() / 1000);

/** Tokens that sign nobody in, by what is wrong with them. */
const FORGED: Readonly<Record<string, MakeToken>> = {
  'signed by another key': async (forge, nonce) =>
    forge.sign(forge.claims(nonce), (await generateKeyPair('RS256')).privateKey),
  'changed after it was signed': async (forge, nonce) => {
    const [head, , signature] = (await forge.sign(forge.claims(nonce))).split('.');
    return `${head}.${base64(forge.claims(nonce, { sub: 'boss' }))}.${signature}`;
  },
  'without a signature, alg none': async (forge, nonce) => `${base64({ alg: 'none' })}.${base64(forge.claims(nonce))}.`,
  'HS256 with the provider’s public key': async (forge, nonce) =>
    new SignJWT(forge.claims(nonce))
      .setProtectedHeader({ alg: 'HS256' })
      .sign(createSecretKey(Buffer.from(await exportSPKI(forge.keys.pair.publicKey)))),
  'HS256 with the client’s secret': (forge, nonce) =>
    new SignJWT(forge.claims(nonce))
      .setProtectedHeader({ alg: 'HS256' })
      .sign(createSecretKey(Buffer.from(OIDC_CLIENT.clientSecret))),
  'for another client': claiming(() => ({ aud: 'another' })),
  'for two clients without a party': claiming(() => ({ aud: ['countersign', 'another'] })),
  'for this client, given to another party': claiming(() => ({ azp: 'another' })),
  'of another tenant': claiming((forge) => ({ iss: `${forge.issuer}/tenant-b` })),
  expired: claiming(() => ({ iat: seconds() - 600, exp: seconds() - 120 })),
  'without an end': claiming(() => ({ exp: undefined })),
  'of another sign-in': claiming(() => ({ nonce: 'x'.repeat(43) })),
  'without a nonce': claiming(() => ({ nonce: undefined })),
  'without a subject': claiming(() => ({ sub: undefined })),
};

describe('ID tokens of a provider that lies, or of somebody who stands in its place', () => {
  it.each(Object.entries(FORGED))('[AUTH-23] signs nobody in with one %s', async (_what, make) => {
    const { server, arrive } = await start();
    expect(await arrive(make)).toBe('/#/signed-in?refused=provider');
    expect(await server.services.storage.identity.identities()).toEqual([]);
    expect(server.services.people.users()).toEqual([]);
  });

  it('[AUTH-23] signs in with an honest one, with one that is a few seconds off, and after the provider changed its key', async () => {
    const { provider, signIn } = await start();
    expect((await signIn((forge, nonce) => forge.sign(forge.claims(nonce)))).token).toMatch(/^[\w-]{43}$/);
    expect((await signIn(claiming(() => ({ iat: seconds() - 300, exp: seconds() - 5 })))).token).toBeDefined();
    await provider.rotate('second');
    // What the provider tells of its keys is asked for again once it is a minute old.
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 61_000 });
    expect((await signIn((forge, nonce) => forge.sign(forge.claims(nonce)))).token).toBeDefined();
  });

  it('[AUTH-27] an answer about another person, when a session is asked about, does not vouch for this one', async () => {
    const { server, provider, signIn } = await start();
    const { token } = await signIn((forge, nonce) => forge.sign(forge.claims(nonce)));
    const state = async () =>
      (await fetch(`${server.url}/api/v1/session`, { headers: { authorization: `Bearer ${token}` } })).status;
    provider.make = (forge) => forge.sign(forge.claims('', { sub: 'boss', name: 'Boss' }));
    await server.services.company?.watch.check();
    expect(server.services.people.users().map(({ name }) => name)).toEqual(['Ann']);
    expect(await state()).toBe(401);
  });
});
