import { describe, expect, test } from 'vitest';
import { alone, edits, world } from './testKit/opened.ts';
import { FIRST, SECOND } from './testKit/world.ts';

describe('one edit', () => {
  test('[SYNC-1] it is in the view at once, on disk before it is sent, then stored, then verified', async () => {
    const { w, a } = await alone();
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
    const { a } = await alone();
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
    const { w, a } = await alone();
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
    const { w, a } = await alone();
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
    const { w, a } = await alone();
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
    const { w, a } = await alone();
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
    const { w, a } = await alone();
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
    const { w, a } = await alone();
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
    const { w, a } = await alone();
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
    const { w, a } = await alone();
    w.server.refuseNext = { code: 'epoch' };
    await a.setRate(FIRST, '110');
    await w.quiet();
    expect(a.draft.attention()).toEqual([]);
    expect(w.server.draft.sheet('lines').value(FIRST, 'rate')).toBe('110');
  });

  test('[SYNC-11] edits to a version that was frozen meanwhile are kept as frozen items, and editing is denied with the reason', async () => {
    const { w, a } = await alone();
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
    const { w, a } = await alone();
    w.server.refuseNext = { code: 'storage' };
    await a.setRate(FIRST, '110');
    await w.quiet();
    expect(a.draft.status()).toMatchObject({ waiting: 1, trouble: expect.stringContaining('could not write') });
    await w.heal();
    expect(a.draft.status()).toMatchObject({ waiting: 0, trouble: null });
    expect(edits(a)).toHaveLength(1);
  });
});
