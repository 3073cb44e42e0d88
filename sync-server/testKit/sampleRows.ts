// Rows of a contract that may be submitted as it is, for tests and torture. Owns their cells; which rows a draft has is the caller's.
import type { NewRow } from '@countersign/shared/document';

/** The terms that a contract needs. Starts in the far future, so one approver decides. */
export function sampleTerms(currencyRow = 'r-currency0000', effectiveFrom = '2099-01-01'): readonly NewRow[] {
  const term = (rowId: string, key: string, value: string): NewRow => ({ rowId, values: { key, value } });
  return [
    term(currencyRow, 'currency', 'USD'),
    term('r-timezone0000', 'timeZone', 'America/New_York'),
    term('r-effective000', 'effectiveFrom', effectiveFrom),
    term('r-direction000', 'direction', 'RECEIVABLE'),
  ];
}

/** Ten spots of January 2099. @param rate decimal text, a spot */
export const spotLine = (rowId: string, line: string, rate: string): NewRow => ({
  rowId,
  values: {
    line,
    product: 'News at six',
    from: '2099-01-01',
    to: '2099-01-31',
    quantity: '10',
    rateType: 'SPOT',
    rate,
  },
});
