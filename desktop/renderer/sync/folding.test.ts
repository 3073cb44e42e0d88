import { describe, expect, test } from 'vitest';
import { alone, edits, together } from './testKit/opened.ts';
import { FIRST, SECOND } from './testKit/world.ts';

describe('a draft that the server folds', () => {
  test('[SYNC-50] the view stays as it is, and what is typed next is stored under another epoch', async () => {
    const { w, a, b } = await together();
    await a.setRate(FIRST, '110');
    await w.quiet();
    await w.server.fold();
    await w.quiet();
    expect([a.rate(FIRST), b.rate(FIRST), b.rate(SECOND)]).toEqual(['110', '110', '200']);
    await a.setRate(FIRST, '120');
    await b.setRate(SECOND, '210');
    await w.quiet();
    expect([a.rate(SECOND), b.rate(FIRST)]).toEqual(['210', '120']);
    expect(new Set(edits(a).map(({ entry }) => entry.epoch)).size).toBe(3);
    expect(w.server.draft.contests()).toEqual([]);
  });

  test('[SYNC-50] a batch in flight stays in sight over the fold and is made again, once', async () => {
    const { w, a, b } = await together();
    await b.setRate(SECOND, '210');
    await w.quiet();
    await a.setRate(FIRST, '110');
    await a.idle();
    await w.server.fold();
    a.network.live[0]?.deliverDown();
    await a.idle();
    expect(a.rate(FIRST)).toBe('110');
    expect(a.draft.marks('lines', FIRST, 'rate').waiting).toBe(true);
    await w.heal();
    expect(a.draft.status()).toMatchObject({ waiting: 0, trouble: null });
    expect(a.draft.attention()).toEqual([]);
    expect([a.rate(FIRST), b.rate(FIRST)]).toEqual(['110', '110']);
    expect(edits(a)).toHaveLength(2);
  });

  test('[SYNC-50] however often a draft is folded while a batch is under way, nothing goes to Needs attention', async () => {
    const { w, a, b } = await together();
    for (let i = 0; i < 6; i += 1) {
      await a.setRate(FIRST, `11${i}`);
      await a.idle();
      await b.setRate(SECOND, `21${i}`);
      await b.idle();
      b.network.live[0]?.deliverUp();
      await w.server.idle();
      await w.server.fold();
    }
    await w.heal();
    expect([...a.draft.attention(), ...b.draft.attention()]).toEqual([]);
    expect([b.rate(FIRST), a.rate(SECOND)]).toEqual(['115', '215']);
  });

  test('[SYNC-50] edits made offline before a fold replay onto it after a restart, and contest what they had not seen', async () => {
    const { w, a, b } = await together();
    a.offline();
    await a.setRate(FIRST, '110');
    await b.setRate(FIRST, '120');
    await w.quiet();
    await w.server.fold();
    await a.restart();
    await a.open();
    a.online();
    await w.heal();
    expect(a.draft.status().waiting).toBe(0);
    expect(a.draft.contests()).toHaveLength(1);
    expect(a.draft.contests()[0]?.values.map(({ value }) => value)).toEqual(['120', '110']);
    expect(a.lines()).toBe(b.lines());
  });

  test('[SYNC-50] a second window follows over a fold, also with a batch of the first one in flight', async () => {
    const { w, a } = await alone();
    const second = await a.secondWindow();
    await a.setRate(FIRST, '110');
    await w.quiet();
    await a.setRate(SECOND, '210');
    await a.idle();
    await w.server.fold();
    a.network.live[0]?.deliverDown();
    await a.idle();
    await second.idle();
    expect([second.rate(FIRST), second.rate(SECOND)]).toEqual(['110', '210']);
    await w.heal();
    await second.idle();
    expect(second.lines()).toBe(w.server.lines());
  });

  test('[SYNC-51] a fold that loses rows ends the sync of the draft: it says so, shows what was accepted and keeps the work', async () => {
    const { w, a } = await alone();
    await a.setRate(FIRST, '110');
    await w.quiet();
    await w.server.fold('noRows');
    await w.heal();
    expect(a.draft.status().trouble).toMatch(/fold/);
    expect(a.rate(FIRST)).toBe('110');
    await a.setRate(SECOND, '210');
    expect(a.draft.status().waiting).toBe(1);
    await a.restart();
    await a.open();
    await w.heal();
    expect(a.draft.status()).toMatchObject({ trouble: expect.stringMatching(/fold/), waiting: 1 });
    expect([a.rate(FIRST), a.rate(SECOND)]).toEqual(['110', '210']);
  });
});
