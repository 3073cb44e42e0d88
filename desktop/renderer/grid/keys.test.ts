// @vitest-environment happy-dom
import { describe, expect, it } from 'vitest';
import { type GridCommands, handleKey } from './keys.ts';

function recorder(options: { typing?: boolean; denied?: boolean } = {}) {
  const done: string[] = [];
  const note =
    (name: string) =>
    (...details: unknown[]) => {
      done.push([name, ...details.map((d) => (typeof d === 'object' ? JSON.stringify(d) : String(d)))].join(' '));
    };
  const commands = new Proxy({} as GridCommands, {
    get: (_target, name: string) => {
      if (name === 'isTyping') return () => options.typing === true;
      if (name === 'deniesWriting')
        return () => {
          note('deniesWriting')();
          return options.denied === true;
        };
      return note(name);
    },
  });
  return { done, commands };
}
const press = (key: string, init: KeyboardEventInit = {}) =>
  new KeyboardEvent('keydown', { key, ...init, cancelable: true });

describe('keys of the grid', () => {
  it('[GRID-14] Enter, Tab, arrows and their Shift forms move; Ctrl jumps; Shift extends', () => {
    const { done, commands } = recorder();
    for (const event of [
      press('Enter'),
      press('Tab', { shiftKey: true }),
      press('ArrowDown'),
      press('ArrowRight', { ctrlKey: true, shiftKey: true }),
    ])
      expect(handleKey(event, false, commands)).toBe(true);
    expect(done).toEqual([
      'advance down',
      'advance left',
      'move down {"extend":false,"far":false}',
      'move right {"extend":true,"far":true}',
    ]);
  });

  it('[GRID-15] arrows keep a typed value and move; inside F2 editing they stay in the text', () => {
    const typing = recorder({ typing: true });
    expect(handleKey(press('ArrowDown'), true, typing.commands)).toBe(true);
    expect(typing.done).toEqual(['commit', 'move down {"extend":false,"far":false}']);
    const editing = recorder();
    expect(handleKey(press('ArrowDown'), true, editing.commands)).toBe(false);
    expect(handleKey(press('Escape'), true, editing.commands)).toBe(false);
    expect(editing.done).toEqual(['cancel']);
  });

  it('[GRID-26] [GRID-27] Ctrl+Enter goes to every selected cell from an open editor only; Alt+Enter stays in the text', () => {
    const { done, commands } = recorder();
    expect(handleKey(press('Enter', { ctrlKey: true }), true, commands)).toBe(true);
    expect(handleKey(press('Enter', { ctrlKey: true }), false, commands)).toBe(true);
    expect(handleKey(press('Enter', { altKey: true }), true, commands)).toBe(false);
    expect(done).toEqual(['commitToAll']);
  });

  it('[GRID-16] Delete, typing and F2 where writing is denied say why and open nothing', () => {
    const { done, commands } = recorder({ denied: true });
    for (const key of ['Delete', 'F2', '7']) expect(handleKey(press(key), false, commands)).toBe(true);
    expect(done).toEqual(['deniesWriting', 'deniesWriting', 'deniesWriting']);
  });

  it('[GRID-17] Ctrl+C, X and V are left to the clipboard events', () => {
    const { done, commands } = recorder();
    for (const key of ['c', 'x', 'v']) expect(handleKey(press(key, { ctrlKey: true }), false, commands)).toBe(false);
    expect(done).toEqual([]);
  });

  it('[GRID-19] Ctrl+; writes today where writing is allowed, and says why where it is not', () => {
    const allowed = recorder();
    expect(handleKey(press(';', { ctrlKey: true }), false, allowed.commands)).toBe(true);
    expect(allowed.done).toEqual(['deniesWriting', 'today']);
    const denied = recorder({ denied: true });
    handleKey(press(';', { ctrlKey: true }), false, denied.commands);
    expect(denied.done).toEqual(['deniesWriting']);
  });

  it('[GRID-18] undo, redo, select all, fill, find, first and last cell', () => {
    const { done, commands } = recorder();
    for (const key of ['z', 'y', 'a', 'd', 'f', 'Home', 'End'])
      handleKey(press(key, { ctrlKey: true }), false, commands);
    expect(done).toEqual([
      'undo',
      'redo',
      'selectAll',
      'deniesWriting',
      'fillDown',
      'ask find',
      'firstCell false',
      'lastCell false',
    ]);
  });
});
