/** The twelve worked examples of DOMAIN.md §3, each through the public preview where it is a bill. */
import { modelWeights, parseWindow, splitCredit, withinWindow } from '@countersign/shared/attribution';
import { type ActionFact, buildZoneTable, type ContractVersion, type Price } from '@countersign/shared/model';
import { decimalOf, roundedText } from '@countersign/shared/money';
import { describe, expect, it } from 'vitest';
import { resultProblems } from './invariants.ts';
import { bill, contract, cpm, delivered, line } from './testKit/contract.ts';

const TIERS = [
  { upTo: '1000000', rate: '20' },
  { upTo: '5000000', rate: '18' },
  { upTo: null, rate: '15' },
];
const graduated: Price = { type: 'GRADUATED', tiers: TIERS };
const volume: Price = { type: 'VOLUME', tiers: TIERS };

describe('worked examples', () => {
  it('[BILL-4] example 1: graduated CPM 6,250,000 is 110,750.00; all-units 93,750.00; the cliff at 5,000,000', () => {
    const of = (price: Price, quantity: string) =>
      bill(contract({ lines: [line(price)] }), { delivery: [delivered(quantity)] });
    expect(of(graduated, '6250000').totals.total).toBe('110750.00');
    expect(of(volume, '6250000').totals.total).toBe('93750.00');
    expect(of(volume, '5000000').totals.total).toBe('90000.00');
    const past = of(volume, '5000001');
    expect(past.totals.total).toBe('75000.02');
    expect(past.lines[0]?.exact).toBe('75000.015');
    expect(past.warnings.map((w) => w.code)).toContain('TIER_CLIFF');
  });

  it('[BILL-6] example 2: cap on gross gives 96,900.00, cap net of discount 102,000.00', () => {
    const of = (basis: 'GROSS' | 'NET_OF_DISCOUNT') =>
      bill(
        contract({
          lines: [line(graduated)],
          commitments: [{ id: 'cap', scope: 'CONTRACT', kind: 'CAP', amount: '100000', basis }],
          adjustments: [
            { kind: 'DISCOUNT', id: 'd', percent: '5' },
            { kind: 'COMMISSION', id: 'c', percent: '15' },
            { kind: 'TAX', id: 't', code: 'VAT', percent: '20' },
          ],
        }),
        { delivery: [delivered('6250000')] },
      );
    const gross = of('GROSS');
    expect(gross.totals).toEqual({
      gross: '110750.00',
      cap: '-10750.00',
      minimum: '0.00',
      discount: '-5000.00',
      commission: '-14250.00',
      net: '80750.00',
      tax: '16150.00',
      total: '96900.00',
    });
    expect(of('NET_OF_DISCOUNT').totals.total).toBe('102000.00');
    expect(resultProblems(gross)).toEqual([]);
  });

  it('[BILL-5] example 3: 30 days of 1,001 at 2.50 round once to 75.08', () => {
    const days = Array.from({ length: 30 }, (_, i) => delivered('1001', `2026-01-${String(i + 1).padStart(2, '0')}`));
    const result = bill(contract({ lines: [cpm('2.50')] }), { delivery: days });
    expect([result.lines[0]?.exact, result.totals.total]).toEqual(['75.075', '75.08']);
  });

  it('[BILL-20] example 4: exactly 10% bills the controlling count, one more uplifts to 1,100,000', () => {
    const of = (other: string) =>
      bill(
        contract({
          lines: [cpm('20', { controllingMeasurement: { entity: 'vendor' }, contractedQuantity: '2000000' })],
          discrepancyRules: [
            { id: 'r', thresholdPercent: '10', base: 'CONTROLLING', remedy: 'UPLIFT', upliftPercent: '10' },
          ],
        }),
        {
          delivery: [
            delivered('1000000', '2026-01-05', { source: 'vendor' }),
            delivered(other, '2026-01-05', { source: 'publisher' }),
          ],
        },
      ).lines[0]?.quantity;
    expect([of('1100000'), of('1100001')]).toEqual(['1000000', '1100000']);
  });

  it('[BILL-21] example 5: 4,612,340 of 5,000,000 contracted at 28 credits 10,854.48', () => {
    const result = bill(
      contract({
        lines: [
          cpm('28', {
            contractedQuantity: '5000000',
            guaranteed: true,
            billingSource: 'CONTRACTED',
            flight: { from: '2026-01-01', to: '2026-02-01' },
          }),
        ],
      }),
      { delivery: [delivered('4612340')] },
    );
    expect(result.lines.map((l) => l.gross)).toEqual(['140000.00', '-10854.48']);
    expect(resultProblems(result)).toEqual([]);
  });

  it('[BILL-13] example 6: an annual minimum terminated on 16 September trues up 48,219.18', () => {
    const commitments = [
      {
        id: 'min',
        scope: 'CONTRACT',
        kind: 'MINIMUM',
        amount: '1200000',
        period: 'TERM',
        basis: 'GROSS',
        prorateOnTermination: true,
      },
    ] as const;
    const original = contract({ lines: [cpm('100')], commitments: [...commitments] });
    const ended = contract({
      ...original,
      id: 'v2',
      sequence: 2,
      kind: 'TERMINATION',
      effectiveFrom: '2026-09-16',
      effectiveTo: null,
      recordedAt: '2026-08-16T00:00:00Z',
    });
    const result = bill([original, ended], { delivery: [delivered('8000000', '2026-05-05')], period: '2026-09' });
    expect(result.totals.minimum).toBe('48219.18');
    expect(result.adjustments[0]?.trace.factor).toBe('258/365');
  });

  it('[BILL-12] example 7: a retroactive amendment re-rates January by −1,040.00; as of 5 February the rate is still 20', () => {
    const first = contract({ lines: [cpm('20')] });
    const second = contract({
      id: 'v2',
      sequence: 2,
      kind: 'AMENDMENT',
      effectiveFrom: '2026-01-16',
      recordedAt: '2026-02-10T00:00:00Z',
      lines: [cpm('18')],
    });
    const delivery = [delivered('480000', '2026-01-10'), delivered('520000', '2026-01-20')];
    const posted = [{ period: '2026-01', lineKey: 'gross:l1', amount: '20000.00' }];
    const now = bill([first, second], { delivery, posted });
    expect([now.totals.gross, now.posting.total]).toEqual(['18960.00', '-1040.00']);
    expect(bill([first, second], { delivery, asOf: '2026-02-05T00:00:00Z' }).totals.gross).toBe('20000.00');
  });

  it('[ATTR-1] example 8: an elapsed window of 30 days includes its last millisecond and not the next', () => {
    const table = buildZoneTable('UTC', Date.parse('2026-03-01'), Date.parse('2026-04-01'));
    const within = (at: string) =>
      withinWindow(Date.parse('2026-03-01T12:00:00.000Z'), Date.parse(at), parseWindow('P30D'), 'ELAPSED', table);
    expect([within('2026-03-31T12:00:00.000Z'), within('2026-03-31T12:00:00.001Z')]).toEqual([true, false]);
  });

  it('[ATTR-4] example 9: 10.01 over four touches by position is 4.01, 1.00, 1.00, 4.00', () => {
    const shares = splitCredit(decimalOf('10.01'), modelWeights('POSITION', 4), 2).map((s) =>
      roundedText(s, 2, 'HALF_UP'),
    );
    expect(shares).toEqual(['4.01', '1.00', '1.00', '4.00']);
  });

  it('[ATTR-5] example 10: three payouts of 7% on 10.07 are 0.70 each, 2.10 together', () => {
    const actions = [1, 2, 3].map(
      (i): ActionFact => ({
        id: `a${i}`,
        occurredAt: '2026-01-05T12:00:00Z',
        partnerId: 'p',
        amounts: { order: '10.07' },
      }),
    );
    const result = bill(
      contract({ direction: 'PAYABLE', payoutRules: [{ id: 'cps', payout: { type: 'PERCENT', percent: '7' } }] }),
      { actions },
    );
    expect(result.actions?.map((a) => a.payout)).toEqual(['0.70', '0.70', '0.70']);
    expect(result.totals.total).toBe('2.10');
  });

  it('[ATTR-9] example 11: 60 of 150 actions reversed after lock re-rate 1,800 to 900: −900.00', () => {
    const version = contract({
      direction: 'PAYABLE',
      payoutRules: [
        {
          id: 'cpa',
          payout: {
            type: 'VOLUME',
            tiers: [
              { upTo: '100', rate: '10' },
              { upTo: null, rate: '12' },
            ],
          },
        },
      ],
      locks: [{ months: 0, days: 10 }],
    });
    const actions = Array.from(
      { length: 150 },
      (_, i): ActionFact => ({
        id: `a${String(i).padStart(3, '0')}`,
        occurredAt: '2026-01-05T12:00:00Z',
        partnerId: 'p',
        ...(i < 60 ? { statusEvents: [{ status: 'REVERSED' as const, at: '2026-03-05T12:00:00Z' }] } : {}),
      }),
    );
    expect(bill(version, { actions }).totals.total).toBe('1800.00');
    const march = bill(version, { actions, period: '2026-03' });
    expect(march.totals.total).toBe('-900.00');
    expect(resultProblems(march)).toEqual([]);
  });

  it('[BILL-16] example 12: 10,000 over 15 January to 15 April is 1,888.89, 3,111.11, 3,444.44, 1,555.56', () => {
    const version: ContractVersion = contract({
      lines: [
        {
          id: 'l1',
          rateType: 'FLAT',
          price: { type: 'FLAT', amount: '10000' },
          billingSource: 'CONTRACTED',
          flight: { from: '2026-01-15', to: '2026-04-15' },
        },
      ],
    });
    const parts = ['2026-01', '2026-02', '2026-03', '2026-04'].map((period) => bill(version, { period }).totals.total);
    expect(parts).toEqual(['1888.89', '3111.11', '3444.44', '1555.56']);
  });
});
