/** Which of two rules is more specific, reason by reason; and which tables have a cliff. */
import {
  type ContractVersion,
  dayNumber,
  isoDate,
  type Line,
  type PartnerOverride,
  type Price,
} from '@countersign/shared/model';
import { describe, expect, it } from 'vitest';
import { hasCliff } from './cliff.ts';
import { moreSpecific, overrideHolds, overrideSpecificity, rateCuts, type Specificity, selectRate } from './rate.ts';
import { bill, cardRow, contract, cpm, line } from './testKit/contract.ts';

const plain: Specificity = { id: 'm', conditions: 1, partnerSpecific: false, dated: false, from: '' };
const override = (change: Partial<PartnerOverride>): PartnerOverride => ({
  id: 'o',
  price: { type: 'UNIT', rate: '1' },
  ...change,
});

describe('rules of one layer', () => {
  it.each<[string, Partial<Specificity>, Partial<Specificity>]>([
    ['more conditions', { conditions: 2 }, { partnerSpecific: true, dated: true, from: '2026-01-01', id: 'a' }],
    ['of a partner', { partnerSpecific: true }, { dated: true, from: '2026-01-01', id: 'a' }],
    ['dated', { dated: true }, { from: '2026-01-01', id: 'a' }],
    ['later from', { from: '2026-02-01' }, { from: '2026-01-01', id: 'a' }],
    ['lower id', { id: 'a' }, {}],
  ])('[BILL-19] goes first, whichever is given first: %s', (_reason, first, second) => {
    const [a, b] = [
      { ...plain, ...first },
      { ...plain, ...second },
    ];
    expect(moreSpecific(a, b)).toBeLessThan(0);
    expect(moreSpecific(b, a)).toBeGreaterThan(0);
    expect(moreSpecific(a, { ...a })).toBe(0);
  });

  it('[BILL-19] an end that is left open is no date, and each thing an override names is a condition', () => {
    expect(overrideSpecificity(override({ to: null }))).toEqual({ ...plain, id: 'o', conditions: 0 });
    expect(overrideSpecificity(override({ to: '2026-02-01' })).dated).toBe(true);
    expect(overrideSpecificity(override({ from: '2026-01-01' }))).toMatchObject({ dated: true, from: '2026-01-01' });
    expect(overrideSpecificity(override({ partnerIds: [] })).partnerSpecific).toBe(false);
    expect(overrideSpecificity(override({ partnerIds: ['p'] })).partnerSpecific).toBe(true);
    for (const name of ['lineId', 'productKey', 'eventType', 'payoutRuleId'])
      expect(overrideSpecificity(override({ [name]: 'x' })).conditions).toBe(1);
    expect(
      overrideSpecificity(
        override({ dimensions: { a: '1', b: '2' }, conditions: [{ field: 'c', op: 'EXISTS' }], lineId: 'x' }),
      ).conditions,
    ).toBe(4);
  });

  it('[BILL-19] an override speaks of its partners from its first day to before its last', () => {
    const rule = override({ partnerIds: ['p', 'q'], from: '1970-01-11', to: '1970-01-21' });
    const spoken = [9, 10, 20, 21].map((day) => overrideHolds(rule, new Set(['q']), day));
    expect(spoken).toEqual([false, true, false, false]);
    expect(overrideHolds(rule, new Set(['r']), 15)).toBe(false);
    expect(overrideHolds(override({ to: null }), new Set(), 15)).toBe(true);
  });
});

describe('cliffs', () => {
  const table = (...tiers: [string | null, string, string?][]): Price => ({
    type: 'VOLUME',
    tiers: tiers.map(([upTo, rate, flat]) => ({ upTo, rate, ...(flat === undefined ? {} : { flat }) })),
  });

  it('[BILL-31] is a bound after which the whole costs less, not as much', () => {
    expect(hasCliff(table(['10', '2'], [null, '1']), 'CPC')).toBe(true);
    expect(hasCliff(table(['10', '2'], [null, '2']), 'CPC')).toBe(false);
    expect(hasCliff(table(['10', '2'], [null, '1', '10']), 'CPC')).toBe(false);
    expect(hasCliff(table(['10', '2'], [null, '1', '9.99']), 'CPC')).toBe(true);
    expect(hasCliff(table(['10', '1'], ['20', '2'], [null, '1.5']), 'CPC')).toBe(true);
    expect(hasCliff(table([null, '2']), 'CPC')).toBe(false);
    expect(hasCliff({ ...table(['10', '2'], [null, '1']), type: 'GRADUATED' } as Price, 'CPC')).toBe(false);
  });
});

describe('facts that are given twice', () => {
  const action = (amount: string) => ({
    id: 'a',
    eventType: 'SALE',
    occurredAt: '2026-01-05T12:00:00Z',
    partnerId: 'p',
    amounts: { order: amount },
  });
  const version = contract({
    direction: 'PAYABLE',
    lines: [cpm('1')],
    payoutRules: [{ id: 'r', eventType: 'SALE', payout: { type: 'PERCENT', percent: '10' } }],
  });

  it('[BILL-2] the same content counts once and is not reported; other content is, and the order never matters', () => {
    const same = bill(version, { actions: [action('100'), action('100')] });
    expect([same.totals.total, same.rejectedFacts]).toEqual(['10.00', []]);
    const one = bill(version, { actions: [action('100'), action('200')] });
    const other = bill(version, { actions: [action('200'), action('100')] });
    expect(one.rejectedFacts).toEqual([
      { reason: 'The same action was given twice with different content', count: 1, samples: ['a'] },
    ]);
    expect(other).toEqual(one);
  });
});

describe('where a rate is looked for', () => {
  const [from, to] = [dayNumber('2026-01-01'), dayNumber('2026-02-01')];
  const cuts = (own: Line, change: Partial<ContractVersion>): string[] =>
    rateCuts(contract(change), own, from, to).map(isoDate);

  it('[BILL-5] a period is cut where a row of the product or an override begins or ends inside it, ascending', () => {
    const rateCardRows = [
      cardRow('a', { effectiveFrom: '2026-01-20', effectiveTo: null }),
      cardRow('b', { effectiveFrom: '2026-01-01', effectiveTo: '2026-01-10' }),
      cardRow('c', { productKey: 'other', effectiveFrom: '2026-01-15', effectiveTo: '2026-02-01' }),
      cardRow('d', { effectiveFrom: '2026-02-01' }),
    ];
    const overrides = [override({ from: '2026-01-05', to: '2026-01-20' })];
    const own = line(undefined, { productKey: 'p' });
    expect(cuts(own, { rateCardRows })).toEqual(['2026-01-10', '2026-01-20']);
    expect(cuts(own, { rateCardRows, overrides })).toEqual(['2026-01-05', '2026-01-10', '2026-01-20']);
    expect(cuts(cpm('1', { productKey: 'p' }), { rateCardRows, overrides })).toEqual(['2026-01-05', '2026-01-20']);
    expect(cuts(own, {})).toEqual([]);
    const unnamed = [cardRow('e', { productKey: '', effectiveFrom: '2026-01-12' })];
    expect(cuts(line(undefined), { rateCardRows: unnamed })).toEqual(['2026-01-12']);
  });

  it('[BILL-19] of several default rates of a type the lowest id holds, whatever order they stand in', () => {
    const rate = (id: string, amount: string, rateType: Line['rateType'] = 'CPM') => ({
      id,
      rateType,
      price: { type: 'UNIT', rate: amount } as const,
    });
    const all = [rate('c', '3'), rate('b', '2'), rate('d', '4'), rate('a', '1', 'CPC')];
    for (const defaultRates of [all, all.toReversed()])
      expect(selectRate(contract({ defaultRates }), line(undefined), from)?.source.id).toBe('b');
    expect(selectRate(contract(), line(undefined), from)).toBeNull();
  });

  it('[BILL-19] a row for some partners holds only where the contract has one of them', () => {
    const of = (partnerIds: string[] | undefined, change: Partial<ContractVersion> = {}) =>
      selectRate(
        contract({ rateCardRows: [cardRow('a', { partnerIds })], ...change }),
        line(undefined, { productKey: 'p' }),
        from,
      )?.source.id;
    const parties = [{ id: 'x' }, { id: 'y' }];
    expect([of(undefined), of([]), of(['y']), of(['y'], { parties }), of(['z'], { parties })]).toEqual([
      'a',
      'a',
      undefined,
      'a',
      undefined,
    ]);
  });

  it('[BILL-36] a rate rule reads the product and the rate type of a line as it reads its dimensions', () => {
    const applied = (own: Partial<Line>, field: string, value: string): boolean => {
      const rateRules = [{ id: 'r', factor: '2', conditions: [{ field, op: 'EQ', value } as const] }];
      return (selectRate(contract({ rateRules }), cpm('1', own), from)?.rules.length ?? 0) > 0;
    };
    expect(applied({ productKey: 'p' }, 'productKey', 'p')).toBe(true);
    expect(applied({ productKey: 'q' }, 'productKey', 'p')).toBe(false);
    expect(applied({}, 'productKey', '')).toBe(true);
    expect(applied({}, 'rateType', 'CPM')).toBe(true);
    expect(applied({ dimensions: { zone: 'n' } }, 'zone', 'n')).toBe(true);
  });
});
