// @vitest-environment happy-dom
import { expect, it } from 'vitest';
import { CellEditor, type CellEditorParams } from './CellEditor.ts';
import { GridController } from './controller.ts';
import { MemorySession } from './fixture/memorySession.ts';
import { SILENT_LISTENER } from './fixture/silentListener.ts';

const nothing = () => undefined;

function opened(field: string, eventKey: string | null) {
  const draft = new MemorySession('v-1', { clauses: [{ rowId: 'r-1', key: '4.1', text: 'first\nsecond' }] });
  const controller = new GridController(draft, 'clauses', SILENT_LISTENER);
  const spec = controller.model.column(field);
  if (spec === undefined) throw new Error(`no column ${field}`);
  const editor = new CellEditor();
  const params = { controller, spec, data: { id: 'r-1', ghost: false }, eventKey, stopEditing: nothing };
  editor.init(params as unknown as CellEditorParams);
  document.body.replaceChildren(editor.getGui());
  editor.afterGuiAttached();
  return { draft, editor };
}

it('[GRID-27] an editor that nobody touched leaves the line breaks of a text as they are, and Alt+Enter makes one', async () => {
  const { draft, editor } = opened('text', 'F2');
  expect(editor.getValue()).toBe('first\nsecond');
  editor.destroy();
  await Promise.resolve();
  expect(draft.value('clauses', 'r-1', 'text')).toBe('first\nsecond');

  const again = opened('text', 'F2');
  const field = again.editor.getGui() as HTMLTextAreaElement;
  field.setSelectionRange(5, 5);
  const press = new KeyboardEvent('keydown', { key: 'Enter', altKey: true, cancelable: true, bubbles: true });
  field.dispatchEvent(press);
  expect(press.defaultPrevented).toBe(true);
  expect(again.editor.getValue()).toBe('first\n\nsecond');
});
