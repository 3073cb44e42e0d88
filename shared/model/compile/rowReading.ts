// Rows of one draft as checked objects of the model. Owns what happens to a row that cannot be billed: it is left out, reported, and
// kept as a held term with its reason. What a row means is in rows.ts, payoutRows.ts and prices.ts.
import type { z } from 'zod';
import type { CellProblem } from '../cell/index.ts';
import type { RowContent } from '../sheets/content.ts';
import { sheetSpec } from '../sheets/sheets.ts';
import type { Term } from '../terms/index.ts';
import type { BesideSheets } from './besideSheets.ts';
import { leftOutTerm } from './heldTerms.ts';
import { contradiction, laidOver } from './overlay.ts';
import { columnOf, EXEMPT } from './places.ts';
import type { RowRead } from './rowCells.ts';

export class RowReading {
  /** What was left out, as terms that say why. */
  readonly held: z.infer<typeof Term>[] = [];
  readonly #beside: BesideSheets;
  readonly #problems: CellProblem[];

  constructor(beside: BesideSheets, problems: CellProblem[]) {
    this.#beside = beside;
    this.#problems = problems;
  }

  /** The rows that can be billed, in order. */
  all<T>(sheet: string, rows: readonly RowContent[], read: (row: RowContent) => RowRead, schema: z.ZodType<T>): T[] {
    const out: T[] = [];
    for (const row of rows) {
      const done = read(row);
      if ('problem' in done) {
        const whole = this.#saidWhole(sheet, row, schema);
        if (whole !== null) out.push(whole);
        else this.#leaveOut(sheet, row, done.field, done.problem);
        continue;
      }
      const laid = this.laid(sheet, row, done.value);
      const value = this.parsed(sheet, row, laid === null ? null : { ...done.defaults, ...laid }, schema);
      if (value !== null) out.push(value);
    }
    return out;
  }

  /** What the cells say with what stands beside them; null, with the row left out, when the two contradict each other. */
  laid(sheet: string, row: RowContent, stated: object): Record<string, unknown> | null {
    const overlay = this.#beside.ofRow(sheet, row.rowId);
    const wrong = contradiction(stated, overlay, EXEMPT[sheet] ?? ['id']);
    if (wrong === null) return laidOver(stated, overlay);
    const text = `The term says another ${wrong} than the row it belongs to. Remove the term, or correct it.`;
    this.#beside.reportOfRow(sheet, row.rowId, text);
    this.#leaveOut(sheet, row, null, text);
    return null;
  }

  /** The value as its schema takes it; null, with the row left out, when it does not. A value of null stays null. */
  parsed<T>(sheet: string, row: RowContent, value: object | null, schema: z.ZodType<T>): T | null {
    if (value === null) return null;
    const parsed = schema.safeParse(value);
    if (parsed.success) return parsed.data;
    const [issue] = parsed.error.issues;
    const field = columnOf(issue?.path[0]);
    const text =
      issue?.code === 'custom' ? issue.message : 'The row cannot be billed as it stands. Fill in what is missing.';
    this.#leaveOut(sheet, row, field in row || field !== 'id' ? field : null, text);
    return null;
  }

  /** A row that holds no more than its name may be said whole beside the sheet. */
  #saidWhole<T>(sheet: string, row: RowContent, schema: z.ZodType<T>): T | null {
    const overlay = this.#beside.ofRow(sheet, row.rowId);
    const name = sheetSpec(sheet)?.nameColumn;
    const bare = Object.keys(row).every((field) => field === 'rowId' || field === name);
    if (overlay === undefined || !bare) return null;
    const whole = schema.safeParse(overlay);
    return whole.success ? whole.data : null;
  }

  #leaveOut(sheet: string, row: RowContent, field: string | null, text: string): void {
    // A field of null says that the row is right as it is, only not billable: that is no problem of the draft.
    if (field !== null) this.#problems.push({ sheet, rowId: row.rowId, field, text, kind: 'invalid' });
    const name = row.line ?? row.product ?? row.eventType ?? row.kind ?? row.field ?? row.rowId;
    const figure = row.rate ?? row.amount ?? row.percent;
    this.held.push(leftOutTerm(`${sheet}.${row.rowId}`, figure === undefined ? name : `${name}: ${figure}`, text));
  }
}
