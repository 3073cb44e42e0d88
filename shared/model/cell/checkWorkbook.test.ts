import { describe, expect, test } from 'vitest';
import type { RowContent, WorkbookContent } from '../sheets/content.ts';
import { checkRow, checkWorkbook } from './index.ts';

let made = 0;
function row(fields: Record<string, string>): RowContent {
  made += 1;
  return { rowId: `r-${made}`, ...fields };
}
const head = [
  row({ key: 'currency', value: 'USD' }),
  row({ key: 'timeZone', value: 'America/New_York' }),
  row({ key: 'effectiveFrom', value: '2016-11-01' }),
];
function texts(sheets: Record<string, RowContent[]>): string[] {
  const content: WorkbookContent = {
    schema: 1,
    kind: 'CONTRACT',
    contractId: 'c-1',
    sheets: { terms: head, ...sheets },
  };
  return checkWorkbook(content).map((problem) => `${problem.sheet}.${problem.field}: ${problem.text}`);
}
const line = (fields: Record<string, string> = {}): RowContent =>
  row({ line: '1', product: 'P', from: '2016-11-01', to: '2016-11-30', rateType: 'CPM', rate: '20', ...fields });
const rate = (fields: Record<string, string>): RowContent =>
  row({ product: 'P', unit: 'CPM', currency: 'USD', rate: '20', ...fields });
const commitment = (fields: Record<string, string>): RowContent =>
  row({ kind: 'CAP', scope: 'CONTRACT', amount: '1.00', period: 'TERM', basis: 'GROSS', ...fields });

describe('checkRow', () => {
  test('[CELL-20] names what is missing, what does not fit and an end before its start', () => {
    expect(checkRow('lines', line({ from: '2016-11-08', to: '2016-11-07' }))).toEqual([
      expect.objectContaining({
        field: 'to',
        kind: 'invalid',
        text: 'Ends before it starts. Choose 8 Nov 2016 or later.',
      }),
    ]);
    expect(checkRow('lines', line({ from: '2016-11-08', to: '2016-11-08' }))).toEqual([]);
    expect(checkRow('lines', row({ line: '1' })).map((problem) => [problem.field, problem.kind])).toEqual([
      ['product', 'missing'],
      ['from', 'missing'],
      ['to', 'missing'],
      ['rateType', 'missing'],
    ]);
    expect(checkRow('lines', line({ colour: 'red' }))[0]?.text).toBe('There is no column "colour" in Lines.');
    expect(checkRow('nothing', line())[0]?.text).toBe('There is no sheet "nothing".');
  });

  test('[CELL-22] a pre-empted or revised line may leave out what carries money', () => {
    expect(checkRow('lines', row({ line: '1', status: 'PRE_EMPTED', from: '2016-11-07', to: '2016-11-07' }))).toEqual(
      [],
    );
  });
});

describe('checkWorkbook', () => {
  test('[CELL-21] a whole workbook without problems may be submitted', () => {
    expect(texts({ lines: [line()], rates: [rate({})] })).toEqual([]);
  });

  test('[CELL-23] known terms are checked by their type, and the needed ones must be there', () => {
    expect(texts({ terms: [row({ key: 'currency', value: 'XYZ' }), ...head.slice(1)] })).toEqual([
      'terms.value: "XYZ" is not an ISO 4217 currency. Use a code such as USD.',
    ]);
    expect(texts({ terms: head.slice(0, 2) })).toEqual([
      'terms.null: Effective from is missing. Add the term "effectiveFrom".',
    ]);
    expect(texts({ terms: [...head, row({ key: 'effectiveTo', value: '2016-10-01' })] })).toEqual([
      'terms.value: Ends before it starts. Choose 1 Nov 2016 or later.',
    ]);
  });

  test('[CELL-24] references that point nowhere, and keys that are there twice', () => {
    expect(texts({ lines: [line({ clause: '9' })] })).toEqual([
      'lines.clause: Clause "9" is not in Clauses. Add it there or choose another.',
    ]);
    expect(texts({ lines: [line({ makegoodFor: '7.0' })] })[0]).toContain('which this makes good, is not in Lines');
    expect(texts({ lines: [line(), line()] })).toEqual(['lines.line: "1" is there twice. Each line has its own.']);
  });

  test('[CELL-25] tiers ascend strictly and exactly the last is open', () => {
    const tier = (upTo?: string): RowContent => row({ table: 'T', rate: '1', ...(upTo === undefined ? {} : { upTo }) });
    expect(texts({ tiers: [tier('100'), tier('1000'), tier()] })).toEqual([]);
    expect(texts({ tiers: [tier('1000'), tier('100.0'), tier()] })).toEqual([
      'tiers.upTo: The tier before it ends at 1000. Choose more than 1000.',
    ]);
    expect(texts({ tiers: [tier('100'), tier('1000')] })[0]).toContain('must be open');
    expect(texts({ tiers: [tier(), tier('1000'), tier()] })[0]).toContain('Only the last tier');
  });

  test('[CELL-26] rate rows with equal keys never overlap in time, whichever comes first', () => {
    expect(texts({ rates: [rate({ to: '2016-06-30' }), rate({ from: '2016-07-01' })] })).toEqual([]);
    expect(texts({ rates: [rate({ from: '2016-07-01' }), rate({ to: '2016-07-01' })] })).toEqual([
      'rates.from: Another rate with the same keys applies from the start to 1 Jul 2016. End one before the other starts.',
    ]);
    expect(texts({ rates: [rate({ geo: 'US' }), rate({ geo: 'DE' })] })).toEqual([]);
    const long = rate({ from: '2016-01-01', to: '2016-12-31' });
    const inside = [rate({ from: '2016-02-01', to: '2016-02-28' }), rate({ from: '2016-06-01', to: '2016-06-30' })];
    expect(texts({ rates: [long, ...inside] })).toHaveLength(2);
  });

  test('[CELL-27] a minimum is not above its cap, and a commitment of a line names it', () => {
    const over = [commitment({ kind: 'MINIMUM', amount: '10.00' }), commitment({ amount: '9.99' })];
    expect(texts({ commitments: over })).toEqual([
      'commitments.amount: The minimum 10.00 is above the cap 9.99. Lower it, or raise the cap.',
    ]);
    expect(
      texts({ commitments: [commitment({ kind: 'MINIMUM', amount: '10.00' }), commitment({ amount: '10' })] }),
    ).toEqual([]);
    expect(texts({ commitments: [commitment({ scope: 'LINE' })] })).toEqual([
      'commitments.line: Line is missing. Name the line this counts.',
    ]);
  });

  test('[CELL-28] an adjustment has a percent or an amount', () => {
    expect(texts({ adjustments: [row({ kind: 'COMMISSION' })] })).toEqual([
      'adjustments.percent: Percent is missing. Fill it in.',
    ]);
    expect(texts({ adjustments: [row({ kind: 'DISCOUNT', percent: '5', amount: '5.00' })] })).toEqual([
      'adjustments.amount: Give a percent or an amount, not both.',
    ]);
  });
});
