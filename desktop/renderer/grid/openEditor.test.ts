import { describe, expect, it } from 'vitest';
import { type Editor, OpenEditor } from './openEditor.ts';
import type { GridColumn } from './sheetColumns.ts';

const row = { id: 'r-1', ghost: false };
const column: GridColumn = { id: 'rate', label: 'Rate', type: 'rate' };

/** A cell that others may change while its editor stands open, and what was kept of the typing. */
function cell() {
  const kept: string[] = [];
  const state = { value: '100', size: 5, text: '100' };
  const open = new OpenEditor({
    sight: () => ({ value: state.value, seen: String(state.size) }),
    untouched: () => state.value,
    keep: (_row, _column, text, { value, seen }) => kept.push(`${text} upon ${value} at ${seen}`),
  });
  const editor: Editor = { row, column, text: () => state.text };
  return { kept, state, open, editor };
}

describe('an open editor', () => {
  it('[SYNC-40] keeps what was typed however it is taken away, upon what was seen as it opened', async () => {
    const { kept, state, open, editor } = cell();
    const closed = open.opened(editor);
    Object.assign(state, { text: '110', value: '120', size: 6 });
    closed();
    expect(kept).toEqual([]);
    await Promise.resolve();
    expect(kept).toEqual(['110 upon 100 at 5']);
    closed();
    open.keep();
    expect(kept).toHaveLength(1);
  });

  it('[GRID-15] keeps nothing after Escape', async () => {
    const { kept, state, open, editor } = cell();
    const closed = open.opened(editor);
    state.text = '110';
    open.cancelled();
    closed();
    await Promise.resolve();
    expect(kept).toEqual([]);
  });

  it('[SYNC-39] says nothing when nobody touched it, also when the cell changed under it', async () => {
    const { kept, state, open, editor } = cell();
    const closed = open.opened(editor);
    state.value = '120';
    closed();
    await Promise.resolve();
    expect(kept).toEqual([]);
  });

  it('[SYNC-40] kept before the window closes, it goes on from there when the window stays', async () => {
    const { kept, state, open, editor } = cell();
    const closed = open.opened(editor);
    state.text = '110';
    open.keep();
    Object.assign(state, { value: '110', size: 6 });
    open.keep();
    expect(kept).toEqual(['110 upon 100 at 5']);
    state.text = '111';
    closed();
    await Promise.resolve();
    expect(kept).toHaveLength(2);
    expect(kept[1]).toMatch(/^111 upon/);
  });
});
