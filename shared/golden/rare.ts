/**
 * Test-only. The smallest contract and facts that the rare cases change. Must not: bill.
 */
import type { PreviewInput } from '@countersign/shared/billing';
import type { ContractVersion, DeliveryFact, Line } from '@countersign/shared/model';

export function version(change: Partial<ContractVersion> = {}): ContractVersion {
  return {
    id: 'v1',
    contractId: 'c1',
    number: 'IO-1',
    sequence: 1,
    currency: 'USD',
    timeZone: 'America/New_York',
    effectiveFrom: '2026-01-01',
    effectiveTo: '2027-01-01',
    recordedAt: '2025-12-15T00:00:00Z',
    ...change,
  };
}

/** Units of line "l1", or of another, on days of 2026 written as MM-DD. */
export const units = (lineId: string, ...rows: readonly [day: string, quantity: string][]): DeliveryFact[] =>
  rows.map(([day, quantity]) => ({ lineId, localDate: `2026-${day}`, quantity }));

export interface Asked extends Partial<Omit<PreviewInput, 'facts' | 'versions'>> {
  readonly facts?: Partial<PreviewInput['facts']>;
  readonly more?: readonly ContractVersion[];
}

/** A preview of a version, of January 2026 unless asked otherwise. */
export function asked(change: Partial<ContractVersion>, { facts, more = [], ...rest }: Asked = {}): PreviewInput {
  return {
    versions: [version(change), ...more],
    facts: { delivery: [], touches: [], actions: [], ...facts },
    period: '2026-01',
    ...rest,
  };
}

export const line = (change: Partial<Line> = {}): Line => ({
  id: 'l1',
  rateType: 'CPC',
  price: { type: 'UNIT', rate: '2' },
  ...change,
});
