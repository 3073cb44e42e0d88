import { describe, expect, test } from 'vitest';
import { alone, edits } from './testKit/opened.ts';
import { FIRST, SECOND } from './testKit/world.ts';

describe('the disk', () => {
  test('[SYNC-26] a full disk is said at once; the change stays in the view, can be exported, and is kept with the next write', async () => {
    const { w, a } = await alone();
    const refuse = (): void => {
      throw Object.assign(new Error('no room'), { name: 'QuotaExceededError' });
    };
    a.db.queue.hook('creating', refuse);
    await expect(a.setRate(FIRST, '110')).rejects.toMatchObject({ fault: 'full' });
    expect(a.rate(FIRST)).toBe('110');
    expect(a.draft.status()).toMatchObject({
      stage: 'notKept',
      waiting: 1,
      trouble: expect.stringMatching(/full/),
    });
    expect(await a.exported()).toContain('"to": "110"');
    a.db.queue.hook('creating').unsubscribe(refuse);
    await a.setRate(SECOND, '210');
    await w.heal();
    expect(w.server.lines()).toContain(`${FIRST}=110`);
    expect(w.server.lines()).toContain(`${SECOND}=210`);
    expect(a.draft.status()).toMatchObject({ waiting: 0, trouble: null });
  });

  test('[SYNC-33] a change that a full disk refused is kept without another one, once there is room', async () => {
    const { w, a } = await alone();
    const refuse = (): void => {
      throw Object.assign(new Error('no room'), { name: 'QuotaExceededError' });
    };
    a.db.queue.hook('creating', refuse);
    await expect(a.setRate(FIRST, '110')).rejects.toMatchObject({ fault: 'full' });
    await w.heal();
    expect(w.server.commands()).toEqual([]);
    a.db.queue.hook('creating').unsubscribe(refuse);
    await w.heal();
    expect(w.server.lines()).toContain(`${FIRST}=110`);
    expect(a.draft.status()).toMatchObject({ waiting: 0, trouble: null });
  });

  test('[SYNC-33] until the disk has a change, the status says that it has not', async () => {
    const { a } = await alone();
    a.offline();
    await a.setRate(FIRST, '110');
    expect([a.draft.status().stage, a.work?.isKept]).toEqual(['onThisComputer', true]);
    const writing = a.setRate(SECOND, '210');
    expect([a.draft.status().stage, a.work?.isKept]).toEqual(['notKept', false]);
    expect(a.draft.status().waiting).toBe(2);
    await writing;
    expect([a.draft.status().stage, a.work?.isKept]).toEqual(['onThisComputer', true]);
  });

  test('[SYNC-27] local data deleted under the open draft is said loudly and the work can be exported', async () => {
    const { w, a } = await alone();
    a.offline();
    await a.setRate(FIRST, '110');
    indexedDB.deleteDatabase(a.db.name);
    await w.quiet();
    expect(a.draft.status().trouble).toMatch(/was deleted/);
    expect(await a.exported()).toContain('"to": "110"');
    await expect(a.setRate(SECOND, '1')).rejects.toMatchObject({ fault: 'deleted' });
  });

  test('[SYNC-28] accepted entries that rotted on disk are not shown as if they were sound', async () => {
    const { w, a } = await alone();
    await a.setRate(FIRST, '110');
    await w.quiet();
    const [, last] = await a.db.entries.toArray();
    if (last === undefined) throw new Error('no entry');
    const payload = last.payload.slice();
    payload[payload.length - 1] = (payload[payload.length - 1] ?? 0) ^ 1;
    await a.db.entries.put({ ...last, payload });
    await a.restart();
    await a.open();
    await w.heal();
    expect(a.rate(FIRST)).toBe('110');
    expect(a.draft.status()).toMatchObject({ trouble: null, waiting: 0 });
  });

  test('[SYNC-28] work that waits is laid over the entries when they were pulled anew', async () => {
    const { w, a } = await alone();
    await a.setRate(FIRST, '110');
    await a.idle();
    a.offline();
    await a.setRate(SECOND, '210');
    expect(await a.db.sealed.count()).toBe(1);
    const [first] = await a.db.entries.toArray();
    if (first === undefined) throw new Error('no entry');
    await a.db.entries.put({ ...first, leaf: first.leaf.slice(1) });
    a.online();
    await a.restart();
    await a.open();
    expect([a.rate(FIRST), a.rate(SECOND)]).toEqual(['110', '210']);
    await w.heal();
    expect(edits(a)).toHaveLength(2);
    expect(a.draft.status()).toMatchObject({ trouble: null, waiting: 0 });
  });
});
