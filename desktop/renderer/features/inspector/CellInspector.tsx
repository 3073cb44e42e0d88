// The right side of the workbook: follows the selection. Owns which sections stand there; each section reads for itself.
import { SHEETS } from '@countersign/shared/model/sheets';
import { useDraftState, useDraftView } from '../../app/engineContext.tsx';
import type { GridController } from '../../grid/controller.ts';
import type { DraftSession } from '../../sync/draftSession.ts';
import { AttentionList } from './AttentionList.tsx';
import { CellComments } from './CellComments.tsx';
import { CellHistory } from './CellHistory.tsx';
import { ContestedValues } from './ContestedValues.tsx';
import { JsonTerm } from './JsonTerm.tsx';
import { MoreTerms } from './MoreTerms.tsx';
import { rowSentence } from './rowSentence.ts';
import { TermSays } from './TermSays.tsx';
import { WhyThisNumber } from './WhyThisNumber.tsx';

export interface CellInspectorProps {
  readonly draft: DraftSession;
  readonly controller: GridController;
  /** The last thing the grid had to say. */
  readonly message: string;
}

export function CellInspector({ draft, controller }: CellInspectorProps) {
  useDraftView(draft);
  useDraftState(draft);
  const active = controller.active();
  const { model } = controller;
  if (active === null)
    return (
      <div data-testid="cell-inspector" className="col">
        <div className="section">
          <div className="row">
            <span className="strong">{model.spec.label}</span>
          </div>
          <p className="muted small">Choose a cell to see its history and why its number is what it is.</p>
        </div>
        <MoreTerms draft={draft} sheet={controller.sheet} />
        <AttentionList draft={draft} />
      </div>
    );
  const { row, column } = active;
  const marks = row.ghost ? null : model.marks(row, column.id);
  const rowContest = model.rowContest(row);
  const isOwn = marks?.contest != null && marks.contest.field !== rowContest?.field;
  return (
    <div data-testid="cell-inspector" className="col">
      <div className="section">
        <h2 className="inspector-title">
          <span className="ellipsis">{model.cellName(row, column)}</span>
          <span className="grow" />
          <span className="muted small">{SHEETS[controller.sheet].label}</span>
        </h2>
        <p className="muted small">{rowSentence(model, row)}</p>
        {controller.sheet === 'terms' && <TermSays model={model} row={row} />}
      </div>
      {rowContest !== null && <ContestedValues draft={draft} model={model} column={column} contest={rowContest} />}
      {isOwn && <ContestedValues draft={draft} model={model} column={column} contest={marks.contest} />}
      {marks?.invalid != null && (
        <div className="section">
          <h3 className="bad">Not valid</h3>
          <p className="small">
            <span className="strong">{marks.invalid.typed}</span> {marks.invalid.reason}
          </p>
          <p className="muted micro">Kept on this computer only, and never sent until it fits.</p>
        </div>
      )}
      {!row.ghost && <JsonTerm draft={draft} sheet={controller.sheet} rowId={row.id} />}
      <WhyThisNumber draft={draft} model={model} row={row} column={column} />
      {!row.ghost && column.computed !== true && <CellComments draft={draft} model={model} row={row} column={column} />}
      {!row.ghost && column.computed !== true && (
        <CellHistory draft={draft} model={model} rowId={row.id} column={column} contest={marks?.contest ?? null} />
      )}
      <MoreTerms draft={draft} sheet={controller.sheet} />
      <AttentionList draft={draft} />
    </div>
  );
}
