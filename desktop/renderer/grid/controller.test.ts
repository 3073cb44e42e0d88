// @vitest-environment happy-dom
// The controller over a draft in memory, without AG Grid's layout (which needs a real browser; e2e drives that).
import type { GridApi } from 'ag-grid-community';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { todayIso } from '../kit/dates.ts';
import { GridController } from './controller.ts';
import { MemorySession } from './fixture/memorySession.ts';
import { SILENT_LISTENER } from './fixture/silentListener.ts';
import type { GridListener } from './gridListener.ts';
import { selectCell } from './ranges.ts';
import type { GridRow } from './sheetModel.ts';

const line = (n: number, cells: Record<string, string> = {}) => ({
  rowId: `r-${n}`,
  line: `${n}.0`,
  product: `Program ${n}`,
  rateType: 'SPOT',
  quantity: String(n),
  rate: '100.00',
  ...cells,
});

/** The few calls the controller makes of the grid, answered from a plain list. */
function listApi(start: GridRow[]) {
  let rows = start;
  const node = (id: string) => {
    const rowIndex = rows.findIndex((row) => row.id === id);
    return rowIndex < 0 ? undefined : { rowIndex, data: rows[rowIndex] };
  };
  return {
    getDisplayedRowCount: () => rows.length,
    getDisplayedRowAtIndex: (i: number) => ({ data: rows[i] }),
    getRowNode: node,
    getFirstDisplayedRowIndex: () => 0,
    getLastDisplayedRowIndex: () => rows.length - 1,
    getFocusedCell: () => null,
    getRenderedNodes: () => rows.map((row) => node(row.id)),
    getColumn: () => ({ getActualWidth: () => 80 }),
    setColumnWidths: vi.fn(),
    refreshCells: vi.fn(),
    refreshHeader: vi.fn(),
    stopEditing: vi.fn(),
    ensureIndexVisible: vi.fn(),
    ensureColumnVisible: vi.fn(),
    setFocusedCell: vi.fn(),
    onFilterChanged: vi.fn(),
    addEventListener: vi.fn(),
    setGridOption: (_name: string, next: GridRow[]) => {
      rows = next;
    },
    applyTransaction: ({ add, remove, addIndex }: { add: GridRow[]; remove: GridRow[]; addIndex: number }) => {
      rows = rows.filter((row) => !remove.some((gone) => gone.id === row.id));
      rows.splice(addIndex, 0, ...add);
    },
  };
}

let draft: MemorySession;
let controller: GridController;
const said: string[] = [];
const rate = (id: string) => draft.value('lines', id, 'rate');

const listener: GridListener = {
  ...SILENT_LISTENER,
  onDenied: (reason) => said.push(`denied: ${reason}`),
  onMessage: (text) => said.push(text),
};

beforeEach(() => {
  said.length = 0;
  draft = new MemorySession('v-1', {
    terms: [{ rowId: 'r-cur', key: 'currency', value: 'USD' }],
    lines: [line(1), line(2, { rate: '200.00' }), line(3, { rate: '300.00' })],
  });
  controller = new GridController(draft, 'lines', listener);
  const api = listApi(controller.rows());
  controller.attach(api as unknown as GridApi<GridRow>, document.createElement('div'));
});

const column = (id: string) => controller.model.columns.findIndex((known) => known.id === id);
const select = (row: number, field: string) => controller.selection?.set(selectCell({ row, column: column(field) }));
const order = () => [0, 1, 2, 3].map((i) => controller.rowAt(i)?.id).filter((id) => id !== undefined);

describe('a sheet under keys', () => {
  it('[GRID-22] a paste writes its block as one undo step, and leaves locked cells with a word', async () => {
    select(0, 'quantity');
    controller.paste('7\tSpot\t55\t9');
    await vi.waitFor(() => expect(said).toContain('1 locked cell was left alone.'));
    expect(rate('r-1')).toBe('55');
    expect(draft.value('lines', 'r-1', 'quantity')).toBe('7');
    await draft.undo();
    expect([rate('r-1'), draft.value('lines', 'r-1', 'quantity')]).toEqual(['100.00', '1']);
  });

  it('[GRID-23] a paste beyond the last row makes rows', async () => {
    select(2, 'rate');
    controller.paste('1\n2\n3');
    await vi.waitFor(() => expect(draft.rowIds('lines')).toHaveLength(5));
    expect(draft.rowIds('lines').slice(3).map(rate)).toEqual(['2', '3']);
    await vi.waitFor(() => expect(said).toContain('2 rows added below the last one.'));
  });

  it('[GRID-23] the selection covers all that was pasted, the added rows too, and no longer once it is elsewhere', async () => {
    const selected = () => controller.selectedRects();
    select(1, 'quantity');
    controller.paste('7\tSpot\n8\tSpot\n9\tSpot\n10\tSpot');
    const [left, right] = [column('quantity'), column('rateType')];
    await vi.waitFor(() => expect(selected()).toEqual([{ top: 1, bottom: 4, left, right }]));
    expect(controller.active()?.row.id).toBe('r-2');
    controller.paste('11\tSpot\n12\tSpot\n13\tSpot\n14\tSpot\n15\tSpot');
    select(0, 'rate');
    await vi.waitFor(() => expect(said).toContain('1 row added below the last one.'));
    expect(selected()).toEqual([{ top: 0, bottom: 0, left: column('rate'), right: column('rate') }]);
  });

  it('[GRID-34] Ctrl+D copies the first row down', async () => {
    select(0, 'rate');
    controller.commands.move('down', { extend: true, far: false });
    controller.commands.fillDown();
    await vi.waitFor(() => expect(rate('r-2')).toBe('100.00'));
    expect(rate('r-3')).toBe('300.00');
  });

  it('[GRID-16] a frozen version refuses a write with its reason and changes nothing', () => {
    draft.setDenial('This version is in review.');
    select(0, 'rate');
    expect(controller.commands.deniesWriting()).toBe(true);
    controller.commands.insertRows();
    controller.commands.removeRows();
    expect(said).toEqual(Array.from({ length: 3 }, () => 'denied: This version is in review.'));
    expect(draft.rowIds('lines')).toHaveLength(3);
  });

  it('[GRID-26] Ctrl+Enter writes the open editor into every selected cell as one step; locked cells are left alone with a word', async () => {
    select(0, 'rate');
    controller.commands.move('down', { extend: true, far: false });
    controller.commands.move('right', { extend: true, far: false });
    const [row, edited] = [controller.rowAt(0), controller.model.column('rate')];
    if (row === null || edited === undefined) throw new Error('The first rate is not there.');
    controller.editor.opened({ row, column: edited, text: () => '75' });
    controller.commands.commitToAll();
    await vi.waitFor(() => expect(said).toContain('2 locked cells were left alone.'));
    expect(['r-1', 'r-2', 'r-3'].map(rate)).toEqual(['75', '75', '300.00']);
    await draft.undo();
    expect(['r-1', 'r-2'].map(rate)).toEqual(['100.00', '200.00']);
  });

  it('[GRID-26] [SYNC-39] what came into the cell under the open editor had not been seen: it is typed upon what was', async () => {
    const typed = vi.spyOn(draft, 'typed');
    select(0, 'rate');
    controller.commands.move('down', { extend: true, far: false });
    const [row, edited] = [controller.rowAt(0), controller.model.column('rate')];
    if (row === null || edited === undefined) throw new Error('The first rate is not there.');
    controller.editor.opened({ row, column: edited, text: () => '75' });
    draft.remote('lines', 'r-1', 'rate', '111.00');
    controller.commands.commitToAll();
    await vi.waitFor(() => expect(rate('r-2')).toBe('75'));
    expect(typed).toHaveBeenCalledWith(expect.objectContaining({ rowId: 'r-1', typed: '75' }), {
      value: '100.00',
      seen: '0',
    });
  });

  it('[GRID-63] names of terms are written as their keys, typed, pasted and below the last row', async () => {
    draft = new MemorySession('v-2', { terms: [{ rowId: 'r-a', key: 'currency', value: 'USD' }, { rowId: 'r-b' }] });
    controller = new GridController(draft, 'terms', listener);
    controller.attach(listApi(controller.rows()) as unknown as GridApi<GridRow>, document.createElement('div'));
    controller.selection?.set(selectCell({ row: 1, column: 0 }));
    controller.paste('Time zone\tAmerica/New_York\nBilling calendar\tBroadcast\nLate fee\t1.5');
    await vi.waitFor(() => expect(draft.rowIds('terms')).toHaveLength(4));
    expect(draft.rowIds('terms').map((id) => draft.value('terms', id, 'key'))).toEqual([
      'currency',
      'timeZone',
      'billingCalendar',
      'Late fee',
    ]);
  });

  it('[GRID-50] sorting orders the view once; an edit afterwards moves nothing; the document keeps its order', async () => {
    controller.order.sort({ field: 'rate', direction: 'descending' });
    expect(order()).toEqual(['r-3', 'r-2', 'r-1']);
    await draft.edit([{ sheet: 'lines', rowId: 'r-1', field: 'rate', typed: '999' }]);
    expect(order()).toEqual(['r-3', 'r-2', 'r-1']);
    expect(draft.rowIds('lines')).toEqual(['r-1', 'r-2', 'r-3']);
    controller.order.sort(null);
    expect(order()).toEqual(['r-1', 'r-2', 'r-3']);
  });

  it('[GRID-71] the selection stays on its row when somebody inserts above it', async () => {
    select(2, 'rate');
    await draft.insertRows('lines', 'r-1', [{}]);
    expect(controller.active()?.row.id).toBe('r-3');
    expect(order()).toHaveLength(4);
  });

  it('[GRID-13] Enter after Tabs goes to the next row, where the first Tab was; going elsewhere ends the run', () => {
    const at = () => [controller.active()?.row.id, controller.active()?.column.id];
    select(0, 'quantity');
    for (const direction of ['right', 'right', 'down'] as const) controller.commands.advance(direction);
    expect(at()).toEqual(['r-2', 'quantity']);
    for (const direction of ['right', 'left', 'right', 'down'] as const) controller.commands.advance(direction);
    expect(at()).toEqual(['r-3', 'quantity']);
    select(0, 'quantity');
    controller.commands.advance('right');
    controller.commands.move('right', { extend: false, far: false });
    controller.commands.advance('down');
    expect(at()).toEqual(['r-2', 'rate']);
  });

  it('[GRID-19] Ctrl+; writes the day it is on this computer into the active cell, as one step', async () => {
    select(1, 'from');
    controller.commands.today();
    await vi.waitFor(() => expect(draft.value('lines', 'r-2', 'from')).toBe(todayIso()));
    await draft.undo();
    expect(draft.value('lines', 'r-2', 'from')).toBeNull();
  });

  it('[GRID-52] a sheet is come back to at the cell where it was left, also when rows came above it', async () => {
    select(1, 'rate');
    controller.detach();
    await draft.insertRows('lines', 'r-1', [{}]);
    const back = new GridController(draft, 'lines', listener);
    back.attach(listApi(back.rows()) as unknown as GridApi<GridRow>, document.createElement('div'));
    expect([back.active()?.row.id, back.active()?.column.id]).toEqual(['r-2', 'rate']);
  });

  it('[GRID-13] Enter walks down, Tab to the right', () => {
    select(0, 'quantity');
    controller.commands.advance('down');
    controller.commands.advance('right');
    expect(controller.active()?.row.id).toBe('r-2');
    expect(controller.active()?.column.id).toBe('rateType');
  });
});
