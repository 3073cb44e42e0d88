import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SignedIn } from '@countersign/shared/protocol/api';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type CommandRun, runCommand } from '../testKit/commandLine.ts';
import { startTestServer } from '../testKit/testServer.ts';

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'countersign-user-'));
});
afterEach(() => {
  rmSync(dataDir, { recursive: true, force: true });
});

const user = (...args: string[]): Promise<CommandRun> => runCommand('user', ...args, '--data', dataDir);

it('[AUTH-36] adds and resets people of a stopped folder by one-use codes; refuses a running one and wrong lines', async () => {
  const added = await user('add', '--name', 'Ada', '--login', 'Ada@example.com', '--role', 'admin', '--json');
  expect(added.code).toBe(0);
  const { code, login } = JSON.parse(added.out) as { code: string; login: string };
  expect(await user('add', '--name', 'Eve', '--login', 'ada@example.com')).toMatchObject({
    code: 1,
    err: expect.stringContaining('Somebody else has this sign-in name'),
  });
  expect(await user('list')).toMatchObject({
    code: 0,
    out: expect.stringContaining('Ada  ada@example.com, no password  admin'),
  });

  const server = await startTestServer({ demo: false, dataDir });
  try {
    expect((await user('reset', '--login', login)).code).toBe(75);
    const password = 'three quiet harbours';
    const answer = await fetch(`${server.url}/api/v1/session/code`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ code, password }),
    });
    expect(((await answer.json()) as SignedIn).user.roles).toEqual(['admin']);
    // An admin who may sign in is there, so nothing is left to set up.
    expect(await server.services.accounts.issueSetUpCode()).toBeNull();
  } finally {
    await server.stop();
  }
  expect(await user('reset', '--login', 'ADA@example.com ')).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^Code for .*\n([0-9A-Z]{5}-){4}[0-9A-Z]{5}\n$/),
  });
  expect((await user('reset', '--login', 'nobody')).code).toBe(1);
  expect((await user('add', '--name', 'X')).code).toBe(64);
  expect((await user('add', '--name', 'X', '--login', 'x', '--role', 'king')).code).toBe(64);
  expect((await user('fire')).code).toBe(64);
});
