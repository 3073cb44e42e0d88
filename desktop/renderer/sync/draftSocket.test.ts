import { describe, expect, test } from 'vitest';
import { alone, edits, together } from './testKit/opened.ts';
import { FIRST, SECOND, THIRD } from './testKit/world.ts';

describe('the socket', () => {
  test('[SYNC-21] the window that follows takes the sending over when the other one closes', async () => {
    const { w, a } = await alone();
    const second = await a.secondWindow();
    await a.stop();
    await w.heal();
    await second.setRate(FIRST, '110');
    await w.healUntil(() => second.draft.status().waiting === 0);
    expect(w.server.draft.sheet('lines').value(FIRST, 'rate')).toBe('110');
    expect(second.draft.status()).toMatchObject({ waiting: 0, connection: 'online' });
  });

  test('[SYNC-22] a missing entry is noticed by the chain of the document and pulled again', async () => {
    const { w, a, b } = await together();
    await a.setRate(FIRST, '110');
    await a.idle();
    a.network.deliverAll();
    await w.server.idle();
    b.network.live[0]?.down.pop();
    await w.quiet();
    expect(b.rate(FIRST)).toBe('100');
    await a.setRate(SECOND, '210');
    await w.heal();
    expect([b.rate(FIRST), b.rate(SECOND)]).toEqual(['110', '210']);
    expect(b.draft.status().trouble).toBeNull();
  });

  test('[SYNC-30] a log restored as another generation is pulled anew and own work is laid over it', async () => {
    const { w, a } = await alone();
    await a.setRate(FIRST, '110');
    await w.quiet();
    a.offline();
    await a.setRate(SECOND, '210');
    w.server.generation = '2';
    a.online();
    await w.heal();
    expect([a.rate(FIRST), a.rate(SECOND)]).toEqual(['110', '210']);
    expect(a.draft.status()).toMatchObject({ waiting: 0, trouble: null, connection: 'online' });
    expect((await a.db.drafts.toArray())[0]?.generation).toBe('2');
  });

  test('[SYNC-30] a log of the same generation that ends below what was accepted stops all sending, and the work is kept', async () => {
    const { w, a } = await alone();
    await a.setRate(FIRST, '110');
    await w.quiet();
    const { generation } = w.server;
    a.offline();
    await a.setRate(SECOND, '210');
    w.server.restore(1);
    w.server.generation = generation;
    a.online();
    await w.heal();
    expect(a.draft.status()).toMatchObject({ waiting: 1, trouble: expect.stringContaining('The server has only') });
    expect([a.rate(FIRST), a.rate(SECOND)]).toEqual(['110', '210']);
  });

  test('[SYNC-37] entries that a restored log has forgotten are offered again, once, and meet what others wrote since', async () => {
    const { w, a, b } = await together();
    await a.setRate(FIRST, '110');
    await w.quiet();
    await a.setRate(SECOND, '210');
    await w.quiet();
    await b.setRate(THIRD, '310');
    await w.quiet();
    await a.setRate(THIRD, '320');
    await w.quiet();
    expect(w.server.log).toHaveLength(5);
    a.offline();
    b.offline();
    w.server.restore(2);
    b.online();
    await w.heal();
    expect(w.server.lines()).toContain(`${THIRD}=310`);
    await b.setRate(SECOND, '299');
    await w.heal();
    a.online();
    await w.heal();
    await a.restart();
    await a.open();
    await w.heal();
    expect(a.draft.status()).toMatchObject({ waiting: 0, trouble: null });
    expect(a.rate(FIRST)).toBe('110');
    const ids = w.server.commands();
    expect([ids.length, new Set(ids).size]).toEqual([5, 5]);
    // Its author had not seen the restored log's write of the same cell, so both values stand until a person chooses.
    const [contest] = a.draft.contests().filter(({ rowId }) => rowId === SECOND);
    expect(contest?.values.map(({ value }) => value).sort()).toEqual(['210', '299']);
    expect(await a.db.offered.count()).toBe(0);
  });

  test('[SYNC-37] what was typed before a restore and never sent says no more than what both logs hold as seen', async () => {
    const { w, a, b } = await together();
    for (const [row, rate] of [
      [FIRST, '110'],
      [SECOND, '210'],
      [FIRST, '111'],
    ] as const) {
      await b.setRate(row, rate);
      await w.quiet();
    }
    a.offline();
    b.offline();
    await a.setRate(THIRD, '310');
    w.server.restore(2);
    b.online();
    await w.heal();
    await b.setRate(THIRD, '399');
    await w.heal();
    a.online();
    await w.heal();
    // Its author had nothing in the log, and had not seen what stands there since.
    const [contest] = a.draft.contests().filter(({ rowId }) => rowId === THIRD);
    expect(contest?.values.map(({ value }) => value).sort()).toEqual(['310', '399']);
    expect(await a.db.offered.count()).toBe(0);
  });

  test('[SYNC-23] a terminal close code ends the reconnects, says why and keeps the work; of another version the draft is read-only', async () => {
    const { w, a } = await alone();
    await a.setRate(FIRST, '110');
    a.network.live[0]?.cut(4426);
    expect(a.draft.editDenial()).toContain('Update the app');
    expect((await a.draft.removeRows('lines', [SECOND])).denied).toContain('Update the app');
    await w.heal();
    expect(a.network.live).toHaveLength(0);
    expect(a.draft.status()).toMatchObject({ waiting: 1, trouble: expect.stringContaining('Update the app') });
    expect(JSON.parse(await a.exported())).toMatchObject([{ commands: [{ command: { to: '110' } }] }]);
  });

  test('[SYNC-24] a socket that says nothing, not even when asked, is given up and opened anew', async () => {
    const { w, a } = await alone();
    const [silent] = a.network.live;
    w.runtime.advance(21_000);
    expect(silent?.up.length).toBeGreaterThan(0);
    w.runtime.advance(26_000);
    expect(silent?.isClosed).toBe(true);
    await w.heal();
    expect(a.draft.status().connection).toBe('online');
  });

  test('[SYNC-31] what an old socket brought does not count for the one after it', async () => {
    const { w, a } = await alone();
    a.offline();
    await a.setRate(FIRST, '999');
    a.online();
    await a.idle();
    for (let i = 0; i < 3; i += 1) await Promise.resolve();
    const [line] = a.network.live;
    line?.open();
    line?.deliverUp();
    // Everything the first socket has to say is here, and not yet looked at, when another one is opened.
    while ((line?.down.length ?? 0) > 0) line?.deliverDown();
    a.work?.revive();
    await a.idle();
    const [next] = a.network.live;
    expect(next).not.toBe(line);
    expect(next?.isOpen).toBe(false);
    expect(next?.up).toEqual([]);
    expect(a.draft.status()).toMatchObject({ connection: 'connecting', waiting: 1 });
    await w.heal();
    expect(a.draft.status()).toMatchObject({ waiting: 0, trouble: null });
    expect(edits(a)).toHaveLength(1);
  });

  test('[SYNC-31] a batch signed while its socket is given up waits for the next one to be caught up', async () => {
    const { w, a } = await alone();
    await a.setRate(FIRST, '999');
    // The batch is being signed now.
    a.work?.revive();
    await a.idle();
    const [next] = a.network.live;
    expect(next?.isOpen).toBe(false);
    expect(next?.up).toEqual([]);
    await w.heal();
    expect(a.draft.status()).toMatchObject({ waiting: 0, trouble: null });
    expect(edits(a)).toHaveLength(1);
  });

  test('[SYNC-24] a socket that never opens is given up and opened anew', async () => {
    const { w, a } = await alone();
    await a.setRate(FIRST, '7');
    a.offline();
    a.online();
    await a.idle();
    for (let i = 0; i < 3; i += 1) await Promise.resolve();
    const [stuck] = a.network.live;
    expect(stuck?.isOpen).toBe(false);
    w.runtime.advance(45_000);
    expect(stuck?.isClosed).toBe(true);
    await w.heal();
    expect(a.draft.status()).toMatchObject({ waiting: 0, connection: 'online', trouble: null });
  });

  test('[SYNC-25] reconnect waits grow with chance and start short again after a success', async () => {
    const { w, a } = await alone();
    a.offline();
    const before = a.network.lines.length;
    for (let i = 0; i < 60; i += 1) {
      w.runtime.advance(1_000);
      await a.idle();
      await w.quiet();
    }
    // Tickets cannot be had, so no socket is even opened while the network is gone.
    expect(a.network.lines.length).toBe(before);
    a.online();
    await w.quiet();
    expect(a.draft.status().connection).toBe('online');
  });
});
