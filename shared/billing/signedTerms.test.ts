// The lines "seen in signed agreements" that need more than a price: each as a small contract with its figures.
import type { ContractVersion, Line, Price, RateRule } from '@countersign/shared/model';
import { describe, expect, it } from 'vitest';
import { resultProblems } from './invariants.ts';
import { bill, contract, delivered, type Given, line } from './testKit/contract.ts';
import { contractProblems } from './validate.ts';

const totals = (version: ContractVersion, period: string, given: Given) => {
  const result = bill(version, { ...given, period });
  expect(resultProblems(result)).toEqual([]);
  return result.totals;
};
const codes = (version: ContractVersion) => contractProblems(version).map((p) => p.code);
const clauses = [{ id: 'c1', key: '1', text: 'As agreed.' }];
const royalty = (id = 'l1'): Line => ({ id, rateType: 'CPS', price: { type: 'PERCENT', percent: '10' } });
const revenue = (amount: string, day: string, lineId = 'l1') => delivered(amount, day, { lineId });

describe('guarantees and draws', () => {
  it('[BILL-35] a draw is paid when due and recouped by later earnings of every type, over years, until its sunset', () => {
    const version = contract({
      effectiveTo: '2029-01-01',
      lines: [royalty('ads'), royalty('shop')],
      clauses,
      guarantees: [
        { id: 'g', due: [{ date: '2026-01-05', amount: '1000' }], until: '2027-02-01', clauseId: 'c1', label: 'Draw' },
      ],
    });
    const delivery = [
      revenue('3000', '2026-01-20', 'ads'),
      revenue('2000', '2026-02-20', 'shop'),
      revenue('4000', '2027-01-20', 'ads'),
      revenue('5000', '2027-02-20', 'ads'),
    ];
    expect(totals(version, '2026-01', { delivery })).toMatchObject({
      gross: '300.00',
      cap: '-300.00',
      minimum: '1000.00',
    });
    expect(totals(version, '2026-02', { delivery })).toMatchObject({ gross: '200.00', cap: '-200.00', net: '0.00' });
    expect(totals(version, '2027-01', { delivery })).toMatchObject({ gross: '400.00', cap: '-400.00', net: '0.00' });
    // 100.00 are left when the sunset comes: they lapse, and earnings are owed in full.
    expect(totals(version, '2027-02', { delivery })).toMatchObject({ gross: '500.00', cap: '0.00', net: '500.00' });
    const recouped = bill(version, { delivery, period: '2026-02' }).adjustments[0];
    expect(recouped).toMatchObject({ label: 'Draw, recouped', clauseId: 'c1' });
    expect(recouped?.trace.text).toBe('200 of 200 earned recoups the balance of 700; 500 remains.');
  });

  it('[BILL-35] both ways: royalties paid before reduce what falls due, and what fell due reduces later royalties', () => {
    const version = contract({
      lines: [royalty()],
      guarantees: [
        {
          id: 'g',
          offsets: 'BOTH_WAYS',
          due: [
            { date: '2026-01-31', amount: '500' },
            { date: '2026-03-31', amount: '500' },
          ],
        },
      ],
    });
    const delivery = [revenue('8000', '2026-01-10'), revenue('6000', '2026-04-10')];
    // Greater of guaranteed and earned to date, less paid: 800; then 1,000 − 800; then 1,400 − 1,000.
    expect(totals(version, '2026-01', { delivery }).net).toBe('800.00');
    expect(totals(version, '2026-02', { delivery }).net).toBe('0.00');
    expect(totals(version, '2026-03', { delivery }).net).toBe('200.00');
    expect(totals(version, '2026-04', { delivery }).net).toBe('400.00');
  });

  it('[BILL-35] a correction gives back what was recouped, never more', () => {
    const version = contract({
      lines: [royalty()],
      guarantees: [{ id: 'g', due: [{ date: '2026-01-01', amount: '100' }] }],
    });
    const delivery = [revenue('500', '2026-01-10'), revenue('-2000', '2026-02-10')];
    expect(totals(version, '2026-02', { delivery })).toMatchObject({ gross: '-200.00', cap: '50.00', net: '-150.00' });
  });
});

describe('rate rules', () => {
  const spot = (seconds: string): Line => ({
    id: 'l1',
    rateType: 'SPOT',
    price: { type: 'UNIT', rate: '1234.50' },
    dimensions: { seconds },
  });
  const short: RateRule = {
    id: 'short',
    label: 'Short spots',
    conditions: [{ field: 'seconds', op: 'LTE', value: '18' }],
    factor: '1.10',
    rounding: { decimals: 0 },
    clauseId: 'c1',
  };

  it('[BILL-36] spots of 18 seconds or less cost 1.10 times the rate, rounded to a whole euro', () => {
    const version = (seconds: string) =>
      contract({ currency: 'EUR', lines: [spot(seconds)], rateRules: [short], clauses });
    const result = bill(version('18'), { delivery: [delivered('3')] });
    expect(result.lines[0]).toMatchObject({ gross: '4074.00', rate: '1,358 per spot' });
    const step = result.lines[0]?.trace.children.find((c) => c.kind === 'RATE')?.children[0];
    expect(step).toMatchObject({ title: 'Short spots', factor: '1.10', clauseText: 'As agreed.' });
    expect(bill(version('19'), { delivery: [delivered('3')] }).lines[0]?.gross).toBe('3703.50');
  });

  it('[BILL-36] a premium lies on the earned frequency rate', () => {
    const price: Price = {
      type: 'VOLUME',
      tiers: [
        { upTo: '5', rate: '100' },
        { upTo: null, rate: '80' },
      ],
    };
    const version = contract({
      lines: [line(price, { rateType: 'SPOT' })],
      rateRules: [{ id: 'colour', factor: '1.25', lineIds: ['l1'] }],
    });
    expect(bill(version, { delivery: [delivered('6')] }).totals.gross).toBe('600.00');
    expect(bill(version, { delivery: [delivered('5')] }).totals.gross).toBe('625.00');
  });

  it('[BILL-36] a partner override is taken as agreed', () => {
    const version = contract({
      lines: [spot('10')],
      rateRules: [short],
      overrides: [{ id: 'o', lineId: 'l1', price: { type: 'UNIT', rate: '1000' } }],
    });
    expect(bill(version, { delivery: [delivered('1')] }).totals.gross).toBe('1000.00');
  });
});

describe('revenue share of a defined net', () => {
  const share = (change: Partial<Line> = {}): Line => ({
    ...royalty(),
    price: { type: 'PERCENT', percent: '50' },
    deductions: [
      { id: 'returns', metric: 'RETURNS' },
      { id: 'fees', label: 'Agency fees', metric: 'FEES', capPercent: '10', clauseId: 'c1' },
    ],
    ...change,
  });
  const facts = [
    revenue('600', '2026-01-10'),
    revenue('400', '2026-01-20'),
    delivered('50', '2026-01-25', { metric: 'RETURNS' }),
    delivered('180', '2026-01-12', { metric: 'FEES' }),
  ];

  it('[BILL-37] deductions are taken off before the share, each within its cap over the billing period', () => {
    const result = bill(contract({ lines: [share()], clauses }), { delivery: facts });
    expect(result.totals.gross).toBe('425.00');
    const step = result.lines[0]?.trace.children.find((c) => c.title === 'Agency fees');
    expect(step).toMatchObject({ kind: 'DEDUCTION', clauseText: 'As agreed.' });
    expect(step?.text).toBe('100 of 180, within its cap, is taken off revenue of 1,000 in the billing period.');
  });

  it('[BILL-37] a cut of the period by an amendment gives the same sum', () => {
    const second = contract({
      id: 'v2',
      sequence: 2,
      kind: 'AMENDMENT',
      effectiveFrom: '2026-01-15',
      lines: [share({ overDeliveryPercent: '1' })],
    });
    const result = bill([contract({ lines: [share()] }), second], { delivery: facts });
    expect(result.lines.map((l) => l.gross)).toEqual(['270.00', '155.00']);
  });

  it('[BILL-37] a deduction by percentage and a cap by amount', () => {
    const deductions = [{ id: 'd', percent: '20', capAmount: '150' }];
    expect(bill(contract({ lines: [share({ deductions })] }), { delivery: facts }).totals.gross).toBe('425.00');
    const both = contract({ lines: [share({ deductions: [{ id: 'd', percent: '20', metric: 'FEES' }] })] });
    expect(codes(both)).toEqual(['DEDUCTION_AMBIGUOUS']);
  });

  it('[BILL-37] a share only above a floor, and a marginal share by revenue type', () => {
    const above = (floor: string, percent: string, metric: string): Price => ({
      type: 'PERCENT_TIERS',
      metric,
      rateType: 'CPS',
      counter: 'YEAR',
      tiers: [
        { upTo: floor, percent: '0' },
        { upTo: null, percent },
      ],
    });
    const price: Price = { type: 'COMBINE', op: 'SUM', of: [above('1000', '30', 'ADS'), above('500', '5', 'SHOP')] };
    const version = contract({ lines: [line(price, { rateType: 'CPS' })] });
    const delivery = [
      delivered('800', '2026-01-10', { metric: 'ADS' }),
      delivered('700', '2026-02-10', { metric: 'ADS' }),
      delivered('900', '2026-02-11', { metric: 'SHOP' }),
    ];
    expect(bill(version, { delivery }).totals.gross).toBe('0.00');
    expect(bill(version, { delivery, period: '2026-02' }).totals.gross).toBe('170.00');
  });
});
