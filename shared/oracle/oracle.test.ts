/** The oracle by the domain page's worked examples, and what it may lean on. */
import { readdirSync, readFileSync } from 'node:fs';
import { preview } from '@countersign/shared/billing';
import type { ContractVersion, DeliveryFact, Line } from '@countersign/shared/model';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FAMILIES } from './families.ts';
import { oracleBill } from './oracle.ts';
import { minus, q } from './rational.ts';
import { fixed } from './rounding.ts';
import type { OracleInput } from './world.ts';

const TIERS = [
  { upTo: '1000000', rate: '20' },
  { upTo: '5000000', rate: '18' },
  { upTo: null, rate: '15' },
];

function contract(change: Partial<ContractVersion>): ContractVersion {
  const dates = { effectiveFrom: '2026-01-01', effectiveTo: '2027-01-01', recordedAt: '2025-12-01T00:00:00Z' };
  return {
    id: 'v1',
    contractId: 'c1',
    number: 'IO-1',
    currency: 'USD',
    timeZone: 'America/New_York',
    ...dates,
    ...change,
  };
}
const line = (price: Line['price'], rateType: Line['rateType'] = 'CPM'): Line => ({ id: 'l1', rateType, price });
const delivered = (quantity: string, localDate = '2026-01-10', more: Partial<DeliveryFact> = {}): DeliveryFact => ({
  lineId: 'l1',
  localDate,
  quantity,
  ...more,
});

function total(
  versions: ContractVersion[],
  facts: Partial<OracleInput['facts']>,
  more: Partial<OracleInput> = {},
): string {
  const { world, settled } = oracleBill({
    versions,
    facts: { delivery: [], touches: [], actions: [], ...facts },
    period: '2026-01',
    ...more,
  });
  return fixed(settled.totals.total, world.digits);
}

describe('the oracle', () => {
  it('[ORA-5] examples 1 and 2: tiers, then cap, discount, commission and tax by either basis', () => {
    const graduated = contract({ lines: [line({ type: 'GRADUATED', tiers: TIERS })] });
    const volume = (quantity: string): string =>
      total([contract({ lines: [line({ type: 'VOLUME', tiers: TIERS })] })], { delivery: [delivered(quantity)] });
    const delivery = [delivered('6250000')];
    expect(total([graduated], { delivery })).toBe('110750.00');
    expect([volume('6250000'), volume('5000000'), volume('5000001')]).toEqual(['93750.00', '90000.00', '75000.02']);
    const adjusted = (basis: 'GROSS' | 'NET_OF_DISCOUNT'): string =>
      total(
        [
          {
            ...graduated,
            commitments: [{ id: 'k', kind: 'CAP', scope: 'CONTRACT', amount: '100000', basis }],
            adjustments: [
              { kind: 'DISCOUNT', id: 'd', percent: '5' },
              { kind: 'COMMISSION', id: 'm', percent: '15' },
              { kind: 'TAX', id: 't', code: 'VAT', percent: '20' },
            ],
          },
        ],
        { delivery },
      );
    expect([adjusted('GROSS'), adjusted('NET_OF_DISCOUNT')]).toEqual(['96900.00', '102000.00']);
  });

  it('[ORA-5] examples 3, 4 and 7: one rounding a line, the discrepancy at its threshold, a retroactive amendment', () => {
    const cpm = (rate: string): Line => line({ type: 'UNIT', rate });
    const days = Array.from({ length: 30 }, (_, i) => delivered('1001', `2026-01-${String(i + 1).padStart(2, '0')}`));
    expect(total([contract({ lines: [cpm('2.50')] })], { delivery: days })).toBe('75.08');
    const uplift = contract({
      lines: [cpm('10')],
      discrepancyRules: [
        { id: 'x', thresholdPercent: '10', base: 'CONTROLLING', remedy: 'UPLIFT', upliftPercent: '10' },
      ],
    });
    const counted = (other: string): string =>
      total([uplift], { delivery: [delivered('1000000'), delivered(other, '2026-01-10', { source: 'adserver' })] });
    expect([counted('1100000'), counted('1100001')]).toEqual(['10000.00', '11000.00']);
    const original = contract({ lines: [cpm('20')] });
    const amendment = contract({
      id: 'v2',
      sequence: 2,
      effectiveFrom: '2026-01-16',
      recordedAt: '2026-02-10T00:00:00Z',
      lines: [cpm('18')],
    });
    const delivery = [delivered('480000', '2026-01-15'), delivered('520000', '2026-01-16')];
    const asOf = (instant: string): string => total([original, amendment], { delivery }, { asOf: instant });
    expect([asOf('2026-02-05T00:00:00Z'), asOf('2026-02-11T00:00:00Z')]).toEqual(['20000.00', '18960.00']);
  });

  it('[ORA-5] examples 9 and 11: a split by position, and a clawback that re-rates', () => {
    const touches = [1, 2, 3, 4].map((n) => ({
      id: `t${n}`,
      actorId: 'u1',
      touchType: 'CLICK',
      partnerId: `p${n}`,
      at: `2026-01-0${n}T00:00:00Z`,
    }));
    const one = { id: 'a1', actorId: 'u1', eventType: 'SALE', occurredAt: '2026-01-05T00:00:00Z' };
    const split = oracleBill({
      versions: [
        contract({
          direction: 'PAYABLE',
          payoutRules: [{ id: 'r', payout: { type: 'UNIT', rate: '10.01' } }],
          attribution: { model: 'POSITION', windows: [{ touchType: 'CLICK', size: 'P30D' }] },
        }),
      ],
      facts: { delivery: [], touches, actions: [one] },
      period: '2026-01',
    });
    expect(split.payouts?.shares.map((share) => fixed(share.payout, 2))).toEqual(['4.01', '1.00', '1.00', '4.00']);
    const actions = Array.from({ length: 150 }, (_, n) => ({
      id: `a${n}`,
      eventType: 'SALE',
      partnerId: 'p1',
      occurredAt: '2026-01-05T12:00:00Z',
      ...(n < 60 ? { statusEvents: [{ status: 'REVERSED' as const, at: '2026-03-05T12:00:00Z' }] } : {}),
    }));
    const clawed = oracleBill({
      versions: [
        contract({
          direction: 'PAYABLE',
          payoutRules: [
            {
              id: 'r',
              payout: {
                type: 'VOLUME',
                tiers: [
                  { upTo: '100', rate: '10' },
                  { upTo: null, rate: '12' },
                ],
              },
            },
          ],
          locks: [{ months: 0, days: 0 }],
        }),
      ],
      facts: { delivery: [], touches: [], actions },
      period: '2026-03',
    });
    expect(fixed(clawed.settled.totals.total, 2)).toBe('-900.00');
  });

  it('[ORA-2] imports no money, billing or attribution, and of the model only types', () => {
    const folder = new URL('.', import.meta.url);
    const sources = readdirSync(folder).filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'));
    const importing = sources.flatMap((name) =>
      readFileSync(new URL(name, folder), 'utf8')
        .split('\n')
        .filter((text) => text.includes("from '@countersign/shared/"))
        .map((text) => `${name}: ${text}`),
    );
    const allowed = /: (\} from|import type .* from) '@countersign\/shared\/model';$|^compare\.ts: .*billing';$/;
    expect(importing.filter((text) => !allowed.test(text))).toEqual([]);
    const values = sources.filter((name) =>
      /import \{[^}]*\} from '@countersign\/shared\/model'/.test(readFileSync(new URL(name, folder), 'utf8')),
    );
    expect(values).toEqual([]);
  });

  it('[ORA-3] equal seeds generate equal contracts', () => {
    for (const family of Object.values(FAMILIES)) {
      const [one, two] = [0, 1].map(() => JSON.stringify(fc.sample(family.cases, { seed: 7, numRuns: 2 })));
      expect(one).toBe(two);
    }
  });

  it('[ORA-4] posts the difference of two totals when facts come late', () => {
    const family = FAMILIES['credits adjusted'];
    if (family === undefined) throw new RangeError('The family is gone.');
    fc.assert(
      fc.property(family.cases, (input) => {
        const early = preview({ ...input, facts: { ...input.facts, delivery: input.facts.delivery.slice(1) } });
        const posted = early.posting.entries.map(({ lineKey, delta }) => ({
          period: input.period,
          lineKey,
          amount: delta,
        }));
        const late = preview({ ...input, posted });
        const difference = minus(q(late.totals.total), q(early.totals.total));
        expect(q(late.posting.total)).toEqual(difference);
      }),
      { seed: 11, numRuns: Math.min(120, Number(process.env.LAW_RUNS ?? 120)) },
    );
  });
});
