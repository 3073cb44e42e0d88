/**
 * Test-only. Rate rules on every kind of price, and prices that no contract may have.
 * Must not: say what they cost; the kernel does, and its bytes are kept.
 */
import type { PreviewInput } from '@countersign/shared/billing';
import type { Line, Price, RateRule } from '@countersign/shared/model';
import { asked, line, units } from './rare.ts';

const unit = (rate: string): Price => ({ type: 'UNIT', rate });
const delivery = units('l1', ['01-05', '400'], ['01-12', '300'], ['01-25', '700.5']);

const PRICES: readonly [Line['rateType'], Price][] = [
  ['CPC', unit('1.005')],
  [
    'CPC',
    {
      type: 'GRADUATED',
      tiers: [
        { upTo: '500', rate: '3.335' },
        { upTo: '800', flat: '7' },
        { upTo: null, rate: '1' },
      ],
    },
  ],
  [
    'CPC',
    {
      type: 'VOLUME',
      tiers: [
        { upTo: '500', rate: '3.335' },
        { upTo: null, rate: '2', flat: '5' },
      ],
    },
  ],
  [
    'CPS',
    {
      type: 'PERCENT_TIERS',
      tiers: [
        { upTo: '500', percent: '3.335' },
        { upTo: '900', flat: '7' },
        { upTo: null, percent: '9' },
      ],
    },
  ],
  [
    'CPS',
    {
      type: 'PERCENT_TIERS',
      mode: 'VOLUME',
      tiers: [
        { upTo: '500', percent: '12' },
        { upTo: null, percent: '9' },
      ],
    },
  ],
  ['CPC', { type: 'PACKAGE', size: '100', amount: '3.335' }],
  ['FLAT', { type: 'FLAT', amount: '33.335' }],
  ['FLAT', { type: 'FLAT', amount: '33.335', proration: 'NONE' }],
  [
    'CPC',
    {
      type: 'BLOCKS',
      mode: 'GRADUATED',
      tiers: [
        { size: '100', maxBlocks: '4', amount: '3.335' },
        { size: '50', maxBlocks: null, amount: '1' },
      ],
    },
  ],
  [
    'CPC',
    {
      type: 'BLOCKS',
      mode: 'VOLUME',
      tiers: [
        { size: '100', maxBlocks: '4', amount: '3.335' },
        { size: '50', maxBlocks: null, amount: '1' },
      ],
    },
  ],
  ['CPS', { type: 'PERCENT', percent: '3.335', fixed: '0.5', minPer: '1', maxPer: '20' }],
  [
    'CPS',
    {
      type: 'COMBINE',
      op: 'GREATER_OF',
      of: [
        { type: 'PERCENT', percent: '10' },
        { type: 'UNIT', rate: '6.5', rateType: 'CPM', metric: 'IMPRESSIONS' },
      ],
    },
  ],
  ['CPC', { type: 'COMBINE', op: 'SUM', of: [unit('1'), { type: 'FLAT', amount: '31', rateType: 'FLAT' }] }],
  ['CPC', { type: 'COMBINE', op: 'LESSER_OF', of: [unit('1'), { type: 'PACKAGE', size: '10', amount: '9' }] }],
];
const rules: RateRule[] = [
  { id: 'b', factor: '1.1', rounding: { decimals: 1 } },
  {
    id: 'a',
    label: 'Short',
    factor: '0.95',
    clauseId: 'k',
    conditions: [{ field: 'geo', op: 'EQ', value: 'US' }],
  },
  { id: 'z', factor: '2', order: -1, lineIds: ['l1'], rounding: { decimals: 0, mode: 'DOWN' } },
  { id: 'x', factor: '50', lineIds: ['l9'] },
  { id: 'w', factor: '60', conditions: [{ field: 'rateType', op: 'EQ', value: 'SPOT' }] },
];
const revenue = [
  ...delivery,
  ...delivery.map((fact) => ({ ...fact, metric: 'IMPRESSIONS', quantity: `${fact.quantity}7` })),
];
const scaled: PreviewInput[] = PRICES.flatMap(([rateType, price]) => {
  const lines = [line({ rateType, price, dimensions: { geo: 'US' }, productKey: 'p' })];
  const given = { facts: { delivery: rateType === 'CPS' ? revenue : delivery } };
  return [
    asked({ lines }, given),
    asked({ lines, rateRules: rules }, given),
    asked({ lines, rateRules: [...rules].reverse().slice(0, 4), roundingMode: 'UP' }, given),
  ];
});

/** Prices that a contract may not have: each refusal names its field. */
const refused: PreviewInput[] = (
  [
    { type: 'PACKAGE', size: '0', amount: '1' },
    { type: 'BLOCKS', mode: 'GRADUATED', tiers: [{ size: '0', maxBlocks: null, amount: '1' }] },
    { type: 'PERCENT', percent: '1', minPer: '5', maxPer: '4' },
    { type: 'PERCENT', percent: '1', minPer: '4', maxPer: '4' },
    {
      type: 'PERCENT_TIERS',
      mode: 'VOLUME',
      counter: 'TRAILING_YEAR',
      tiers: [{ upTo: null, percent: '1', flat: '2' }],
    },
    { type: 'PERCENT_TIERS', counter: 'TRAILING_YEAR', tiers: [{ upTo: null, percent: '1' }] },
    { type: 'VOLUME', counter: 'TRAILING_YEAR', tiers: [{ upTo: null, rate: '1', flat: '2' }] },
    {
      type: 'VOLUME',
      counter: 'TRAILING_YEAR',
      tiers: [
        { upTo: '5', rate: '2', flat: '0' },
        { upTo: null, rate: '1' },
      ],
    },
    {
      type: 'VOLUME',
      counter: 'YEAR',
      assumedTotal: '5',
      tiers: [
        { upTo: '5', rate: '2' },
        { upTo: null, rate: '1', flat: '1' },
      ],
    },
    { type: 'GRADUATED', counter: 'TRAILING_YEAR', tiers: [{ upTo: null, rate: '1' }] },
    {
      type: 'GRADUATED',
      tiers: [
        { upTo: '5', rate: '1' },
        { upTo: '5', rate: '2' },
      ],
    },
    {
      type: 'GRADUATED',
      tiers: [
        { upTo: null, rate: '1' },
        { upTo: '5', rate: '2' },
      ],
    },
    { type: 'COMBINE', op: 'SUM', of: [{ type: 'PACKAGE', size: '0', amount: '1' }] },
  ] as Price[]
).flatMap((price) => [
  asked({ lines: [line({ rateType: 'CPS', price })] }),
  asked({ lines: [line()], payoutRules: [{ id: 'r', payout: price }] }),
  asked({ lines: [line()], overrides: [{ id: 'o', lineId: 'l1', price }] }),
  asked({ rateCardRows: [{ id: 'r', productKey: 'p', rateType: 'CPC', price }] }),
  asked({ defaultRates: [{ id: 'd', rateType: 'CPC', price }] }),
]);

export const rarePrices: readonly PreviewInput[] = [...scaled, ...refused];
