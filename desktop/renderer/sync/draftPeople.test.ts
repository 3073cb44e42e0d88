import { describe, expect, test } from 'vitest';
import { alone, edits, together } from './testKit/opened.ts';
import { FIRST, SECOND, THIRD } from './testKit/world.ts';

describe('several people', () => {
  test('[SYNC-13] two writes that had not seen each other are a contest on both computers, settled by a choice', async () => {
    const { w, a, b } = await together();
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
    const { w, a, b } = await together();
    b.draft.rowIds('lines');
    const seen: string[] = [];
    b.draft.onView(({ rowIds, remote }) => seen.push(`${remote} ${rowIds?.join()}`));
    await a.setRate(THIRD, '310');
    await w.quiet();
    expect(seen).toEqual([`true ${THIRD}`]);
    expect(b.rate(THIRD)).toBe('310');
  });

  test('[SYNC-15] a second window of one profile edits through the same queue and follows', async () => {
    const { w, a } = await alone();
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
    const { w, a } = await alone();
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
    const { w, a, b } = await together();
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
    const { w, a } = await alone();
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
    const { a } = await alone();
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
