// Going to a cell by name: a row and the start of a column's name. Enter goes there and gives the keys back to the grid.
import { Cross } from '@blueprintjs/icons';
import { useState } from 'react';
import type { GridController } from '../../grid/controller.ts';
import { placeOf } from '../../grid/goTo.ts';
import { Action } from '../../kit/index.ts';
import { RowField } from './RowField.tsx';

export function GoToRow({
  controller,
  onClose,
}: {
  readonly controller: GridController;
  readonly onClose: () => void;
}) {
  const [text, setText] = useState('');
  const [nothing, setNothing] = useState('');
  const close = () => {
    onClose();
    controller.focus();
  };
  const go = () => {
    const place = placeOf(controller.model, controller.finder.displayed(), controller.active()?.row ?? null, text);
    if ('nothing' in place) setNothing(place.nothing);
    else if (controller.goToCell(place.cell.rowId, place.cell.field)) onClose();
  };
  return (
    <search className="find-row" aria-label="Go to">
      <RowField
        value={text}
        placeholder="Row and column, as 42.0 rate"
        label="Go to a row and column"
        first
        onText={(typed) => {
          setText(typed);
          setNothing('');
        }}
        onEnter={(event) => {
          event.preventDefault();
          go();
        }}
        onEscape={close}
      />
      <Action small text="Go" onClick={go} />
      <span className="muted" role="status">
        {nothing}
      </span>
      <span className="grow" />
      <Action tone="minimal" small iconOnly icon={<Cross size={14} />} text="Close go to" onClick={close} />
    </search>
  );
}
