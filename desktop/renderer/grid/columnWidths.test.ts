// @vitest-environment happy-dom
import { beforeEach, describe, expect, it } from 'vitest';
import { cellWidth, fittedWidth, headerWidth, isFitted } from './columnWidths.ts';
import { MemorySession } from './fixture/memorySession.ts';
import type { GridColumn } from './sheetColumns.ts';
import { SheetModel } from './sheetModel.ts';

const line = (rowId: string, rate: string) => ({
  rowId,
  line: rowId.slice(2),
  product: 'A product with a rather long name',
  rateType: 'SPOT',
  quantity: '1',
  rate,
});
let model: SheetModel;
const column = (id: string): GridColumn => {
  const found = model.column(id);
  if (found === undefined) throw new Error(`no column ${id}`);
  return found;
};
const row = (id: string) => ({ id, ghost: false });

beforeEach(() => {
  const rows = [line('r-1', '4.00'), line('r-2', '4000000.00'), line('r-3', `1${'0'.repeat(40)}.00`)];
  model = new SheetModel(new MemorySession('v-1', { lines: rows }), 'lines', 'en');
});

describe('widths of columns', () => {
  it('[GRID-74] fit figures and dates, and leave words alone', () => {
    expect(['rate', 'quantity', 'from', 'product'].map((id) => isFitted(column(id)))).toEqual([
      true,
      true,
      true,
      false,
    ]);
  });

  it('[GRID-74] hold the longest figure of the rows, never less than the header, and end somewhere', () => {
    const rate = column('rate');
    const least = Math.max(48, headerWidth(model, rate));
    expect(fittedWidth(model, rate, [])).toBe(least);
    const [short, long] = [cellWidth(model, row('r-1'), rate), cellWidth(model, row('r-2'), rate)];
    expect(long).toBeGreaterThan(short);
    expect(fittedWidth(model, rate, [row('r-1'), row('r-2')])).toBe(Math.max(least, long));
    expect(fittedWidth(model, rate, [row('r-3')])).toBe(260);
    expect(fittedWidth(model, rate, [row('r-3')], 300)).toBe(300);
  });
});
