/** Spans that versions govern, and which of them restart a counter. */
import { type ContractVersion, dayNumber, isoDate } from '@countersign/shared/model';
import { describe, expect, it } from 'vitest';
import { type Frozen, freeze } from './freeze.ts';
import { counterReset, governedSpans } from './govern.ts';
import { contract } from './testKit/contract.ts';

const version = (id: string, sequence: number, change: Partial<ContractVersion>): ContractVersion =>
  contract({ id, sequence, ...change });
const frozen = (...versions: ContractVersion[]): Frozen =>
  freeze({ versions, facts: { delivery: [], actions: [], touches: [] }, period: '2026-01' });
const spans = (...versions: ContractVersion[]) =>
  governedSpans(frozen(...versions).versions, dayNumber('2026-01-01'), dayNumber('2026-02-01')).map(
    ({ from, to, version: found }) => `${isoDate(from)} ${isoDate(to)} ${found?.doc.id ?? 'none'}`,
  );

describe('governed spans', () => {
  const first = version('first', 1, { effectiveFrom: '2025-06-01', effectiveTo: '2026-01-28' });

  it('[BILL-5] a period is cut where another version begins and where one ends', () => {
    expect(spans(first)).toEqual(['2026-01-01 2026-01-28 first', '2026-01-28 2026-02-01 none']);
    expect(spans(first, version('second', 2, { effectiveFrom: '2026-01-01' }))).toEqual([
      '2026-01-01 2026-02-01 second',
    ]);
    expect(spans(version('late', 1, { effectiveFrom: '2026-01-10', effectiveTo: null }))).toEqual([
      '2026-01-01 2026-01-10 none',
      '2026-01-10 2026-02-01 late',
    ]);
  });

  it('[BILL-3] where a later version has ended an earlier one does not come back, and its end is no cut', () => {
    const second = version('second', 2, { effectiveFrom: '2026-01-20', effectiveTo: '2026-01-25' });
    expect(spans(first, second)).toEqual([
      '2026-01-01 2026-01-20 first',
      '2026-01-20 2026-01-25 second',
      '2026-01-25 2026-02-01 none',
    ]);
  });
});

describe('a RESET', () => {
  const first = version('first', 1, { effectiveFrom: '2025-06-01' });
  const reset = version('reset', 2, { effectiveFrom: '2026-01-10', tierCounters: 'RESET' });
  const on = (day: string, ...versions: ContractVersion[]) => {
    const found = counterReset(frozen(...versions).versions, dayNumber(day));
    return found === null ? null : isoDate(found);
  };

  it('[BILL-24] holds from its first day, and not where a later version of that day took its place', () => {
    expect(['2026-01-09', '2026-01-10', '2026-03-01'].map((day) => on(day, first, reset))).toEqual([
      null,
      '2026-01-10',
      '2026-01-10',
    ]);
    const instead = version('instead', 3, { effectiveFrom: '2026-01-10' });
    expect(on('2026-03-01', first, reset, instead)).toBeNull();
    expect(on('2026-03-01', first, reset, { ...instead, effectiveFrom: '2026-02-10' })).toBe('2026-01-10');
  });
});
