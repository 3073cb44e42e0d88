/** Every kind of price in one segment: its exact amount, the rate it names, and its steps as a person reads them. */
import type { Price, RateType } from '@countersign/shared/model';
import { decimalOf, exactText } from '@countersign/shared/money';
import { describe, expect, it } from 'vitest';
import type { Count } from './context.ts';
import { priceExact } from './price.ts';

/** A counter that goes from `from` to `to` (hundreds of units), in a segment of 10 of 31 days. */
function priced(price: Price, rateType: RateType, from: string | null, to: string, more: Partial<Count> = {}): string {
  const [before, after] = [from === null ? null : decimalOf(from), decimalOf(to)];
  const start = before ?? decimalOf('0');
  const units = { n: after.n * start.d - start.n * after.d, d: after.d * start.d };
  const count = (): Count => ({
    from: before,
    to: after,
    units,
    total: after,
    carried: null,
    events: 3n,
    values: null,
    ...more,
  });
  const result = priceExact(price, { rateType, count, days: { served: 10n, of: 31n, opens: from === null } });
  const steps = result.steps().map((s) => {
    const tiers = (s.tiers ?? []).map(
      (t) => ` [${t.above}..${t.upTo}: ${t.quantity} × ${t.rate} + ${t.flat} = ${t.exact}]`,
    );
    const below = s.children.map((c) => ` > ${c.kind} ${c.title}: ${c.text}`);
    const clause = s.clauseId === undefined ? '' : ` (${s.clauseId})`;
    return `${s.kind} ${s.title}: ${s.text} = ${s.exact}${clause}${tiers.join('')}${below.join('')}`;
  });
  const tier = result.tier === undefined ? '' : ` tier ${result.tier.above}..${result.tier.upTo}`;
  return `${exactText(result.exact)} at ${result.rate ?? 'its price'}${tier}\n${steps.join('\n')}`;
}

const tiers = [
  { upTo: '1000', rate: '20', flat: '3' },
  { upTo: null, rate: '15', flat: '5' },
];

const cases: [string, () => string, string[]][] = [];
function say(name: string, run: () => string, expected: string[]): void {
  cases.push([name, run, expected]);
}

say('UNIT', () => priced({ type: 'UNIT', rate: '2.50', clauseId: 'c1' }, 'CPM', null, '1001'), [
  '2.5025 at its price',
  'PRICE Price: 1,001 impressions at 2.50 per 1,000 impressions. = 2.5025 (c1)',
]);
say('GRADUATED', () => priced({ type: 'GRADUATED', tiers, clauseId: 'c1' }, 'CPM', '500', '2500'), [
  '37.5 at 15 per 1,000 impressions tier 1000..null',
  'TIER Tier 1, 0 to 1,000: 500 at 20 per 1,000. = 10 (c1) [0..1000: 500 × 20 + 0 = 10]',
  'TIER Tier 2, above 1,000: 1,500 at 15 per 1,000, plus 5 for entering the tier. = 27.5 (c1) [1000..null: 1500 × 15 + 5 = 27.5]',
]);
say('GRADUATED opening', () => priced({ type: 'GRADUATED', tiers }, 'CPC', null, '1000'), [
  '20003 at 20 per click tier 0..1000',
  'TIER Tier 1, 0 to 1,000: 1,000 at 20, plus 3 for entering the tier. = 20003 [0..1000: 1000 × 20 + 3 = 20003]',
]);
say('GRADUATED below zero', () => priced({ type: 'GRADUATED', tiers }, 'CPC', '2', '-2'), [
  '-83 at 20 per click tier 0..1000',
  'TIER Tier 1, 0 to 1,000: -4 at 20, plus -3 for entering the tier. = -83 [0..1000: -4 × 20 + 3 = -83]',
]);
say('VOLUME', () => priced({ type: 'VOLUME', tiers }, 'CPM', null, '1001'), [
  '20.015 at 15 per 1,000 impressions tier 1000..null',
  'TIER Tier 2, above 1,000: 1,001 at 15 per 1,000, plus 5 for entering the tier. = 20.015 [1000..null: 1001 × 15 + 5 = 20.015]',
]);
say(
  'VOLUME carried',
  () =>
    priced({ type: 'VOLUME', tiers }, 'CPC', '1000', '1200', {
      carried: { units: decimalOf('1000'), total: decimalOf('1000') },
    }),
  [
    '-1998 at 15 per click tier 1000..null',
    'TIER Tier 2, above 1,000: 200 at 15, plus 5 for entering the tier. = 3005 [1000..null: 200 × 15 + 5 = 3005]',
    'TIER Earlier units at the tier now reached: 1,000 units billed before move to the tier above 1,000. = -5003',
  ],
);
const shortRate = (closes: boolean): string =>
  priced(
    {
      type: 'VOLUME',
      tiers: [
        { upTo: '1000', rate: '20' },
        { upTo: null, rate: '15' },
      ],
      assumedTotal: '2000',
    },
    'CPC',
    '500',
    '700',
    { closes, carried: { units: decimalOf('500'), total: decimalOf('500') } },
  );
say('VOLUME short rate', () => shortRate(false), [
  '3000 at 15 per click tier 1000..null',
  'TIER Tier 2, above 1,000: 200 at 15. = 3000 [1000..null: 200 × 15 + 0 = 3000]',
]);
say('VOLUME short rate closing', () => shortRate(true), [
  '6500 at 20 per click tier 0..1000',
  'TIER Tier 1, 0 to 1,000: 200 at 20. = 4000 [0..1000: 200 × 20 + 0 = 4000]',
  'TIER Short rate: 500 units billed before move to the tier 0 to 1,000. = 2500',
]);
say(
  'PERCENT_TIERS',
  () =>
    priced(
      {
        type: 'PERCENT_TIERS',
        mode: 'GRADUATED',
        tiers: [
          { upTo: '100', percent: '10' },
          { upTo: null, percent: '5', flat: '1' },
        ],
      },
      'CPS',
      null,
      '300',
    ),
  [
    '21 at 5% tier 100..null',
    'TIER Tier 1, 0 to 100: 100 at 10%. = 10 [0..100: 100 × 10 + 0 = 10]',
    'TIER Tier 2, above 100: 200 at 5%, plus 1 for entering the tier. = 11 [100..null: 200 × 5 + 1 = 11]',
  ],
);
say(
  'PACKAGE',
  () =>
    priced({ type: 'PACKAGE', size: '1000', amount: '70.5', freeUnits: '100', clauseId: 'c1' }, 'CPC', '900', '2200'),
  ['141 at its price', 'PRICE Packages: 2 started packages of 1,000 at 70.5. = 141 (c1)'],
);
say(
  'BLOCKS',
  () =>
    priced(
      {
        type: 'BLOCKS',
        mode: 'GRADUATED',
        tiers: [
          { size: '10', maxBlocks: '2', amount: '5' },
          { size: '20', maxBlocks: null, amount: '4' },
        ],
      },
      'CPC',
      '15',
      '65',
    ),
  ['12 at its price', 'PRICE Blocks: Started blocks of 50 units, Graduated blocks, 5 per 10, 4 per 20. = 12'],
);
say(
  'BLOCKS of one tier',
  () =>
    priced(
      {
        type: 'BLOCKS',
        mode: 'VOLUME',
        tiers: [
          { size: '10', maxBlocks: '2', amount: '5' },
          { size: '20', maxBlocks: null, amount: '4' },
        ],
      },
      'CPC',
      null,
      '65',
    ),
  ['16 at its price', 'PRICE Blocks: Started blocks of 65 units, All blocks at one tier, 5 per 10, 4 per 20. = 16'],
);
say(
  'PERCENT',
  () => priced({ type: 'PERCENT', percent: '7.5', freeAmount: '100', clauseId: 'c1' }, 'CPS', '60', '300'),
  ['15 at its price', 'PRICE Percentage: 7.5% of 240, the first 100 free. = 15 (c1)'],
);
say('FLAT by days', () => priced({ type: 'FLAT', amount: '310', clauseId: 'c1' }, 'FLAT', null, '0'), [
  '100 at its price',
  'PRORATION Flat amount: 310 × 10/31 days of the period. = 100 (c1)',
]);
say('FLAT whole', () => priced({ type: 'FLAT', amount: '310', proration: 'NONE' }, 'FLAT', null, '0'), [
  '310 at its price',
  'PRICE Flat amount: 310 for the period. = 310',
]);
say('FLAT whole, later', () => priced({ type: 'FLAT', amount: '310', proration: 'NONE' }, 'FLAT', '1', '1'), [
  '0 at its price',
  'PRICE Flat amount: Charged with the first segment of the period. = 0',
]);
const of: Price[] = [
  { type: 'UNIT', rate: '6.50', rateType: 'CPM' },
  { type: 'PERCENT', percent: '50', rateType: 'CPS', metric: 'REVENUE' },
];
say('GREATER_OF', () => priced({ type: 'COMBINE', op: 'GREATER_OF', of, clauseId: 'c1' }, 'CPM', null, '2000'), [
  '1000 at 50%',
  'COMBINE Greater of: 50% gives 1,000, which counts. = 1000 (c1) > PRICE Percentage: 50% of 2,000. > NOTE Not chosen: 6.50 per 1,000 impressions gives 13.',
]);
say('LESSER_OF', () => priced({ type: 'COMBINE', op: 'LESSER_OF', of }, 'CPM', null, '2000'), [
  '13 at 6.50 per 1,000 impressions',
  'COMBINE Lesser of: 6.50 per 1,000 impressions gives 13, which counts. = 13 > PRICE Price: 2,000 impressions at 6.50 per 1,000 impressions. > NOTE Not chosen: 50% gives 1,000.',
]);
say('SUM', () => priced({ type: 'COMBINE', op: 'SUM', of }, 'CPM', null, '2000'), [
  '1013 at 6.50 per 1,000 impressions and 50%',
  'COMBINE Sum of: The sum of 6.50 per 1,000 impressions; 50% = 1013 > PRICE Price: 2,000 impressions at 6.50 per 1,000 impressions. > PRICE Percentage: 50% of 2,000.',
]);

describe('prices in words', () => {
  it.each(cases)('[BILL-7] %s', (_name, run, expected) => {
    expect(run().split('\n')).toEqual(expected);
  });
});
