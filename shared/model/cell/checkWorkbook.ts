// Whether a whole workbook makes sense. Owns the checks between rows that block submission; must not bill.
import { isCurrency } from '../../money/index.ts';
import type { RowContent, WorkbookContent } from '../sheets/content.ts';
import { KNOWN_TERMS } from '../sheets/knownTerms.ts';
import { SHEETS, type SheetId, sheetSpec } from '../sheets/sheets.ts';
import { dateWords } from './calendarDate.ts';
import { checkCell, shown } from './checkCell.ts';
import { type CellProblem, checkRow, isDate } from './checkRow.ts';
import { compareDecimals } from './compareDecimals.ts';

type Report = (problem: CellProblem) => void;

/** [CELL-21] Every problem of a workbook, rows first, then what rows mean together. Empty: it may be submitted. */
export function checkWorkbook(content: WorkbookContent): CellProblem[] {
  const problems: CellProblem[] = [];
  const report: Report = (problem) => problems.push(problem);
  const terms = new Map((content.sheets.terms ?? []).map((row) => [row.key ?? '', row.value ?? null]));
  const currency = terms.get('currency') ?? undefined;
  const context = currency !== undefined && isCurrency(currency) ? { currency } : {};
  for (const [sheet, rows] of Object.entries(content.sheets))
    for (const row of rows) problems.push(...checkRow(sheet, row, context));
  checkTerms(content, terms, report);
  checkReferences(content, report);
  checkUnique(content, 'lines', 'line', report);
  checkUnique(content, 'clauses', 'key', report);
  checkTiers(content, report);
  checkRateOverlaps(content, report);
  checkCommitments(content, report);
  checkAmountOrPercent(content, report);
  return problems;
}

function checkTerms(content: WorkbookContent, terms: ReadonlyMap<string, string | null>, report: Report): void {
  checkUnique(content, 'terms', 'key', report);
  for (const row of content.sheets.terms ?? []) {
    const known = KNOWN_TERMS.get(row.key ?? '');
    if (known === undefined || row.value === undefined) continue;
    const problem = checkCell(known, row.value);
    if (problem !== null) report({ sheet: 'terms', rowId: row.rowId, field: 'value', kind: 'invalid', text: problem });
  }
  for (const known of KNOWN_TERMS.values()) {
    if (!known.required || (terms.get(known.id) ?? null) !== null) continue;
    if (content.kind === 'RATE_CARD' && known.id === 'timeZone') continue;
    const row = (content.sheets.terms ?? []).find((candidate) => candidate.key === known.id);
    report({
      sheet: 'terms',
      rowId: row?.rowId ?? null,
      field: row === undefined ? null : 'value',
      kind: 'missing',
      text: `${known.label} is missing. Add the term "${known.id}".`,
    });
  }
  const from = terms.get('effectiveFrom');
  const to = terms.get('effectiveTo');
  if (from && to && isDate(from) && isDate(to) && to < from) {
    const row = (content.sheets.terms ?? []).find((candidate) => candidate.key === 'effectiveTo');
    report({
      sheet: 'terms',
      rowId: row?.rowId ?? null,
      field: 'value',
      kind: 'invalid',
      text: `Ends before it starts. Choose ${dateWords(from)} or later.`,
    });
  }
}

function checkReferences(content: WorkbookContent, report: Report): void {
  for (const [sheet, rows] of Object.entries(content.sheets)) {
    for (const column of sheetSpec(sheet)?.columns ?? []) {
      const target = column.refersTo;
      if (target === undefined) continue;
      const values = new Set((content.sheets[target.sheet] ?? []).map((row) => row[target.column]));
      for (const row of rows) {
        const value = row[column.id];
        if (value === undefined || values.has(value)) continue;
        const where = SHEETS[target.sheet as SheetId]?.label ?? target.sheet;
        report({
          sheet,
          rowId: row.rowId,
          field: column.id,
          kind: 'invalid',
          text: `${column.label} "${shown(value)}" is not in ${where}. Add it there or choose another.`,
        });
      }
    }
  }
  const lines = new Set((content.sheets.lines ?? []).map((row) => row.line));
  for (const row of content.sheets.lines ?? [])
    if (row.makegoodFor !== undefined && !lines.has(row.makegoodFor))
      report({
        sheet: 'lines',
        rowId: row.rowId,
        field: 'makegoodFor',
        kind: 'invalid',
        text: `Line ${shown(row.makegoodFor)}, which this makes good, is not in Lines. Correct the line or add it.`,
      });
}

function checkUnique(content: WorkbookContent, sheet: SheetId, field: string, report: Report): void {
  const seen = new Set<string>();
  for (const row of content.sheets[sheet] ?? []) {
    const value = row[field];
    if (value === undefined) continue;
    if (seen.has(value))
      report({
        sheet,
        rowId: row.rowId,
        field,
        kind: 'invalid',
        text: `"${shown(value)}" is there twice. Each ${sheet === 'lines' ? 'line' : sheet === 'terms' ? 'term' : 'clause'} has its own.`,
      });
    seen.add(value);
  }
}

/** DOMAIN invariant 1: tiers strictly ascend and exactly the last is open. */
function checkTiers(content: WorkbookContent, report: Report): void {
  for (const rows of groupBy(content.sheets.tiers ?? [], (row) => row.table ?? '').values()) {
    const problem = (row: RowContent, text: string): void =>
      report({ sheet: 'tiers', rowId: row.rowId, field: 'upTo', kind: 'invalid', text });
    rows.forEach((row, i) => {
      const name = shown(row.table ?? '');
      const last = i === rows.length - 1;
      const before = rows[i - 1]?.upTo;
      if (row.upTo === undefined) {
        if (!last) problem(row, `Only the last tier of ${name} is open. Give this one an end.`);
        return;
      }
      if (before !== undefined && compareDecimals(row.upTo, before) <= 0)
        problem(row, `The tier before it ends at ${before}. Choose more than ${before}.`);
      if (last) problem(row, `The last tier of ${name} must be open. Clear this end, or add a tier above it.`);
    });
  }
}

/** Columns of the rates sheet that say together what a rate is for (DOMAIN invariant 2). */
export const RATE_KEY = [
  'product',
  'geo',
  'device',
  'daypart',
  'format',
  'audience',
  'class',
  'unit',
  'currency',
  'lengthSeconds',
  'minimumQuantity',
] as const;

/** DOMAIN invariant 2: rate rows with equal keys never overlap in time. `to` is the last day. */
function checkRateOverlaps(content: WorkbookContent, report: Report): void {
  const groups = groupBy(content.sheets.rates ?? [], (row) =>
    JSON.stringify(RATE_KEY.map((field) => row[field] ?? null)),
  );
  for (const rows of groups.values()) {
    if (rows.length < 2) continue;
    const byStart = [...rows].sort((a, b) =>
      (a.from ?? '') < (b.from ?? '') ? -1 : (a.from ?? '') > (b.from ?? '') ? 1 : 0,
    );
    // The end reached so far, not only the row before: a long row may overlap several later ones.
    let until: { to: string; from: string } | null = null;
    for (const row of byStart) {
      const span = { from: row.from ?? '0000-00-00', to: row.to ?? '9999-99-99' };
      if (until !== null && span.from <= until.to)
        report({
          sheet: 'rates',
          rowId: row.rowId,
          field: 'from',
          kind: 'invalid',
          text: `Another rate with the same keys applies ${until.from === '0000-00-00' ? 'from the start' : `from ${dateWords(until.from)}`}${until.to === '9999-99-99' ? '' : ` to ${dateWords(until.to)}`}. End one before the other starts.`,
        });
      if (until === null || span.to > until.to) until = span;
    }
  }
}

/** DOMAIN invariant 8: minimum ≤ cap on equal scope, line, basis and period. */
function checkCommitments(content: WorkbookContent, report: Report): void {
  const rows = content.sheets.commitments ?? [];
  for (const row of rows)
    if (row.scope === 'LINE' && row.line === undefined)
      report({
        sheet: 'commitments',
        rowId: row.rowId,
        field: 'line',
        kind: 'missing',
        text: 'Line is missing. Name the line this counts.',
      });
  const groups = groupBy(rows, (row) =>
    JSON.stringify([row.scope, row.scope === 'LINE' ? row.line : null, row.basis, row.period]),
  );
  for (const group of groups.values()) {
    const caps = group.filter((row) => row.kind === 'CAP' && row.amount !== undefined);
    for (const minimum of group) {
      if (minimum.kind !== 'MINIMUM' || minimum.amount === undefined) continue;
      for (const cap of caps)
        if (cap.amount !== undefined && compareDecimals(minimum.amount, cap.amount) > 0)
          report({
            sheet: 'commitments',
            rowId: minimum.rowId,
            field: 'amount',
            kind: 'invalid',
            text: `The minimum ${minimum.amount} is above the cap ${cap.amount}. Lower it, or raise the cap.`,
          });
    }
  }
}

function checkAmountOrPercent(content: WorkbookContent, report: Report): void {
  for (const row of content.sheets.adjustments ?? []) {
    if (row.percent !== undefined && row.amount !== undefined)
      report({
        sheet: 'adjustments',
        rowId: row.rowId,
        field: 'amount',
        kind: 'invalid',
        text: 'Give a percent or an amount, not both.',
      });
    if (row.percent === undefined && (row.amount === undefined || row.kind !== 'DISCOUNT'))
      report({
        sheet: 'adjustments',
        rowId: row.rowId,
        field: 'percent',
        kind: 'missing',
        text: 'Percent is missing. Fill it in.',
      });
  }
}

function groupBy<T>(items: readonly T[], key: (item: T) => string): Map<string, T[]> {
  return Map.groupBy(items, key);
}
