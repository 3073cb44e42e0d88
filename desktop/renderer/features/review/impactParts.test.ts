import { type PreviewResult, preview } from '@countersign/shared/billing';
import type { ContractVersion } from '@countersign/shared/model';
import type { Impact } from '@countersign/shared/protocol/api';
import { describe, expect, it } from 'vitest';
import { impactParts } from './impactParts.ts';

const statement = (rate: string, quantity: string): PreviewResult => {
  const version: ContractVersion = {
    id: 'v1',
    contractId: 'c1',
    number: 'IO-1',
    currency: 'USD',
    timeZone: 'UTC',
    effectiveFrom: '2026-01-01',
    effectiveTo: '2027-01-01',
    recordedAt: '2025-12-01T00:00:00Z',
    lines: [{ id: 'l1', rateType: 'SPOT', price: { type: 'UNIT', rate } }],
    adjustments: [{ kind: 'COMMISSION', id: 'm', percent: '15', label: 'Agency commission' }],
  };
  const delivery = [{ lineId: 'l1', localDate: '2026-01-10', quantity }];
  return preview({ versions: [version], facts: { delivery, touches: [], actions: [] }, period: '2026-01' });
};
const said = (before: string, after: string): Impact =>
  ({ periods: [{ period: '2026-01', before, after, delta: '0.00', issued: false }] }) as unknown as Impact;

describe('what a change in net consists of', () => {
  it('[SCR-44] gross with its units, then each adjustment, summing to what the server says', () => {
    const parts = impactParts([statement('10', '85')], [statement('10', '93')], said('722.50', '790.50'));
    expect(parts?.map(({ key, note, before, after, delta }) => [key, note, before, after, delta])).toEqual([
      ['gross', '85 spots, now 93', '850.00', '930.00', '80.00'],
      ['Agency commission', null, '-127.50', '-139.50', '-12.00'],
    ]);
  });

  it('[SCR-44] says units once where they do not change, and counts a side without a statement as nothing', () => {
    const same = impactParts([statement('10', '85')], [statement('11', '85')], said('722.50', '794.75'));
    expect(same?.[0]?.note).toBe('85 spots');
    const fresh = impactParts([], [statement('10', '1')], said('0.00', '8.50'));
    expect(fresh?.map(({ before, after }) => [before, after])).toEqual([
      ['0.00', '10.00'],
      ['0.00', '-1.50'],
    ]);
  });

  it('[SCR-44] shows nothing where its sums are not those of the server to the cent', () => {
    const sides = [[statement('10', '85')], [statement('10', '93')]] as const;
    expect(impactParts(...sides, said('722.51', '790.50'))).toBeNull();
    expect(impactParts(...sides, said('722.50', '790.49'))).toBeNull();
  });
});
