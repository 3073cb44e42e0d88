/** What prices are given and give back. Owns: the shapes shared by all kinds of price. Must not: price. */
import type { Price, RateType } from '@countersign/shared/model';
import { exactText, type Fraction } from '@countersign/shared/money';
import type { TraceStep } from '../trace.ts';
import type { Position } from './tiers.ts';

/** What a price counts in one segment. */
export interface Count {
  /** Counter before the segment; null when nothing was counted in the counter period yet. */
  readonly from: Position;
  /** Counter after the segment. */
  readonly to: Fraction;
  /** Units of the segment, to − from. */
  readonly units: Fraction;
  /** The counter period's total, which chooses an all-units tier. */
  readonly total: Fraction;
  /** Units of the counter period billed in earlier periods at the tier of `total` then: they are re-rated. */
  readonly carried: { readonly units: Fraction; readonly total: Fraction } | null;
  /** False while later billing periods still count into the same counter. Default true. */
  readonly closes?: boolean;
  /** How many single events made the units, for amounts per event. */
  readonly events: bigint;
  /** Each event's value in order, where a price limits single events. */
  readonly values: readonly Fraction[] | null;
}

/** What `priceExact` may ask of the segment. */
export interface PriceContext {
  readonly rateType: RateType;
  /** The count of a rate type and metric in this segment; prices inside COMBINE may name another than the line's. */
  count(rateType: RateType, metric: string | undefined, price: Price): Count;
  /** Days of the segment over days of the billing period, and whether the segment opens the period. */
  readonly days: { readonly served: bigint; readonly of: bigint; readonly opens: boolean };
}

export interface Priced {
  readonly exact: Fraction;
  /** The steps that made it, written when a trace is read. */
  readonly steps: () => readonly TraceStep[];
  readonly tier?: { readonly above: string; readonly upTo: string | null };
  /** The rate that priced the last unit, in words; absent where the whole price is the rate. */
  readonly rate?: string;
}

export function step(
  kind: TraceStep['kind'],
  title: string,
  text: string,
  exact: Fraction,
  children: readonly TraceStep[] = [],
  clauseId?: string,
): TraceStep {
  return { kind, title, text, exact: exactText(exact), ...(clauseId === undefined ? {} : { clauseId }), children };
}
