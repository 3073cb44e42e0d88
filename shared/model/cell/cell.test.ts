import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { COLUMN_TYPES, type ColumnSpec, type ColumnType } from '../sheets/column.ts';
import { checkCell, displayCell, groupedDecimal, readTyped, sameValue } from './index.ts';

const column = (type: ColumnType, extra: Partial<ColumnSpec> = {}): ColumnSpec => ({
  id: 'x',
  label: 'Rate',
  type,
  ...extra,
});
const USD = { currency: 'USD' };
const status = column('choice', { choices: ['NORMAL', 'PRE_EMPTED', 'MAKEGOOD'] });

function value(spec: ColumnSpec, typed: string, context = {}): string | null {
  const read = readTyped(spec, typed, context);
  if (!read.ok) throw new Error(read.reason);
  return read.value;
}
function reason(spec: ColumnSpec, typed: string, context = {}): string {
  const read = readTyped(spec, typed, context);
  if (read.ok) throw new Error(`read as ${read.value}`);
  return read.reason;
}

describe('readTyped', () => {
  test('[CELL-2] numbers lose grouping, spaces and signs that agree with the contract', () => {
    expect(value(column('rate'), '4,000.00')).toBe('4000.00');
    expect(value(column('rate'), ' 1.5 ')).toBe('1.5');
    expect(value(column('rate'), '1 234 567.5')).toBe('1234567.5');
    expect(value(column('rate'), '.5')).toBe('0.5');
    expect(value(column('rate'), '007')).toBe('7');
    expect(value(column('rate'), '−3')).toBe('-3');
    expect(value(column('rate'), '-0')).toBe('0');
    expect(value(column('money'), '$4,000', USD)).toBe('4000.00');
    expect(value(column('money'), 'USD 4,000.5', USD)).toBe('4000.50');
    expect(value(column('money'), '12.3000', USD)).toBe('12.30');
    expect(value(column('money'), '1200', { currency: 'JPY' })).toBe('1200');
    expect(value(column('percent'), '15 %')).toBe('15');
    expect(value(column('quantity'), '5,000,000')).toBe('5000000');
    expect(value(column('rate'), '  ')).toBeNull();
    expect(value(column('rate'), '\u00a012.50\u00a0')).toBe('12.50');
  });

  test('[CELL-2] an amount in brackets, as accountants and spreadsheets write it, is negative; brackets around anything else are refused', () => {
    expect(value(column('money'), '(12.00)', USD)).toBe('-12.00');
    expect(value(column('money'), '($1,234.50)', USD)).toBe('-1234.50');
    expect(value(column('money'), '$ (1,234.50) ', USD)).toBe('-1234.50');
    expect(value(column('percent'), '(5%)')).toBe('-5');
    expect(value(column('money'), '(0.00)', USD)).toBe('0.00');
    for (const typed of ['(-12)', '-(12)', '((12))', '(12', '12)', '()', 'f(12)'])
      expect(reason(column('money'), typed), typed).toContain(typed);
    expect(reason(column('quantity'), '(5)')).toContain('cannot be negative');
  });

  test('[CELL-9] money and rates get the decimals of their currency, finer rates keep theirs', () => {
    for (const type of ['rate', 'money'] as const) {
      expect(value(column(type), '2800', USD)).toBe('2800.00');
      expect(value(column(type), '5.5', USD)).toBe('5.50');
      expect(value(column(type), '-3', USD)).toBe('-3.00');
      expect(value(column(type), '12.3000', USD)).toBe('12.30');
      expect(value(column(type), '1200', { currency: 'JPY' })).toBe('1200');
      expect(value(column(type), '1200.00', { currency: 'JPY' })).toBe('1200');
    }
    expect(value(column('rate'), '0.005', USD)).toBe('0.005');
    expect(value(column('rate'), '0.0050', USD)).toBe('0.005');
    expect(value(column('rate'), '1.5', { currency: 'JPY' })).toBe('1.5');
    expect(value(column('quantity'), '5', USD)).toBe('5');
  });

  test('[CELL-9] equal decimals mean the same, equal-looking words do not', () => {
    expect(sameValue(column('rate'), '2800', '2800.00')).toBe(true);
    expect(sameValue(column('percent'), '15', '15.0')).toBe(true);
    expect(sameValue(column('rate'), '2800', '2800.01')).toBe(false);
    expect(sameValue(column('rate'), null, '0')).toBe(false);
    expect(sameValue(column('rate'), 'soon', 'later')).toBe(false);
    expect(sameValue(column('text'), '1', '1.0')).toBe(false);
  });

  test('[CELL-3] the number that a spreadsheet keeps for a day is refused, and named as that day', () => {
    const date: ColumnSpec = { id: 'from', label: 'From', type: 'date' };
    const says = '46082 is the number that a spreadsheet keeps for 2026-03-01. Write the date as 2026-03-01.';
    expect(readTyped(date, '46082')).toEqual({ ok: false, reason: says });
    expect(readTyped(date, '12345')).toMatchObject({ ok: false, reason: expect.stringContaining('is not a date') });
  });

  test('[CELL-3] what can be read in two ways is refused, not guessed', () => {
    expect(reason(column('rate'), '1.234,56')).toBe(
      '"1.234,56" can be read in two ways or is not a number. Write 1234.56, with a point for decimals.',
    );
    expect(reason(column('rate'), '1,5')).toContain('two ways');
    expect(reason(column('rate'), '1,2345')).toContain('two ways');
    expect(reason(column('date'), '11/07/16')).toBe(
      '"11/07/16" can be read in two ways. Write the date as 2016-11-07 or 7 Nov 2016.',
    );
    expect(reason(column('money'), '€5', USD)).toBe('€ is not the contract’s currency, USD. Write the number in USD.');
  });

  test('[CELL-4] a formula, too many digits and too many decimals each have their sentence', () => {
    expect(reason(column('rate'), '=1+1')).toBe('"=1+1" is a formula. Write the resulting number.');
    expect(reason(column('rate'), '10000000000000')).toBe(
      '10000000000000 has 14 digits before the point; at most 13 are kept. Check the unit.',
    );
    expect(reason(column('rate'), '0.1234567890123')).toBe(
      '0.1234567890123 has 13 decimals; at most 12 are kept. Round it where the contract allows.',
    );
    expect(reason(column('money'), '1.005', USD)).toBe(
      '1.005 has 3 decimals; USD has 2 decimals. Round it where the contract allows.',
    );
    expect(reason(column('money'), '1.5', { currency: 'JPY' })).toContain('JPY has no decimals');
    expect(reason(column('quantity'), '-1')).toBe('A quantity cannot be negative. Write 0 or more.');
    expect(reason(column('rate'), '1e5')).toContain('not a number');
  });

  test('[CELL-5] currencies and choices in any case; unknown ones are refused by name', () => {
    expect(value(column('currency'), 'usd')).toBe('USD');
    expect(reason(column('currency'), 'XYZ')).toBe('"XYZ" is not an ISO 4217 currency. Use a code such as USD.');
    expect(value(status, 'pre-empted')).toBe('PRE_EMPTED');
    expect(value(status, 'Makegood')).toBe('MAKEGOOD');
    expect(reason(status, 'lost')).toBe('"lost" is not one of the choices. Use NORMAL, PRE_EMPTED or MAKEGOOD.');
  });

  test('[CELL-6] dates in unambiguous forms; a day that does not exist is named', () => {
    for (const typed of [
      '2016-11-07',
      '7 Nov 2016',
      '7-Nov-2016',
      'Nov 7, 2016',
      'November 7 2016',
      '2016/11/7',
      '2016-11-07 00:00:00',
    ])
      expect(value(column('date'), typed)).toBe('2016-11-07');
    expect(reason(column('date'), '30 Feb 2016')).toBe('There is no 30 February 2016: February 2016 has 29 days.');
    expect(reason(column('date'), '2016-13-01')).toContain('no month 13');
    // A zone would make it another day elsewhere.
    for (const typed of ['2016-11-07T00:00:00Z', '2016-11-07 18:00', '2016/13/40'])
      expect(reason(column('date'), typed)).not.toBe('');
    expect(reason(column('date'), 'soon')).toBe('"soon" is not a date. Write it as 2016-11-07 or 7 Nov 2016.');
  });

  test('[CELL-7] flags, times and weeks', () => {
    expect(value(column('flag'), 'Yes')).toBe('true');
    expect(value(column('flag'), 'no')).toBe('false');
    expect(reason(column('flag'), 'perhaps')).toBe('"perhaps" is neither yes nor no.');
    expect(value(column('time'), '6:30 PM')).toBe('18:30');
    expect(value(column('time'), '12 am')).toBe('00:00');
    expect(reason(column('time'), '25:00')).toContain('not a time of day');
    expect(value(column('days'), '. 2 2 2 2 . .')).toBe('-2222--');
    expect(value(column('days'), '···xxx·')).toBe('---XXX-');
    expect(value(column('days'), '.......')).toBeNull();
  });

  /** A choice and a reference depend on what else is there. */
  const types = COLUMN_TYPES.filter((type) => type !== 'choice' && type !== 'reference');
  test('[CELL-8] what is read is canonical: it fits its column and reads as itself', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...types),
        fc.oneof(fc.string(), fc.stringMatching(/^[-$]?[\d,. ]{1,12}%?$/)),
        (type, typed) => {
          const read = readTyped(column(type), typed, USD);
          if (!read.ok || read.value === null) return;
          expect(checkCell(column(type), read.value, USD)).toBeNull();
          expect(readTyped(column(type), read.value, USD)).toEqual(read);
        },
      ),
      { numRuns: 1000 },
    );
  });

  test('[CELL-8] any decimal that fits survives typing with grouping and without', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^-?(0|[1-9]\d{0,12})(\.\d{1,12})?$/), (text) => {
        fc.pre(!/^-0(\.0*)?$/.test(text));
        expect(value(column('rate'), text)).toBe(text);
        expect(value(column('rate'), groupedDecimal(text))).toBe(text);
      }),
    );
  });
});

describe('checkCell', () => {
  test('[CELL-1] only canonical text fits', () => {
    for (const wrong of ['4,000', ' 1', '+1', '01', '1.', '.5', '-0', '1e3', '١', ''])
      expect(checkCell(column('rate'), wrong)).not.toBeNull();
    for (const right of ['0', '-1.5', '9999999999999.999999999999'])
      expect(checkCell(column('rate'), right)).toBeNull();
    expect(checkCell(column('text'), 'a\u0000b')).toContain('control character');
    expect(checkCell(column('text'), ' a')).toContain('begins or ends');
    expect(checkCell(column('text'), '\ud800')).toContain('half a character');
    expect(checkCell(column('text'), 'x'.repeat(20_001))).toContain('at most 20,000');
    expect(checkCell(column('text'), '=SUM(A1)')).toBeNull();
    expect(checkCell(column('money'), '1.00001')).toContain('no currency has more than 4');
    expect(checkCell(column('rate'), null)).toBeNull();
  });
});

describe('displayCell', () => {
  test('[CELL-10] groups decimals, pads amounts, names dates and choices, and never rounds', () => {
    expect(displayCell(column('rate'), '4000')).toBe('4,000.00');
    expect(displayCell(column('rate'), '0.123456789012')).toBe('0.123456789012');
    expect(displayCell(column('money'), '-1234567.5')).toBe('−1,234,567.50');
    expect(displayCell(column('money'), '1200', 'en', { currency: 'JPY' })).toBe('1,200');
    expect(displayCell(column('quantity'), '999999999999999999')).toBe('999,999,999,999,999,999');
    expect(displayCell(column('date'), '2016-11-07', 'en-GB')).toBe('7 Nov 2016');
    expect(displayCell(status, 'PRE_EMPTED')).toBe('Pre-empted');
    expect(displayCell(column('choice'), 'CPM')).toBe('CPM');
    expect(displayCell(column('flag'), 'true')).toBe('Yes');
    expect(displayCell(column('rate'), null)).toBe('');
    expect(displayCell(column('rate'), '=1+1')).toBe('=1+1');
    expect(displayCell(column('rate'), '1234.5', 'de')).toBe('1.234,50');
  });
});
