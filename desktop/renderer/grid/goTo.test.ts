import { expect, test } from 'vitest';
import { findCells } from './find.ts';
import { MemorySession } from './fixture/memorySession.ts';
import { placeOf } from './goTo.ts';
import { replacements } from './replace.ts';
import { SheetModel } from './sheetModel.ts';

const line = (n: string, cells: Record<string, string> = {}) => ({
  rowId: `r-${n}`,
  line: n,
  product: 'News at 10',
  ...cells,
});
const session = new MemorySession('v-1', {
  terms: [{ rowId: 'r-c', key: 'currency', value: 'USD' }],
  lines: [
    line('1.0', { rate: '100.00' }),
    line('42.0', { rate: '1000.00', status: 'NORMAL' }),
    line('42.0.1'),
    line('7.0'),
  ],
});
const model = new SheetModel(session, 'lines');
const rows = model.rows();

test('[GRID-48] a row is found by its name, by its whole number or its place; a column by the start of its name', () => {
  const to = (asked: string) => {
    const place = placeOf(model, rows, rows[3] ?? null, asked);
    return 'cell' in place ? `${place.cell.rowId} ${place.cell.field}` : place.nothing;
  };
  expect(to('42.0 rate, ')).toBe('No row or column is called “42.0 rate,”.');
  expect(to('42.0 rate')).toBe('r-42.0 rate');
  expect(to('42.0 rate type')).toBe('r-42.0 rateType');
  expect(to('42')).toBe('r-42.0 line');
  expect(to('#3 prog')).toBe('r-42.0.1 product');
  expect(to('status')).toBe('r-7.0 status');
  expect(to('99')).toContain('No row or column');
  expect(to(' ')).toContain('Type a row');
});

test('[GRID-47] replacing writes the text that would be typed, every occurrence, and leaves locked and merely shown cells alone', () => {
  const found = findCells(model, rows, '100');
  expect(replacements(model, found, '100', '25').edits).toEqual([
    { sheet: 'lines', rowId: 'r-1.0', field: 'rate', typed: '25.00' },
    { sheet: 'lines', rowId: 'r-42.0', field: 'rate', typed: '250.00' },
  ]);
  const news = findCells(model, rows, 'NEWS');
  expect(replacements(model, news, 'NEWS', '$& (live)').edits[0]?.typed).toBe('$& (live) at 10');
  expect(replacements(model, news, 'news at 10', '').edits[0]?.typed).toBeNull();
  expect(replacements(model, findCells(model, rows, '1,000'), '1,000', '5')).toMatchObject({ edits: [], left: 1 });
});
