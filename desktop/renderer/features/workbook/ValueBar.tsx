// The bar above the grid: which cell, its value in full, its unit and its state in words.
import { stateWords, unitWords } from '../../grid/cellWords.ts';
import type { GridController } from '../../grid/controller.ts';

export function ValueBar({
  controller,
  denied,
}: {
  readonly controller: GridController;
  readonly denied: string | null;
}) {
  const active = controller.active();
  const { model } = controller;
  const state = active === null ? null : stateWords(model, active.row, active.column);
  return (
    <section className="valuebar" data-testid="value-bar" aria-label="Cell">
      <span className="valuebar-name ellipsis">
        {active === null ? model.spec.label : model.cellName(active.row, active.column)}
      </span>
      <span className="valuebar-value">
        {active !== null && (
          <>
            <span className="strong">{model.text(active.row, active.column)}</span>
            <span className="muted">{unitWords(model, active.row, active.column)}</span>
          </>
        )}
        {denied !== null ? (
          <span className="warn" role="alert">
            {denied}
          </span>
        ) : (
          state !== null && <span className={state.tone}>{state.text}</span>
        )}
      </span>
    </section>
  );
}
