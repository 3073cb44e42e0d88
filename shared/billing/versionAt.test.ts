/** The two-time query at its edges: order of versions, ties, what was known, and where a local day begins. */
import type { ContractVersion } from '@countersign/shared/model';
import { describe, expect, it } from 'vitest';
import { billingPeriodOf } from './cycle.ts';
import { contract } from './testKit/contract.ts';
import { versionAt } from './versionAt.ts';

const version = (id: string, sequence: number, effectiveFrom: string, more: Partial<ContractVersion> = {}) =>
  contract({ id, sequence, effectiveFrom, effectiveTo: null, ...more });
const first = version('first', 1, '2026-01-01');
const second = version('second', 2, '2026-03-01', { recordedAt: '2026-03-10T00:00:00Z' });
const retroactive = version('retroactive', 3, '2026-03-01', { recordedAt: '2026-04-10T00:00:00Z' });
const idOf = (found: ContractVersion | null): string | null => found?.id ?? null;

describe('which version governed', () => {
  it.each([[[first, second, retroactive]], [[retroactive, second, first]], [[second, first, retroactive]]])(
    '[BILL-3] the latest begin, then the higher sequence, in whatever order they are given',
    (versions) => {
      expect(idOf(versionAt(versions, '2026-03-15T12:00:00Z'))).toBe('retroactive');
      expect(idOf(versionAt(versions, '2026-03-15T12:00:00Z', '2026-04-09T23:59:59Z'))).toBe('second');
      expect(idOf(versionAt(versions, '2026-03-15T12:00:00Z', '2026-04-10T00:00:00Z'))).toBe('retroactive');
      expect(idOf(versionAt(versions, '2026-03-15T12:00:00Z', '2026-03-09T00:00:00Z'))).toBe('first');
      expect(idOf(versionAt(versions, '2026-02-28T12:00:00Z'))).toBe('first');
    },
  );

  it('[BILL-3] begins with its local day, under BROADCAST with the broadcast day, and nothing governs before', () => {
    expect(idOf(versionAt([first, second], '2026-03-01T04:59:59.999Z'))).toBe('first');
    expect(idOf(versionAt([first, second], '2026-03-01T05:00:00.000Z'))).toBe('second');
    const broadcast = [first, second].map((v) => ({ ...v, billingCalendar: 'BROADCAST' as const }));
    expect(idOf(versionAt(broadcast, '2026-03-01T10:59:59.999Z'))).toBe('first');
    expect(idOf(versionAt(broadcast, '2026-03-01T11:00:00.000Z'))).toBe('second');
    expect(versionAt([first], '2025-12-31T12:00:00Z')).toBeNull();
    expect(versionAt([first], '2026-06-01T12:00:00Z', '2020-01-01T00:00:00Z')).toBeNull();
    expect(versionAt([], '2026-06-01T12:00:00Z')).toBeNull();
  });

  it('[BILL-1] a zone that does not exist is refused with its field', () => {
    const nowhere = version('nowhere', 1, '2026-01-01', { timeZone: 'Nowhere/Town' });
    expect(() => versionAt([nowhere], '2026-06-01T12:00:00Z')).toThrow(/^timeZone: /);
  });

  it('[BILL-33] a billing period needs a version', () => {
    expect(() => billingPeriodOf([], 20_000)).toThrow('A billing period needs the versions of a contract.');
    expect(billingPeriodOf([first], 20_500).key).toBe('2026-02');
    expect(billingPeriodOf([version('w', 1, '2026-01-01', { billingCycle: 'WEEKLY' })], 20_500).key).toBe('2026-02-16');
    const quarters = [
      version('a', 1, '2026-02-10', { billingCycle: 'QUARTERLY' }),
      version('b', 2, '2026-01-10', { billingCycle: 'QUARTERLY' }),
    ];
    // Quarters run from the first begin, whichever version is the newest.
    for (const given of [quarters, quarters.toReversed()]) expect(billingPeriodOf(given, 20_500).key).toBe('2026-03');
    expect(
      billingPeriodOf(
        [version('a', 1, '2026-01-10', { billingCycle: 'QUARTERLY', billingAnchor: '2026-02-01' })],
        20_500,
      ).key,
    ).toBe('2026-04');
  });
});
