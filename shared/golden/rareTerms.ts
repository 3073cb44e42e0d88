/**
 * Test-only. Terms of a contract that are rare: years of a commitment of their own, open ends, periods in which nothing bills, and terms that contradict each other.
 * Must not: say what they cost; the kernel does, and its bytes are kept.
 */
import type { PreviewInput } from '@countersign/shared/billing';
import type { Commitment, ContractVersion, Line } from '@countersign/shared/model';
import { asked, line, units } from './rare.ts';

const clauses = [{ id: 'k', key: '1', text: 'As agreed.' }];
const delivery = units('l1', ['01-05', '400'], ['02-12', '300'], ['06-25', '700'], ['12-30', '55']);
const facts = { delivery };

const commitment = (change: Partial<Commitment>): Commitment => ({
  id: 'c',
  scope: 'CONTRACT',
  kind: 'MINIMUM',
  amount: '1000',
  basis: 'GROSS',
  ...change,
});
const long = { effectiveFrom: '2024-03-15', effectiveTo: '2028-03-15' };
const term = { from: '2024-05-10', to: '2025-05-10' };
const PERIODS = ['2025-04', '2025-05', '2026-01', '2026-05', '2028-03'];

const years: PreviewInput[] = (['MINIMUM', 'CAP'] as const).flatMap((kind) =>
  PERIODS.flatMap((period) =>
    [
      { ...long, commitments: [commitment({ kind, period: 'YEAR', term })] },
      {
        ...long,
        commitments: [commitment({ kind, period: 'YEAR', amount: '500', rollover: 'CARRY', proratePartPeriods: true })],
      },
      { effectiveFrom: '2024-03-15', effectiveTo: null, commitments: [commitment({ kind, period: 'TERM' })] },
      {
        ...long,
        commitments: [commitment({ kind, period: 'QUARTER', escalator: { percent: '5' }, prorateOnTermination: true })],
      },
      {
        ...long,
        commitments: [commitment({ kind, scope: 'LINE', lineId: 'l1', clauseId: 'k', proratePartPeriods: true })],
      },
    ].map((change) => asked({ lines: [line()], clauses, ...change } as Partial<ContractVersion>, { facts, period })),
  ),
);

const order = (change: Partial<Line>): Line =>
  line({ billingSource: 'CONTRACTED', contractedQuantity: '1000', ...change });
const TRIGGERS = [
  [{ id: 's', applies: 'START', on: 'ON_QUANTITY', lineId: 'l1', quantity: '500' }],
  [
    {
      id: 'e',
      applies: 'END',
      on: 'ON_QUANTITY',
      lineId: 'l1',
      quantity: '350',
      notBefore: '2026-01-03',
      clauseId: 'k',
    },
  ],
  [{ id: 'e', applies: 'END', on: 'ON_QUANTITY', lineId: 'l1' }],
  [{ id: 's', applies: 'START', on: 'ON_EVENT', event: 'the launch', clauseId: 'k' }],
  [{ id: 's', applies: 'START', on: 'ON_EVENT', event: 'the launch', occurredOn: '2026-01-04' }],
  [{ id: 'e', applies: 'END', on: 'ON_EVENT', lineId: 'l2', event: 'the end', occurredOn: '2026-01-10' }],
  [{ id: 'e', applies: 'END', on: 'ON_EVENT', event: 'the end' }],
  [
    { id: 's', applies: 'START', on: 'ON_DATE', date: '2026-01-05' },
    { id: 'e', applies: 'END', on: 'ON_DATE', date: '2026-01-20' },
  ],
  [
    { id: 's', applies: 'START', on: 'ON_DATE' },
    { id: 'e', applies: 'END', on: 'ON_DATE', lineId: 'l1' },
  ],
  [
    { id: 's', applies: 'START', on: 'ON_AMOUNT', amount: '300', clauseId: 'k' },
    { id: 'e', applies: 'END', on: 'ON_AMOUNT', amount: '700', lineId: 'l1' },
  ],
  [
    { id: 's', applies: 'START', on: 'ON_AMOUNT', lineId: 'l1' },
    { id: 'e', applies: 'END', on: 'ON_AMOUNT' },
  ],
];
const two = [line(), line({ id: 'l2', price: { type: 'UNIT', rate: '1' } })];
const empty = [line({ flight: { from: '2026-06-01', to: '2026-07-01' } })];
const rest: PreviewInput[] = (
  [
    { lines: empty, commitments: [commitment({ clauseId: 'k' })] },
    { lines: empty, guarantees: [{ id: 'g', due: [{ date: '2026-01-10', amount: '500' }], clauseId: 'k' }] },
    { lines: [], commitments: [commitment({})] },
    {
      lines: two,
      commitments: [commitment({ id: 'x', kind: 'CAP', amount: '10' }), commitment({ id: 'm', amount: '11' })],
    },
    {
      lines: two,
      commitments: [
        commitment({ id: 'x', kind: 'CAP', amount: '10', scope: 'LINE', lineId: 'l1' }),
        commitment({ id: 'm', amount: '11', scope: 'LINE', lineId: 'l2' }),
      ],
    },
    { lines: two, commitments: [commitment({ scope: 'LINE' })] },
    { lines: two, commitments: [commitment({ scope: 'LINE', lineId: 'l9' })] },
    { lines: two, commitments: [commitment({ amount: '1.005' })] },
    {
      lines: two,
      ratioCaps: [{ id: 'r', lineIds: ['l1'], percent: '50', ofLineIds: ['l2'], label: 'Half', clauseId: 'k' }],
    },
    { lines: two, ratioCaps: [{ id: 'r', lineIds: ['l1', 'l2'], percent: '50', ofLineIds: ['l2'] }] },
    { lines: two, ratioCaps: [{ id: 'r', lineIds: ['l9'], percent: '50', ofLineIds: ['l8'] }] },
    { lines: two, leastPayment: { amount: '1.005' } },
    { lines: two, leastPayment: { amount: '900', atEnd: 'KEEP', clauseId: 'k' } },
    { lines: two, guarantees: [{ id: 'g', due: [{ date: '2026-01-10', amount: '0.005' }] }] },
    { lines: two, attribution: { model: 'TIME_DECAY', windows: [{ touchType: 'CLICK', size: 'P30D' }] } },
    {
      lines: two,
      attribution: { model: 'TIME_DECAY', halfLifeDays: '0', windows: [{ touchType: 'CLICK', size: 'P30D' }] },
    },
    { lines: two, discrepancyRules: [{ id: 'd', thresholdPercent: '10', base: 'OTHER', remedy: 'UPLIFT' }] },
    {
      lines: two,
      rateCardRows: [
        {
          id: 'r',
          productKey: 'p',
          rateType: 'CPC',
          price: { type: 'UNIT', rate: '1' },
          effectiveFrom: '2026-02-01',
          effectiveTo: '2026-02-01',
        },
      ],
    },
    {
      lines: two,
      rateCardRows: [
        { id: 'r', productKey: 'p', rateType: 'CPC', price: { type: 'UNIT', rate: '1' }, effectiveTo: '2026-02-01' },
      ],
    },
    {
      lines: two,
      adjustments: [
        { kind: 'DISCOUNT', id: 'd', amount: '1.005' },
        { kind: 'DISCOUNT', id: 'd', percent: '101' },
        { kind: 'DISCOUNT', id: 'e' },
      ],
    },
    {
      lines: two,
      adjustments: [
        { kind: 'DISCOUNT', id: 'b', percent: '10', order: 1 },
        { kind: 'DISCOUNT', id: 'z', amount: '100', order: 0, lineIds: ['l1'], clauseId: 'k' },
        { kind: 'DISCOUNT', id: 'a', percent: '10', order: 1 },
        { kind: 'COMMISSION', id: 'y', percent: '15', order: 2 },
        { kind: 'COMMISSION', id: 'x', percent: '5', order: 2 },
        { kind: 'COMMISSION', id: 'w', percent: '7', order: 1, lineIds: ['l2'] },
      ],
    },
    {
      lines: two,
      terms: [
        { key: 'fee', type: 'MONEY', value: '5', clauseId: 'k' },
        { key: 'share', type: 'PERCENT', value: '5', clauseId: 'k', reason: 'It is paid apart.' },
        { key: 'note', type: 'MONEY', value: '5', informational: true },
        { key: 'words', type: 'TEXT', value: 'Nothing', billed: false },
      ],
    },
    ...TRIGGERS.flatMap((triggers) => [
      { lines: two, triggers },
      {
        lines: [
          order({ id: 'l1' }),
          line({ id: 'l2', rateType: 'CPD', flight: { from: '2026-01-03', to: '2026-03-01' } }),
        ],
        triggers,
      },
    ]),
    {
      lines: [
        line({
          price: {
            type: 'GRADUATED',
            counter: 'TERM',
            tiers: [
              { upTo: '9000000000000', rate: '1' },
              { upTo: null, rate: '2' },
            ],
          },
        }),
      ],
      effectiveTo: null,
    },
    { effectiveTo: '2026-01-01' },
    { effectiveTo: '2025-12-31', kind: 'TERMINATION' },
    { effectiveTo: '2026-01-20', kind: 'TERMINATION', lines: two },
  ] as Partial<ContractVersion>[]
).map((change) =>
  asked({ clauses, ...change }, { facts: { delivery: [...delivery, ...units('l2', ['01-20', '90'])] } }),
);

const periods: PreviewInput[] = (['MONTHLY', 'WEEKLY', 'QUARTERLY', 'END_OF_CAMPAIGN'] as const).flatMap(
  (billingCycle) =>
    ['2026-01', '2026-01-05', '2026-03', '2026-12', '2025-12', '2027-01', '2026-13', '2026-01-06'].map((period) =>
      asked({ billingCycle, lines: two }, { facts, period }),
    ),
);

export const rareTerms: readonly PreviewInput[] = [...years, ...rest, ...periods, { ...asked({}), versions: [] }];
