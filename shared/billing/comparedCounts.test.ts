/** What a reader is told of two counts and of deductions: the verdict, the period it is of, steps and warnings. */
import type { ContractVersion, DeliveryFact, Line } from '@countersign/shared/model';
import { decimalOf, exactText, ZERO } from '@countersign/shared/money';
import { describe, expect, it } from 'vitest';
import { applyDiscrepancy } from './discrepancy.ts';
import { overDelivery } from './measure.ts';
import type { PreviewResult } from './result.ts';
import { bill, contract, cpm, delivered, line } from './testKit/contract.ts';

const by = (source: string, quantity: string, localDate: string, metric?: string): DeliveryFact =>
  delivered(quantity, localDate, { source, ...(metric === undefined ? {} : { metric }) });
const rule = { id: 'd', thresholdPercent: '10', base: 'OTHER', remedy: 'UNDER_DELIVERY' } as const;
const compared = (own: Line, change: Partial<ContractVersion> = {}): ContractVersion =>
  contract({ lines: [own], discrepancyRules: [rule], ...change });
/** Kinds and sentences of the steps of a kind under the only line. */
const steps = (result: PreviewResult, kind: string): string[] =>
  (result.lines[0]?.trace.children ?? []).filter((step) => step.kind === kind).map((step) => step.text);
const codes = (result: PreviewResult): string[] => result.warnings.map(({ code }) => code);

describe('the verdict on two counts', () => {
  const verdict = (own: string, other: string, change: object = {}): string => {
    const found = applyDiscrepancy({ ...rule, ...change }, decimalOf(own), decimalOf(other));
    const factor = found.factor === null ? 'added' : exactText(found.factor);
    return `${found.exceeded} ${exactText(found.billable)} ×${factor} owes ${exactText(found.owed)}`;
  };
  const strict = { thresholdPercent: '0', inclusive: true };

  it.each([
    ['equal counts never differ, also where 0 percent exceeds', '5', '5', strict, 'false 5 ×1 owes 0'],
    ['nor do two counts of nothing', '0', '0', strict, 'false 0 ×1 owes 0'],
    ['nothing against something is too far apart', '0', '1', {}, 'true 0 ×1 owes 1'],
    ['of a base of zero too', '0', '1', { base: 'CONTROLLING' }, 'true 0 ×1 owes 1'],
    ['a controlling count above the other stands', '9', '1', strict, 'false 9 ×1 owes 0'],
    ['what is missing is owed', '80', '100', {}, 'true 80 ×1 owes 20'],
    ['an uplift without percentage lifts by nothing', '80', '100', { remedy: 'UPLIFT' }, 'true 80 ×1 owes 0'],
    ['a split lies half way, downwards too', '100', '50', { remedy: 'SPLIT_DIFFERENCE' }, 'true 75 ×0.75 owes 0'],
    ['a split within the threshold is none', '100', '99', { remedy: 'SPLIT_DIFFERENCE' }, 'false 100 ×1 owes 0'],
    ['a split of nothing adds half of the other', '0', '50', { remedy: 'SPLIT_DIFFERENCE' }, 'true 25 ×added owes 0'],
  ] as const)('[BILL-20] %s', (_name, own, other, change, expected) => {
    expect(verdict(own, other, change)).toBe(expected);
  });

  it('[BILL-22] over-delivery asks consent above the limit, not at it', () => {
    const asks = (delivered: string): boolean =>
      overDelivery(decimalOf(delivered), decimalOf('100'), decimalOf('10')).consentNeeded;
    expect([asks('109'), asks('110'), asks('110.1')]).toEqual([false, false, true]);
    expect(overDelivery(decimalOf('90'), decimalOf('100'), ZERO)).toMatchObject({ bonus: ZERO, consentNeeded: false });
  });
});

describe('the invoice period that is compared', () => {
  it('[BILL-20] the rule of the version that governs its last day holds, not that of the next', () => {
    const next = contract({ id: 'v2', sequence: 2, effectiveFrom: '2026-02-01', lines: [cpm('10')] });
    const delivery = [by('own', '80', '2026-01-10'), by('x', '100', '2026-01-10')];
    expect(codes(bill([compared(cpm('10')), next], { delivery }))).toEqual(['UNDER_DELIVERY']);
    const last = { ...next, effectiveFrom: '2026-01-31' };
    expect(codes(bill([compared(cpm('10')), last], { delivery }))).toEqual([]);
  });

  it('[BILL-33] END_OF_CAMPAIGN compares the whole campaign at once', () => {
    const campaign = compared(cpm('10'), { billingCycle: 'END_OF_CAMPAIGN', effectiveTo: '2026-03-01' });
    const delivery = [
      by('own', '100', '2026-01-10'),
      by('x', '150', '2026-01-10'),
      by('own', '900', '2026-02-10'),
      by('x', '900', '2026-02-10'),
    ];
    const whole = bill(campaign, { delivery, period: '2026-02' });
    expect(steps(whole, 'DISCREPANCY')).toEqual([
      'Controlling count 1,000, other count 1,050, measured against the other count: within 10%, so the controlling count stands. Billable 1,000.',
    ]);
    expect(codes(whole)).toEqual([]);
    expect(codes(bill({ ...campaign, billingCycle: 'MONTHLY' }, { delivery }))).toEqual(['UNDER_DELIVERY']);
  });

  it('[BILL-21] what one month owes is said in its bill, not in the next', () => {
    const delivery = [
      by('own', '80', '2026-01-10'),
      by('x', '100', '2026-01-10'),
      by('own', '100', '2026-02-10'),
      by('x', '100', '2026-02-10'),
    ];
    const of = (period: string) => bill(compared(cpm('10')), { delivery, period });
    expect(of('2026-01').warnings.map(({ text }) => text)).toEqual([
      '20 units are owed as makegood: the controlling count is that much lower.',
    ]);
    expect(codes(of('2026-02'))).toEqual([]);
    expect(steps(of('2026-02'), 'DISCREPANCY')).toHaveLength(1);
  });

  it('[BILL-20] a line of third-party volume that no third party counted has nothing to compare', () => {
    const third = compared(cpm('10', { billingSource: 'THIRD_PARTY_VOLUME' }));
    const result = bill(third, { delivery: [by('own', '100', '2026-01-10')] });
    expect(result.lines[0]).toMatchObject({ quantity: '0', gross: '0.00' });
    expect([...codes(result), ...steps(result, 'DISCREPANCY')]).toEqual([]);
    expect(result.lines[0]?.trace.children[0]).toMatchObject({
      text: 'No impressions were reported.',
      facts: { count: 0, from: null, to: null, source: null, metric: 'IMPRESSIONS', sample: [] },
    });
  });

  it('[BILL-20] where nobody is named the metric is written in words', () => {
    const two = [by('x', '1', '2026-01-10'), by('y', '1', '2026-01-10')];
    const why = bill(contract({ lines: [cpm('10', { rateType: 'VCPM' })] }), { delivery: two }).notBilled[0]?.why;
    expect(why).toBe('Several sources counted viewable impressions and the line names none of them as controlling.');
  });

  it('[BILL-3] days that no version governs count in no comparison, however many such gaps there are', () => {
    const part = (id: string, sequence: number, effectiveFrom: string, effectiveTo: string) =>
      contract({ id, sequence, effectiveFrom, effectiveTo, lines: [cpm('1000', { contractedQuantity: '100' })] });
    const versions = [
      part('v1', 1, '2026-01-01', '2026-01-05'),
      part('v2', 2, '2026-01-10', '2026-01-15'),
      part('v3', 3, '2026-01-20', '2026-02-01'),
    ];
    const delivery = ['02', '07', '12', '17', '22'].map((day) => by('own', '30', `2026-01-${day}`));
    expect(bill(versions, { delivery }).lines.map((l) => l.quantity)).toEqual(['30', '30', '30']);
  });
});

describe('deductions from revenue', () => {
  const share = (change: Partial<Line> = {}): Line =>
    line(
      { type: 'PERCENT', percent: '50' },
      { rateType: 'CPS', deductions: [{ id: 'returns', metric: 'RETURNS' }], ...change },
    );
  const revenue = (quantity: string, day: string, source = 'own') => by(source, quantity, day, 'REVENUE');
  const taken = (own: Line, delivery: readonly DeliveryFact[], period = '2026-01'): string[] => {
    const result = bill(contract({ lines: [own] }), { delivery, period });
    return [result.totals.gross, ...steps(result, 'DEDUCTION')];
  };

  it('[BILL-37] a month before the first revenue has none, whatever else was counted in it', () => {
    const february = revenue('100', '2026-02-10');
    const fees = share({ deductions: [{ id: 'fees', percent: '10' }] });
    expect(taken(fees, [by('own', '7', '2026-01-10', 'CLICKS'), february])).toEqual(['0.00']);
    expect(taken(share(), [by('vendor', '7', '2026-01-10', 'RETURNS'), february])).toEqual(['0.00']);
  });

  it('[BILL-37] returns count from their first day on, also before the revenue they are of', () => {
    const two = share({ deductions: [...(share().deductions ?? []), { id: 'fees', metric: 'FEES' }] });
    const delivery = [by('own', '30', '2026-01-10', 'RETURNS'), revenue('100', '2026-02-10')];
    expect(taken(two, delivery)).toEqual([
      '-15.00',
      '30 is taken off revenue of 0 in the billing period.',
      '0 is taken off revenue of 0 in the billing period.',
    ]);
  });

  it('[BILL-37] are those of the source that counts the revenue', () => {
    const delivery = [
      revenue('100', '2026-01-10', 'vendor'),
      by('vendor', '10', '2026-01-10', 'RETURNS'),
      by('own', '70', '2026-01-10', 'RETURNS'),
    ];
    expect(taken(share(), delivery)).toEqual(['45.00', '10 is taken off revenue of 100 in the billing period.']);
  });

  it('[BILL-37] a share with a metric of its own is taken of that metric in full', () => {
    const both = share({
      price: {
        type: 'COMBINE',
        op: 'SUM',
        of: [
          { type: 'PERCENT', percent: '50' },
          { type: 'PERCENT', percent: '10', metric: 'MERCHANDISE' },
        ],
      },
    });
    const delivery = [
      revenue('100', '2026-01-10'),
      by('own', '20', '2026-01-10', 'RETURNS'),
      by('own', '100', '2026-01-10', 'MERCHANDISE'),
    ];
    expect(taken(both, delivery)[0]).toBe('50.00');
  });
});
