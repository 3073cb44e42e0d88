import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { startServer } from './server.ts';
import { readLock } from './storage/index.ts';
import { TestPerson } from './testKit/testPerson.ts';
import { createSample, SERVER_DEFAULTS, startTestServer, type TestServer } from './testKit/testServer.ts';

const folders: string[] = [];
const running: TestServer[] = [];
afterEach(async () => {
  for (const server of running.splice(0)) await server.dispose();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

describe('server', () => {
  it('[SRV-24] filling that was cut off is asked to go on; a filled folder is left alone', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'countersign-seed-'));
    folders.push(dataDir);
    const calls: number[] = [];
    const seed = async (): Promise<void> => {
      calls.push(calls.length);
      if (calls.length === 1) throw new Error('cut off');
    };
    const config = { ...SERVER_DEFAULTS, dataDir };
    await expect(startServer(config, { seed })).rejects.toThrow('cut off');
    expect(readLock(dataDir)).toBeNull();
    for (let i = 0; i < 2; i += 1) await (await startServer(config, { seed })).stop();
    expect(calls).toEqual([0, 1]);
  });

  it('[SRV-9] versions beyond what is kept in memory are read again from the log, unchanged', async () => {
    const server = await startTestServer();
    running.push(server);
    const ids: string[] = [];
    const hashes: string[] = [];
    for (let i = 0; i < 40; i += 1) {
      const id = await createSample(server);
      ids.push(id);
      hashes.push((await server.services.views.contentOf(id)).contentHash);
    }
    const [first = ''] = ids;
    expect(server.services.rooms.peek(first)).toBeNull();
    const draft = await (await TestPerson.signIn(server.url, 'u-finance')).openDraft(first);
    // Whoever is connected keeps the version in memory.
    for (const [i, id] of ids.entries())
      expect((await server.services.views.contentOf(id)).contentHash).toBe(hashes[i]);
    expect(server.services.rooms.peek(first)).not.toBeNull();
    expect(await draft.edit(draft.command('clauses', 'r-clause000000', 'text', 'Other words.'))).toBe('stored');
  });

  it('[SRV-7] stopping gives the folder back at once, also with sockets open', async () => {
    const server = await startTestServer();
    const versionId = await createSample(server);
    const draft = await (await TestPerson.signIn(server.url, 'u-finance')).openDraft(versionId);
    await server.dispose();
    await draft.until(() => draft.closed !== null);
    expect(draft.closed?.code).toBe(1012);
    expect(readLock(server.dataDir)).toBeNull();
  });
});
