// What the selected term means, and how it is written in files. Nothing for a term of one's own.
import type { GridRow, SheetModel } from '../../grid/sheetModel.ts';
import { knownTerm } from '../../grid/termWords.ts';

export function TermSays({ model, row }: { readonly model: SheetModel; readonly row: GridRow }) {
  const term = knownTerm(model.value(row, 'key'));
  if (term === undefined) return null;
  const value = model.value(row, 'value');
  return (
    <div data-testid="term-says">
      <p className="small">{term.says}</p>
      <p className="muted micro">
        In files <span className="mono">{term.id}</span>
        {value !== null && (
          <>
            , <span className="mono">{value}</span>
          </>
        )}
      </p>
    </div>
  );
}
