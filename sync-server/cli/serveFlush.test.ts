import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import type { Services } from '../services.ts';
import { OutcomeUnknown, openSqlite, readLock } from '../storage/index.ts';
import { SERVER_DEFAULTS } from '../testKit/testServer.ts';
import { serve } from './serve.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'countersign-flush-'));
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

it('[STO-31] a server whose disk does not take a flush tells nobody that it is stored, stops with 74, and gives the folder back', async () => {
  let fails = false;
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
  const { people } = services as unknown as Services;
  fails = true;
  await expect(people.changeRole('u-ops', 'revoke', 'editor')).rejects.toThrow(OutcomeUnknown);
  expect(await ended).toBe(74);
  expect(readLock(dataDir)).toBeNull();
});
