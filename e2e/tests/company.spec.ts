// Sign-in through a company's OpenID provider in a browser: out to its page, back to the app, and out of both. The provider is real.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import Provider from 'oidc-provider';
import { Server } from '../kit/server.ts';

const CLIENT = { id: 'countersign', secret: 'a secret of the tests, long enough' };

test('[AUTH-22] [AUTH-24] [AUTH-25] [AUTH-26] [SCR-40] a person of the company signs in with the company’s account, has the roles of the group, and signs out of both', async ({
  page,
}) => {
  const folder = await mkdtemp(join(tmpdir(), 'countersign-oidc-'));
  const http = createServer();
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  const roles = join(folder, 'roles.json');
  await writeFile(roles, JSON.stringify({ roles: { finance: ['editor'] } }));
  await writeFile(join(folder, 'secret'), CLIENT.secret);
  const server = await Server.start([
    '--empty',
    ...['--oidc-issuer', issuer, '--oidc-client-id', CLIENT.id, '--oidc-name', 'Example Login'],
    ...['--oidc-client-secret-file', join(folder, 'secret'), '--oidc-roles', roles],
  ]);
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' && /Content Security Policy/.test(message.text())) complaints.push(message.text());
  });
  try {
    const provider = new Provider(issuer, {
      clients: [
        {
          client_id: CLIENT.id,
          client_secret: CLIENT.secret,
          redirect_uris: [`${server.url}/api/v1/session/company/callback`],
          post_logout_redirect_uris: [`${server.url}/`],
        },
      ],
      pkce: { required: () => true },
      claims: { openid: ['sub'], profile: ['name', 'groups'], email: ['email'] },
      features: { devInteractions: { enabled: true }, rpInitiatedLogout: { enabled: true } },
      findAccount: (_context, sub) => ({
        accountId: sub,
        claims: async () => ({ sub, name: 'Ann Example', groups: ['finance'], email: 'ann@example.com' }),
      }),
    });
    http.on('request', provider.callback());

    await page.goto(server.url);
    await page.getByRole('button', { name: 'Sign in with Example Login' }).click();
    await page.waitForURL(`${issuer}/**`);
    await page.locator('input[name="login"]').fill('ann');
    await page.locator('input[name="password"]').fill('any');
    await page.locator('button[type="submit"]').click();
    await page.locator('button[type="submit"]').click();
    await expect(page.getByRole('navigation', { name: 'Places' })).toBeVisible();
    expect(page.url()).toBe(`${server.url}/#/`);

    await page.getByRole('navigation').getByText('People and keys').click();
    const own = page.getByRole('row').filter({ hasText: 'Ann Example' });
    await expect(own).toContainText('editor edits and submits drafts');
    await expect(own).toContainText('company sign-in');

    await page.getByRole('button', { name: /workspace menu/ }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.waitForURL(`${issuer}/session/end**`);
    await page.getByRole('button', { name: /sign me out|Yes/i }).click();
    await page.waitForURL(`${server.url}/**`);
    await expect(page.getByRole('button', { name: 'Sign in with Example Login' })).toBeVisible();

    // The page of an answer that nobody here asked for signs nobody in, and says so.
    await page.goto(`${server.url}/#/signed-in?code=${'c'.repeat(43)}`);
    await expect(page.getByRole('alert')).toContainText('not begun in this window');
    expect(complaints).toEqual([]);
  } finally {
    http.closeAllConnections();
    http.close();
    await server.dispose();
    await rm(folder, { recursive: true, force: true });
  }
});
