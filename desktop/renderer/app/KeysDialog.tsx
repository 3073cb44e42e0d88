// The keys of the app, for people who ask.
import { Dialog, DialogBody } from '@blueprintjs/core';
import { keyText } from '../kit/index.ts';
import { dialogClosed, useAppDispatch } from '../store/index.ts';

const KEYS: readonly (readonly [keys: string, does: string])[] = [
  ['Ctrl+K', 'Find a document or run a command'],
  ['F6', 'Next region of the window'],
  ['?', 'These keys (F1 also on a cell)'],
  ['F2', 'Edit the cell'],
  ['Enter, Tab', 'Keep the value and move'],
  ['Tab … Enter', 'Next row, where the first Tab was'],
  ['Escape', 'Leave the value as it was'],
  ['Delete', 'Blank the cells'],
  ['Ctrl+Enter', 'Write what is typed into all selected cells'],
  ['Alt+Enter', 'New line in a text'],
  ['Ctrl+D', 'Fill down from the first row'],
  ['Ctrl+R', 'Fill right from the first column'],
  ['Ctrl+;', 'Write today’s date'],
  ['Ctrl+Arrow', 'To the end of a block of cells'],
  ['Ctrl+Shift+Arrow', 'Select to the end of a block'],
  ['Shift+Space', 'Select rows'],
  ['Ctrl+Space', 'Select columns'],
  ['Ctrl+A', 'Select the sheet'],
  ['Ctrl+Home', 'First cell'],
  ['Ctrl+End', 'Last cell'],
  ['Ctrl+C, Ctrl+X, Ctrl+V', 'Copy, cut, paste'],
  ['Ctrl+Z, Ctrl+Y', 'Undo your last change, redo it'],
  ['Ctrl+F', 'Find in the sheet'],
  ['Ctrl+H', 'Replace in the sheet'],
  ['Ctrl+G', 'Go to a row and column'],
  ['Ctrl+Plus', 'Insert a row'],
  ['Ctrl+Minus', 'Remove the selected rows'],
  ['Ctrl+PageDown', 'Next sheet'],
  ['Ctrl+PageUp', 'Sheet before'],
  ['Alt+Down', 'Open the mark at the cell'],
];

export function KeysDialog() {
  const dispatch = useAppDispatch();
  return (
    <Dialog isOpen title="Keys" onClose={() => dispatch(dialogClosed())} transitionDuration={0}>
      <DialogBody useOverflowScrollContainer={false}>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a list longer than the window must scroll by keys alone */}
        <section className="keys-scroll" tabIndex={0} aria-label="List of keys">
          <dl className="kv keys-list">
            {KEYS.map(([keys, does]) => (
              <div key={keys} className="keys-row">
                <dt>{does}</dt>
                <dd>{keyText(keys)}</dd>
              </div>
            ))}
          </dl>
        </section>
      </DialogBody>
    </Dialog>
  );
}
