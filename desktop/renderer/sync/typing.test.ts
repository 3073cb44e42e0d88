import { describe, expect, test } from 'vitest';
import type { CellSight } from './draftSession.ts';
import { together } from './testKit/opened.ts';
import { type Computer, FIRST } from './testKit/world.ts';

const look = (computer: Computer): CellSight => computer.draft.sight('lines', FIRST, 'rate');
const leave = (computer: Computer, typed: string | null, sight: CellSight) =>
  computer.draft.typed({ sheet: 'lines', rowId: FIRST, field: 'rate', typed }, sight);

describe('what is typed while others act', () => {
  test('[SYNC-39] a value that came under the open editor had not been seen: both stand as a contest', async () => {
    const { w, a, b } = await together();
    const sight = look(a);
    await b.setRate(FIRST, '120');
    await w.quiet();
    expect(a.rate(FIRST)).toBe('120');
    await leave(a, '110', sight);
    await w.quiet();
    for (const { draft } of [a, b])
      expect(draft.contests().map(({ values }) => values.map(({ value }) => value))).toEqual([['120', '110']]);
  });

  test('[SYNC-39] typing again what stood there as the editor opened takes back nobody’s value', async () => {
    const { w, a, b } = await together();
    const sight = look(a);
    await b.setRate(FIRST, '120');
    await w.quiet();
    expect(await leave(a, '100', sight)).toMatchObject({ accepted: 0, denied: null });
    await w.quiet();
    expect([a.rate(FIRST), b.rate(FIRST)]).toEqual(['120', '120']);
  });

  test('[SYNC-40] a row removed under the open editor comes back contested, with what was typed', async () => {
    const { w, a, b } = await together();
    const sight = look(a);
    await b.draft.removeRows('lines', [FIRST]);
    await w.quiet();
    expect(a.draft.rowIds('lines')).not.toContain(FIRST);
    await leave(a, '110', sight);
    await w.quiet();
    for (const { draft } of [a, b]) {
      expect(draft.rowIds('lines')).toContain(FIRST);
      expect(draft.value('lines', FIRST, 'rate')).toBe('110');
      expect(draft.contests()).toMatchObject([
        { rowId: FIRST, field: '$dead', values: [{ value: '1' }, { value: '0' }] },
      ]);
    }
  });

  test('[SYNC-40] a row that the same person removed in another window comes back with what was typed', async () => {
    const { w, a } = await together();
    const second = await a.secondWindow();
    const sight = look(a);
    await second.draft.removeRows('lines', [FIRST]);
    await w.healUntil(() => !a.draft.rowIds('lines').includes(FIRST));
    await leave(a, '110', sight);
    await w.healUntil(() => a.draft.status().waiting === 0);
    expect(a.draft.rowIds('lines')).toContain(FIRST);
    expect(w.server.lines()).toContain(`${FIRST}=110`);
    expect(a.draft.contests()).toEqual([]);
    await second.close();
  });

  test('[SYNC-40] a draft that went into review under the open editor: what was typed needs attention, and it is said', async () => {
    const { w, a } = await together();
    const sight = look(a);
    w.server.setState('IN_REVIEW');
    await w.heal();
    expect((await leave(a, '110', sight)).denied).toBe('This version is no draft any more. What you typed is kept.');
    await w.heal();
    expect(a.draft.attention().map(({ code, from, to }) => [code, from, to])).toEqual([['frozen', '100', '110']]);
    expect(a.rate(FIRST)).toBe('100');
    expect(a.draft.status()).toMatchObject({ waiting: 0 });
  });

  test('[SYNC-40] the same offline, over a restart, and without a value that fits', async () => {
    const { w, a } = await together();
    const sight = look(a);
    w.server.setState('IN_REVIEW');
    await w.heal();
    a.offline();
    await leave(a, '110', sight);
    await leave(a, '1,2,3', sight);
    await a.restart();
    await a.open();
    expect(a.draft.marks('lines', FIRST, 'rate').invalid?.typed).toBe('1,2,3');
    expect(await a.exported()).toContain('"to": "110"');
    a.online();
    await w.heal();
    expect(a.draft.attention().map(({ to }) => to)).toEqual(['110']);
  });
});
