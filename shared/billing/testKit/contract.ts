/** Contracts for tests. Owns: the smallest valid version and delivery. Must not: be imported by the product. */
import type {
  ActionFact,
  ContractVersion,
  DeliveryFact,
  Line,
  Price,
  RateCardRow,
  TouchFact,
} from '@countersign/shared/model';
import type { PreviewInput } from '../input.ts';
import { preview } from '../preview.ts';
import type { PreviewResult } from '../result.ts';

export function contract(change: Partial<ContractVersion> = {}): ContractVersion {
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

export function line(price: Price | undefined, change: Partial<Line> = {}): Line {
  return { id: 'l1', rateType: 'CPM', ...(price === undefined ? {} : { price }), ...change };
}

export function cpm(rate: string, change: Partial<Line> = {}): Line {
  return line({ type: 'UNIT', rate }, change);
}

/** A row of the rate card for product "p". */
export function cardRow(id: string, change: Partial<RateCardRow> = {}): RateCardRow {
  return { id, productKey: 'p', rateType: 'CPM', price: { type: 'UNIT', rate: '1' }, ...change };
}

export function delivered(
  quantity: string,
  localDate = '2026-01-10',
  change: Partial<DeliveryFact> = {},
): DeliveryFact {
  return { lineId: 'l1', localDate, quantity, ...change };
}

export interface Given {
  readonly delivery?: readonly DeliveryFact[];
  readonly actions?: readonly ActionFact[];
  readonly touches?: readonly TouchFact[];
  readonly period?: string;
  readonly asOf?: string;
  readonly posted?: PreviewInput['posted'];
}

/** Previews versions over facts; the period defaults to January 2026. */
export function bill(versions: ContractVersion | readonly ContractVersion[], given: Given = {}): PreviewResult {
  return preview({
    versions: Array.isArray(versions) ? versions : [versions as ContractVersion],
    facts: { delivery: given.delivery ?? [], actions: given.actions ?? [], touches: given.touches ?? [] },
    period: given.period ?? '2026-01',
    asOf: given.asOf,
    posted: given.posted,
  });
}

/** How many cases a law tries: all it asks for, or fewer where `LAW_RUNS` says so (mutation runs try many laws often). */
export function runs(cases: number): number {
  return Math.min(cases, Number(process.env.LAW_RUNS ?? cases));
}
