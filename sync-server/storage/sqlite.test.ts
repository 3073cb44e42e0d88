import { cpSync, mkdtempSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { storageContract } from './contractSuite.ts';
import { readLock, takeDataFolder } from './dataFolder.ts';
import { OutcomeUnknown, StorageError } from './errors.ts';
import { mustEndAtOnce } from './leftOpen.ts';
import { openSqlite } from './sqlite.ts';
import { FlushFailed, renewLog } from './walFlush.ts';

const root = mkdtempSync(join(tmpdir(), 'countersign-storage-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const numbers = Array.from({ length: 99 }, (_, i) => i)[Symbol.iterator]();
const fresh = (): string => join(root, `folder${numbers.next().value}`);

storageContract('SQLite', async () => {
  const folder = takeDataFolder(fresh());
  const reopen = () => openSqlite(folder.databaseFile);
  return { storage: await reopen(), reopen };
});

describe('data folder', () => {
  it('[STO-9] a folder in use by a living process is refused with its process id', () => {
    const path = fresh();
    takeDataFolder(path).release();
    writeFileSync(join(path, 'server.lock'), JSON.stringify({ pid: process.ppid, port: 1, url: 'http://x' }));
    expect(() => takeDataFolder(path)).toThrow(`in use by process ${process.ppid} at http://x`);
    expect(readLock(path)?.pid).toBe(process.ppid);
  });

  it('[STO-9] a lock left by a dead process, or half written, is taken over', () => {
    const path = fresh();
    takeDataFolder(path).release();
    for (const left of [JSON.stringify({ pid: 2 ** 30, port: 1, url: '' }), '{"pid":']) {
      writeFileSync(join(path, 'server.lock'), left);
      const folder = takeDataFolder(path);
      expect(readLock(path)).toEqual({ pid: process.pid, port: 0, url: '' });
      folder.announce(99, 'http://here');
      expect(readLock(path)).toEqual({ pid: process.pid, port: 99, url: 'http://here' });
      folder.release();
      expect(readLock(path)).toBeNull();
    }
  });

  it('[STO-10] a database of a newer program is refused and left as it was', async () => {
    const file = join(takeDataFolder(fresh()).path, 'countersign.db');
    const storage = await openSqlite(file);
    await storage.setMeta('schema.core', '99');
    await storage.close();
    await expect(openSqlite(file)).rejects.toMatchObject({ fault: 'newer', exitCode: 78 });
  });

  it('[STO-11] a second opener of the database is refused', async () => {
    const file = join(takeDataFolder(fresh()).path, 'countersign.db');
    const storage = await openSqlite(file);
    await expect(openSqlite(file)).rejects.toMatchObject({ fault: 'locked', exitCode: 75 });
    await storage.close();
  });

  it('[STO-12] a file that is no database is refused as damaged, a folder that cannot be made as unwritable', async () => {
    const folder = takeDataFolder(fresh());
    writeFileSync(
      folder.databaseFile,
      'this is not a database, it is a text file of some length, longer than a header'.repeat(20),
    );
    await expect(openSqlite(folder.databaseFile)).rejects.toMatchObject({ fault: 'damaged' });
    expect(() => takeDataFolder(join(folder.databaseFile, 'inside'))).toThrow(StorageError);
  });
});

describe('flushing', () => {
  it('[STO-30] nobody is told of a commit and nobody reads it before it was flushed', async () => {
    const order: string[] = [];
    let letGo: (() => void)[] = [];
    let hold = false;
    const storage = await openSqlite(join(takeDataFolder(fresh()).path, 'countersign.db'), [], async () => {
      if (hold) await new Promise<void>((resolve) => letGo.push(resolve));
      order.push('flushed');
    });
    order.length = 0;
    hold = true;
    const written = storage.transaction((store) => store.setMeta('a', '1')).then(() => order.push('told'));
    const read = storage.meta('a').then((value) => order.push(`read ${value}`));
    while (letGo.length === 0) await new Promise((resolve) => setImmediate(resolve));
    expect(order).toEqual([]);
    hold = false;
    for (const go of letGo) go();
    await Promise.all([written, read]);
    expect(order[0]).toBe('flushed');
    expect(order.slice(1).sort()).toEqual(['read 1', 'told']);
    letGo = [];
    await storage.setMeta('b', '2');
    expect(order.at(-1)).toBe('flushed');
    await storage.close();
  });

  it('[STO-31] [STO-34] after a failed flush the outcome is unknown, and nothing is read or written until the database is opened again', async () => {
    const file = join(takeDataFolder(fresh()).path, 'countersign.db');
    let fails = false;
    const storage = await openSqlite(file, [], async () => {
      if (fails) throw new Error('EIO: i/o error, fdatasync');
    });
    fails = true;
    await expect(storage.transaction((store) => store.setMeta('a', '1'))).rejects.toThrow(OutcomeUnknown);
    fails = false;
    await expect(storage.meta('a')).rejects.toThrow(FlushFailed);
    await expect(storage.transaction((store) => store.setMeta('a', '2'))).rejects.toThrow(FlushFailed);
    // What SQLite sees of the log may not be what the disk holds: closing copies nothing of it into the file.
    const before = [readFileSync(file), readFileSync(`${file}-wal`)];
    await storage.close();
    expect([readFileSync(file), readFileSync(`${file}-wal`)]).toEqual(before);
    expect(mustEndAtOnce()).toBe(true);
    await expect(openSqlite(file)).rejects.toMatchObject({ fault: 'locked' });
    // The next process finds both as they were left.
    const found = join(takeDataFolder(fresh()).path, 'countersign.db');
    cpSync(file, found);
    cpSync(`${file}-wal`, `${found}-wal`);
    const again = await openSqlite(found);
    expect(await again.meta('a')).toBe('1');
    await again.close();
  });

  it('[STO-34] a log that was left behind is written once more, byte for byte, before it goes into the file', async () => {
    const file = join(takeDataFolder(fresh()).path, 'countersign.db');
    const storage = await openSqlite(file);
    await storage.setMeta('a', '1'.repeat(100_000));
    const left = readFileSync(`${file}-wal`);
    expect(left.length).toBeGreaterThan(100_000);
    utimesSync(`${file}-wal`, 1, 1);
    renewLog(file);
    expect(readFileSync(`${file}-wal`)).toEqual(left);
    expect(statSync(`${file}-wal`).mtimeMs).toBeGreaterThan(1000);
    expect(await storage.meta('a')).toHaveLength(100_000);
    await storage.close();
    expect(() => renewLog(join(file, 'nowhere'))).toThrow('ENO');
  });
});
