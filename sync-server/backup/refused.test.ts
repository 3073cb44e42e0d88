import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statfsSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { run as runBackup } from '../cli/backup.ts';
import { TestPerson } from '../testKit/testPerson.ts';
import { createSample, ROW, startTestServer, type TestServer } from '../testKit/testServer.ts';

const root = mkdtempSync(join(tmpdir(), 'countersign-backup-'));
const into = (name: string) => join(root, name);
let server: TestServer;
let version: string;
let finance: TestPerson;

beforeAll(async () => {
  server = await startTestServer({ dataDir: into('data') });
  version = await createSample(server);
  finance = await TestPerson.signIn(server.url, 'u-finance');
});
afterAll(async () => {
  await server.stop();
  rmSync(root, { recursive: true, force: true });
});

describe('a backup', () => {
  it('[OPS-33] of a server that stands still ends with 69 and leaves nothing', async () => {
    const still = createServer();
    await new Promise<void>((resolve) => still.listen(0, '127.0.0.1', resolve));
    const { port } = still.address() as AddressInfo;
    const dataDir = into('still');
    mkdirSync(dataDir);
    cpSync(join(server.dataDir, 'control.token'), join(dataDir, 'control.token'));
    const lock = { pid: process.pid, port, url: `http://127.0.0.1:${port}` };
    writeFileSync(join(dataDir, 'server.lock'), JSON.stringify(lock));
    const said = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    try {
      expect(await runBackup(['--data', dataDir, '--to', into('still.tar')])).toBe(69);
      expect(said.mock.calls.join('')).toContain(`The server at ${lock.url} does not answer.`);
    } finally {
      said.mockRestore();
      still.close();
    }
    expect(readdirSync(root).filter((name) => name.startsWith('still.'))).toEqual([]);
  });

  it('[OPS-31] for which the volume has no room is refused before anything is copied, and edits go on', async () => {
    const large = join(server.dataDir, 'exports', 'large.bundle.json');
    const { bavail, bsize } = statfsSync(server.dataDir);
    writeFileSync(large, '');
    // A file with a hole: as long as twice what is free, and of no weight.
    truncateSync(large, 2 * bavail * bsize);
    const said = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    try {
      expect(await runBackup(['--data', server.dataDir, '--to', into('none.tar')])).toBe(1);
      expect(said.mock.calls.join('')).toMatch(
        /The copy needs \d+ MB in .* are free\. Nothing was copied\. Free space/,
      );
    } finally {
      said.mockRestore();
      rmSync(large);
    }
    expect(readdirSync(server.dataDir).filter((name) => name.startsWith('backup-'))).toEqual([]);
    expect(existsSync(into('none.tar'))).toBe(false);
    const draft = await finance.openDraft(version);
    expect(await draft.edit(draft.command('lines', ROW.one, 'note', 'meanwhile'))).toBe('stored');
    draft.close();
  });
});
