/** Refusals between the fields of a version: where, what and the cure, word by word; and the nearest version that stands. */
import type { Commitment, ContractVersion, RateCardRow } from '@countersign/shared/model';
import { describe, expect, it } from 'vitest';
import { cardRow, contract, cpm } from './testKit/contract.ts';
import { checkedVersion, contractProblems } from './validate.ts';

const said = (change: object): string[] =>
  contractProblems({ ...contract({ lines: [cpm('1')] }), ...change }).map((p) => `${p.code} ${p.message}`);
const empty = { type: 'PACKAGE', size: '0', amount: '1' };
const commitment = (change: Partial<Commitment>): Commitment => ({
  id: 'c',
  scope: 'CONTRACT',
  kind: 'MINIMUM',
  amount: '200',
  basis: 'GROSS',
  ...change,
});

describe('where a version contradicts itself', () => {
  it('[BILL-30] every place that holds a price is looked at', () => {
    const at = (path: string) => [
      `ZERO_SIZE ${path}.size: A package of 0 units cannot be counted. Give a size above 0.`,
    ];
    expect(said({ lines: [cpm('1'), { ...cpm('1', { id: 'l2' }), price: empty }] })).toEqual(at('lines[1].price'));
    expect(said({ payoutRules: [{ id: 'r', payout: empty }] })).toEqual(at('payoutRules[0].payout'));
    expect(said({ overrides: [{ id: 'o', price: empty }] })).toEqual(at('overrides[0].price'));
    expect(said({ rateCardRows: [{ ...cardRow('r'), price: empty }] })).toEqual(at('rateCardRows[0].price'));
    expect(said({ defaultRates: [{ id: 'd', rateType: 'CPM', price: empty }] })).toEqual(at('defaultRates[0].price'));
  });

  it('[BILL-30] every amount that is paid is a whole number of minor units', () => {
    const at = (path: string) => [
      expect.stringContaining(
        `BEYOND_MINOR_UNIT ${path}: 1.005 USD is not a whole number of the currency's smallest unit.`,
      ),
    ];
    expect(said({ commitments: [commitment({ amount: '1.005' })] })).toEqual(at('commitments[0].amount'));
    expect(said({ leastPayment: { amount: '1.005' } })).toEqual(at('leastPayment.amount'));
    expect(said({ adjustments: [{ kind: 'DISCOUNT', id: 'd', amount: '1.005' }] })).toEqual(
      at('adjustments[0].amount'),
    );
    const due = [
      { date: '2026-05-01', amount: '1' },
      { date: '2026-06-01', amount: '1.005' },
    ];
    expect(said({ guarantees: [{ id: 'g', due }] })).toEqual(at('guarantees[0].due[1].amount'));
    expect(said({ leastPayment: { amount: '1.05' }, commitments: [commitment({ amount: '1.10' })] })).toEqual([]);
  });

  it('[BILL-30] spans that hold no day', () => {
    expect(said({ effectiveTo: '2026-01-01' })).toEqual([
      'EMPTY_INTERVAL effectiveTo: The version ends before it begins. effectiveTo is exclusive: give a date after effectiveFrom.',
    ]);
    expect(said({ effectiveTo: '2026-01-01', kind: 'TERMINATION' })).toEqual([]);
    expect(said({ effectiveTo: '2026-01-02' })).toEqual([]);
    expect(said({ effectiveTo: null })).toEqual([]);
    const flight = (from: string, to: string | null) => said({ lines: [cpm('1', { flight: { from, to } })] });
    expect(flight('2026-02-02', '2026-02-01')).toEqual([
      'EMPTY_FLIGHT lines[0].flight.to: The flight 2026-02-02 to 2026-02-01 holds no day. The end is exclusive: give a date after the start.',
    ]);
    expect([flight('2026-02-01', '2026-02-02'), flight('2026-02-01', null)]).toEqual([[], []]);
    const rates = (effectiveFrom?: string, effectiveTo?: string | null) =>
      said({ rateCardRows: [cardRow('r', { effectiveFrom, effectiveTo })] });
    expect(rates('2026-02-01', '2026-02-01')).toEqual([
      'EMPTY_INTERVAL rateCardRows[0].effectiveTo: The rate ends before it begins. The end is exclusive: give a date after the start.',
    ]);
    for (const [from, to] of [
      [undefined, '2026-02-01'],
      ['2026-02-01', undefined],
      ['2026-02-01', null],
      ['2026-02-01', '2026-02-02'],
    ] as const)
      expect(rates(from, to)).toEqual([]);
  });

  it('[BILL-30] two rates of one product at one time, of the same dimensions, quantity and partners', () => {
    const two = (a: Partial<RateCardRow>, b: Partial<RateCardRow> = {}) =>
      said({ rateCardRows: [cardRow('z', { productKey: 'other' }), cardRow('a', a), cardRow('b', b)] });
    const clash = [
      'RATES_OVERLAP rateCardRows[2].effectiveFrom: This rate holds at the same time as rateCardRows[1] for the same product. End the earlier rate where this one begins.',
    ];
    expect(two({})).toEqual(clash);
    expect(two({ minimumQuantity: '0' })).toEqual(clash);
    expect(two({ partnerIds: ['q', 'p'] }, { partnerIds: ['p', 'q'] })).toEqual(clash);
    expect(two({ effectiveTo: '2026-02-02' }, { effectiveFrom: '2026-02-01' })).toEqual(clash);
    expect(two({ effectiveTo: '2026-02-01' }, { effectiveFrom: '2026-02-01' })).toEqual([]);
    expect(two({ effectiveFrom: '2026-02-01' }, { effectiveTo: '2026-02-01' })).toEqual([]);
    const apart: Partial<RateCardRow>[] = [
      { minimumQuantity: '5' },
      { dimensions: { size: 'L' } },
      { rateType: 'CPC' },
      { partnerIds: ['p'] },
      { productKey: 'x' },
    ];
    for (const change of apart) expect(two(change)).toEqual([]);
  });

  it('[BILL-30] a minimum above the cap of the same span and basis, and no other', () => {
    const two = (minimum: Partial<Commitment>, cap: Partial<Commitment> = {}) =>
      said({ commitments: [commitment(minimum), commitment({ id: 'x', kind: 'CAP', amount: '199.99', ...cap })] });
    const above = [
      'MINIMUM_ABOVE_CAP commitments[0].amount: The minimum 200 is above the cap 199.99. Lower the minimum or raise the cap.',
    ];
    expect(two({})).toEqual(above);
    expect(two({ period: 'BILLING_PERIOD' })).toEqual(above);
    expect(two({ scope: 'LINE', lineId: 'l1' }, { scope: 'LINE', lineId: 'l1' })).toEqual(above);
    expect(two({ amount: '199.99' })).toEqual([]);
    for (const cap of [
      { period: 'TERM' },
      { basis: 'NET_OF_DISCOUNT' },
      { scope: 'LINE', lineId: 'l1' },
      { kind: 'MINIMUM' },
    ] as const)
      expect(two({}, cap)).toEqual([]);
  });

  it('[BILL-30] names of lines, ambiguous rules and percentages above the whole', () => {
    const unknown =
      'UNKNOWN_LINE commitments[0].lineId: A commitment for a line must name a line of this version. Give its lineId, or the scope CONTRACT.';
    expect(said({ commitments: [commitment({ scope: 'LINE' })] })).toEqual([unknown]);
    expect(said({ commitments: [commitment({ scope: 'LINE', lineId: 'l2' })] })).toEqual([unknown]);
    expect(said({ commitments: [commitment({ lineId: 'l2' })] })).toEqual([]);
    const twice = 'DUPLICATE_ID lines[2].id: The line id "l1" is used twice. Give each line its own id.';
    expect(said({ lines: [cpm('1'), cpm('1', { id: 'l2' }), cpm('1')] })).toEqual([twice]);
    const discount = (change: object) => said({ adjustments: [{ kind: 'DISCOUNT', id: 'd', ...change }] });
    const either = [
      'DISCOUNT_AMBIGUOUS adjustments[0]: A discount is either a percentage or an amount. Give exactly one of percent and amount.',
    ];
    expect([discount({}), discount({ percent: '1', amount: '1' }), discount({ percent: '100' })]).toEqual([
      either,
      either,
      [],
    ]);
    expect(discount({ percent: '100.01' })).toEqual([
      'PERCENT_ABOVE_100 adjustments[0].percent: 100.01% takes away more than there is. Give at most 100.',
    ]);
    expect(said({ adjustments: [{ kind: 'COMMISSION', id: 'd', percent: '101' }] })).toHaveLength(1);
    expect(said({ adjustments: [{ kind: 'TAX', id: 'd', code: 'LEVY', percent: '101' }] })).toEqual([]);
    const deductions = (...list: object[]) => said({ lines: [cpm('1', { deductions: list } as never)] });
    const deduction = { id: 'd' };
    expect(deductions({ ...deduction, percent: '1' }, { ...deduction, metric: 'RETURNS' })).toEqual([]);
    expect(deductions({ ...deduction, percent: '1' }, { ...deduction, metric: 'RETURNS', percent: '1' })).toEqual([
      'DEDUCTION_AMBIGUOUS lines[0].deductions[1]: A deduction is either a reported metric or a percentage of revenue. Give exactly one of metric and percent.',
    ]);
  });

  it('[BILL-47] a ratio cap names lines or payout rules that are there, and never itself', () => {
    const ratio = (lineIds: string[], ofLineIds: string[]) =>
      said({
        payoutRules: [{ id: 'r', payout: { type: 'UNIT', rate: '1' } }],
        ratioCaps: [{ id: 'x', percent: '5', lineIds, ofLineIds }],
      });
    expect(ratio(['l1'], ['r'])).toEqual([]);
    expect(ratio(['l1', 'l8'], ['l9'])).toEqual(
      ['lineIds[1]: "l8"', 'ofLineIds[0]: "l9"'].map(
        (what) =>
          `UNKNOWN_LINE ratioCaps[0].${what} is no line and no payout rule of this version. Name lines by their id.`,
      ),
    );
    expect(ratio(['l1'], ['r', 'l1'])).toEqual([
      'RATIO_OF_ITSELF ratioCaps[0].ofLineIds: A line cannot be held to a part of itself. Name other lines than those that are held.',
    ]);
  });

  it('[BILL-30] time decay needs days, an uplift its percentage, other models and remedies none', () => {
    const decay = (model: string, halfLifeDays?: string) =>
      said({ attribution: { model, halfLifeDays, windows: [{ touchType: 'CLICK', size: 'P7D' }] } });
    const missing = [
      'MISSING_HALF_LIFE attribution.halfLifeDays: Time decay needs a half-life. Give halfLifeDays above 0.',
    ];
    expect([decay('TIME_DECAY'), decay('TIME_DECAY', '0.0'), decay('TIME_DECAY', '0.5'), decay('LAST')]).toEqual([
      missing,
      missing,
      [],
      [],
    ]);
    const rule = (remedy: string, upliftPercent?: string) =>
      said({ discrepancyRules: [{ id: 'r', thresholdPercent: '10', base: 'OTHER', remedy, upliftPercent }] });
    expect(rule('UPLIFT')).toEqual([
      'MISSING_UPLIFT discrepancyRules[0].upliftPercent: An uplift needs its percentage. Give upliftPercent.',
    ]);
    expect([rule('UPLIFT', '0'), rule('SPLIT_DIFFERENCE')]).toEqual([[], []]);
  });

  it('[BILL-30] the first of several is thrown, in the order of the document, with its version', () => {
    const wrong = contract({ effectiveTo: '2025-01-01', lines: [cpm('1'), cpm('1')] });
    expect(contractProblems(wrong).map((p) => p.code)).toEqual(['EMPTY_INTERVAL', 'DUPLICATE_ID']);
    expect(() => checkedVersion(wrong)).toThrow(
      expect.objectContaining({ code: 'EMPTY_INTERVAL', place: { path: 'effectiveTo' } }),
    );
    expect(() => checkedVersion(wrong, '[1].')).toThrow(
      expect.objectContaining({ place: { path: '[1].effectiveTo' } }),
    );
    const right: ContractVersion = contract();
    expect(checkedVersion(right)).toBe(right);
  });
});
