/** Which counts of which source and metric a line bills, compares and gives away. */
import type { ContractVersion, DeliveryFact, Line } from '@countersign/shared/model';
import { describe, expect, it } from 'vitest';
import { resultProblems } from './invariants.ts';
import { bill, contract, cpm, delivered, line } from './testKit/contract.ts';

const by = (quantity: string, source: string, metric?: string, localDate = '2026-01-10'): DeliveryFact =>
  delivered(quantity, localDate, { source, ...(metric === undefined ? {} : { metric }) });

/** Quantity and gross of the only line; its reason where nothing is billed. */
function billed(own: Line, delivery: readonly DeliveryFact[], change: Partial<ContractVersion> = {}): string {
  const result = bill(contract({ lines: [own], ...change }), { delivery });
  expect(resultProblems(result)).toEqual([]);
  const [first] = result.lines;
  return first === undefined ? (result.notBilled[0]?.why ?? '') : `${first.quantity} ${first.gross}`;
}
const TWO = 'Several sources counted impressions and the line names none of them as controlling.';

describe('who is counted', () => {
  it('[BILL-20] a source that counted another metric counts nothing of a line', () => {
    expect(billed(cpm('10'), [by('1000', 'vendor', 'IMPRESSIONS'), by('7', 'own', 'CLICKS')])).toBe('1000 10.00');
    expect(billed(cpm('10'), [by('1000', 'vendor'), by('7', 'own', 'CLICKS')])).toBe('1000 10.00');
    expect(billed(cpm('10'), [by('1000', 'own'), by('2000', 'vendor')])).toBe('1000 10.00');
    expect(billed(cpm('10'), [by('1000', 'x'), by('2000', 'y', 'IMPRESSIONS')])).toBe(TWO);
    expect(billed(cpm('10'), [by('7', 'own', 'CLICKS')])).toBe('0 0.00');
  });

  it('[BILL-20] third-party volume never takes our own count', () => {
    const third = cpm('10', { billingSource: 'THIRD_PARTY_VOLUME' });
    expect(billed(third, [by('1000', 'own'), by('2000', 'vendor')])).toBe('2000 20.00');
    expect(billed(third, [by('1000', 'own')])).toBe('0 0.00');
    expect(billed(third, [by('1000', 'x'), by('2000', 'y')])).toBe(TWO);
  });

  it('[BILL-20] the named source counts alone, and its named metric before its counts without one', () => {
    const named = cpm('10', { controllingMeasurement: { entity: 'vendor' } });
    expect(billed(named, [by('1000', 'own'), by('2000', 'vendor')])).toBe('2000 20.00');
    expect(billed(named, [by('1000', 'own')])).toBe('0 0.00');
    expect(billed(named, [by('2000', 'vendor'), by('3000', 'vendor', 'IMPRESSIONS')])).toBe('3000 30.00');
    const viewable = cpm('10', { controllingMeasurement: { entity: 'vendor', metric: 'VIEWABLE_IMPRESSIONS' } });
    expect(billed(viewable, [by('2000', 'vendor'), by('500', 'vendor', 'VIEWABLE_IMPRESSIONS')])).toBe('500 5.00');
    expect(billed(viewable, [by('2000', 'vendor')])).toBe('0 0.00');
  });

  it('[BILL-26] counts without metric are of the line’s own rate type, whatever a part of its price asks for', () => {
    const both = line({
      type: 'COMBINE',
      op: 'SUM',
      of: [
        { type: 'UNIT', rate: '10' },
        { type: 'UNIT', rate: '0.5', rateType: 'CPC' },
      ],
    });
    expect(billed(both, [by('1000', 'own')])).toBe('1000 10.00');
    expect(billed(both, [by('1000', 'own'), by('6', 'own', 'CLICKS')])).toBe('1000 13.00');
  });
});

describe('units of two metrics', () => {
  const viewable = { controllingMeasurement: { entity: 'own', metric: 'VIEWABLE' } };
  const facts = [by('1000', 'own', 'VIEWABLE'), by('3000', 'own', 'IMPRESSIONS')];
  const priced = (metric: string | undefined, change: Partial<Line>) =>
    billed(line({ type: 'UNIT', rate: '10', metric }, { ...viewable, ...change }), facts);

  it('[BILL-23] free units are taken off what the line itself counts, also where the price names that metric', () => {
    expect(priced(undefined, { freeUnits: '400' })).toBe('1000 6.00');
    expect(priced('VIEWABLE', { freeUnits: '400' })).toBe('1000 6.00');
    expect(priced('IMPRESSIONS', { freeUnits: '400' })).toBe('1000 30.00');
  });

  it('[BILL-22] the contracted quantity holds what the line itself counts, and no other metric', () => {
    expect(priced(undefined, { contractedQuantity: '700' })).toBe('700 7.00');
    expect(priced('VIEWABLE', { contractedQuantity: '700' })).toBe('700 7.00');
    expect(priced('IMPRESSIONS', { contractedQuantity: '700' })).toBe('700 30.00');
  });

  it('[BILL-40] makegood units too', () => {
    const makegoods = [{ id: 'm', lineId: 'l1', shortfallRef: 'old', quantity: '250' }];
    const made = (metric: string | undefined) =>
      billed(line({ type: 'UNIT', rate: '10', metric }, viewable), facts, { makegoods } as Partial<ContractVersion>);
    expect([undefined, 'VIEWABLE', 'IMPRESSIONS'].map(made)).toEqual(['1000 7.50', '1000 7.50', '1000 30.00']);
  });

  it('[BILL-26] a part of another rate type counts its own metric without the limits of the line', () => {
    const both = line(
      {
        type: 'COMBINE',
        op: 'SUM',
        of: [
          { type: 'UNIT', rate: '10' },
          { type: 'UNIT', rate: '0.5', rateType: 'CPC' },
        ],
      },
      { freeUnits: '400', contractedQuantity: '900' },
    );
    expect(billed(both, [by('1000', 'own'), by('600', 'own', 'CLICKS')])).toBe('900 305.00');
  });
});

describe('two counts of one metric', () => {
  const discrepancy = (change: object = {}): Partial<ContractVersion> => ({
    discrepancyRules: [
      { id: 'd', thresholdPercent: '10', base: 'OTHER', remedy: 'UPLIFT', upliftPercent: '5', ...change },
    ],
  });

  it('[BILL-20] a source of another metric is no second count, and of two others none unless it is named', () => {
    expect(billed(cpm('10'), [by('1000', 'own'), by('9000', 'vendor', 'CLICKS')], discrepancy())).toBe('1000 10.00');
    const three = [by('1000', 'own'), by('2000', 'x'), by('3000', 'y')];
    expect(billed(cpm('10'), three, discrepancy())).toBe('1000 10.00');
    expect(billed(cpm('10'), three, discrepancy({ otherSource: 'y' }))).toBe('1050 10.50');
    expect(billed(cpm('10'), three, discrepancy({ otherSource: 'z' }))).toBe('1000 10.00');
    expect(billed(cpm('10'), three.slice(0, 2), discrepancy())).toBe('1050 10.50');
  });

  it('[BILL-20] at the threshold it is not exceeded, unless the rule includes it', () => {
    const two = (own: string, change: object = {}) =>
      billed(cpm('1000'), [by(own, 'own'), by('100', 'x')], discrepancy(change));
    expect(two('90')).toBe('90 90.00');
    expect(two('90', { inclusive: true })).toBe('94.5 94.50');
    expect(two('89')).toBe('93.45 93.45');
    expect(two('91', { inclusive: true })).toBe('91 91.00');
    expect(two('92', { base: 'CONTROLLING', thresholdPercent: '8.6' })).toBe('96.6 96.60');
    expect(two('92', { base: 'CONTROLLING', thresholdPercent: '8.7' })).toBe('92 92.00');
    expect(two('120')).toBe('120 120.00');
    expect(two('120', { remedy: 'SPLIT_DIFFERENCE' })).toBe('110 110.00');
    expect(two('0', { remedy: 'SPLIT_DIFFERENCE' })).toBe('50 50.00');
    expect(two('80', { remedy: 'UNDER_DELIVERY' })).toBe('80 80.00');
  });

  it('[BILL-20] each invoice period is compared on its own, by the first rule that speaks of the line', () => {
    const version = contract({
      lines: [cpm('1000', { freeUnits: '0' })],
      discrepancyRules: [
        { id: 'no', thresholdPercent: '0', base: 'OTHER', remedy: 'UPLIFT', upliftPercent: '100', lineIds: ['l2'] },
        { id: 'a', thresholdPercent: '10', base: 'OTHER', remedy: 'UPLIFT', upliftPercent: '10', lineIds: ['l1'] },
        { id: 'b', thresholdPercent: '0', base: 'OTHER', remedy: 'UPLIFT', upliftPercent: '50' },
      ],
    });
    const delivery = [
      by('100', 'own', undefined, '2026-01-31'),
      by('100', 'x', undefined, '2026-01-31'),
      by('50', 'own', undefined, '2026-02-01'),
      by('100', 'x', undefined, '2026-02-28'),
      by('40', 'own', undefined, '2026-03-01'),
    ];
    const of = (period: string) => {
      const { totals, warnings } = bill(version, { delivery, period });
      return [totals.gross, ...warnings.map((w) => w.code)];
    };
    expect(of('2026-01')).toEqual(['100.00']);
    expect(of('2026-02')).toEqual(['55.00']);
    expect(of('2026-03')).toEqual(['40.00', 'MISSING_OTHER_SOURCE']);
    expect(of('2026-04')).toEqual(['0.00']);
  });
});
