import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { DEMO_ACCOUNTS } from '../../auth/index.ts';
import { VOLUME_CONTRACT_ID } from '../../demo/deliveryContracts.ts';
import { seedDemo } from '../../demo/index.ts';
import type { Services } from '../../services.ts';
import { runCommand } from '../../testKit/commandLine.ts';
import { companySettings, HeadlessBrowser, TestProvider } from '../../testKit/oidcProvider.ts';
import { startTestServer, type TestServer } from '../../testKit/testServer.ts';
import type { Surroundings } from './identity.ts';
import { withWorkspace } from './open.ts';
import { type Terminal, typedSecret } from './secret.ts';

const PASSWORD = 'three quiet harbours';
const folder = mkdtempSync(join(tmpdir(), 'countersign-identity-'));
const passwordFile = join(folder, 'password');
let server: TestServer;
let versionId: string;

/** A workspace with real contracts whose people sign in with passwords. */
beforeAll(async () => {
  writeFileSync(passwordFile, `${PASSWORD}\n`);
  const seed = async (services: Services): Promise<void> => {
    for (const { userId, ...account } of DEMO_ACCOUNTS) await services.people.putUser({ id: userId, ...account });
    await seedDemo(services);
  };
  server = await startTestServer({ dataDir: join(folder, 'data'), demo: false }, { seed });
  await addPerson(server, 'exa', 'exporter');
  await addPerson(server, 'aud', 'auditor');
  versionId = (await server.services.storage.versions(VOLUME_CONTRACT_ID))[0]?.id ?? '';
});
afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});
afterEach(() => {
  vi.unstubAllEnvs();
});

async function addPerson({ services }: TestServer, login: string, role: 'exporter' | 'auditor'): Promise<void> {
  const { code } = await services.accounts.add({ name: login, login, roles: [role] });
  await services.accounts.choosePassword(code, PASSWORD, '127.0.0.1');
}

/** A terminal at which `keys` are pressed as soon as something is asked, and what it showed. */
function terminal(keys: string): { terminal: Terminal; shown: () => string; raw: boolean[] } {
  const input = new PassThrough();
  const raw: boolean[] = [];
  let shown = '';
  const setRawMode = (on: boolean): void => void raw.push(on);
  return {
    terminal: {
      input: Object.assign(input, { isTTY: true, setRawMode }),
      ask: (text) => {
        if (shown === '') input.write(keys);
        shown += text;
      },
    },
    shown: () => shown,
    raw,
  };
}

describe('a workspace with passwords on the command line', () => {
  it('[CMD-1] [CMD-3] exports and audits with a sign-in name and a password from a file or the environment, and leaves no session', async () => {
    const at = ['--server', server.url];
    const out = join(folder, 'a.bundle.json');
    const key = ['--key', join(folder, 'device.key')];
    const as = ['--user', 'exa', '--password-file', passwordFile];
    const done = await runCommand('export', '--version', versionId, '--out', out, ...at, ...key, ...as);
    expect(done).toMatchObject({ code: 0 });
    expect((await runCommand('verify', out)).code).toBe(0);
    vi.stubEnv('COUNTERSIGN_PASSWORD', PASSWORD);
    const csv = join(folder, 'a.csv');
    const audited = await runCommand(
      'audit',
      '--csv',
      csv,
      '--data',
      server.dataDir,
      '--user',
      'aud',
      '--doc',
      'workspace',
    );
    expect(audited).toMatchObject({ code: 0 });
    expect(readFileSync(csv, 'utf8')).toContain('exa');
    for (const login of ['exa', 'aud']) {
      const row = await server.services.storage.identity.login(login);
      // The one session is that of choosing the password.
      expect(await server.services.sessions.ofUser(row?.userId ?? '')).toHaveLength(1);
    }
    const preview = ['preview', '--contract', VOLUME_CONTRACT_ID, '--period', '2020-09', ...at, '--user', 'aud'];
    expect((await runCommand(...preview)).out).toContain('895,535.13');
  });

  it('[CMD-1] a program fetches what was exported with a service token, and nothing else', async () => {
    const { token } = await server.services.serviceTokens.make({
      name: 'Billing',
      scopes: ['exports:read'],
      days: 1,
      by: 'u-admin',
    });
    const tokenFile = join(folder, 'token');
    writeFileSync(tokenFile, `${token}\n`);
    const at = ['--server', server.url, '--token-file', tokenFile];
    const out = join(folder, 'b.bundle.json');
    expect(await runCommand('export', '--version', versionId, '--out', out, ...at)).toMatchObject({ code: 0 });
    expect(readFileSync(out).equals(readFileSync(join(folder, 'a.bundle.json')))).toBe(true);
    const other = await runCommand('export', '--version', 'v-none', '--out', out, ...at);
    expect([other.code, other.err]).toEqual([64, expect.stringContaining('was not exported yet')]);
    const audit = await runCommand('audit', '--csv', join(folder, 'no.csv'), ...at);
    expect([audit.code, audit.err]).toEqual([1, expect.stringContaining('Sign in as a person.')]);
    vi.stubEnv('COUNTERSIGN_TOKEN', token);
    expect((await runCommand('export', '--version', versionId, '--out', out, '--server', server.url)).code).toBe(0);
    writeFileSync(tokenFile, PASSWORD);
    expect(await runCommand('export', '--version', versionId, '--out', out, ...at)).toMatchObject({ code: 64 });
  });

  it('[CMD-1] what is missing or wrong is said with what to give', async () => {
    const audit = ['audit', '--csv', join(folder, 'no.csv'), '--server'];
    const none = await runCommand(...audit, server.url);
    expect([none.code, none.err]).toEqual([64, expect.stringContaining('Give --user with your sign-in name')]);
    const wrongFile = join(folder, 'wrong');
    writeFileSync(wrongFile, 'four quiet harbours');
    const wrong = await runCommand(...audit, server.url, '--user', 'aud', '--password-file', wrongFile);
    expect([wrong.code, wrong.err]).toEqual([1, expect.stringContaining('do not belong together')]);
    expect(wrong.err).not.toContain('harbours');
    const company = await runCommand(...audit, server.url, '--company');
    expect([company.code, company.err]).toEqual([64, expect.stringContaining('no company sign-in')]);
    const both = await runCommand(...audit, server.url, '--company', '--password-file', passwordFile);
    expect(both.code).toBe(64);
    expect((await runCommand(...audit, server.url, '--user', 'aud', '--password-file', join(folder, 'x'))).code).toBe(
      73,
    );
    expect((await runCommand(...audit, server.url, '--user', 'aud', '--password', 'x')).code).toBe(64);
    expect((await runCommand(...audit, 'nowhere', '--user', 'aud')).code).toBe(64);
  });

  it('[CMD-5] a password does not leave this computer in clear', async () => {
    const { WorkspaceClient } = await import('./client.ts');
    const workspace = await WorkspaceClient.look(server.url);
    const identity = { kind: 'password', login: 'aud', password: PASSWORD } as const;
    const signIn = WorkspaceClient.signIn('http://192.0.2.1:8750', workspace, identity, () => undefined);
    await expect(signIn).rejects.toThrow('https address');
  });

  it('[CMD-2] at a terminal the password is asked for and never shown', async () => {
    const typed = terminal('threw\u007fe quiet harbours\r');
    const surroundings: Surroundings = { environment: {}, terminal: typed.terminal };
    const where = { server: server.url, user: 'aud' };
    const id = await withWorkspace(where, 'u-auditor', async ({ userId }) => userId, surroundings);
    expect(server.services.people.user(id ?? '')?.name).toBe('aud');
    expect(typed.shown()).toBe('Password of aud: \n');
    expect(typed.raw).toEqual([true, false]);
    for (const keys of ['half a pass\u0003', '\u0004'])
      await expect(typedSecret(terminal(keys).terminal, '?')).rejects.toThrow('No password was typed');
    expect(await typedSecret(terminal('wrong\u0015right\n').terminal, '?')).toBe('right');
    const noTerminal: Terminal = { input: new PassThrough(), ask: () => undefined };
    const asked = withWorkspace(where, 'u-auditor', async () => 0, { environment: {}, terminal: noTerminal });
    await expect(asked).rejects.toThrow('Give --password-file');
  });
});

describe('a workspace with a company’s provider on the command line', () => {
  it('[CMD-4] signs in through the browser, which comes back to this computer', async () => {
    const provider = await TestProvider.listen();
    const { issuer } = provider;
    const company = companySettings(issuer);
    const own = await startTestServer({ demo: false, company });
    provider.register(own.url);
    provider.accounts.set('ann', { name: 'Ann Example', groups: [] });
    const browser = new HeadlessBrowser();
    const gone: Promise<void>[] = [];
    const follow = async (page: string): Promise<void> => {
      const answer = await fetch(await browser.through(page, provider, 'ann'), { redirect: 'follow' });
      expect(await answer.text()).toContain('Go back to the terminal');
    };
    const ask = (text: string): void => {
      const page = text.split('\n').find((line) => line.startsWith('http'));
      if (page !== undefined) gone.push(follow(page));
    };
    const surroundings = { environment: {}, terminal: { input: new PassThrough(), ask } };
    const name = await withWorkspace(
      { server: own.url, company: true },
      'u-auditor',
      async (client) => own.services.people.user(client.userId ?? '')?.name,
      surroundings,
    );
    expect(name).toBe('Ann Example');
    await Promise.all(gone);
    await own.dispose();
    await provider.close();
  });
});
