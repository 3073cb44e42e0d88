import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { run as runBackup } from '../cli/backup.ts';
import { checkFacts } from '../cli/fsckFacts.ts';
import { runCommand } from '../testKit/commandLine.ts';
import { startTestServer } from '../testKit/testServer.ts';
import { describeLog } from './snapshot.ts';

const root = mkdtempSync(join(tmpdir(), 'countersign-copying-'));
const into = (name: string) => join(root, name);

beforeAll(async () => {
  const server = await startTestServer({ dataDir: into('stopped') });
  await server.stop();
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

describe('a copy that is being made', () => {
  it('[OPS-19] looks through the copied log a part at a time, so that the server goes on in between', async () => {
    const db = new DatabaseSync(into('long.db'));
    db.exec('CREATE TABLE log (idx INTEGER PRIMARY KEY, hash BLOB, kind TEXT, payload BLOB)');
    db.exec('CREATE TABLE meta (key TEXT, value TEXT); CREATE TABLE checkpoint (size INTEGER, note TEXT)');
    db.exec('BEGIN');
    const insert = db.prepare("INSERT INTO log VALUES (?, ?, 'edit', NULL)");
    for (let i = 0; i < 20_000; i += 1) insert.run(i, new Uint8Array(32).fill(i % 251));
    db.exec('COMMIT');
    let turns = 0;
    let timer = setImmediate(function count() {
      turns += 1;
      timer = setImmediate(count);
    });
    expect((await describeLog(into('long.db'))).size).toBe(20_000);
    const hashing = turns;
    expect(await checkFacts(db, root)).toEqual([]);
    clearImmediate(timer);
    db.close();
    expect(hashing).toBeGreaterThanOrEqual(20);
    expect(turns - hashing).toBeGreaterThanOrEqual(10);
  });
});

describe('backup that does not come about', { timeout: 120_000 }, () => {
  it('[OPS-24] of a folder without a workspace says so, and makes neither a folder nor a file', async () => {
    const { code, err } = await runCommand('backup', '--data', into('typo'), '--to', into('typo.tar'));
    expect([code, err]).toEqual([64, expect.stringContaining(`There is no workspace in ${into('typo')}.`)]);
    expect(readdirSync(root).filter((name) => name.startsWith('typo'))).toEqual([]);
  });

  it('[OPS-24] that is stopped in the middle leaves no half file, no copy and no lock', async () => {
    const exit = vi.spyOn(process, 'exit').mockImplementation(() => undefined as never);
    const running = runBackup(['--data', into('stopped'), '--to', into('half.tar')]);
    await expect.poll(() => existsSync(into('half.tar.partial')), { timeout: 60_000, interval: 1 }).toBe(true);
    process.emit('SIGTERM', 'SIGTERM');
    expect(exit).toHaveBeenCalledWith(143);
    expect(readdirSync(root).filter((name) => name.startsWith('half'))).toEqual([]);
    expect(readdirSync(into('stopped')).filter((name) => /^(backup-|server\.lock)/.test(name))).toEqual([]);
    // The process would be gone by now; what goes on of it here finds its file missing.
    expect(await running).not.toBe(0);
    exit.mockRestore();
  });
});
