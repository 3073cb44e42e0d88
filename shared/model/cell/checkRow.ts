// Whether one row makes sense by itself. Owns missing and misfitting values; what rows mean together is in checkWorkbook.ts.
import type { RowContent } from '../sheets/content.ts';
import { sheetSpec } from '../sheets/sheets.ts';
import { dateWords, isoParts } from './calendarDate.ts';
import { type CellContext, checkCell, shown } from './checkCell.ts';

/** Something that is not right, at a cell (`field` null: the row or the sheet as a whole). */
export interface CellProblem {
  readonly sheet: string;
  /** null when it concerns the sheet and no single row. */
  readonly rowId: string | null;
  readonly field: string | null;
  /** A sentence with the way on. */
  readonly text: string;
  /** `missing`: a value is needed; `invalid`: a value does not fit; `empty`: the sheet needs a row. */
  readonly kind: 'missing' | 'invalid' | 'empty';
}

/** [CELL-20] Problems of one row by itself: misfits, missing values, an end before its start. */
export function checkRow(sheet: string, row: RowContent, context: CellContext = {}): CellProblem[] {
  const spec = sheetSpec(sheet);
  const problems: CellProblem[] = [];
  if (spec === undefined) {
    problems.push({
      sheet,
      rowId: row.rowId,
      field: null,
      kind: 'invalid',
      text: `There is no sheet "${shown(sheet)}".`,
    });
    return problems;
  }
  const report = (field: string | null, kind: CellProblem['kind'], text: string): void => {
    problems.push({ sheet, rowId: row.rowId, field, kind, text });
  };
  for (const column of spec.columns) {
    const value = row[column.id] ?? null;
    if (value === null) {
      if (column.required && !mayBeBlank(sheet, column.id, row))
        report(column.id, 'missing', `${plainLabel(column.label)} is missing. Fill it in.`);
      continue;
    }
    const rowContext = column.type === 'money' && row.currency !== undefined ? { currency: row.currency } : context;
    const problem = checkCell(column, value, rowContext);
    if (problem !== null) report(column.id, 'invalid', problem);
  }
  for (const field of Object.keys(row))
    if (field !== 'rowId' && !spec.columns.some((column) => column.id === field))
      report(field, 'invalid', `There is no column "${shown(field)}" in ${spec.label}.`);
  if (isDate(row.from) && isDate(row.to) && row.to < row.from)
    report('to', 'invalid', `Ends before it starts. Choose ${dateWords(row.from)} or later.`);
  return problems;
}

/** A pre-empted or superseded line carries no money, so the paper leaves most of it out. */
function mayBeBlank(sheet: string, field: string, row: RowContent): boolean {
  if (sheet !== 'lines') return false;
  const carriesNothing = row.status === 'PRE_EMPTED' || row.status === 'REVISED';
  return carriesNothing && (field === 'rateType' || field === 'product');
}

/** Whether the text has the form of an ISO date, so that it sorts as one. */
export function isDate(text: string | undefined): text is string {
  return text !== undefined && isoParts(text) !== null;
}

/** "Rate, {currency}" → "Rate". */
export function plainLabel(label: string): string {
  return label.replace(/, \{currency\}$/, '');
}
