/** Terms of signed agreements that look back: trailing and assumed totals, upgrades, two-step windows, makegoods owed before. */
import type { ActionFact, ContractVersion, Price } from '@countersign/shared/model';
import { describe, expect, it } from 'vitest';
import { resultProblems } from './invariants.ts';
import { bill, contract, cpm, delivered, type Given, line } from './testKit/contract.ts';
import { contractProblems } from './validate.ts';

const totals = (version: ContractVersion, period: string, given: Given) => {
  const result = bill(version, { ...given, period });
  expect(resultProblems(result)).toEqual([]);
  return result.totals;
};
const codes = (version: ContractVersion) => contractProblems(version).map((p) => p.code);

describe('thresholds that look back', () => {
  const tiers = [
    { upTo: '9', rate: '1' },
    { upTo: null, rate: '2' },
  ];

  it('[BILL-38] the twelve full billing months before choose a trailing tier', () => {
    const version = contract({
      effectiveTo: '2029-01-01',
      lines: [line({ type: 'VOLUME', counter: 'TRAILING_YEAR', tiers }, { rateType: 'CPC' })],
    });
    const delivery = [delivered('10', '2026-01-10'), delivered('10', '2026-02-10'), delivered('10', '2027-03-10')];
    expect(bill(version, { delivery }).totals.gross).toBe('10.00');
    expect(bill(version, { delivery, period: '2026-02' }).totals.gross).toBe('20.00');
    // March 2027 looks back to March 2026: nothing was counted since.
    expect(bill(version, { delivery, period: '2027-03' }).totals.gross).toBe('10.00');
    const graduated = contract({ lines: [line({ type: 'GRADUATED', counter: 'TRAILING_YEAR', tiers })] });
    expect(codes(graduated)).toEqual(['TRAILING_ALL_UNITS']);
  });

  const action = (id: string, occurredAt: string, change: Partial<ActionFact> = {}): ActionFact => ({
    id,
    occurredAt,
    partnerId: 'p',
    eventType: 'LEAD',
    ...change,
  });
  const many = (month: string, count: number) =>
    Array.from({ length: count }, (_, i) =>
      action(`${month}-${i}`, `${month}-${String(i + 1).padStart(2, '0')}T12:00:00Z`),
    );

  it('[ATTR-11] the tenth action of a month re-rates the month, whoever brought it', () => {
    const version = contract({ payoutRules: [{ id: 'r', payout: { type: 'VOLUME', tiers } }] });
    expect(bill(version, { actions: many('2026-01', 9) }).totals.gross).toBe('9.00');
    expect(bill(version, { actions: many('2026-01', 10) }).totals.gross).toBe('20.00');
  });

  it('[BILL-38] a trailing tier of a payout rule counts the actions of the twelve months before', () => {
    const version = contract({
      payoutRules: [{ id: 'r', payout: { type: 'VOLUME', counter: 'TRAILING_YEAR', tiers } }],
    });
    const actions = [...many('2026-01', 12), ...many('2026-02', 2)];
    expect(bill(version, { actions }).totals.gross).toBe('12.00');
    expect(bill(version, { actions, period: '2026-02' }).totals.gross).toBe('4.00');
  });

  const qualified = (change: Partial<ContractVersion> = {}) =>
    contract({
      payoutRules: [
        { id: 'lead', eventType: 'LEAD', payout: { type: 'UNIT', rate: '5' } },
        { id: 'qualified', eventType: 'QUALIFIED', payout: { type: 'UNIT', rate: '20' } },
      ],
      upgrades: [{ id: 'u', from: 'LEAD', to: 'QUALIFIED', within: 'QUARTER' }],
      ...change,
    });
  const upgraded = (at: string) =>
    action('a', '2026-01-10T12:00:00Z', { statusEvents: [{ status: 'UPGRADED', eventType: 'QUALIFIED', at }] });

  it('[ATTR-13] a lead upgraded in its quarter counts as always qualified', () => {
    const result = bill(qualified(), { actions: [upgraded('2026-03-20T12:00:00Z')] });
    expect(result.lines).toMatchObject([{ lineId: 'qualified', gross: '20.00' }]);
  });

  it('[ATTR-13] after its lock the difference is booked in the period of the upgrade', () => {
    const version = qualified({ locks: [{ days: 10 }] });
    const actions = [upgraded('2026-03-20T12:00:00Z')];
    expect(bill(version, { actions }).totals.gross).toBe('5.00');
    expect(bill(version, { actions, period: '2026-03' }).lines).toMatchObject([{ gross: '15.00', quantity: '1' }]);
  });

  it('[ATTR-13] an upgrade outside its span, or without a rule, changes nothing and is warned of', () => {
    for (const version of [qualified(), qualified({ upgrades: [] })]) {
      const at = version.upgrades?.length === 1 ? '2026-04-02T12:00:00Z' : '2026-02-02T12:00:00Z';
      const actions = [upgraded(at)];
      expect(bill(version, { actions }).totals.gross).toBe('5.00');
      const later = bill(version, { actions, period: at.slice(0, 7) });
      expect(later.warnings.map((w) => w.code)).toEqual(['UPGRADE_REFUSED']);
    }
  });

  it('[BILL-39] short rate: past insertions are re-priced at the tier really reached when the year closes', () => {
    const price: Price = {
      type: 'VOLUME',
      counter: 'YEAR',
      assumedTotal: '12',
      tiers: [
        { upTo: '11', rate: '100' },
        { upTo: null, rate: '80' },
      ],
    };
    const version = contract({ lines: [line(price, { rateType: 'SPOT' })] });
    const months = (count: number) =>
      Array.from({ length: count }, (_, i) => delivered('1', `2026-${String(i + 1).padStart(2, '0')}-10`));
    expect(totals(version, '2026-01', { delivery: months(7) }).gross).toBe('80.00');
    // Seven of twelve: 7 × 100 less 7 × 80 already billed.
    expect(totals(version, '2026-12', { delivery: months(7) }).gross).toBe('140.00');
    const short = bill(version, { delivery: months(7), period: '2026-12' }).lines[0]?.trace.children;
    expect(short?.some((step) => step.title === 'Short rate')).toBe(true);
    expect(totals(version, '2026-12', { delivery: months(12) }).gross).toBe('80.00');
  });
});

describe('two-step windows', () => {
  const version = contract({
    payoutRules: [{ id: 'r', eventType: 'WIN', payout: { type: 'UNIT', rate: '30' } }],
    attribution: {
      model: 'LAST',
      windows: [{ touchType: 'CLICK', size: 'PT24H', via: { eventType: 'BID', within: 'P10D' } }],
    },
  });
  const touches = [{ id: 't', actorId: 'u', touchType: 'CLICK', partnerId: 'p', at: '2026-01-01T12:00:00.000Z' }];
  const win = (bidAt: string, winAt: string): ActionFact[] => [
    { id: 'b', eventType: 'BID', actorId: 'u', occurredAt: bidAt },
    { id: 'w', eventType: 'WIN', actorId: 'u', occurredAt: winAt },
  ];
  const paid = (actions: ActionFact[]) => bill(version, { actions, touches }).totals.gross;

  it('[ATTR-12] pays a bid within 24 hours of the click that is won within ten days of the bid, ends inclusive', () => {
    expect(paid(win('2026-01-02T12:00:00.000Z', '2026-01-12T12:00:00.000Z'))).toBe('30.00');
    expect(paid(win('2026-01-02T12:00:00.001Z', '2026-01-12T12:00:00.000Z'))).toBe('0.00');
    expect(paid(win('2026-01-02T12:00:00.000Z', '2026-01-12T12:00:00.001Z'))).toBe('0.00');
  });

  it('[ATTR-12] a bid of another actor or another order is no step between', () => {
    const [bid, won] = win('2026-01-02T12:00:00.000Z', '2026-01-05T12:00:00.000Z') as [ActionFact, ActionFact];
    expect(paid([{ ...bid, actorId: 'v' }, won])).toBe('0.00');
    expect(
      paid([
        { ...bid, orderId: '1' },
        { ...won, orderId: '2' },
      ]),
    ).toBe('0.00');
    expect(
      paid([
        { ...bid, orderId: '1' },
        { ...won, orderId: '1' },
      ]),
    ).toBe('30.00');
  });
});

describe('makegoods and bands', () => {
  const delivery = [delivered('100000', '2026-01-10')];

  it('[BILL-40] a CPA miss is repaid in CPM inventory of another line, at rate 0', () => {
    const version = contract({
      lines: [cpm('10'), { id: 'cpa', rateType: 'CPA', price: { type: 'UNIT', rate: '40' } }],
      makegoods: [{ id: 'm', lineId: 'cpa', deliveredOn: 'l1', rateType: 'CPM', quantity: '60000', value: '600' }],
    });
    const result = bill(version, { delivery });
    expect(result.totals.gross).toBe('400.00');
    expect(result.notBilled).toEqual([]);
  });

  it('[BILL-40] makegood delivery credits the prior year first, unless the current order comes first', () => {
    const version = (order?: 'PRIOR_FIRST' | 'CURRENT_FIRST') =>
      contract({
        lines: [cpm('10', { contractedQuantity: '100000' })],
        makegoods: [{ id: 'm', lineId: 'l1', shortfallRef: 'IO-2025', quantity: '30000', ...(order && { order }) }],
      });
    expect(bill(version(), { delivery }).totals.gross).toBe('700.00');
    expect(bill(version('PRIOR_FIRST'), { delivery }).totals.gross).toBe('700.00');
    expect(bill(version('CURRENT_FIRST'), { delivery }).totals.gross).toBe('1000.00');
  });

  it('[BILL-20] within the band one count rules, beyond it the difference is split; an inclusive band splits at its edge', () => {
    const version = (inclusive?: boolean) =>
      contract({
        lines: [cpm('10')],
        discrepancyRules: [
          {
            id: 'd',
            thresholdPercent: '25',
            base: 'CONTROLLING',
            remedy: 'SPLIT_DIFFERENCE',
            ...(inclusive === undefined ? {} : { inclusive }),
          },
        ],
      });
    const other = (quantity: string) => [...delivery, delivered(quantity, '2026-01-10', { source: 'server' })];
    expect(bill(version(), { delivery: other('125000') }).totals.gross).toBe('1000.00');
    expect(bill(version(), { delivery: other('125002') }).totals.gross).toBe('1125.01');
    expect(bill(version(), { delivery: other('74998') }).totals.gross).toBe('874.99');
    expect(bill(version(true), { delivery: other('125000') }).totals.gross).toBe('1125.00');
  });
});
