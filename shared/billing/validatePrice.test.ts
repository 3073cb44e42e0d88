/** Every refusal between the fields of one price: its code, its path, what is wrong and the cure, and the nearest price that stands. */
import type { Price } from '@countersign/shared/model';
import { describe, expect, it } from 'vitest';
import { checkPrice } from './validatePrice.ts';

function problems(price: object): string[] {
  const out: string[] = [];
  checkPrice(price as Price, 'p', (code, path, what, cure) => out.push(`${code} ${path}: ${what} ${cure}`));
  return out;
}
const blocks = (...tiers: [size: string, maxBlocks: number | null][]) => ({
  type: 'BLOCKS',
  tiers: tiers.map(([size, maxBlocks]) => ({ size, amount: '5', maxBlocks })),
});
const upTo = (...bounds: (string | null)[]) => bounds.map((bound) => ({ upTo: bound, rate: '1' }));
const trailing = { counter: 'TRAILING_YEAR' };
const ALL_UNITS =
  'TRAILING_ALL_UNITS p.counter: A trailing year chooses one tier for all units, without a flat. Use VOLUME without flats, or another counter.';

describe('prices that cannot be billed as written', () => {
  it.each<[string, object, string[]]>([
    ['blocks that end', blocks(['10', 2], ['5', null]), []],
    ['one tier of blocks', blocks(['10', null]), []],
    [
      'a last tier of blocks with a bound',
      blocks(['10', 2], ['5', 3]),
      ['TIERS_END p.tiers[1].maxBlocks: Nothing prices blocks above the last tier. Leave the last tier open (null).'],
    ],
    [
      'an open tier of blocks before others',
      blocks(['10', null], ['8', null], ['5', null]),
      [0, 1].map(
        (i) =>
          `TIER_UNREACHABLE p.tiers[${i}].maxBlocks: Only the last tier may hold blocks without end. State how many blocks this tier holds.`,
      ),
    ],
    [
      'blocks of no size',
      blocks(['0', 2], ['0.00', null]),
      [0, 1].map((i) => `ZERO_SIZE p.tiers[${i}].size: A block of 0 units cannot be counted. Give a size above 0.`),
    ],
    [
      'a package of no size',
      { type: 'PACKAGE', size: '0', amount: '5' },
      ['ZERO_SIZE p.size: A package of 0 units cannot be counted. Give a size above 0.'],
    ],
    ['the smallest package', { type: 'PACKAGE', size: '0.001', amount: '5' }, []],
  ])('[BILL-30] %s', (_what, price, said) => {
    expect(problems(price)).toEqual(said);
  });

  it.each<[string, object, string[]]>([
    ['rising bounds', { type: 'VOLUME', tiers: upTo('1', '2', null) }, []],
    [
      'equal bounds',
      { type: 'VOLUME', tiers: upTo('2', '2.0', null) },
      ['TIERS_DESCEND p.tiers[1].upTo: The bound 2.0 does not rise above 2. Order the tiers by rising bound.'],
    ],
    [
      'a first bound of nothing',
      { type: 'GRADUATED', tiers: upTo('0', null) },
      ['TIERS_DESCEND p.tiers[0].upTo: The bound 0 does not rise above 0. Order the tiers by rising bound.'],
    ],
    [
      'a bound is compared with the one before, not with the largest',
      { type: 'GRADUATED', tiers: upTo('5', '3', '4', null) },
      ['TIERS_DESCEND p.tiers[1].upTo: The bound 3 does not rise above 5. Order the tiers by rising bound.'],
    ],
    [
      'a last bound',
      { type: 'GRADUATED', tiers: upTo('5', '7') },
      ['TIERS_END p.tiers[1].upTo: Nothing prices units above 7. Leave the last bound empty (null).'],
    ],
    [
      'an open tier before the last',
      {
        type: 'PERCENT_TIERS',
        mode: 'VOLUME',
        tiers: [
          { upTo: null, percent: '1' },
          { upTo: null, percent: '2' },
        ],
      },
      [
        'TIER_UNREACHABLE p.tiers[0].upTo: A tier without upper bound must be the last. Give the bound, or remove the tiers after it.',
      ],
    ],
    [
      'a tier that nothing prices',
      {
        type: 'VOLUME',
        tiers: [{ upTo: '1' }, { upTo: '2', flat: '0' }, { upTo: '3', percent: '0' }, { upTo: null, rate: '0' }],
      },
      [
        'TIER_WITHOUT_RATE p.tiers[0]: Nothing prices the units of this tier. Give its rate, its percentage or its flat amount; write 0 where it is free.',
      ],
    ],
  ])('[BILL-4] [BILL-30] tiers: %s', (_what, price, said) => {
    expect(problems(price)).toEqual(said);
  });

  it.each<[string, object, string[]]>([
    ['all units', { type: 'VOLUME', tiers: upTo('1', null), ...trailing }, []],
    ['percentages of all units', { type: 'PERCENT_TIERS', mode: 'VOLUME', tiers: upTo(null), ...trailing }, []],
    ['flats of nothing', { type: 'VOLUME', tiers: [{ upTo: null, rate: '1', flat: '0.00' }], ...trailing }, []],
    ['slices', { type: 'GRADUATED', tiers: upTo(null), ...trailing }, [ALL_UNITS]],
    [
      'slices of percentages',
      { type: 'PERCENT_TIERS', mode: 'GRADUATED', tiers: upTo(null), ...trailing },
      [ALL_UNITS],
    ],
    [
      'one flat among none',
      {
        type: 'VOLUME',
        tiers: [
          { upTo: '5', rate: '1', flat: '0' },
          { upTo: null, rate: '1', flat: '2' },
        ],
        ...trailing,
      },
      [ALL_UNITS],
    ],
    [
      'a flat of percentages',
      { type: 'PERCENT_TIERS', mode: 'VOLUME', tiers: [{ upTo: null, percent: '1', flat: '2' }], ...trailing },
      [ALL_UNITS],
    ],
    ['packages', { type: 'PACKAGE', size: '5', amount: '1', ...trailing }, [ALL_UNITS]],
    ['blocks', { ...blocks(['5', null]), ...trailing }, [ALL_UNITS]],
    ['packages of a year', { type: 'PACKAGE', size: '5', amount: '1', counter: 'YEAR' }, []],
    ['slices of a year', { type: 'GRADUATED', tiers: upTo(null), counter: 'YEAR' }, []],
  ])('[BILL-38] a trailing year: %s', (_what, price, said) => {
    expect(problems(price)).toEqual(said);
  });

  it('[BILL-30] limits of a percentage that cross, and not those that meet', () => {
    const limits = (minPer?: string, maxPer?: string) => problems({ type: 'PERCENT', percent: '1', minPer, maxPer });
    expect(limits('5.01', '5')).toEqual([
      'LIMITS_CROSS p.minPer: The least amount 5.01 is above the most, 5. Exchange or correct them.',
    ]);
    for (const [least, most] of [
      ['5', '5.00'],
      ['4', '5'],
      [undefined, '5'],
      ['5', undefined],
    ])
      expect(limits(least, most)).toEqual([]);
  });

  it('[BILL-26] a part of a combined price is named by its place; plain prices have nothing to refuse', () => {
    const combined = {
      type: 'COMBINE',
      of: [
        { type: 'UNIT', rate: '0' },
        { type: 'FLAT', amount: '0' },
        { type: 'COMBINE', of: [{ type: 'PACKAGE', size: '0', amount: '1' }] },
      ],
    };
    expect(problems(combined)).toEqual([
      'ZERO_SIZE p.of[2].of[0].size: A package of 0 units cannot be counted. Give a size above 0.',
    ]);
  });
});
