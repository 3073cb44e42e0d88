// The status bar: what the sheet holds, what waits in it, and exact figures of the selection.
import { Error as ErrorIcon, WarningSign } from '@blueprintjs/icons';
import { useEffect, useState } from 'react';
import type { Aggregates } from '../../grid/aggregates.ts';
import type { GridController } from '../../grid/controller.ts';
import { aggregateSelection } from '../../grid/selectionFigures.ts';
import { amountText, countOf, countText } from '../../kit/index.ts';
import type { DraftSession } from '../../sync/draftSession.ts';

export interface StatusFiguresProps {
  readonly draft: DraftSession;
  readonly controller: GridController;
  /** Rows of the sheet that differ from the base. */
  readonly changed: number;
  readonly message: string;
}

export function StatusFigures({ draft, controller, changed, message }: StatusFiguresProps) {
  const rows = draft.rowIds(controller.sheet).length;
  const shown = controller.size().rows;
  const contested = draft.contests().filter((contest) => contest.sheet === controller.sheet).length;
  const invalid = draft.invalidCells().filter((cell) => cell.sheet === controller.sheet).length;
  const { waiting } = draft.status();
  return (
    <>
      <span>{countOf(rows, 'row')}</span>
      {controller.order.filter !== null && <span>{countText(shown)} shown</span>}
      {changed > 0 && <span>{countOf(changed, 'changed row')}</span>}
      {waiting > 0 && <span>{countOf(waiting, 'change')} not stored</span>}
      {contested > 0 && (
        <span className="row gap-1 warn">
          <WarningSign size={11} />
          {countText(contested)} contested
        </span>
      )}
      {invalid > 0 && (
        <span className="row gap-1 bad">
          <ErrorIcon size={11} />
          {countText(invalid)} not valid
        </span>
      )}
      {message !== '' && <span role="status">{message}</span>}
      <span className="grow" />
      <SelectionFigures controller={controller} />
    </>
  );
}

function SelectionFigures({ controller }: { readonly controller: GridController }) {
  const [result, setResult] = useState<(Aggregates & { readonly currency: string | null }) | null>(null);
  const { valuesTurn } = controller;
  const selected = controller.selection?.current;
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is selected, and the values in it, decide the figures.
  useEffect(() => aggregateSelection(controller, setResult), [controller, valuesTurn, selected]);
  if (result === null || result.count < 2) return null;
  const { figures, currency, count } = result;
  const digits = currency === null ? {} : { decimals: 2 };
  return (
    <span className="row gap-4" data-testid="selection-figures">
      <span>
        Count <b>{countText(count)}</b>
      </span>
      {figures !== null && (
        <>
          <span>
            Average <b>{amountText(figures.average)}</b>
          </span>
          <span>
            Min <b>{amountText(figures.min, digits)}</b>
          </span>
          <span>
            Max <b>{amountText(figures.max, digits)}</b>
          </span>
          <span>
            Sum{' '}
            <b>
              {currency === null ? '' : `${currency} `}
              {amountText(figures.sum, digits)}
            </b>
          </span>
        </>
      )}
    </span>
  );
}
