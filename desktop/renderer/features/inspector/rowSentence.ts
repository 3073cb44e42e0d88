// A row in a line of words, for the head of the inspector. Pure.
import type { GridRow, SheetModel } from '../../grid/sheetModel.ts';

/** Fields that tell a row apart, per sheet; what is blank is left out. */
const TELLING: Readonly<Record<string, readonly string[]>> = {
  lines: ['product', 'from', 'to', 'makegoodFor'],
  rates: ['product', 'daypart', 'format', 'unit'],
  tiers: ['table', 'upTo'],
  clauses: ['text'],
  terms: ['key', 'value'],
};
const LONGEST = 90;

export function rowSentence(model: SheetModel, row: GridRow): string {
  const fields = TELLING[model.sheet] ?? model.spec.columns.slice(0, 3).map((column) => column.id);
  const said: string[] = [];
  for (const field of fields) {
    const column = model.column(field);
    const value = model.value(row, field);
    if (column === undefined || value === null || field === model.spec.nameColumn) continue;
    // One day is said once.
    if (field === 'to' && value === model.value(row, 'from')) continue;
    const text = model.textOf(model.cellColumn(row, column), value);
    if (field === 'makegoodFor') said.push(`makegood for ${text}`);
    else if (field === 'to') said.push(`to ${text}`);
    else said.push(text);
  }
  const sentence = said.join(', ').replace(/, to /g, ' to ');
  return sentence.length > LONGEST ? `${sentence.slice(0, LONGEST - 1)}…` : sentence;
}
