// Find in the open sheet, and replace: Enter goes to the next place, Shift+Enter to the one before, Escape closes.
import { ChevronDown, ChevronUp, Cross } from '@blueprintjs/icons';
import { useMemo, useState } from 'react';
import { useDraftView } from '../../app/engineContext.tsx';
import type { GridController } from '../../grid/controller.ts';
import type { FoundCell } from '../../grid/find.ts';
import { Action, countOf, countText } from '../../kit/index.ts';
import { RowField } from './RowField.tsx';

export function FindRow({
  controller,
  replacing,
  onClose,
}: {
  readonly controller: GridController;
  readonly replacing: boolean;
  readonly onClose: () => void;
}) {
  const [text, setText] = useState('');
  const [by, setBy] = useState('');
  const [at, setAt] = useState(-1);
  const [said, setSaid] = useState('');
  useDraftView(controller.session);
  const { valuesTurn } = controller;
  // biome-ignore lint/correctness/useExhaustiveDependencies: cells changed when `valuesTurn` grows.
  const found = useMemo(() => controller.finder.findAll(text), [controller, text, valuesTurn]);
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
  const close = () => {
    onClose();
    controller.focus();
  };
  const replace = (cells: readonly FoundCell[]) => {
    const left = controller.finder.replace(cells, text, by);
    setSaid(left === 0 ? '' : `${countOf(left, 'cell')} left alone: locked, or shown in other words`);
  };
  const here = found[at];
  const place =
    found.length === 0
      ? text === ''
        ? ''
        : 'Not in this sheet'
      : `${at < 0 ? '' : `${countText(at + 1)} of `}${countText(found.length)}`;
  return (
    <search className="find-row" aria-label="Find">
      <RowField
        value={text}
        placeholder="Find in this sheet"
        first
        onText={(typed) => {
          setText(typed);
          setAt(-1);
          setSaid('');
        }}
        onEnter={(event) => go(event.shiftKey ? -1 : 1)}
        onEscape={close}
      />
      <Action tone="minimal" small iconOnly icon={<ChevronUp size={14} />} text="Before" onClick={() => go(-1)} />
      <Action tone="minimal" small iconOnly icon={<ChevronDown size={14} />} text="Next" onClick={() => go(1)} />
      {replacing && (
        <>
          <RowField
            value={by}
            placeholder="Replace with"
            onText={setBy}
            onEnter={() => here !== undefined && replace([here])}
            onEscape={close}
          />
          <Action
            small
            text="Replace"
            denied={here === undefined ? 'Go to a place with Next first.' : controller.session.editDenial()}
            onClick={() => here !== undefined && replace([here])}
          />
          <Action
            small
            text={`Replace all${found.length === 0 ? '' : ` ${countText(found.length)}`}`}
            denied={found.length === 0 ? 'Nothing to replace.' : controller.session.editDenial()}
            onClick={() => replace(found)}
          />
        </>
      )}
      <span className="muted" role="status">
        {said === '' ? place : said}
      </span>
      <span className="grow" />
      <Action tone="minimal" small iconOnly icon={<Cross size={14} />} text="Close find" onClick={close} />
    </search>
  );
}
