/** The spans that commitments and counters stand for, at their first and last days. */
import {
  type Commitment,
  type ContractVersion,
  dayNumber,
  isoDate,
  monthPeriod,
  type Period,
} from '@countersign/shared/model';
import { decimalOf, exactText } from '@countersign/shared/money';
import { describe, expect, it } from 'vitest';
import {
  type CommitmentHistory,
  carries,
  commitmentEffect,
  commitmentsOf,
  needsHistory,
  windowFor,
} from './commitments.ts';
import { closesCounter, trailingYear, windowOf } from './counterWindows.ts';
import { type Frozen, freeze } from './freeze.ts';
import { bill, contract, cpm, delivered } from './testKit/contract.ts';

const frozen = (change: Partial<ContractVersion> = {}): Frozen =>
  freeze({
    versions: [contract({ effectiveFrom: '2024-03-15', effectiveTo: '2028-03-15', ...change })],
    facts: { delivery: [], actions: [], touches: [] },
    period: '2026-01',
  });
const month = (key: string): Period => monthPeriod(Number(key.slice(0, 4)), Number(key.slice(5)), 'CALENDAR');
const commitment = (change: Partial<Commitment>): Commitment => ({
  id: 'c',
  scope: 'CONTRACT',
  kind: 'MINIMUM',
  amount: '1000',
  basis: 'GROSS',
  ...change,
});
const days = ({ from, to }: { from: number; to: number | null }) =>
  `${isoDate(from)} ${to === null ? 'open' : isoDate(to)}`;

describe('the window of a commitment', () => {
  const term = (from: string) => ({ from, to: '2026-05-10' });
  const of = (change: Partial<Commitment>, key: string) => days(windowFor(frozen(), commitment(change), month(key)));

  it('[BILL-14] years of its own begin on its day; a month belongs to the year that holds its first day', () => {
    const years = (from: string, ...keys: string[]) => keys.map((key) => of({ period: 'YEAR', term: term(from) }, key));
    expect(years('2024-05-10', '2024-05', '2025-05', '2025-06', '2026-05', '2026-06')).toEqual([
      '2024-05-10 2025-05-10',
      '2024-05-10 2025-05-10',
      '2025-05-10 2026-05-10',
      '2025-05-10 2026-05-10',
      '2026-05-10 2027-05-10',
    ]);
    expect(years('2024-05-01', '2025-04', '2025-05', '2027-05')).toEqual([
      '2024-05-01 2025-05-01',
      '2025-05-01 2026-05-01',
      '2027-05-01 2028-05-01',
    ]);
  });

  it('[BILL-13] periods, quarters, years and terms of the contract', () => {
    expect(of({}, '2026-02')).toBe('2026-02-01 2026-03-01');
    expect(of({ period: 'QUARTER' }, '2026-02')).toBe('2025-12-01 2026-03-01');
    expect(of({ period: 'QUARTER' }, '2026-03')).toBe('2026-03-01 2026-06-01');
    expect(of({ period: 'YEAR' }, '2026-02')).toBe('2025-03-01 2026-03-01');
    expect(of({ period: 'TERM' }, '2026-02')).toBe('2024-03-15 2028-03-15');
    expect(of({ period: 'TERM', term: term('2024-05-10') }, '2026-02')).toBe('2024-05-10 2026-05-10');
    expect(days(windowFor(frozen({ effectiveTo: null }), commitment({ period: 'TERM' }), month('2026-02')))).toBe(
      '2024-03-15 open',
    );
  });

  const history = (key: string, counted: string, change = '0'): CommitmentHistory => ({
    period: month(key),
    counted: decimalOf(counted),
    change: decimalOf(change),
  });
  const effect = (
    change: Partial<Commitment>,
    key: string,
    counted: string,
    past: CommitmentHistory[],
    closed = true,
  ) => {
    const found = commitmentEffect(frozen(), commitment(change), month(key), decimalOf(counted), past, closed);
    return found.waits ?? exactText(found.change);
  };

  it('[BILL-14] a cap counts what its own window holds: also of the month in which it begins, never of the one before', () => {
    const year = { kind: 'CAP', period: 'YEAR', term: term('2024-05-10') } as const;
    const past = [history('2024-04', '5000'), history('2024-05', '700'), history('2024-06', '200')];
    expect(effect(year, '2024-07', '300', past)).toBe('-200');
    expect(effect(year, '2025-05', '300', past)).toBe('-200');
    // The month in which the next window begins counts in the one before, and only there.
    expect(effect(year, '2025-06', '300', [...past, history('2025-05', '900')])).toBe('0');
    const quarter = { kind: 'CAP', period: 'QUARTER' } as const;
    expect(effect(quarter, '2025-12', '1100', [history('2025-11', '1000')])).toBe('-100');
    expect(effect(quarter, '2026-01', '400', [history('2025-11', '1000'), history('2025-12', '700')])).toBe('-100');
    expect(effect({ kind: 'CAP' }, '2026-01', '1300', [history('2025-12', '700')])).toBe('-300');
  });

  it('[BILL-13] a minimum is compared with the period that holds its last day, and once', () => {
    const quarter = { period: 'QUARTER' } as const;
    const past = [history('2025-11', '999'), history('2025-12', '100'), history('2026-01', '250')];
    expect(effect(quarter, '2026-01', '0', past)).toBe(
      'The minimum 1,000 is compared at its close, with the period that holds 2026-02-28.',
    );
    expect(effect(quarter, '2026-02', '50', past)).toBe('600');
    expect(effect(quarter, '2026-02', '50', past, false)).toBe('The minimum 1,000 is compared when the period closes.');
    expect(effect(quarter, '2026-02', '650', past)).toBe('0');
    const ended = { period: 'TERM', term: { from: '2025-01-01', to: '2026-02-01' } } as const;
    expect([effect(ended, '2026-01', '400', []), effect(ended, '2026-02', '400', [])]).toEqual(['600', '0']);
    expect(effect({}, '2026-02', '400', past)).toBe('600');
  });

  it('[BILL-14] what is left of a window is carried into the next, and a term has nowhere to carry to', () => {
    const cap = { kind: 'CAP', rollover: 'CARRY' } as const;
    expect(effect(cap, '2026-02', '1700', [history('2026-01', '400')])).toBe('-100');
    expect(effect({ ...cap, period: 'QUARTER' }, '2026-03', '1900', [history('2026-02', '400')])).toBe('-300');
    const minimum = { rollover: 'CARRY' } as const;
    expect(effect(minimum, '2026-02', '300', [history('2026-01', '1200')])).toBe('500');
    expect(effect(minimum, '2026-02', '300', [history('2026-01', '600', '400')])).toBe('700');
    const carry = (period?: Commitment['period'], rollover?: Commitment['rollover']) =>
      commitment({ period, rollover });
    expect(
      [carry('TERM', 'CARRY'), carry('YEAR', 'CARRY'), carry(undefined, 'CARRY'), carry('YEAR')].map(carries),
    ).toEqual([false, true, true, false]);
    expect([carry(), carry('BILLING_PERIOD'), carry(undefined, 'CARRY'), carry('QUARTER')].map(needsHistory)).toEqual([
      false,
      false,
      true,
      true,
    ]);
  });

  it('[BILL-34] only an end by an amount that is stated is read as a cap of the term', () => {
    const trigger = { id: 't', applies: 'END', on: 'ON_AMOUNT', amount: '5' } as const;
    const triggers = [
      trigger,
      { ...trigger, lineId: 'l1', clauseId: 'k' },
      { ...trigger, applies: 'START' } as const,
      { ...trigger, on: 'ON_DATE' } as const,
      { ...trigger, amount: undefined },
    ];
    const cap = { id: 't', kind: 'CAP', amount: '5', period: 'TERM', basis: 'GROSS' };
    expect(commitmentsOf(contract({ commitments: [commitment({})], triggers }))).toEqual([
      commitment({}),
      { ...cap, scope: 'CONTRACT', lineId: undefined, clauseId: undefined },
      { ...cap, scope: 'LINE', lineId: 'l1', clauseId: 'k' },
    ]);
  });
});

describe('the window of a counter', () => {
  it('[BILL-24] quarters and years run from the anchor, else from the first month of the contract', () => {
    const anchored = frozen({ billingAnchor: '2020-12-05' });
    expect(days(windowOf(anchored, 'QUARTER', month('2026-01')))).toBe('2025-12-01 2026-03-01');
    expect(days(windowOf(anchored, 'YEAR', month('2026-11')))).toBe('2025-12-01 2026-12-01');
    expect(days(windowOf(anchored, 'YEAR', month('2026-12')))).toBe('2026-12-01 2027-12-01');
    expect(days(windowOf(frozen(), 'QUARTER', month('2024-03')))).toBe('2024-03-01 2024-06-01');
    expect(days(windowOf(frozen(), 'YEAR', month('2024-01')))).toBe('2023-03-01 2024-03-01');
    expect(days(trailingYear(frozen(), month('2026-01')))).toBe('2025-01-01 2026-01-01');
  });

  it('[BILL-39] closes with its window, the flight or the contract, whichever ends by the end of the period', () => {
    const closes = (
      counter: 'PERIOD' | 'QUARTER' | 'TERM' | 'TRAILING_YEAR' | undefined,
      key: string,
      flight: string | null,
    ) =>
      closesCounter(frozen(), flight === null ? null : dayNumber(flight), month(key), {
        type: 'VOLUME',
        tiers: [{ upTo: null, rate: '1' }],
        ...(counter === undefined ? {} : { counter }),
      });
    for (const counter of [undefined, 'PERIOD', 'TRAILING_YEAR'] as const)
      expect(closes(counter, '2026-01', null)).toBe(true);
    expect(['2026-01', '2026-02', '2026-03'].map((key) => closes('QUARTER', key, null))).toEqual([false, true, false]);
    expect(['2026-02', '2028-02', '2028-03'].map((key) => closes('TERM', key, null))).toEqual([false, false, true]);
    expect(['2026-02-01', '2026-02-02'].map((end) => closes('QUARTER', '2026-01', end))).toEqual([true, false]);
    expect(closesCounter(frozen(), null, month('2026-01'), { type: 'UNIT', rate: '1' })).toBe(true);
  });
});

describe('the end of the contract', () => {
  it('[BILL-13] a minimum is not due for a period that begins with the end, nor without a commitment', () => {
    const commitments = [commitment({ amount: '100' })];
    const of = (effectiveTo: string, more: Partial<ContractVersion> = { commitments }) =>
      bill(contract({ effectiveTo, ...more }), { period: '2026-02' });
    expect(of('2026-02-02').totals.total).toBe('100.00');
    expect(of('2026-02-01').totals.total).toBe('0.00');
    expect(of('2026-02-02', {}).posting.entries).toEqual([]);
    const owed = of('2026-02-02', { commitments, title: 'Spring' });
    expect(owed.lines).toEqual([]);
    expect(owed.posting.entries.map((e) => `${e.lineKey} ${e.delta}`)).toEqual([
      'gross:contract 0.00',
      'minimum:contract 100.00',
    ]);
    expect(owed.adjustments[0]?.trace.children.map((c) => c.text)).toEqual(['100.00 falls to Spring.']);
  });

  it('[BILL-14] a commitment that looks back does so beside one that does not', () => {
    const caps = [
      commitment({ id: 'month', kind: 'CAP', amount: '900' }),
      commitment({ id: 'term', kind: 'CAP', amount: '1200', period: 'TERM' }),
    ];
    const delivery = [delivered('100000', '2026-01-10'), delivered('100000', '2026-02-10')];
    const february = bill(contract({ lines: [cpm('10')], commitments: caps }), { delivery, period: '2026-02' });
    expect(february.adjustments.map((a) => `${a.key} ${a.amount}`)).toEqual(['CAP:month -100.00', 'CAP:term -600.00']);
  });
});
