// Find in the open sheet: Enter goes to the next place, Shift+Enter to the one before, Escape closes.
import { ChevronDown, ChevronUp, Cross } from '@blueprintjs/icons';
import { useMemo, useState } from 'react';
import { useDraftView } from '../../app/engineContext.tsx';
import type { GridController } from '../../grid/controller.ts';
import { Action, countText } from '../../kit/index.ts';

export function FindRow({
  controller,
  onClose,
}: {
  readonly controller: GridController;
  readonly onClose: () => void;
}) {
  const [text, setText] = useState('');
  const [at, setAt] = useState(-1);
  const view = useDraftView(controller.session);
  // biome-ignore lint/correctness/useExhaustiveDependencies: cells changed when `view` grows.
  const found = useMemo(() => controller.findAll(text), [controller, text, view]);
  const go = (by: 1 | -1) => {
    if (found.length === 0) return;
    const next = (at + by + found.length) % found.length;
    const cell = found[next];
    setAt(next);
    if (cell === undefined) return;
    const field = document.activeElement;
    controller.goToCell(cell.rowId, cell.field);
    // The grid took the focus with the cell; typing goes on in the field.
    if (field instanceof HTMLElement) requestAnimationFrame(() => field.focus());
  };
  const place =
    found.length === 0
      ? text === ''
        ? ''
        : 'Not in this sheet'
      : `${at < 0 ? '' : `${countText(at + 1)} of `}${countText(found.length)}`;
  return (
    <search className="find-row" aria-label="Find">
      <input
        className="bp6-input"
        value={text}
        placeholder="Find in this sheet"
        aria-label="Find in this sheet"
        // biome-ignore lint/a11y/noAutofocus: the row was opened to type here.
        autoFocus
        onChange={(event) => {
          setText(event.target.value);
          setAt(-1);
        }}
        onKeyDown={(event) => {
          if (event.key === 'Enter') go(event.shiftKey ? -1 : 1);
          if (event.key === 'Escape') {
            onClose();
            controller.focus();
          }
        }}
      />
      <Action tone="minimal" small iconOnly icon={<ChevronUp size={14} />} text="Before" onClick={() => go(-1)} />
      <Action tone="minimal" small iconOnly icon={<ChevronDown size={14} />} text="Next" onClick={() => go(1)} />
      <span className="muted" role="status">
        {place}
      </span>
      <span className="grow" />
      <Action tone="minimal" small iconOnly icon={<Cross size={14} />} text="Close find" onClick={onClose} />
    </search>
  );
}
