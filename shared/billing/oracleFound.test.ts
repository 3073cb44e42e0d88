// Disagreements the independent oracle found, each kept as a named case.
import type { ContractVersion, Price } from '@countersign/shared/model';
import { describe, expect, it } from 'vitest';
import { bill, contract, cpm, delivered, line } from './testKit/contract.ts';

const gross = (result: ReturnType<typeof bill>) => result.totals.gross;

describe('found by the oracle', () => {
  it.each(['YEAR', 'QUARTER', 'TERM'] as const)(
    '[BILL-24] a RESET holds beyond its period: a %s counter goes on from the amendment',
    (counter) => {
      const price: Price = {
        type: 'GRADUATED',
        counter,
        tiers: [
          { upTo: '10', rate: '1' },
          { upTo: null, rate: '2' },
        ],
      };
      const lines = [line(price, { rateType: 'CPC' })];
      const amended: ContractVersion = contract({
        id: 'v2',
        sequence: 2,
        kind: 'AMENDMENT',
        effectiveFrom: '2026-01-10',
        tierCounters: 'RESET',
        lines,
      });
      const delivery = [delivered('10', '2026-01-02'), delivered('5', '2026-02-02')];
      expect(gross(bill([contract({ lines }), amended], { delivery, period: '2026-02' }))).toBe('5.00');
    },
  );

  it('[BILL-24] an all-units counter of several periods gives back the flat of the tier it leaves', () => {
    const tiers = [
      { upTo: '2000', rate: '1.3572', flat: '12.27' },
      { upTo: null, rate: '8.6277', flat: '42.99' },
    ];
    const version = contract({
      billingCycle: 'WEEKLY',
      effectiveFrom: '2026-01-05',
      lines: [line({ type: 'VOLUME', counter: 'YEAR', tiers })],
    });
    const delivery = [delivered('2000', '2026-01-06'), delivered('1', '2026-01-13')];
    const first = gross(bill(version, { delivery, period: '2026-01-05' }));
    const second = gross(bill(version, { delivery, period: '2026-01-12' }));
    expect([first, second]).toEqual(['14.98', '45.27']);
  });

  it('[BILL-25] a negative quantity of blocks takes the first tier only', () => {
    const price: Price = {
      type: 'BLOCKS',
      mode: 'GRADUATED',
      counter: 'YEAR',
      tiers: [
        { size: '899', maxBlocks: '2', amount: '6.39' },
        { size: '896', maxBlocks: null, amount: '6.95' },
      ],
    };
    const version = contract({ lines: [line(price, { rateType: 'CPC' })] });
    const delivery = [delivered('-2695', '2026-01-10'), delivered('1', '2026-02-10')];
    expect(gross(bill(version, { delivery }))).toBe('-19.17');
    expect(gross(bill(version, { delivery, period: '2026-02' }))).toBe('0.00');
  });

  it('[BILL-24] all blocks of a longer counter move to the tier reached', () => {
    const price: Price = {
      type: 'BLOCKS',
      mode: 'VOLUME',
      counter: 'YEAR',
      tiers: [
        { size: '10', maxBlocks: '2', amount: '5' },
        { size: '10', maxBlocks: null, amount: '4' },
      ],
    };
    const version = contract({ lines: [line(price, { rateType: 'CPC' })] });
    const delivery = [delivered('20', '2026-01-10'), delivered('10', '2026-02-10')];
    expect(gross(bill(version, { delivery }))).toBe('10.00');
    expect(gross(bill(version, { delivery, period: '2026-02' }))).toBe('2.00');
  });

  it('[BILL-26] a fact without metric counts as the metric of its line, for every part of a price', () => {
    const price: Price = {
      type: 'COMBINE',
      op: 'SUM',
      of: [
        { type: 'UNIT', rate: '16' },
        { type: 'PERCENT', percent: '50', rateType: 'CPS', metric: 'REVENUE' },
      ],
    };
    expect(gross(bill(contract({ lines: [line(price)] }), { delivery: [delivered('1000')] }))).toBe('16.00');
  });

  it('[BILL-11] a discount and a commission of a credit round with the sign, as gross and tax do', () => {
    const version = contract({
      roundingMode: 'FLOOR',
      lines: [cpm('1')],
      adjustments: [
        { kind: 'COMMISSION', id: 'c', percent: '5' },
        { kind: 'TAX', id: 't', code: 'VAT', percent: '5', base: 'BEFORE_COMMISSION' },
      ],
    });
    const { totals } = bill(version, { delivery: [delivered('-710')] });
    expect(totals).toMatchObject({ gross: '-0.71', commission: '0.04', tax: '-0.04' });
  });

  it('[BILL-24] the flat charged in a month without units is given back too', () => {
    const tiers = [
      { upTo: '3349', rate: '35.18', flat: '0.07' },
      { upTo: null, rate: '9', flat: '4.76' },
    ];
    const version = contract({
      effectiveFrom: '2026-03-12',
      billingAnchor: '2026-03-12',
      lines: [line({ type: 'VOLUME', counter: 'YEAR', tiers }, { rateType: 'SPOT' })],
    });
    const delivery = [delivered('3350', '2026-04-01')];
    expect(gross(bill(version, { delivery, period: '2026-03' }))).toBe('0.07');
    expect(gross(bill(version, { delivery, period: '2026-04' }))).toBe('30154.69');
  });

  it('[ATTR-9] an extension at or after the lock moves nothing', () => {
    const version = contract({
      payoutRules: [{ id: 'r', payout: { type: 'UNIT', rate: '5' } }],
      locks: [{ dayOfMonth: 1 }],
    });
    const at = (instant: string) => {
      const statusEvents = [{ status: 'EXTENDED' as const, at: instant }];
      const actions = [{ id: 'a', partnerId: 'p', occurredAt: '2026-01-05T12:00:00Z', statusEvents }];
      return bill(version, { actions }).actions?.[0]?.locksOn;
    };
    expect(at('2026-02-01T05:00:00Z')).toBe('2026-02-01');
    expect(at('2026-01-31T05:00:00Z')).toBe('2026-03-01');
  });

  it('[ATTR-9] an action that no rule matches after its lock gives back what it was paid', () => {
    const version = contract({
      payoutRules: [
        {
          id: 'r1',
          conditions: [{ field: 'amounts.order', op: 'GT', value: '1' }],
          payout: { type: 'UNIT', rate: '0.01' },
        },
      ],
      locks: [{ months: 0 }],
    });
    const statusEvents = [{ status: 'AMENDED' as const, at: '2026-05-01T12:00:00Z', amounts: { order: '0.01' } }];
    const actions = [
      { id: 'a', partnerId: 'p', occurredAt: '2026-01-25T12:00:00Z', amounts: { order: '1.01' }, statusEvents },
    ];
    const result = bill(version, { actions, period: '2026-05' });
    expect(result.totals.total).toBe('-0.01');
    expect(result.actions?.map((a) => a.payout)).toEqual(['-0.01']);
  });

  it.each(['SPLIT_DIFFERENCE', 'UPLIFT'] as const)(
    '[BILL-20] a source without report in the invoice period is no count of zero: %s stands aside',
    (remedy) => {
      const version = contract({
        lines: [line({ type: 'UNIT', rate: '1' }, { rateType: 'CPC', controllingMeasurement: { entity: 'own' } })],
        discrepancyRules: [{ id: 'd', thresholdPercent: '5', base: 'CONTROLLING', remedy, upliftPercent: '60' }],
      });
      const delivery = [delivered('686'), delivered('700', '2026-02-10', { source: 'other' })];
      const result = bill(version, { delivery });
      expect(gross(result)).toBe('686.00');
      expect(result.warnings.map((w) => w.code)).toContain('MISSING_OTHER_SOURCE');
    },
  );

  it('[BILL-22] units that no version governs use up no contracted quantity', () => {
    const flight = { from: '2026-01-15', to: '2026-02-01' };
    const version = contract({
      effectiveFrom: '2026-01-20',
      lines: [line({ type: 'UNIT', rate: '1' }, { rateType: 'CPC', contractedQuantity: '1816', flight })],
    });
    const delivery = [delivered('1', '2026-01-15'), delivered('1816', '2026-01-20')];
    const result = bill(version, { delivery });
    expect(gross(result)).toBe('1816.00');
    expect(result.notBilled.map((n) => n.why)).toEqual(['No executed version governs those days.']);
  });

  it('[ATTR-6] a partner with a price of its own is paid once for the weight of all its touches', () => {
    const touches = ['p2', 'p1', 'p1', 'p2'].map((partnerId, n) => ({
      id: `t${n}`,
      actorId: 'u1',
      touchType: 'CLICK',
      partnerId,
      at: '2026-01-05T12:00:00Z',
    }));
    const version = contract({
      payoutRules: [{ id: 'r', payout: { type: 'UNIT', rate: '0' } }],
      overrides: [{ id: 'o', partnerIds: ['p2'], price: { type: 'UNIT', rate: '0.01' } }],
      attribution: { model: 'LINEAR', windows: [{ touchType: 'CLICK', size: 'P1D' }] },
    });
    const actions = [{ id: 'a', actorId: 'u1', occurredAt: '2026-01-05T12:00:00Z' }];
    const result = bill(version, { actions, touches });
    expect(result.totals.total).toBe('0.01');
    expect(result.actions?.map(({ partnerId, payout }) => [partnerId, payout])).toContainEqual(['p2', '0.01']);
  });

  it('[BILL-24] the free amount of a share is used up once, whatever amendment cuts the period', () => {
    const share = (percent: string): Price => ({ type: 'PERCENT', percent, freeAmount: '100' });
    const of = (percent: string) => line(share(percent), { rateType: 'CPS' });
    const versions = [
      contract({ lines: [of('10')] }),
      contract({ id: 'v2', sequence: 2, kind: 'AMENDMENT', effectiveFrom: '2026-01-16', lines: [of('20')] }),
    ];
    const revenue = { metric: 'REVENUE' };
    const delivery = [delivered('60', '2026-01-10', revenue), delivered('240', '2026-01-20', revenue)];
    expect(gross(bill(versions, { delivery }))).toBe('40.00');
  });

  it.each([
    ['0', '1.00'],
    ['1000', '2.00'],
  ])(
    '[BILL-19] a rate row that asks for %s ordered units beside one that asks for a place: 0 is no condition',
    (minimumQuantity, expected) => {
      const row = { productKey: 'ctv', rateType: 'CPC' as const };
      const placed = { ...row, id: 'r1', dimensions: { geo: 'DE' }, price: { type: 'UNIT' as const, rate: '1' } };
      const dated = { ...row, id: 'r2', effectiveFrom: '2026-01-02', price: { type: 'UNIT' as const, rate: '2' } };
      const own = {
        rateType: 'CPC' as const,
        productKey: 'ctv',
        dimensions: { geo: 'DE' },
        contractedQuantity: '2884',
      };
      const version = contract({
        lines: [line(undefined, own)],
        rateCardRows: [placed, { ...dated, minimumQuantity }],
      });
      const amended = contract({ ...version, id: 'v2', sequence: 2, kind: 'AMENDMENT', effectiveFrom: '2026-01-31' });
      const result = bill([version, { ...amended, tierCounters: 'RESET' }], { delivery: [delivered('1')] });
      expect(gross(result)).toBe(expected);
      // A row that loses cuts nothing: an extra segment would be an extra rounding.
      expect(result.lines.map(({ from }) => from)).toEqual(
        minimumQuantity === '0' ? ['2026-01-01', '2026-01-31'] : ['2026-01-01', '2026-01-02', '2026-01-31'],
      );
    },
  );

  it('[BILL-4] an all-units total below zero has no flat, in no segment, and gives back none that was not charged', () => {
    const volume = (flat: string): Price => ({ type: 'VOLUME', tiers: [{ upTo: null, rate: '1', flat }] });
    const of = (flat: string) => line(volume(flat), { rateType: 'CPC' });
    const versions = [
      contract({ lines: [of('45')] }),
      contract({ id: 'v2', sequence: 2, kind: 'AMENDMENT', effectiveFrom: '2026-01-16', lines: [of('30')] }),
    ];
    const delivery = [delivered('-2', '2026-01-20')];
    expect(gross(bill(versions, { delivery }))).toBe('-2.00');
    const later = [delivered('5', '2026-01-10'), delivered('-6', '2026-02-10')];
    const yearly = contract({ lines: [line({ ...volume('45'), counter: 'YEAR' } as Price, { rateType: 'CPC' })] });
    expect(gross(bill(yearly, { delivery: later, period: '2026-02' }))).toBe('-51.00');
  });

  it('[ATTR-7] an amount limit between two minor units pays up to the lower', () => {
    const version = contract({
      currency: 'JPY',
      payoutRules: [{ id: 'r', payout: { type: 'UNIT', rate: '2' }, limits: [{ amount: '3.5' }] }],
    });
    const action = { occurredAt: '2026-01-05T12:00:00Z', partnerId: 'p' };
    const actions = ['a', 'b', 'c'].map((id) => ({ id, ...action }));
    expect(bill(version, { actions }).actions?.map(({ payout }) => payout)).toEqual(['2', '1', '0']);
  });
});
