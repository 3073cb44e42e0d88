import { chmodSync, mkdtempSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createSample, startTestServer } from '../testKit/testServer.ts';

describe('what lies in a data folder', () => {
  it('[STO-40] is for its owner alone, whoever made the folder and whatever was there; only the public key is for everybody', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'countersign-modes-'));
    // A folder that others may look into, with a database of a time when nobody minded.
    chmodSync(dataDir, 0o755);
    writeFileSync(join(dataDir, 'countersign.db'), '', { mode: 0o644 });
    const server = await startTestServer({ dataDir });
    try {
      await createSample(server);
      const modes = new Map(readdirSync(dataDir).map((name) => [name, statSync(join(dataDir, name)).mode & 0o077]));
      for (const name of ['countersign.db', 'countersign.db-wal', 'server.key', 'control.token', 'exports'])
        expect(modes.get(name), name).toBe(0);
      for (const [name, others] of modes) if (name !== 'workspace.vkey') expect(others, name).toBe(0);
    } finally {
      await server.dispose();
    }
  });
});
