// Figures of the selected cells, counted in slices so that a whole sheet of 100,000 rows never blocks a key.
import { isCurrency } from '@countersign/shared/money';
import { type Aggregates, Aggregator } from './aggregates.ts';
import type { GridController } from './controller.ts';
import { isInside, type Rect } from './ranges.ts';

const SLICE_CELLS = 8_000;
const DECIMAL_TYPES: ReadonlySet<string> = new Set(['money', 'rate', 'percent', 'quantity']);
const CURRENCY_TYPES: ReadonlySet<string> = new Set(['money', 'rate']);

/**
 * Counts and tells the result, with the currency when every number is in one. Returns the way to stop.
 * A cell in two overlapping ranges counts once.
 */
export function aggregateSelection(
  controller: GridController,
  tell: (result: (Aggregates & { readonly currency: string | null }) | null) => void,
): () => void {
  const rects = controller.selectedRects();
  const sums = new Aggregator();
  const { model } = controller;
  let onlyMoney = true;
  let stopped = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const cells = walk(rects);

  const slice = () => {
    for (let i = 0; i < SLICE_CELLS; i += 1) {
      const next = cells.next();
      if (next.done === true) {
        const code = onlyMoney && model.currency !== null && isCurrency(model.currency) ? model.currency : null;
        tell({ ...sums.result(code ?? undefined), currency: code });
        return;
      }
      const row = controller.rowAt(next.value.row);
      const column = model.columns[next.value.column];
      if (row === null || row.ghost || column === undefined) continue;
      const value = model.value(row, column.id);
      const isNumber = DECIMAL_TYPES.has(column.type);
      // A rate card's rows carry their own currency: their sum has none.
      if (value !== null && isNumber && (!CURRENCY_TYPES.has(column.type) || model.value(row, 'currency') !== null))
        onlyMoney = false;
      sums.add(value, isNumber);
    }
    timer = setTimeout(() => {
      if (!stopped) slice();
    }, 0);
  };
  slice();
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}

function* walk(rects: readonly Rect[]): Generator<{ readonly row: number; readonly column: number }> {
  for (const [i, rect] of rects.entries())
    for (let row = rect.top; row <= rect.bottom; row += 1)
      for (let column = rect.left; column <= rect.right; column += 1)
        if (!rects.slice(0, i).some((earlier) => isInside(earlier, { row, column }))) yield { row, column };
}
