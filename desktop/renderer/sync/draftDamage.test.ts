import { describe, expect, test } from 'vitest';
import { alone, together } from './testKit/opened.ts';
import { DRAFT } from './testKit/testLog.ts';
import { FIRST, SECOND } from './testKit/world.ts';

/** What a hook of the store throws to fail as a browser's disk does. */
const failing = (name: string) => (): never => {
  throw Object.assign(new Error('the disk'), { name });
};
const full = failing('QuotaExceededError');
const damaged = failing('UnknownError');

describe('a disk that refuses more than what was typed', () => {
  test('[SYNC-26] what the server sent and a full disk refused is taken once there is room, with nothing typed', async () => {
    const { w, a, b } = await together();
    a.db.entries.hook('creating', full);
    await b.setRate(FIRST, '110');
    await w.quiet();
    expect(a.draft.status().trouble).toMatch(/full/);
    a.db.entries.hook('creating').unsubscribe(full);
    await w.heal();
    expect(a.rate(FIRST)).toBe('110');
    expect(a.draft.status()).toMatchObject({ trouble: null, connection: 'online' });
  });

  test('[SYNC-33] a batch that could neither be kept nor read again is made anew from what is on disk', async () => {
    const { w, a } = await alone();
    a.db.sealed.hook('creating', full);
    a.db.queue.hook('reading', damaged);
    await a.setRate(FIRST, '110');
    await w.quiet();
    expect(a.draft.status().trouble).not.toBeNull();
    a.db.sealed.hook('creating').unsubscribe(full);
    a.db.queue.hook('reading').unsubscribe(damaged);
    await w.heal();
    expect(w.server.lines()).toContain(`${FIRST}=110`);
    expect(a.draft.attention()).toEqual([]);
    expect(a.draft.status()).toMatchObject({ trouble: null, waiting: 0 });
  });

  test('[SYNC-15] what another window wrote while this one could not read is sent when it can', async () => {
    const { w, a } = await alone();
    const b = await a.secondWindow();
    a.db.queue.hook('reading', damaged);
    await b.setRate(FIRST, '110');
    await w.healUntil(() => a.draft.status().trouble !== null);
    a.db.queue.hook('reading').unsubscribe(damaged);
    await w.healUntil(() => b.draft.status().waiting === 0 && a.draft.status().trouble === null);
    expect(w.server.lines()).toContain(`${FIRST}=110`);
    expect(a.draft.status()).toMatchObject({ trouble: null, waiting: 0 });
  });
});

describe('two windows over a disk that refuses', () => {
  test('[SYNC-21] a window that takes over while the disk refuses it something sends what was signed once there is room', async () => {
    const { w, a } = await alone();
    const b = await a.secondWindow();
    await a.setRate(FIRST, '110');
    await a.idle();
    b.db.invalid.hook('creating', full);
    const typing = b.draft.edit([{ sheet: 'lines', rowId: SECOND, field: 'rate', typed: 'later' }]);
    await expect(typing).rejects.toMatchObject({ fault: 'full' });
    await a.stop();
    await w.quiet();
    await w.quiet();
    expect(w.server.commands()).toEqual([]);
    b.db.invalid.hook('creating').unsubscribe(full);
    await w.healUntil(() => b.draft.status().waiting === 0);
    expect(w.server.lines()).toContain(`${FIRST}=110`);
    expect(b.draft.status()).toMatchObject({ waiting: 0, trouble: null });
  });

  test('[SYNC-15] what does not fit and was typed last stays, whichever window the disk takes last', async () => {
    const { w, a } = await alone();
    const b = await a.secondWindow();
    const type = (typed: string) => [{ sheet: 'lines', rowId: FIRST, field: 'rate', typed }] as const;
    a.db.invalid.hook('creating', full);
    await expect(a.draft.edit(type('first'))).rejects.toMatchObject({ fault: 'full' });
    w.runtime.advance(1);
    await b.draft.edit(type('second'));
    a.db.invalid.hook('creating').unsubscribe(full);
    const shown = () => [a, b].map(({ draft }) => draft.marks('lines', FIRST, 'rate').invalid?.typed);
    await w.healUntil(() => a.draft.status().stage !== 'notKept' && a.draft.status().trouble === null);
    await w.healUntil(() => shown().every((typed) => typed === 'second'));
    expect(shown()).toEqual(['second', 'second']);
    expect(await a.db.invalid.toArray()).toMatchObject([{ typed: 'second' }]);
  });
});

describe('data that is taken away', () => {
  test('[SYNC-27] a write that ends as the data is taken away does not end what is said of it', async () => {
    const { w, a } = await alone();
    a.offline();
    a.db.queue.hook('creating', function () {
      this.onsuccess = () => a.db.close();
    });
    await a.setRate(FIRST, '110');
    await w.quiet();
    expect(a.draft.status().trouble).toMatch(/was deleted/);
    expect(await a.exported()).toContain('"to": "110"');
  });

  test('[SYNC-27] one table that cannot be read keeps nobody from saving the rest, and the file and the app say so', async () => {
    const { a } = await alone();
    a.offline();
    await a.setRate(FIRST, '110');
    await a.draft.edit([{ sheet: 'lines', rowId: SECOND, field: 'rate', typed: 'later' }]);
    await a.restart();
    a.db.invalid.hook('reading', damaged);
    const work = await a.work?.unsent();
    expect(work?.unreadable).toEqual(['invalid']);
    expect(JSON.stringify(work?.drafts)).toContain('"to":"110"');
    expect(a.work?.unreadable).toMatch(/may lack unsent work/);
    await expect(a.work?.waiting()).rejects.toMatchObject({ fault: 'corrupt' });
    a.db.invalid.hook('reading').unsubscribe(damaged);
    expect(JSON.stringify((await a.work?.unsent())?.drafts)).toContain('"typed":"later"');
    expect(a.work?.unreadable).toBeNull();
  });
});

describe('accepted entries that are not all there', () => {
  test('[SYNC-28] a missing entry is pulled again and not shown as if it had never been', async () => {
    const { w, a } = await alone();
    for (const rowId of [FIRST, SECOND]) {
      await a.setRate(rowId, '110');
      await w.quiet();
    }
    const kept = await a.db.entries.toArray();
    await a.db.entries.delete([DRAFT, kept.at(-1)?.index ?? 0]);
    await a.restart();
    await a.open();
    await w.heal();
    expect([a.rate(FIRST), a.rate(SECOND)]).toEqual(['110', '110']);
    expect(await a.db.entries.toArray()).toEqual(kept);
  });

  test('[SYNC-28] what an entry does not say of itself is checked too: a rotten time of the server', async () => {
    const { w, a } = await alone();
    await a.setRate(FIRST, '110');
    await w.quiet();
    const kept = await a.db.entries.toArray();
    const [, last] = kept;
    if (last === undefined) throw new Error('no entry');
    const leaf = new TextDecoder().decode(last.leaf).replace(/("serverTime":"\d{3})(\d)/, (_, before, digit) => {
      return `${before}${(Number(digit) + 1) % 10}`;
    });
    await a.db.entries.put({ ...last, leaf: new TextEncoder().encode(leaf) });
    await a.restart();
    await a.open();
    await w.heal();
    expect(await a.db.entries.toArray()).toEqual(kept);
  });

  test('[SYNC-28] a window that finds them rotten has the one that sends pull them again', async () => {
    const { w, a } = await alone();
    await a.setRate(FIRST, '110');
    await w.quiet();
    const [, last] = await a.db.entries.toArray();
    if (last === undefined) throw new Error('no entry');
    await a.db.entries.put({ ...last, payload: last.payload.slice(1) });
    const b = await a.secondWindow();
    await w.heal();
    expect([a.rate(FIRST), b.rate(FIRST)]).toEqual(['110', '110']);
    expect(a.draft.status()).toMatchObject({ trouble: null, waiting: 0, connection: 'online' });
  });
});
