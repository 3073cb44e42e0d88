import { afterEach, describe, expect, test } from 'vitest';
import { type Computer, FIRST, SECOND, THIRD, World } from './testKit/world.ts';

const worlds: World[] = [];
async function world(seed = 1): Promise<World> {
  const made = await World.create(seed);
  worlds.push(made);
  return made;
}
afterEach(async () => {
  for (const made of worlds.splice(0)) await made.close();
});

const edits = (computer: Computer) => computer.world.server.log.filter(({ entry }) => entry.kind !== 'create');

describe('one edit', () => {
  test('[SYNC-1] it is in the view at once, on disk before it is sent, then stored, then verified', async () => {
    const w = await world();
    const a = await w.computer('u-finance');
    await a.open();
    const kept = a.setRate(FIRST, '1,250.50');
    expect(a.rate(FIRST)).toBe('1250.50');
    await kept;
    expect(a.draft.status()).toMatchObject({ stage: 'onThisComputer', waiting: 1 });
    expect(a.draft.marks('lines', FIRST, 'rate').waiting).toBe(true);
    await w.quiet();
    expect(a.draft.status()).toMatchObject({ stage: 'stored', waiting: 0, trouble: null });
    expect(a.draft.marks('lines', FIRST, 'rate').waiting).toBe(false);
    await w.server.publish();
    await w.quiet();
    expect(a.draft.status().stage).toBe('verified');
    expect(edits(a)).toHaveLength(1);
  });

  test('[SYNC-2] the exact bytes are on disk before the first send', async () => {
    const w = await world();
    const a = await w.computer('u-finance');
    await a.open();
    await a.setRate(FIRST, '101');
    await a.idle();
    const sealed = await a.db.sealed.toArray();
    expect(sealed).toHaveLength(1);
    const line = a.network.live[0];
    expect(line?.up).toHaveLength(1);
    expect(await a.db.queue.count()).toBe(0);
  });
});

describe('offline', () => {
  test('[SYNC-3] edits made offline survive a restart offline and are sent once when the network is back', async () => {
    const w = await world();
    const a = await w.computer('u-finance');
    await a.open();
    a.offline();
    await a.setRate(FIRST, '111');
    await a.setRate(SECOND, '222');
    await a.restart();
    await a.open();
    expect([a.rate(FIRST), a.rate(SECOND)]).toEqual(['111', '222']);
    expect(a.draft.status()).toMatchObject({ stage: 'onThisComputer', waiting: 2 });
    a.online();
    await w.heal();
    expect(a.draft.status().waiting).toBe(0);
    expect(w.server.draft.sheet('lines').value(FIRST, 'rate')).toBe('111');
    expect(edits(a)).toHaveLength(1);
  });

  test('[SYNC-4] with no epoch left people edit offline all the same', async () => {
    const w = await world();
    const a = await w.computer('u-finance');
    await a.open();
    await w.quiet();
    await a.db.epochs.clear();
    a.offline();
    for (let i = 0; i < 5; i += 1) await a.setRate(FIRST, String(500 + i));
    expect(a.draft.status().waiting).toBe(5);
    a.online();
    await w.heal();
    expect(a.draft.status()).toMatchObject({ waiting: 0, trouble: null });
    expect(w.server.draft.sheet('lines').value(FIRST, 'rate')).toBe('504');
  });
});

test('[CLI-4] a version that was never opened here says so when the server is not there', async () => {
  const w = await world();
  const a = await w.computer('u-finance');
  a.offline();
  await expect(a.open()).rejects.toThrow('never opened on this computer');
});

describe('lost answers', () => {
  test('[SYNC-5] when the answer is lost the identical bytes go out again and count once', async () => {
    const w = await world();
    const a = await w.computer('u-finance');
    await a.open();
    await a.setRate(FIRST, '101');
    await a.idle();
    a.network.live[0]?.deliverUp();
    await w.server.idle();
    a.network.cutAll();
    await w.heal();
    expect(a.draft.status().waiting).toBe(0);
    expect(edits(a)).toHaveLength(1);
  });

  test('[SYNC-6] a sealed batch survives a restart and is sent unchanged', async () => {
    const w = await world();
    const a = await w.computer('u-finance');
    await a.open();
    await a.setRate(FIRST, '101');
    await a.idle();
    const [before] = await a.db.sealed.toArray();
    await a.restart();
    await a.open();
    await w.heal();
    expect(edits(a).map(({ entryHash }) => entryHash)).toEqual([before?.entryHash]);
    expect(a.draft.status().waiting).toBe(0);
  });

  test('[SYNC-7] a submission that arrives twice is stored once', async () => {
    const w = await world();
    const a = await w.computer('u-finance');
    await a.open();
    await a.setRate(FIRST, '101');
    await a.idle();
    a.network.live[0]?.deliverUp(true);
    await w.quiet();
    await a.setRate(FIRST, '102');
    await w.quiet();
    expect(edits(a)).toHaveLength(2);
    expect(a.draft.status()).toMatchObject({ waiting: 0, trouble: null });
  });
});

describe('refusals', () => {
  test('[SYNC-8] the refused command and what was made upon it go to Needs attention, the rest is sent again', async () => {
    const w = await world();
    const a = await w.computer('u-finance');
    await a.open();
    a.offline();
    await a.setRate(FIRST, '110');
    await a.setRate(SECOND, '210');
    await a.setRate(FIRST, '120');
    w.server.refuseNext = { code: 'format', commandIds: 'first' };
    a.online();
    await w.heal();
    expect(a.draft.attention().map(({ to, code }) => [to, code])).toEqual([
      ['110', 'format'],
      ['120', 'format'],
    ]);
    expect([a.rate(FIRST), a.rate(SECOND)]).toEqual(['100', '210']);
    expect(w.server.draft.sheet('lines').value(SECOND, 'rate')).toBe('210');
    expect(a.draft.status()).toMatchObject({ waiting: 0, trouble: null });
  });

  test('[SYNC-9] attention items survive a restart and can be tried again', async () => {
    const w = await world();
    const a = await w.computer('u-finance');
    await a.open();
    w.server.refuseNext = { code: 'mismatch' };
    await a.setRate(FIRST, '110');
    await w.quiet();
    await a.restart();
    await a.open();
    const [item] = a.draft.attention();
    expect(item).toMatchObject({ to: '110', code: 'mismatch' });
    await a.draft.retryAttention([item?.id ?? '']);
    await w.heal();
    expect(a.draft.attention()).toEqual([]);
    expect(w.server.draft.sheet('lines').value(FIRST, 'rate')).toBe('110');
  });

  test('[SYNC-10] a refusal of the envelope is not the command’s fault: it goes out under the next epoch', async () => {
    const w = await world();
    const a = await w.computer('u-finance');
    await a.open();
    w.server.refuseNext = { code: 'epoch' };
    await a.setRate(FIRST, '110');
    await w.quiet();
    expect(a.draft.attention()).toEqual([]);
    expect(w.server.draft.sheet('lines').value(FIRST, 'rate')).toBe('110');
  });

  test('[SYNC-11] edits to a version that was frozen meanwhile are kept as frozen items, and editing is denied with the reason', async () => {
    const w = await world();
    const a = await w.computer('u-finance');
    await a.open();
    a.offline();
    await a.setRate(FIRST, '110');
    w.server.setState('IN_REVIEW');
    a.online();
    await w.heal();
    expect(a.draft.attention().map(({ code, to }) => [code, to])).toEqual([['frozen', '110']]);
    expect(a.rate(FIRST)).toBe('100');
    expect((await a.draft.edit([{ sheet: 'lines', rowId: FIRST, field: 'rate', typed: '5' }])).denied).toMatch(
      /no draft/,
    );
  });

  test('[SYNC-12] a server that cannot write now gets the same bytes again later', async () => {
    const w = await world();
    const a = await w.computer('u-finance');
    await a.open();
    w.server.refuseNext = { code: 'storage' };
    await a.setRate(FIRST, '110');
    await w.quiet();
    expect(a.draft.status()).toMatchObject({ waiting: 1, trouble: expect.stringContaining('could not write') });
    await w.heal();
    expect(a.draft.status()).toMatchObject({ waiting: 0, trouble: null });
    expect(edits(a)).toHaveLength(1);
  });
});

describe('several people', () => {
  test('[SYNC-13] two writes that had not seen each other are a contest on both computers, settled by a choice', async () => {
    const w = await world();
    const a = await w.computer('u-finance');
    const b = await w.computer('u-ops');
    await a.open();
    await b.open();
    a.offline();
    b.offline();
    await a.setRate(FIRST, '110');
    await b.setRate(FIRST, '120');
    a.online();
    b.online();
    await w.heal();
    for (const computer of [a, b]) {
      const contest = computer.draft.marks('lines', FIRST, 'rate').contest;
      expect(contest?.values.map(({ value, userId }) => [userId, value]).sort()).toEqual([
        ['u-finance', '110'],
        ['u-ops', '120'],
      ]);
    }
    const contest = b.draft.contests()[0];
    if (contest === undefined) throw new Error('no contest');
    expect(await b.draft.choose(contest, '110')).toMatchObject({ accepted: 1, denied: null });
    await w.quiet();
    for (const computer of [a, b]) {
      expect(computer.draft.contests()).toEqual([]);
      expect(computer.rate(FIRST)).toBe('110');
    }
    expect(edits(a).at(-1)?.entry.kind).toBe('choose');
  });

  test('[SYNC-14] remote changes name the rows that look different', async () => {
    const w = await world();
    const a = await w.computer('u-finance');
    const b = await w.computer('u-ops');
    await a.open();
    await b.open();
    b.draft.rowIds('lines');
    const seen: string[] = [];
    b.draft.onView(({ rowIds, remote }) => seen.push(`${remote} ${rowIds?.join()}`));
    await a.setRate(THIRD, '310');
    await w.quiet();
    expect(seen).toEqual([`true ${THIRD}`]);
    expect(b.rate(THIRD)).toBe('310');
  });

  test('[SYNC-15] a second window of one profile edits through the same queue and follows', async () => {
    const w = await world();
    const a = await w.computer('u-finance');
    await a.open();
    const second = await a.secondWindow();
    await second.draft.edit([{ sheet: 'lines', rowId: FIRST, field: 'rate', typed: '110' }]);
    expect(second.draft.value('lines', FIRST, 'rate')).toBe('110');
    await w.heal();
    expect(w.server.draft.sheet('lines').value(FIRST, 'rate')).toBe('110');
    expect(a.rate(FIRST)).toBe('110');
    expect(second.draft.status().waiting).toBe(0);
    await a.setRate(SECOND, '220');
    await w.heal();
    expect(second.draft.value('lines', SECOND, 'rate')).toBe('220');
    await w.server.publish();
    await w.quiet();
    expect(second.draft.status().stage).toBe('verified');
    expect(edits(a)).toHaveLength(2);
    await second.close();
  });
});

describe('rows and undo', () => {
  test('[SYNC-16] rows are inserted in place, moved, removed and brought back', async () => {
    const w = await world();
    const a = await w.computer('u-finance');
    await a.open();
    const [row = ''] = await a.draft.insertRows('lines', FIRST, [{ line: '1a', product: 'Extra', rate: '5' }]);
    expect(a.draft.rowIds('lines')).toEqual([FIRST, row, SECOND, THIRD]);
    await a.draft.moveRows('lines', [FIRST], THIRD);
    await a.draft.removeRows('lines', [SECOND]);
    expect(a.draft.rowIds('lines')).toEqual([row, THIRD, FIRST]);
    await w.quiet();
    expect(a.draft.rowIds('lines')).toEqual([row, THIRD, FIRST]);
    expect(w.server.draft.sheet('lines').rowIds()).toEqual([row, THIRD, FIRST]);
    expect((await a.draft.undo()).done).toBe(1);
    await w.quiet();
    expect(w.server.draft.sheet('lines').rowIds()).toEqual([row, SECOND, THIRD, FIRST]);
  });

  test('[SYNC-17] undo is an inverse edit, refused with a reason where the value has changed since', async () => {
    const w = await world();
    const a = await w.computer('u-finance');
    const b = await w.computer('u-ops');
    await a.open();
    await b.open();
    await a.draft.edit([
      { sheet: 'lines', rowId: FIRST, field: 'rate', typed: '110' },
      { sheet: 'lines', rowId: SECOND, field: 'rate', typed: '210' },
    ]);
    await w.quiet();
    await b.setRate(SECOND, '999');
    await w.quiet();
    const outcome = await a.draft.undo();
    expect(outcome.done).toBe(1);
    expect(outcome.refused).toEqual(['Lines 2, Rate has changed since and was left as it is.']);
    await w.quiet();
    expect([b.rate(FIRST), b.rate(SECOND)]).toEqual(['100', '999']);
    expect((await a.draft.redo()).done).toBe(1);
    await w.quiet();
    expect(b.rate(FIRST)).toBe('110');
  });

  test('[SYNC-17] [SYNC-32] what can be taken back survives a restart, and a second window shares it', async () => {
    const w = await world();
    const a = await w.computer('u-finance');
    await a.open();
    await a.setRate(FIRST, '110');
    await a.setRate(FIRST, '120');
    await a.draft.edit([{ sheet: 'lines', rowId: SECOND, field: 'rate', typed: '2,0,0' }]);
    await w.quiet();
    await a.restart();
    await a.open();
    expect(a.draft.canUndo()).toBe(true);
    expect((await a.draft.undo()).done).toBe(1);
    expect(a.draft.invalidCells()).toEqual([]);
    expect((await a.draft.undo()).done).toBe(1);
    expect(a.rate(FIRST)).toBe('110');
    await w.quiet();
    const second = await a.secondWindow();
    await w.quiet();
    expect((await second.draft.undo()).done).toBe(1);
    await w.quiet();
    expect(a.rate(FIRST)).toBe('100');
    expect([a.draft.canUndo(), a.draft.canRedo()]).toEqual([false, true]);
    for (let i = 0; i < 3; i += 1) expect((await a.draft.redo()).done).toBe(1);
    expect(a.rate(FIRST)).toBe('120');
    expect(a.draft.invalidCells()).toHaveLength(1);
    await second.close();
  });

  test('[SYNC-18] what does not fit its column is kept here, never sent, and gone when mended', async () => {
    const w = await world();
    const a = await w.computer('u-finance');
    await a.open();
    const outcome = await a.draft.edit([{ sheet: 'lines', rowId: FIRST, field: 'rate', typed: '1,5' }]);
    expect(outcome).toMatchObject({ accepted: 0, denied: null });
    expect(outcome.invalid).toHaveLength(1);
    await a.restart();
    await a.open();
    expect(a.draft.marks('lines', FIRST, 'rate').invalid?.typed).toBe('1,5');
    expect(edits(a)).toHaveLength(0);
    await a.setRate(FIRST, '1.5');
    expect(a.draft.invalidCells()).toEqual([]);
  });
});

describe('verification', () => {
  test('[SYNC-19] a checkpoint that does not follow the accepted one stops sending, loudly and for good', async () => {
    const w = await world();
    const a = await w.computer('u-finance');
    await a.open();
    await w.server.publish();
    await a.setRate(FIRST, '110');
    await w.quiet();
    await w.server.publish(await w.server.forkedNote());
    await w.quiet();
    expect(a.draft.status().trouble).toMatch(/does not follow the one this computer accepted at/);
    await a.setRate(SECOND, '220');
    await w.heal();
    expect(edits(a)).toHaveLength(1);
    await a.restart();
    await a.open();
    expect(a.draft.status()).toMatchObject({ waiting: 1, trouble: expect.stringContaining('does not follow') });
  });

  test('[SYNC-19] a stored entry that the checkpoint does not contain, or a note by another key, is a loss of trust', async () => {
    const w = await world();
    const a = await w.computer('u-finance');
    const b = await w.computer('u-ops');
    await a.open();
    await b.open();
    await a.setRate(FIRST, '110');
    await w.quiet();
    const [own] = await a.db.unproved.toArray();
    if (own === undefined) throw new Error('nothing to prove');
    await a.db.unproved.put({ ...own, leafHash: 'ab'.repeat(32) });
    await w.server.publish();
    await w.quiet();
    expect(a.draft.status().trouble).toMatch(/stored as entry \d+ is not in it/);
    const note = await w.server.note();
    const at = note.length - 20;
    await w.server.publish(`${note.slice(0, at)}${note[at] === 'A' ? 'B' : 'A'}${note.slice(at + 1)}`);
    await w.quiet();
    expect(b.draft.status().trouble).toMatch(/not signed by this workspace’s key/);
  });

  test('[SYNC-20] a bulk paste goes out in batches of at most 64 commands, in order', async () => {
    const w = await world();
    const a = await w.computer('u-finance');
    await a.open();
    const rows = Array.from({ length: 150 }, (_, i) => ({ line: String(i + 10), product: `Product ${i}` }));
    await a.draft.insertRows('lines', null, rows);
    await w.heal();
    expect(w.server.draft.sheet('lines').rowIds()).toHaveLength(153);
    expect(edits(a)).toHaveLength(3);
    expect(a.draft.rowIds('lines')).toEqual(w.server.draft.sheet('lines').rowIds());
  });
});

describe('the socket', () => {
  test('[SYNC-21] the window that follows takes the sending over when the other one closes', async () => {
    const w = await world();
    const a = await w.computer('u-finance');
    await a.open();
    const second = await a.secondWindow();
    await a.stop();
    await w.heal();
    await second.setRate(FIRST, '110');
    await w.heal();
    expect(w.server.draft.sheet('lines').value(FIRST, 'rate')).toBe('110');
    expect(second.draft.status()).toMatchObject({ waiting: 0, connection: 'online' });
  });

  test('[SYNC-22] a missing entry is noticed by the chain of the document and pulled again', async () => {
    const w = await world();
    const a = await w.computer('u-finance');
    const b = await w.computer('u-ops');
    await a.open();
    await b.open();
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
    const w = await world();
    const a = await w.computer('u-finance');
    await a.open();
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
    const w = await world();
    const a = await w.computer('u-finance');
    await a.open();
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
    const w = await world();
    const a = await w.computer('u-finance');
    const b = await w.computer('u-ops');
    await a.open();
    await b.open();
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
    const w = await world();
    const a = await w.computer('u-finance');
    const b = await w.computer('u-ops');
    await a.open();
    await b.open();
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
    const w = await world();
    const a = await w.computer('u-finance');
    await a.open();
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
    const w = await world();
    const a = await w.computer('u-finance');
    await a.open();
    const [silent] = a.network.live;
    w.runtime.advance(21_000);
    expect(silent?.up.length).toBeGreaterThan(0);
    w.runtime.advance(26_000);
    expect(silent?.isClosed).toBe(true);
    await w.heal();
    expect(a.draft.status().connection).toBe('online');
  });

  test('[SYNC-31] what an old socket brought does not count for the one after it', async () => {
    const w = await world();
    const a = await w.computer('u-finance');
    await a.open();
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
    const w = await world();
    const a = await w.computer('u-finance');
    await a.open();
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
    const w = await world();
    const a = await w.computer('u-finance');
    await a.open();
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
    const w = await world();
    const a = await w.computer('u-finance');
    await a.open();
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

describe('the disk', () => {
  test('[SYNC-26] a full disk is said at once; the change stays in the view, can be exported, and is kept with the next write', async () => {
    const w = await world();
    const a = await w.computer('u-finance');
    await a.open();
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
    const w = await world();
    const a = await w.computer('u-finance');
    await a.open();
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
    const w = await world();
    const a = await w.computer('u-finance');
    await a.open();
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
    const w = await world();
    const a = await w.computer('u-finance');
    await a.open();
    a.offline();
    await a.setRate(FIRST, '110');
    indexedDB.deleteDatabase(a.db.name);
    await w.quiet();
    expect(a.draft.status().trouble).toMatch(/was deleted/);
    expect(await a.exported()).toContain('"to": "110"');
    await expect(a.setRate(SECOND, '1')).rejects.toMatchObject({ fault: 'deleted' });
  });

  test('[SYNC-28] accepted entries that rotted on disk are not shown as if they were sound', async () => {
    const w = await world();
    const a = await w.computer('u-finance');
    await a.open();
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
    const w = await world();
    const a = await w.computer('u-finance');
    await a.open();
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
