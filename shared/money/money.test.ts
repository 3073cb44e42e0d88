import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  add,
  compare,
  DomainError,
  decimalOf,
  divide,
  exactText,
  minorDigits,
  multiply,
  parseDecimal,
  parseMoney,
  parseRoundingMode,
  percentOf,
  roundedText,
  splitCumulative,
  splitLargestRemainder,
  subtract,
  sum,
  toMoney,
} from './index.ts';

function refusal(value: unknown): string {
  try {
    parseDecimal(value, { path: 'price.rate' });
  } catch (error) {
    if (error instanceof DomainError) return `${error.code} ${error.place.path ?? ''}`;
    throw error;
  }
  return 'accepted';
}

describe('decimals', () => {
  it.each([
    [12.5, 'NUMBER_NOT_TEXT'],
    ['=1+1', 'FORMULA_TEXT'],
    ['+5', 'FORMULA_TEXT'],
    ['@SUM(A1)', 'FORMULA_TEXT'],
    ['12345678901234', 'TOO_MANY_DIGITS'],
    ['0.1234567890123', 'TOO_MANY_DECIMALS'],
    ['1e3', 'NOT_A_DECIMAL'],
    ['1,000', 'NOT_A_DECIMAL'],
    ['007', 'NOT_A_DECIMAL'],
    ['.5', 'NOT_A_DECIMAL'],
    ['5.', 'NOT_A_DECIMAL'],
    ['', 'NOT_A_DECIMAL'],
    ['1 ', 'NOT_A_DECIMAL'],
    ['٣', 'NOT_A_DECIMAL'],
    [null, 'NOT_A_DECIMAL'],
  ])('[MONEY-1] refuses %j as %s with its place', (value, code) => {
    expect(refusal(value)).toBe(`${code} price.rate`);
  });

  it('[MONEY-1] accepts 13 digits and 12 decimals, negative too', () => {
    expect(exactText(parseDecimal('-1234567890123.123456789012'))).toBe('-1234567890123.123456789012');
  });

  it('[MONEY-5] equal values give equal text; a fraction without decimal end stays n/d', () => {
    expect(exactText(decimalOf('1.500'))).toBe('1.5');
    expect(exactText(decimalOf('-0.00'))).toBe('0');
    expect(exactText(divide(decimalOf('2'), decimalOf('6')))).toBe('1/3');
    expect(exactText(divide(decimalOf('1'), decimalOf('-8')))).toBe('-0.125');
  });

  it('[MONEY-3] a proration factor is never rounded before it multiplies', () => {
    const share = multiply(decimalOf('1200000000'), divide(decimalOf('258'), decimalOf('365')));
    expect(roundedText(share, 2, 'HALF_UP')).toBe('848219178.08');
  });
});

describe('rounding', () => {
  it.each([
    ['HALF_UP', '3', '-3'],
    ['HALF_DOWN', '2', '-2'],
    ['HALF_EVEN', '2', '-2'],
    ['UP', '3', '-3'],
    ['DOWN', '2', '-2'],
    ['CEILING', '3', '-2'],
    ['FLOOR', '2', '-3'],
  ] as const)('[MONEY-3] %s rounds 2.5 to %s and -2.5 to %s', (mode, up, down) => {
    expect([roundedText(decimalOf('2.5'), 0, mode), roundedText(decimalOf('-2.5'), 0, mode)]).toEqual([up, down]);
  });

  it('[MONEY-3] refuses an unknown mode', () => {
    expect(() => parseRoundingMode('BANKERS', { path: 'roundingMode' })).toThrow(
      /roundingMode: "BANKERS" is not a rounding mode/,
    );
  });

  it('[MONEY-2] minor digits by ISO 4217; stated money never has more', () => {
    expect([minorDigits('USD'), minorDigits('JPY'), minorDigits('BHD')]).toEqual([2, 0, 3]);
    expect(toMoney(decimalOf('4.112922'), 'BHD')).toEqual({ amount: '4.113', currency: 'BHD' });
    expect(parseMoney('5', 'USD').amount).toBe('5.00');
    expect(() => parseMoney('5.001', 'USD')).toThrow(/at most 2 decimals/);
    expect(() => minorDigits('XXX')).toThrow(/not an ISO 4217 currency/);
  });
});

const fraction = fc
  .tuple(fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }), fc.bigInt({ min: 1n, max: 10n ** 15n }))
  .map(([n, d]) => ({ n, d }));

describe('laws of exact arithmetic', () => {
  it('[MONEY-3] adding and taking away, multiplying and dividing give back the value', () => {
    fc.assert(
      fc.property(fraction, fraction, (a, b) => {
        expect(compare(subtract(add(a, b), b), a)).toBe(0);
        if (b.n !== 0n) expect(compare(multiply(divide(a, b), b), a)).toBe(0);
      }),
    );
  });

  it('[MONEY-3] a rounded value is within half a unit, and HALF_UP mirrors its sign', () => {
    fc.assert(
      fc.property(fraction, (a) => {
        const rounded = decimalOf(roundedText(a, 2, 'HALF_UP'));
        const off = subtract(rounded, a);
        expect(compare({ n: off.n < 0n ? -off.n : off.n, d: off.d }, decimalOf('0.005'))).not.toBe(1);
        const mirrored = decimalOf(roundedText({ n: -a.n, d: a.d }, 2, 'HALF_UP'));
        expect(compare(mirrored, { n: -rounded.n, d: rounded.d })).toBe(0);
      }),
    );
  });

  it('[MONEY-4] cumulative parts sum to the rounded whole', () => {
    fc.assert(
      fc.property(fc.array(fraction, { minLength: 1, maxLength: 12 }), (parts) => {
        const whole = decimalOf(roundedText(sum(parts), 2, 'HALF_UP'));
        expect(compare(sum(splitCumulative(parts, 2, 'HALF_UP')), whole)).toBe(0);
      }),
    );
  });

  it('[MONEY-4] ties of a split go to the earliest', () => {
    const shares = splitLargestRemainder(
      decimalOf('10'),
      [1n, 1n, 1n].map((n) => ({ n, d: 1n })),
      2,
    );
    expect(shares.map(exactText)).toEqual(['3.34', '3.33', '3.33']);
    expect(exactText(percentOf(decimalOf('129.99'), decimalOf('8.5')))).toBe('11.04915');
  });
});
