import '../platform.ts';
import { expect, test } from 'vitest';
import { openDatabase } from '../../desktop/renderer/storage/index.ts';
import { turns } from '../turns.ts';
import { cutConnection, cutPower, readDisk, watchCommits, writeDisk } from './factory.ts';

const record = (key: string) => ({ key, value: { key }, at: '2026-11-23T12:00:00.000Z' });

async function keysOf(name: string): Promise<string[]> {
  const db = await openDatabase(name);
  const keys = await db.answers.toCollection().primaryKeys();
  db.close();
  return keys;
}

test('[SIM-10] a power cut right before a commit leaves nothing of it, one right after leaves all of it', async () => {
  for (const [call, kept] of [
    [1, []],
    [2, ['a', 'b']],
  ] as const) {
    const name = `cut at ${call}`;
    const db = await openDatabase(name);
    let asked = 0;
    watchCommits(name, () => {
      asked += 1;
      return asked !== call;
    });
    let isTold = false;
    db.answers.bulkPut([record('a'), record('b')]).then(
      () => {
        isTold = true;
      },
      () => {
        isTold = true;
      },
    );
    await turns(30);
    watchCommits(name, null);
    expect(isTold).toBe(false);
    expect(await keysOf(name)).toEqual(kept);
  }
});

test('[SIM-10] a transaction that fails, or whose window is gone, leaves nothing; another window goes on', async () => {
  const first = await openDatabase('two windows');
  const second = await openDatabase('two windows');
  const failing = first.transaction('rw', first.answers, async () => {
    await first.answers.put(record('x'));
    await first.answers.add(record('x'));
  });
  await expect(failing).rejects.toThrow();
  first.answers.put(record('y')).catch(() => undefined);
  cutConnection(first.backendDB());
  await second.answers.put(record('z'));
  second.close();
  expect(await keysOf('two windows')).toEqual(['z']);
});

test('[SIM-1] a disk is put onto another computer as it was, and each goes its own way', async () => {
  const db = await openDatabase('original');
  await db.answers.put(record('a'));
  writeDisk('copy', readDisk('original'));
  await db.answers.put(record('b'));
  cutPower('original');
  expect(await keysOf('copy')).toEqual(['a']);
  expect(await keysOf('original')).toEqual(['a', 'b']);
});
