import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Services } from '../services.ts';
import { OutcomeUnknown, openSqlite, readLock } from '../storage/index.ts';
import { SERVER_DEFAULTS } from '../testKit/testServer.ts';
import { serve } from './serve.ts';

let dataDir = '';
let fails = false;

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'countersign-flush-'));
  fails = false;
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

/** `countersign serve` on a disk whose flushes fail when the test says so. */
async function serving(): Promise<{ ended: Promise<number>; services: Services; url: string }> {
  let services: Services | null = null;
  const ended = serve(
    { ...SERVER_DEFAULTS, dataDir, json: true },
    {
      openStorage: (file, more) =>
        openSqlite(file, more, async () => {
          if (fails) throw new Error('EIO: i/o error, fdatasync');
        }),
      seed: async (opened) => {
        services = opened;
      },
    },
  );
  while ((readLock(dataDir)?.url ?? '') === '') await new Promise((resolve) => setImmediate(resolve));
  return { ended, services: services as unknown as Services, url: readLock(dataDir)?.url ?? '' };
}

it('[STO-31] a server whose disk does not take a flush tells nobody that it is stored, stops with 74, and gives the folder back', async () => {
  const { ended, services } = await serving();
  fails = true;
  await expect(services.people.changeRole('u-ops', 'revoke', 'editor')).rejects.toThrow(OutcomeUnknown);
  expect(await ended).toBe(74);
  expect(readLock(dataDir)).toBeNull();
});

it('[STO-32] so it does when the flush was of a sign-in', async () => {
  const { ended, url } = await serving();
  fails = true;
  const headers = { 'content-type': 'application/json' };
  // The server ends at once: on a loaded machine the connection may be gone before the refusal is on its way. A session is given to nobody.
  const asked = fetch(`${url}/api/v1/session`, { method: 'POST', headers, body: '{"userId":"u-ops"}' });
  const told = await asked.then(
    ({ status }) => String(status),
    () => 'cut off',
  );
  expect(['503', 'cut off']).toContain(told);
  expect(await ended).toBe(74);
  expect(readLock(dataDir)).toBeNull();
});
