/** What the order of a list may say, and what it may not: versions, facts, postings and rules in every order. */
import type { ActionFact, ContractVersion, LedgerEntry, PayoutRule } from '@countersign/shared/model';
import { describe, expect, it } from 'vitest';
import { byLatestFirst, byLine, byLowestId } from './allocate.ts';
import { matchingRule } from './qualify.ts';
import { applyRateRules } from './rateRules.ts';
import type { BillRow } from './row.ts';
import { bill, contract, cpm, delivered } from './testKit/contract.ts';

function orders<T>(items: readonly T[]): T[][] {
  if (items.length < 2) return [[...items]];
  return items.flatMap((item, i) => orders(items.toSpliced(i, 1)).map((rest) => [item, ...rest]));
}
/** One test over all orders. */
const inEveryOrder =
  <T>(items: readonly T[]) =>
  (name: string, check: (items: T[]) => void): void =>
    it(name, () => {
      for (const given of orders(items)) check(given);
    });
const row = (key: string, lineId = key): BillRow => ({ key, lineId, flightFrom: 1, flightTo: 9 }) as BillRow;
const keys = (rows: readonly BillRow[]): string => rows.map(({ key }) => key).join(' ');
const version = (id: string, sequence: number, effectiveFrom: string, more: Partial<ContractVersion> = {}) =>
  contract({
    id,
    sequence,
    effectiveFrom,
    effectiveTo: null,
    number: `IO-${id}`,
    lines: [cpm(`${sequence}`)],
    ...more,
  });

describe('rows in every order', () => {
  inEveryOrder(['a', 'b', 'c', 'd'].map((key) => row(key)))(
    '[BILL-8] of one flight stand by id: descending for a cap, ascending for remainders',
    (rows) => {
      expect(keys(byLatestFirst(rows))).toBe('d c b a');
      expect(keys(byLowestId(rows))).toBe('a b c d');
      expect(byLine(rows).map(keys)).toEqual(['a', 'b', 'c', 'd']);
    },
  );

  inEveryOrder([row('a@2026-01-10', 'a'), row('a@2026-01-20', 'a'), row('a!'), row('b')])(
    '[BILL-8] lines stand by their own id, whatever their rows are called',
    (rows) => {
      expect(byLine(rows).map(keys)).toEqual(['a@2026-01-10 a@2026-01-20', 'a!', 'b']);
    },
  );
});

describe('versions in every order', () => {
  const delivery = [delivered('1000', '2026-03-02'), delivered('1000', '2026-02-10')];
  const given = { delivery, period: '2026-03' };

  inEveryOrder([
    version('one', 1, '2026-01-01'),
    version('two', 2, '2026-03-01'),
    version('three', 3, '2026-03-01'),
    version('four', 4, '2026-03-20'),
  ])('[BILL-3] of one begin the higher sequence governs', (versions) => {
    const { lines, versionRefs, contractNumber } = bill(versions, given);
    expect(lines.map(({ from, gross }) => `${from} ${gross}`)).toEqual(['2026-03-01 3.00', '2026-03-20 0.00']);
    expect(versionRefs.map((ref) => ref.versionId)).toEqual(['three', 'four']);
    expect(contractNumber).toBe('IO-four');
  });

  inEveryOrder([version('one', 1, '2026-03-01'), version('two', 2, '2026-01-01'), version('three', 3, '2026-02-01')])(
    '[BILL-3] the newest by sequence names the contract, the latest begun bills',
    (versions) => {
      const { contractNumber, lines, versionRefs } = bill(versions, given);
      expect(contractNumber).toBe('IO-three');
      expect(versionRefs.map((ref) => ref.versionId)).toEqual(['one']);
      expect(lines[0]?.gross).toBe('1.00');
    },
  );

  it('[BILL-3] a draft alone is known at any time; beside executed versions only when nothing of the past is asked', () => {
    const draft = version('draft', 2, '2026-03-01', { recordedAt: undefined });
    const asOf = '2026-06-01T00:00:00Z';
    expect(bill([draft], { ...given, asOf }).versionRefs.map((ref) => ref.versionId)).toEqual(['draft']);
    const both = [version('one', 1, '2026-01-01'), draft];
    expect(bill(both, { ...given, asOf }).versionRefs.map((ref) => ref.versionId)).toEqual(['one']);
    expect(bill(both, given).versionRefs.map((ref) => ref.versionId)).toEqual(['draft']);
    expect(() => bill([version('one', 1, '2026-01-01')], { ...given, asOf: '2025-12-14T23:59:59.999Z' })).toThrow(
      'No version was recorded by 2025-12-14T23:59:59.999Z. Ask for a later point in time.',
    );
    expect(bill([version('one', 1, '2026-01-01')], { ...given, asOf: '2025-12-15T00:00:00Z' }).asOf).toBe(
      '2025-12-15T00:00:00.000Z',
    );
  });
});

describe('facts and postings in every order', () => {
  const action = (id: string, occurredAt: string): ActionFact => ({ id, occurredAt, partnerId: 'p', amounts: {} });
  const program = contract({
    direction: 'PAYABLE',
    payoutRules: [
      {
        id: 'r',
        payout: { type: 'GRADUATED', tiers: ['1', '2', '3', null].map((upTo, i) => ({ upTo, rate: `${i + 1}` })) },
      },
    ],
  });

  inEveryOrder([
    action('c', '2026-01-10T12:00:00Z'),
    action('a', '2026-01-10T12:00:00Z'),
    action('b', '2026-01-10T07:00:00-05:00'),
    action('d', '2026-01-10T11:59:59.999Z'),
  ])('[ATTR-11] counters take actions by instant, those of one instant by id', (actions) => {
    const result = bill(program, { actions });
    expect(Object.fromEntries((result.actions ?? []).map((a) => [a.actionId, a.payout]))).toEqual({
      d: '1.00',
      a: '2.00',
      b: '3.00',
      c: '4.00',
    });
    expect(result.actions?.map((a) => a.actionId)).toEqual(['b', 'd', 'a', 'c']);
  });

  const entry = (lineKey: string, amount: string): LedgerEntry => ({ period: '2026-01', lineKey, amount });

  inEveryOrder([entry('gross:l1', '3.00'), entry('gross:l1', '-1.00'), entry('gross:old', '4.00')])(
    '[BILL-12] what was posted is added up by key; keys that nothing bills any more are taken back',
    (posted) => {
      const other = { ...entry('gross:l1', '99.00'), period: '2025-12' };
      const result = bill(contract({ lines: [cpm('10')] }), {
        delivery: [delivered('1000')],
        posted: [...posted, other],
      });
      expect(result.posting).toEqual({
        entries: [
          { lineKey: 'gross:l1', cumulative: '10.00', posted: '2.00', delta: '8.00' },
          { lineKey: 'gross:old', cumulative: '0.00', posted: '4.00', delta: '-4.00' },
        ],
        total: '4.00',
      });
    },
  );

  it('[BILL-1] no postings and postings of nothing are the same input', () => {
    const version = contract({ lines: [cpm('10')] });
    expect(bill(version, { posted: [] }).inputHash).toBe(bill(version).inputHash);
    expect(bill(version, { posted: [entry('gross:l1', '1.00')] }).inputHash).not.toBe(bill(version).inputHash);
  });
});

describe('rules in every order', () => {
  const delivery = [delivered('100000')];
  const labels = (change: Partial<ContractVersion>) =>
    bill(contract({ lines: [cpm('10')], ...change }), { delivery }).adjustments.map((a) => `${a.key} ${a.amount}`);

  inEveryOrder([
    { kind: 'DISCOUNT', id: 'b', percent: '10' },
    { kind: 'DISCOUNT', id: 'a', amount: '100' },
    { kind: 'DISCOUNT', id: 'c', percent: '50', order: -1 },
    { kind: 'DISCOUNT', id: '0', percent: '50', order: 1 },
  ] as const)('[BILL-9] discounts by declared order, then id', (adjustments) => {
    expect(labels({ adjustments })).toEqual([
      'DISCOUNT:c -500.00',
      'DISCOUNT:a -100.00',
      'DISCOUNT:b -40.00',
      'DISCOUNT:0 -180.00',
    ]);
  });

  inEveryOrder([
    { kind: 'COMMISSION', id: 'b', percent: '10' },
    { kind: 'COMMISSION', id: 'a', percent: '5', order: 0 },
    { kind: 'COMMISSION', id: '0', percent: '1', order: 2 },
  ] as const)('[BILL-6] commission by declared order, then id', (adjustments) => {
    expect(labels({ adjustments })).toEqual(['COMMISSION:a -50.00', 'COMMISSION:b -100.00', 'COMMISSION:0 -10.00']);
  });

  inEveryOrder([
    { kind: 'TAX', id: 'z', code: 'VAT', percent: '10' },
    { kind: 'TAX', id: 'x', code: 'LEVY', percent: '1' },
    { kind: 'TAX', id: 'y', code: 'CITY', percent: '2', base: 'BEFORE_COMMISSION' },
    { kind: 'COMMISSION', id: 'zz', percent: '16' },
  ] as const)('[BILL-10] tax after commission, by id', (adjustments) => {
    expect(labels({ adjustments })).toEqual(['COMMISSION:zz -160.00', 'TAX:x 8.40', 'TAX:y 20.00', 'TAX:z 84.00']);
  });

  inEveryOrder([
    { id: 'b', factor: '1.5' },
    { id: 'a', factor: '1.1', rounding: { decimals: 0 } },
    { id: 'c', factor: '3', order: -1 },
    { id: '0', factor: '2', order: 1 },
  ])('[BILL-36] rate rules by order, then id', (rateRules) => {
    const { applied, price } = applyRateRules(contract({ rateRules }), cpm('1'), { type: 'UNIT', rate: '1' });
    expect(applied.map(({ rule, after }) => `${rule.id} ${JSON.stringify(after)}`)).toEqual([
      'c {"type":"UNIT","rate":"3"}',
      'a {"type":"UNIT","rate":"3"}',
      'b {"type":"UNIT","rate":"4.5"}',
      '0 {"type":"UNIT","rate":"9"}',
    ]);
    expect(price).toEqual({ type: 'UNIT', rate: '9' });
  });

  const rule = (id: string, more: Partial<PayoutRule> = {}): PayoutRule => ({
    id,
    payout: { type: 'UNIT', rate: '1' },
    ...more,
  });
  const sale: ActionFact = { id: 'x', occurredAt: '2026-01-10T12:00:00Z', eventType: 'SALE' };

  inEveryOrder([
    rule('b'),
    rule('a', { priority: 0 }),
    rule('c', { priority: -1, eventType: 'LEAD' }),
    rule('0', { priority: 1 }),
  ])('[ATTR-5] the first payout rule that matches: priority, then id', (rules) => {
    const first = (action: ActionFact, of = rules) => matchingRule(of, action, undefined)?.id;
    expect(first(sale)).toBe('a');
    expect(first({ ...sale, eventType: 'LEAD' })).toBe('c');
    expect(
      first(
        sale,
        rules.filter(({ id }) => id === '0' || id === 'b'),
      ),
    ).toBe('b');
    expect(matchingRule([], sale, undefined)).toBeNull();
  });

  inEveryOrder([
    { id: 'w', scope: 'CONTRACT', kind: 'CAP', amount: '900', basis: 'GROSS' },
    { id: 'n', scope: 'LINE', lineId: 'l1', kind: 'CAP', amount: '950', basis: 'GROSS' },
    { id: 'm', scope: 'CONTRACT', kind: 'MINIMUM', amount: '890', basis: 'GROSS' },
    { id: 'k', scope: 'LINE', lineId: 'l1', kind: 'MINIMUM', amount: '910', basis: 'GROSS' },
  ] as const)('[BILL-6] caps before minimums, of a line before the contract’s', (commitments) => {
    expect(labels({ commitments })).toEqual(['CAP:n:l1 -50.00', 'CAP:w -50.00', 'MINIMUM:k:l1 10.00']);
  });

  inEveryOrder([
    { id: 'm', scope: 'CONTRACT', kind: 'MINIMUM', amount: '1300', basis: 'GROSS' },
    { id: 'k', scope: 'LINE', lineId: 'l1', kind: 'MINIMUM', amount: '1100', basis: 'GROSS' },
  ] as const)('[BILL-6] the minimum of a line before the contract’s', (commitments) => {
    expect(labels({ commitments })).toEqual(['MINIMUM:k:l1 100.00', 'MINIMUM:m 200.00']);
  });
});
