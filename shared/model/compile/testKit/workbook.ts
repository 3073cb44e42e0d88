/** Small workbooks for tests of compiling. Owns: rows with ids, a head that compiles, its place among versions. Must not: be imported by the product. */
import type { RowContent, WorkbookContent } from '../../sheets/index.ts';
import { versionMeta } from '../index.ts';

export const META = versionMeta({
  summary: {
    versionId: 'v-000000000001',
    contractId: 'c-2659161',
    kind: 'ORIGINAL',
    sequence: 1,
    number: '2659161',
    title: 'November flight',
    state: 'DRAFT',
  },
  executedBy: null,
});

let rowNumber = 0;
/** A row of the cells that are given; blank ones are left out. */
export function row(fields: Record<string, string | undefined>): RowContent {
  rowNumber += 1;
  const given = Object.entries(fields).filter(
    (field): field is [string, string] => field[1] !== undefined && field[1] !== '',
  );
  return { rowId: `r-${String(rowNumber).padStart(12, '0')}`, ...Object.fromEntries(given) };
}

/** A contract in dollars from 1 November 2016, with these sheets and further terms. */
export function workbook(sheets: Record<string, RowContent[]>, terms: Record<string, string> = {}): WorkbookContent {
  const head = { currency: 'USD', timeZone: 'America/New_York', effectiveFrom: '2016-11-01', ...terms };
  return {
    schema: 1,
    kind: 'CONTRACT',
    contractId: 'c-2659161',
    sheets: { terms: Object.entries(head).map(([key, value]) => row({ key, value })), ...sheets },
  };
}
