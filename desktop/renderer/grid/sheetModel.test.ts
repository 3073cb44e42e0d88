// @vitest-environment happy-dom
import { beforeEach, describe, expect, it } from 'vitest';
import { readCell, spokenCell as spoken, stateWords, unitWords } from './cellWords.ts';
import { findCells } from './find.ts';
import { MemorySession } from './fixture/memorySession.ts';
import { TOTAL_COLUMN } from './lineTotal.ts';
import { rowTest } from './rowFilter.ts';
import type { GridColumn } from './sheetColumns.ts';
import { SheetModel } from './sheetModel.ts';

const line = (rowId: string, cells: Record<string, string>) => ({
  rowId,
  line: rowId.slice(2),
  product: 'Jeopardy',
  from: '2016-11-07',
  to: '2016-11-07',
  rateType: 'SPOT',
  quantity: '1',
  rate: '4000.00',
  ...cells,
});

const spokenCell = (of: SheetModel, at: { id: string; ghost: boolean }, column: GridColumn, peers: string[]) =>
  spoken(of, at, column, readCell(of, at, column), peers);

let draft: MemorySession;
let model: SheetModel;
const column = (id: string): GridColumn => {
  const found = model.column(id);
  if (found === undefined) throw new Error(`no column ${id}`);
  return found;
};
const row = (id: string) => ({ id, ghost: false });

beforeEach(() => {
  draft = new MemorySession('v-1', {
    terms: [{ rowId: 'r-cur', key: 'currency', value: 'USD' }],
    lines: [line('r-42.0', {}), line('r-43.0', { rate: '400.00' })],
  });
  model = new SheetModel(draft, 'lines', 'en');
});

describe('SheetModel', () => {
  it('[GRID-60] shows a computed, locked Total after the rate, in the currency of the terms', () => {
    const ids = model.columns.map((known) => known.id);
    expect(ids.indexOf(TOTAL_COLUMN)).toBe(ids.indexOf('rate') + 1);
    expect(model.header(column(TOTAL_COLUMN))).toBe('Total, USD');
    expect(model.text(row('r-42.0'), column(TOTAL_COLUMN))).toBe('4,000.00');
    expect(model.denial(row('r-42.0'), column(TOTAL_COLUMN))).toMatch(/worked out here/);
  });

  it('[GRID-80] redline tells added, changed and removed rows, and removed ones stand where they were', () => {
    const base = new Map([
      ['r-41.0', line('r-41.0', {})],
      ['r-42.0', line('r-42.0', { rate: '2800.00' })],
    ]);
    model.setBase(base, true);
    expect(model.rows()).toEqual([{ id: 'r-41.0', ghost: true }, row('r-42.0'), row('r-43.0')]);
    expect(model.rows().map((known) => model.rowChange(known))).toEqual(['removed', 'changed', 'added']);
    expect(model.isChanged(row('r-42.0'), 'rate')).toBe(true);
    expect(model.isChanged(row('r-42.0'), TOTAL_COLUMN)).toBe(true);
    expect(model.isChanged(row('r-43.0'), 'rate')).toBe(false);
    expect(model.denial({ id: 'r-41.0', ghost: true }, column('rate'))).toMatch(/was removed/);
  });

  it('[GRID-81] a misfit shows what was typed and says why', async () => {
    await draft.edit([{ sheet: 'lines', rowId: 'r-42.0', field: 'rate', typed: '1.234,56' }]);
    expect(model.text(row('r-42.0'), column('rate'))).toBe('1.234,56');
    expect(model.value(row('r-42.0'), 'rate')).toBe('4000.00');
    expect(stateWords(model, row('r-42.0'), column('rate'))?.tone).toBe('bad');
  });

  it('[UI-30] a cell says its column, its value and then its marks', () => {
    const write = { userId: 'u', userName: 'Finance', deviceId: 'd', at: '2016-11-08T09:11:00.000Z' };
    draft.contest({
      sheet: 'lines',
      rowId: 'r-42.0',
      field: 'rate',
      values: [
        { ...write, value: '4000.00', index: '7' },
        { ...write, value: '2800.00', index: '8' },
      ],
    });
    expect(spokenCell(model, row('r-42.0'), column('rate'), ['Reviewer'])).toBe(
      'Rate, 4,000.00, contested, two values, Reviewer is here',
    );
    expect(stateWords(model, row('r-42.0'), column('rate'))).toEqual({
      tone: 'warn',
      text: 'Contested: 2,800.00 was written at the same time',
    });
    expect(unitWords(model, row('r-42.0'), column('rate'))).toBe('USD per spot');
    expect(spokenCell(model, row('r-42.0'), column(TOTAL_COLUMN), [])).toBe('Total, 4,000.00, locked');
  });

  it('[GRID-45] finds by stored and by shown text, ignoring case and grouping', () => {
    const rows = model.rows();
    expect(findCells(model, rows, '4,000').map((cell) => cell.field)).toEqual(['rate', TOTAL_COLUMN]);
    expect(findCells(model, rows, 'nov 7')).toHaveLength(4);
    expect(findCells(model, rows, 'JEOPARDY')).toHaveLength(2);
    expect(findCells(model, rows, '  ')).toEqual([]);
  });

  it('[GRID-46] filters by text in one column and by mark', async () => {
    const by = (text: string, field: string | null, mark: 'any' | 'waiting' | 'changed') =>
      model.rows().filter(rowTest({ text, field, mark }, model)).length;
    expect(by('400', 'rate', 'any')).toBe(2);
    expect(by('43', 'line', 'any')).toBe(1);
    expect(by('', null, 'waiting')).toBe(0);
    await draft.edit([{ sheet: 'lines', rowId: 'r-42.0', field: 'rate', typed: '1' }]);
    expect(by('', null, 'waiting')).toBe(1);
  });
});
