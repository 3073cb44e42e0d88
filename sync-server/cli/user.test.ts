import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SignedIn } from '@countersign/shared/protocol/api';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { startTestServer } from '../testKit/testServer.ts';
import { run } from './user.ts';

let dataDir: string;
let said: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'countersign-user-'));
  said = '';
  const take = (text: string | Uint8Array): boolean => {
    said += String(text);
    return true;
  };
  vi.spyOn(process.stdout, 'write').mockImplementation(take);
  vi.spyOn(process.stderr, 'write').mockImplementation(take);
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(dataDir, { recursive: true, force: true });
});

const user = async (...args: string[]): Promise<number> => {
  said = '';
  return run([...args, '--data', dataDir]);
};

it('[AUTH-36] adds and resets people of a stopped folder by one-use codes; refuses a running one and wrong lines', async () => {
  expect(await user('add', '--name', 'Ada', '--login', 'Ada@example.com', '--role', 'admin', '--json')).toBe(0);
  const { code, login } = JSON.parse(said) as { code: string; login: string };
  expect(await user('add', '--name', 'Eve', '--login', 'ada@example.com')).toBe(1);
  expect(said).toContain('Somebody else has this sign-in name');
  expect(await user('list')).toBe(0);
  expect(said).toContain('Ada  ada@example.com, no password  admin');

  const server = await startTestServer({ demo: false, dataDir });
  try {
    expect(await user('reset', '--login', login)).toBe(75);
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
  expect(await user('reset', '--login', 'ADA@example.com ')).toBe(0);
  expect(said).toMatch(/^Code for .*\n([0-9A-Z]{5}-){4}[0-9A-Z]{5}\n$/);
  expect(await user('reset', '--login', 'nobody')).toBe(1);
  expect(await user('add', '--name', 'X')).toBe(64);
  expect(await user('add', '--name', 'X', '--login', 'x', '--role', 'king')).toBe(64);
  expect(await user('fire')).toBe(64);
});
