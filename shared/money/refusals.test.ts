/** Every refusal of the money folder, word for word: code, what, cure and place are what a finance person acts on. */
import { describe, expect, it } from 'vitest';
import {
  DomainError,
  decimalProblem,
  divide,
  minorDigits,
  ONE,
  parseDecimal,
  parseMoney,
  parseRoundingMode,
  placeText,
  QUANTITY_LIMITS,
  splitLargestRemainder,
  ZERO,
} from './index.ts';

function refused(ask: () => unknown): string {
  try {
    ask();
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    expect(error.name).toBe('DomainError');
    expect(error.message).toBe(`${placeText(error.place)}${error.what} ${error.cure}`);
    return `${error.code} | ${error.message}`;
  }
  return 'accepted';
}
const at = { path: 'price.rate' };

describe('refusals of money', () => {
  it.each([
    [
      12.5,
      'NUMBER_NOT_TEXT | price.rate: The number 12.5 was given where a decimal text is needed. Write it as text, "12.5": a JavaScript number cannot hold money exactly.',
    ],
    [null, 'NOT_A_DECIMAL | price.rate: A decimal is needed here. Write it as text, for example "12.50".'],
    [
      '=1+1',
      'FORMULA_TEXT | price.rate: "=1+1" is a formula or starts like one. Write the resulting decimal, for example "2".',
    ],
    [
      '1e3',
      'NOT_A_DECIMAL | price.rate: "1e3" is not a plain decimal. Write digits with at most one point, for example "1234.56", without separators, signs of currency or exponents.',
    ],
    [
      '-12345678901234',
      'TOO_MANY_DIGITS | price.rate: "-12345678901234" has 14 digits before the point; at most 13 are kept. Check the unit of the value.',
    ],
    [
      '12345678901234.5',
      'TOO_MANY_DIGITS | price.rate: "12345678901234.5" has 14 digits before the point; at most 13 are kept. Check the unit of the value.',
    ],
    [
      '0.1234567890123',
      'TOO_MANY_DECIMALS | price.rate: "0.1234567890123" has 13 decimals; at most 12 are kept. Round it to 12 decimals or fewer where the contract allows.',
    ],
  ])('[MONEY-1] %j: %s', (value, words) => {
    expect(refused(() => parseDecimal(value, at))).toBe(words);
  });

  it.each(['+5', '@x', '-', '-=1', '\t1', '\r1', '-x', '5-', '0x10', '1.', '-.5', '00', '01', '1.2.3', ' 1', '-0.1-'])(
    '[MONEY-1] %j is refused, a digit or two away from a decimal',
    (value) => {
      expect(decimalProblem(value)?.[0]).toMatch(/^(FORMULA_TEXT|NOT_A_DECIMAL)$/);
    },
  );

  it.each(['0', '-0', '0.5', '-0.5', '10', '1234567890123', '-1234567890123.123456789012', '0.100'])(
    '[MONEY-1] %j is a decimal',
    (value) => {
      expect(decimalProblem(value)).toBeNull();
    },
  );

  it('[MONEY-1] quantities may have 18 digits before the point, and no more', () => {
    expect(decimalProblem('123456789012345678.123456789012', QUANTITY_LIMITS)).toBeNull();
    expect(decimalProblem('1234567890123456789', QUANTITY_LIMITS)?.[0]).toBe('TOO_MANY_DIGITS');
  });

  it('[MONEY-2] an unknown currency and decimals beyond the minor unit', () => {
    expect(refused(() => minorDigits('XXX', { path: 'currency' }))).toBe(
      'UNKNOWN_CURRENCY | currency: "XXX" is not an ISO 4217 currency. Use a three-letter code in capitals, for example USD.',
    );
    expect(refused(() => parseMoney('5.001', 'USD', at))).toBe(
      'BEYOND_MINOR_UNIT | price.rate: 5.001 USD has more decimals than USD has (2). Write at most 2 decimals.',
    );
    expect(refused(() => parseMoney('-0.5', 'JPY'))).toBe(
      'BEYOND_MINOR_UNIT | -0.5 JPY has more decimals than JPY has (0). Write at most 0 decimals.',
    );
    expect(parseMoney('-7.1', 'USD')).toEqual({ amount: '-7.10', currency: 'USD' });
    expect(parseMoney('7.100', 'USD')).toEqual({ amount: '7.10', currency: 'USD' });
  });

  it('[MONEY-3] an unknown rounding mode, a division by zero', () => {
    expect(refused(() => parseRoundingMode('BANKERS', { path: 'roundingMode' }))).toBe(
      'UNKNOWN_ROUNDING_MODE | roundingMode: "BANKERS" is not a rounding mode. Use one of HALF_UP, HALF_EVEN, HALF_DOWN, UP, DOWN, CEILING, FLOOR.',
    );
    expect(parseRoundingMode('FLOOR')).toBe('FLOOR');
    expect(refused(() => divide(ONE, ZERO, { path: 'fx' }))).toBe(
      'DIVISION_BY_ZERO | fx: A division by zero was asked for. Give a divisor other than 0.',
    );
  });

  it('[MONEY-4] a split of less than minor units, or by a negative weight', () => {
    expect(refused(() => splitLargestRemainder({ n: 1n, d: 1000n }, [ONE], 2))).toBe(
      'NOT_MINOR_UNITS | An amount with a fraction of a minor unit cannot be split. Round it first.',
    );
    expect(refused(() => splitLargestRemainder({ n: 1n, d: 3n }, [ONE], 2))).toBe(
      'NOT_MINOR_UNITS | An amount with a fraction of a minor unit cannot be split. Round it first.',
    );
    expect(refused(() => splitLargestRemainder(ONE, [ONE, { n: -1n, d: 1n }], 2))).toBe(
      'NEGATIVE_WEIGHT | A split has a negative weight. Give weights of 0 or more.',
    );
  });

  it('[MONEY-1] a place reads as file, row, column and path', () => {
    expect(placeText({ file: 'a.csv', row: 3, column: 'units', path: 'lines[0]' })).toBe(
      'a.csv, row 3, column units, lines[0]: ',
    );
    expect(placeText({ path: '' })).toBe('');
    expect(placeText({})).toBe('');
  });
});
