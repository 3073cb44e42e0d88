import 'fake-indexeddb/auto';
import { Dexie } from 'dexie';
import { expect, test } from 'vitest';
import { openDatabase, Profile, rescueUnsent, StorageFailure, storageFailure, unsentFile } from './index.ts';

test('[CLI-10] a database deleted under the open app is reported once and never comes back empty', async () => {
  const db = await openDatabase('deleted-under');
  const told: string[] = [];
  db.onLost(({ fault }) => told.push(fault));
  await Dexie.delete('deleted-under');
  expect(told).toEqual(['deleted']);
  await expect(db.queue.count()).rejects.toThrow();
  expect(db.lost?.fault).toBe('deleted');
});

test('[CLI-10] a database that the browser closed and deleted is not opened again, empty, by the next write', async () => {
  const db = await openDatabase('closed-under');
  // Without the event that tells of it: that comes later than the next thing the app does.
  db.backendDB().close();
  await new Promise((resolve, reject) => {
    Object.assign(indexedDB.deleteDatabase('closed-under'), { onsuccess: resolve, onerror: reject });
  });
  await expect(db.ui.put({ key: 'a', value: 1, at: '2026-11-21T09:00:00.000Z' })).rejects.toThrow();
  expect(await indexedDB.databases()).not.toContainEqual(expect.objectContaining({ name: 'closed-under' }));
  expect(db.lost?.fault).toBe('deleted');
});

test('[CLI-11] each fault of the store has its own words and way on', async () => {
  const quota = Object.assign(new Error('inner'), { name: 'QuotaExceededError' });
  const aborted = Object.assign(new Error('aborted'), { name: 'AbortError', inner: quota });
  expect(storageFailure(aborted)?.fault).toBe('full');
  // Of many records that were written together, and of a transaction that the browser gave up without a word, before a request or after.
  const many = new Dexie.BulkError('queue.bulkAdd()', [quota]);
  expect(storageFailure(many)?.fault).toBe('full');
  expect(storageFailure(Object.assign(new Error('aborted'), { name: 'AbortError', inner: null }))?.fault).toBe(
    'corrupt',
  );
  expect(storageFailure(new DOMException('over', 'TransactionInactiveError'))?.fault).toBe('corrupt');
  expect(storageFailure(Object.assign(new Error(), { name: 'VersionError' }))?.message).toMatch(/newer version/);
  expect(storageFailure(new TypeError('a bug of ours'))).toBeNull();
  expect(storageFailure(new StorageFailure('corrupt'))?.fault).toBe('corrupt');
});

test('[CLI-11] data of a newer app is refused, not read', async () => {
  const newer = new Dexie('newer-app');
  newer.version(99).stores({ session: '&id' });
  await newer.open();
  newer.close();
  await expect(openDatabase('newer-app')).rejects.toMatchObject({ name: 'StorageFailure', fault: 'newer' });
});

test('[CLI-12] the log key is pinned at first contact and only a demo that was set up anew replaces it', async () => {
  const profile = new Profile('pinning');
  const seen = {
    origin: 'http://127.0.0.1:1',
    workspaceId: 'w-1',
    name: 'One',
    demo: true,
    logOrigin: 'o',
    vkey: 'k1',
  };
  await profile.pin(seen, '2026-11-21T09:00:00.000Z', false);
  await profile.remember(seen.origin, 'u-finance');
  const later = await profile.pin({ ...seen, name: 'Two', vkey: 'k2' }, '2026-11-22T09:00:00.000Z', false);
  expect(later).toMatchObject({
    name: 'Two',
    vkey: 'k1',
    pinnedAt: '2026-11-21T09:00:00.000Z',
    lastUserId: 'u-finance',
  });
  const anew = await profile.pin({ ...seen, vkey: 'k2' }, '2026-11-22T09:00:00.000Z', true);
  expect(anew).toMatchObject({ vkey: 'k2', lastUserId: null });
  profile.close();
});

test('[CLI-11] no write keeps track of what it changed for queries that nobody follows', async () => {
  const db = await openDatabase('unfollowed');
  const changed: unknown[] = [];
  const hear = (parts: unknown): number => changed.push(parts);
  Dexie.on('storagemutated', hear);
  await db.ui.put({ key: 'a', value: 1, at: '2026-11-21T09:00:00.000Z' });
  expect(await db.ui.count()).toBe(1);
  Dexie.on('storagemutated').unsubscribe(hear);
  expect(changed).toEqual([]);
});

test('[SYNC-27] unsent work is saved without an engine, past a database that does not open, and the file says what it lacks', async () => {
  const profile = new Profile('rescued');
  const now = '2026-11-21T09:00:00.000Z';
  const names = ['u-finance', 'u-ops'].map((userId) => profile.databaseName('w-1', 'k1', userId));
  const db = await openDatabase(names[0] ?? '');
  const cell = { draftId: 'v-1', sheet: 'lines' as const, rowId: 'r-1', field: 'rate' };
  await db.invalid.put({ ...cell, typed: 'later', reason: 'no number' });
  db.close();
  const newer = new Dexie(names[1] ?? '');
  newer.version(99).stores({ session: '&id' });
  await newer.open();
  newer.close();
  const found = (await profile.databaseNames()).sort();
  expect(found).toEqual(names);
  const work = await rescueUnsent(found, now);
  expect(work.unreadable).toEqual([names[1]]);
  expect(work.drafts).toMatchObject([{ draftId: 'v-1', invalid: [{ typed: 'later' }] }]);
  expect(JSON.parse(unsentFile(work, now))).toMatchObject({ format: 'countersign.unsent/1', unreadable: [names[1]] });
  profile.close();
});
