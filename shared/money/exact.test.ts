/** Small exact cases of fractions, rounding and splits, each at the edge where a slip would show. */
import { describe, expect, it } from 'vitest';
import {
  absolute,
  add,
  ceilInteger,
  compare,
  decimalOf,
  divide,
  exactText,
  type Fraction,
  floorInteger,
  fromInteger,
  isCurrency,
  isNegative,
  isZero,
  max,
  min,
  minorDigits,
  multiply,
  negate,
  percentOf,
  powerOfTen,
  ROUNDING_MODES,
  reduce,
  roundedText,
  roundTo,
  roundToUnits,
  scaledText,
  splitCumulative,
  splitLargestRemainder,
  subtract,
  toMoney,
  ZERO,
} from './index.ts';

const f = (n: bigint, d = 1n): Fraction => ({ n, d });
const texts = (list: readonly Fraction[]): string[] => list.map(exactText);

describe('fractions', () => {
  it('[MONEY-3] adds over equal, dividing and foreign denominators', () => {
    expect(add(f(1n, 4n), f(1n, 4n))).toEqual(f(2n, 4n));
    expect(add(f(1n, 4n), f(1n, 2n))).toEqual(f(3n, 4n));
    expect(add(f(1n, 2n), f(1n, 4n))).toEqual(f(3n, 4n));
    expect(add(f(1n, 2n), f(1n, 3n))).toEqual(f(5n, 6n));
    expect(subtract(f(1n, 2n), f(1n, 3n))).toEqual(f(1n, 6n));
  });

  it('[MONEY-3] multiplies, divides and takes percentages with their signs', () => {
    expect(multiply(f(2n, 3n), f(-5n, 7n))).toEqual(f(-10n, 21n));
    expect(divide(f(2n, 3n), f(5n, 7n))).toEqual(f(14n, 15n));
    expect(divide(f(2n, 3n), f(-5n, 7n))).toEqual(f(-14n, 15n));
    expect(exactText(percentOf(f(250n), f(12n, 10n)))).toBe('3');
  });

  it('[MONEY-3] long fractions come to lowest terms beyond 40 digits, and not before', () => {
    const big = powerOfTen(40);
    expect(multiply(f(10n, big), f(1n, 10n))).toEqual(f(1n, big));
    expect(multiply(f(10n, big), f(1n))).toEqual(f(10n, big));
  });

  it('[MONEY-3] compares, picks and turns signs', () => {
    const [less, more] = [f(1n, 3n), f(1n, 2n)];
    expect([compare(less, more), compare(more, less), compare(more, f(2n, 4n))]).toEqual([-1, 1, 0]);
    expect([min(less, more), min(more, less), max(less, more), max(more, less)]).toEqual([less, less, more, more]);
    const same = f(2n, 4n);
    expect([min(same, more), max(same, more)]).toEqual([same, same]);
    expect([absolute(f(-3n)), absolute(f(3n)), negate(f(3n)), absolute(ZERO)]).toEqual([f(3n), f(3n), f(-3n), ZERO]);
    expect([isZero(ZERO), isZero(f(1n)), isNegative(f(-1n)), isNegative(ZERO)]).toEqual([true, false, true, false]);
    expect(fromInteger(7n)).toEqual(f(7n));
  });

  it('[MONEY-3] reduces negative and even fractions', () => {
    expect([reduce(f(-6n, 4n)), reduce(f(0n, 5n)), reduce(f(3n, 4n))]).toEqual([f(-3n, 2n), ZERO, f(3n, 4n)]);
  });

  it('[MONEY-3] floors and ceilings of whole, positive and negative values', () => {
    expect([floorInteger(f(7n, 2n)), floorInteger(f(-7n, 2n)), floorInteger(f(-4n, 2n)), floorInteger(ZERO)]).toEqual([
      3n,
      -4n,
      -2n,
      0n,
    ]);
    expect([ceilInteger(f(7n, 2n)), ceilInteger(f(-7n, 2n)), ceilInteger(f(4n, 2n))]).toEqual([4n, -3n, 2n]);
  });

  it('[MONEY-5] writes twos, fives and tens of a denominator as decimals, and others as fractions', () => {
    expect(texts([f(1n, 8n), f(1n, 25n), f(3n, 200n), f(-1n, 16n), f(7n, 10n), f(1n, 6n), f(-7n, 15n)])).toEqual([
      '0.125',
      '0.04',
      '0.015',
      '-0.0625',
      '0.7',
      '1/6',
      '-7/15',
    ]);
    expect(texts([f(5n), f(100n), f(12n, 4n)])).toEqual(['5', '100', '3']);
  });

  it('[MONEY-5] writes scaled digits with all their decimals', () => {
    expect([scaledText(5n, 2), scaledText(-5n, 2), scaledText(123n, 2), scaledText(0n, 2), scaledText(7n, 0)]).toEqual([
      '0.05',
      '-0.05',
      '1.23',
      '0.00',
      '7',
    ]);
    expect([scaledText(7n, -2), scaledText(-7n, -1)]).toEqual(['700', '-70']);
  });
});

describe('rounding at the half', () => {
  const expected: Record<(typeof ROUNDING_MODES)[number], string> = {
    HALF_UP: '1 2 2 2 4 -1 -2 -2 -2 -4',
    HALF_EVEN: '1 2 2 2 4 -1 -2 -2 -2 -4',
    HALF_DOWN: '1 1 2 2 3 -1 -1 -2 -2 -3',
    UP: '2 2 2 2 4 -2 -2 -2 -2 -4',
    DOWN: '1 1 1 2 3 -1 -1 -1 -2 -3',
    CEILING: '2 2 2 2 4 -1 -1 -1 -2 -3',
    FLOOR: '1 1 1 2 3 -2 -2 -2 -2 -4',
  };
  it.each(ROUNDING_MODES)('[MONEY-3] %s of 1.4, 1.5, 1.6, 2, 3.5 and their negatives', (mode) => {
    const values = ['1.4', '1.5', '1.6', '2', '3.5', '-1.4', '-1.5', '-1.6', '-2', '-3.5'];
    expect(values.map((value) => roundedText(decimalOf(value), 0, mode)).join(' ')).toBe(expected[mode]);
  });

  it('[MONEY-3] HALF_EVEN keeps the even neighbour on both sides', () => {
    expect(['0.5', '2.5', '4.5', '-0.5', '-2.5'].map((v) => roundToUnits(decimalOf(v), 0, 'HALF_EVEN'))).toEqual([
      0n,
      2n,
      4n,
      0n,
      -2n,
    ]);
    expect(roundToUnits(decimalOf('2.51'), 0, 'HALF_EVEN')).toBe(3n);
  });

  it('[MONEY-3] rounds to hundreds as well as to cents', () => {
    expect(roundTo(decimalOf('1250'), -2, 'HALF_UP')).toEqual(f(1300n));
    expect(roundToUnits(decimalOf('1249.99'), -2, 'HALF_UP')).toBe(12n);
    expect(roundTo(decimalOf('1.005'), 2, 'HALF_UP')).toEqual(f(101n, 100n));
    expect(roundTo(decimalOf('7.5'), 0, 'DOWN')).toEqual(f(7n));
  });
});

describe('splits', () => {
  it('[MONEY-4] the largest remainder comes first, whatever its place', () => {
    expect(texts(splitLargestRemainder(decimalOf('0.10'), [f(1n), f(2n), f(3n)], 2))).toEqual(['0.02', '0.03', '0.05']);
    expect(texts(splitLargestRemainder(decimalOf('1.00'), [f(1n), f(1n), f(4n)], 2))).toEqual(['0.17', '0.17', '0.66']);
    expect(texts(splitLargestRemainder(decimalOf('1.00'), [f(10n), f(10n), f(39n)], 2))).toEqual([
      '0.17',
      '0.17',
      '0.66',
    ]);
    expect(texts(splitLargestRemainder(decimalOf('1.01'), [f(1n), f(1n), f(5n)], 2))).toEqual(['0.15', '0.14', '0.72']);
    expect(texts(splitLargestRemainder(decimalOf('0.05'), [f(1n), f(4n), f(2n)], 2))).toEqual(['0.01', '0.03', '0.01']);
  });

  it('[MONEY-4] ties go to the earlier, of many as of few; a credit splits like its charge', () => {
    const equal = Array.from({ length: 12 }, () => f(1n));
    const cents = (amount: string): string => texts(splitLargestRemainder(decimalOf(amount), equal, 2)).join(' ');
    expect(cents('0.14')).toBe(`0.02 0.02 ${Array(10).fill('0.01').join(' ')}`);
    expect(cents('-0.14')).toBe(`-0.02 -0.02 ${Array(10).fill('-0.01').join(' ')}`);
    expect(cents('0.00')).toBe(Array(12).fill('0').join(' '));
  });

  it('[MONEY-4] weights of nothing are equal weights; no weights, no shares; the scale is the unit', () => {
    expect(texts(splitLargestRemainder(decimalOf('1.00'), [ZERO, ZERO, ZERO], 2))).toEqual(['0.34', '0.33', '0.33']);
    expect(splitLargestRemainder(decimalOf('1.00'), [], 2)).toEqual([]);
    expect(splitLargestRemainder(decimalOf('7'), [f(1n), f(2n)], 0)).toEqual([f(2n), f(5n)]);
    expect(splitLargestRemainder(decimalOf('1.00'), [f(1n, 3n), f(1n, 6n)], 2)).toEqual([f(67n, 100n), f(33n, 100n)]);
  });

  it('[MONEY-4] cumulative parts carry what rounding left over', () => {
    const third = f(10n, 3n);
    expect(texts(splitCumulative([third, third, third], 2, 'HALF_UP'))).toEqual(['3.33', '3.34', '3.33']);
    expect(texts(splitCumulative([third, negate(third)], 0, 'UP'))).toEqual(['4', '-4']);
    expect(splitCumulative([f(1n)], 2, 'HALF_UP')).toEqual([f(100n, 100n)]);
  });
});

describe('currencies', () => {
  it('[MONEY-2] codes, their minor digits and amounts', () => {
    expect(['USD', 'EUR', 'ZWG', 'JPY', 'XPF', 'BHD', 'TND', 'CLF', 'UYW'].map((code) => minorDigits(code))).toEqual([
      2, 2, 2, 0, 0, 3, 3, 4, 4,
    ]);
    expect([isCurrency('AED'), isCurrency('usd'), isCurrency(''), isCurrency(5), isCurrency('XXX')]).toEqual([
      true,
      false,
      false,
      false,
      false,
    ]);
    expect(toMoney(decimalOf('2.5'), 'JPY')).toEqual({ amount: '3', currency: 'JPY' });
    expect(toMoney(decimalOf('2.5'), 'JPY', 'HALF_EVEN')).toEqual({ amount: '2', currency: 'JPY' });
  });
});
